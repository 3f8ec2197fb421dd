"""What WooCommerce's order statuses mean to the ledger: the one table that decides when money has come in.

The merchant's answers go first, then what is true of every shop. A status that a plugin made is only guessed
at: the guess is shown, and nothing is booked by it.
"""

from collections.abc import Iterable
from datetime import datetime

from bridge.domain.orders import State
from bridge.ports import Meaning, Means, Ruling

COLLECTED_LATER = frozenset(
    {
        "cod",
        "invoice",  # Germanized, purchase on account
        "direct-debit",  # Germanized, SEPA
        "german_market_purchase_on_account",
        "german_market_sepa_direct_debit",
    }
)
"""Methods whose money comes after the goods: neither “processing” nor a date of payment means money there.

Germanized and German Market set their orders to “processing”, and with it the date of payment, at once.
"""

SENT_BY_CUSTOMER = ("bacs", "cheque", "invoice", "german_market_purchase_on_account")
"""Methods with which customers pay an amount that they are told, some time after ordering."""

_STATES = {
    "pending": State.OPEN,
    "on-hold": State.OPEN,
    "processing": State.PAID,
    "completed": State.PAID,
    "refunded": State.PAID,  # it earned once; its refunds take that back line by line
    "cancelled": State.CANCELLED,
    "failed": State.FAILED,
    "trash": State.GONE,
    "checkout-draft": State.DRAFT,
    "auto-draft": State.DRAFT,
}

_ANSWERS = {Means.OPEN: State.OPEN, Means.PAID: State.PAID, Means.IGNORED: State.IGNORED}

ANSWERABLE = ("pending", "on-hold", "processing", "completed")
"""The shop's own statuses that a merchant may see otherwise; of the others the meaning is fixed by the shop."""

USUAL = (
    *((status, "") for status in ANSWERABLE),
    *((status, method) for method in sorted(COLLECTED_LATER) for status in ("processing", "completed")),
    ("processing", "bacs"),
    ("processing", "cheque"),
)

_HINTS = (
    (Means.IGNORED, ("cancel", "storn", "refus", "abgelehn", "return", "retour", "failed", "quote", "anfrage")),
    (Means.OPEN, ("pend", "wait", "await", "wart", "hold", "unpaid", "unbezahlt", "offen", "partial", "deposit")),
    (Means.PAID, ("ship", "versand", "versend", "deliver", "liefer", "pack", "pick", "paid", "bezahl", "complet")),
)


def state(status: str, method: str, paid_at: datetime | None, rulings: Iterable[Ruling] = ()) -> State | None:
    """The state of an order, None for a status that nobody has explained yet."""
    answer = ruling(status, method, rulings)
    if answer is not None:
        return _ANSWERS[answer.means]
    if status == "processing" and _is_unpaid(method, paid_at):
        return State.OPEN
    return _STATES.get(status)


def meaning(status: str, method: str, rulings: Iterable[Ruling] = ()) -> Meaning:
    """A row of the paid table, with whose word it is."""
    answer = ruling(status, method, rulings)
    if answer is not None:
        return Meaning(answer.means, "answer")
    if status not in _STATES:
        return Meaning(_guess(status), "suggestion")
    return _default(status, method)


def ruling(status: str, method: str, rulings: Iterable[Ruling]) -> Ruling | None:
    """The merchant's answer for this status; one for the very method goes before one for all others."""
    if status in _STATES and status not in ANSWERABLE:
        return None
    fitting = {r.method: r for r in rulings if r.status == status and r.method in (method, "")}
    return fitting.get(method) or fitting.get("")


def _is_unpaid(method: str, paid_at: datetime | None) -> bool:
    """A bank transfer is set to “processing” by the merchant who saw the money; online the date is the proof."""
    if method in COLLECTED_LATER:
        return True
    return paid_at is None and method not in SENT_BY_CUSTOMER


def _default(status: str, method: str) -> Meaning:
    if status == "processing" and method in COLLECTED_LATER:
        return Meaning(Means.OPEN, "default", "the money comes later: only “completed” counts")
    if status == "processing" and method not in SENT_BY_CUSTOMER:
        return Meaning(Means.PAID, "default", "once the shop states a date of payment")
    means = {State.OPEN: Means.OPEN, State.PAID: Means.PAID}.get(_STATES[status], Means.IGNORED)
    return Meaning(means, "default")


def _guess(status: str) -> Means:
    """What the name of a plugin's status sounds like, in English or German; without a hint no money is assumed."""
    fitting = (means for means, words in _HINTS if any(word in status for word in words))
    return next(fitting, Means.OPEN)

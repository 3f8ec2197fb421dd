"""What Shopify's financial statuses mean to the ledger: the one table that decides when money has come in.

The merchant's answers go first, where a status leaves room for one.
"""

from collections.abc import Iterable

from bridge.domain.orders import State
from bridge.ports import Meaning, Means, Ruling

CANCELLED = "cancelled"
"""Not a financial status: the order carries a date of cancelling."""

_STATES = {
    "pending": State.OPEN,
    "authorized": State.OPEN,  # the money is reserved, nobody has it yet
    "partially_paid": State.OPEN,
    "expired": State.OPEN,  # an authorization ran out; the order still stands
    "paid": State.PAID,
    "partially_refunded": State.PAID,
    "refunded": State.PAID,  # it earned once; its refunds take that back line by line
    "voided": State.CANCELLED,
    CANCELLED: State.CANCELLED,
}

_ANSWERS = {Means.OPEN: State.OPEN, Means.PAID: State.PAID, Means.IGNORED: State.IGNORED}

ANSWERABLE = ("pending", "authorized", "partially_paid", "paid")
"""Statuses that a merchant may see otherwise, such as goods on account that count as sold."""

SENT_BY_CUSTOMER = ("manual", "Bank Deposit", "Bank Transfer", "Money Order", "Invoice", "Rechnung", "Vorkasse")
"""Methods with which customers pay an amount that they are told, some time after ordering.

A manual method has the name that the merchant gave it; “manual” is what marking as paid leaves behind.
"""

USUAL = tuple((status, "") for status in ANSWERABLE)


def state(status: str, method: str, rulings: Iterable[Ruling] = ()) -> State | None:
    """The state of an order, None for a status that nobody has explained yet."""
    answer = ruling(status, method, rulings)
    return _ANSWERS[answer.means] if answer is not None else _STATES.get(status)


def meaning(status: str, method: str, rulings: Iterable[Ruling] = ()) -> Meaning:
    """A row of the paid table, with whose word it is."""
    answer = ruling(status, method, rulings)
    if answer is not None:
        return Meaning(answer.means, "answer")
    known = _STATES.get(status)
    if known is None:
        return Meaning(Means.OPEN, "suggestion")
    return Meaning({State.OPEN: Means.OPEN, State.PAID: Means.PAID}.get(known, Means.IGNORED), "default")


def ruling(status: str, method: str, rulings: Iterable[Ruling]) -> Ruling | None:
    """The merchant's answer for this status; one for the very method goes before one for all others."""
    if status in _STATES and status not in ANSWERABLE:
        return None
    fitting = {r.method: r for r in rulings if r.status == status and r.method in (method, "")}
    return fitting.get(method) or fitting.get("")

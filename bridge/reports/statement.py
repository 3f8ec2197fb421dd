"""A customer's statement: where the account stands, every entry with its reason, and the live code."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from bridge.domain import goals, money
from bridge.domain.why import sentence
from bridge.errors import NotFound
from bridge.services.contact import find_shop
from bridge.storage import closing, contributions, people, programmes
from bridge.storage.books import Booked, account_book
from bridge.storage.facts import Facts
from bridge.storage.models import Account, Offer
from bridge.storage.people import CUSTOMER, MAILBOX, Name


@dataclass(frozen=True, slots=True)
class Line:
    """One entry with its reason in words."""

    entry: Booked
    explanation: str

    def as_json(self, currency: str) -> dict[str, Any]:
        """Amounts as texts in the currency's own decimals, moments as ISO 8601 in UTC."""
        entry = self.entry
        return {
            "id": entry.id,
            "kind": entry.kind,
            "amount": money.plain(entry.amount, currency),
            "balance_after": money.plain(entry.balance_after, currency),
            "source": entry.source,
            "revision": entry.revision,
            "happened_at": entry.happened_at.isoformat(),
            "booked_at": entry.booked_at.isoformat(),
            "usable_at": entry.usable_at.isoformat(),
            "expires_on": entry.expires_on.isoformat() if entry.expires_on else None,
            "explanation": self.explanation,
            "why": dict(entry.why),
        }


@dataclass(frozen=True, slots=True)
class LiveOffer:
    """The one code that the customer can use now, or that is on its way into the shop. ``worth`` is gross."""

    code: str
    worth: int
    state: str


@dataclass(frozen=True, slots=True)
class NextGoal:
    """How far it is to a bonus, with its sentence."""

    goal: goals.Goal
    sentence: str

    def as_json(self, currency: str) -> dict[str, Any]:
        """Amounts as texts in the currency's own decimals; what does not belong to this kind is null."""
        goal = self.goal
        return {
            "rule": goal.rule,
            "kind": goal.kind,
            "amount": money.plain(goal.amount, currency) if goal.percent is None else None,
            "percent": money.plain_percent(goal.percent) if goal.percent is not None else None,
            "turnover": money.plain(goal.turnover, currency) if goal.turnover else None,
            "orders": goal.orders or None,
            "periods": goal.periods or None,
            "until": goal.until.isoformat() if goal.until else None,
            "sentence": self.sentence,
        }


@dataclass(frozen=True, slots=True)
class Statement:
    """An account as its owner sees it. Amounts are minor units of ``currency``, lines come oldest first.

    ``available`` is what can be used now, never below zero; ``pending`` what becomes usable later.
    """

    account: str
    currency: str
    balance: int
    pending: int
    available: int
    lines: tuple[Line, ...]
    offer: LiveOffer | None
    goals: tuple[NextGoal, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The statement for machines; amounts are texts like those of the programme document."""
        return {
            "account": self.account,
            "currency": self.currency,
            "balance": money.plain(self.balance, self.currency),
            "pending": money.plain(self.pending, self.currency),
            "available": money.plain(self.available, self.currency),
            "entries": [line.as_json(self.currency) for line in self.lines],
            "offer": self._offer(),
            "goals": [goal.as_json(self.currency) for goal in self.goals],
        }

    def _offer(self) -> dict[str, str] | None:
        if self.offer is None:
            return None
        amount = money.plain(self.offer.worth, self.currency)
        return {"code": self.offer.code, "amount": amount, "state": self.offer.state}


def find_account(
    session: Session, shop_id: int, customer: str | None = None, email_fingerprint: str | None = None
) -> int:
    """The account of a customer of the shop, or of a mailbox by its fingerprint; ``NotFound`` without one."""
    find_shop(session, shop_id)
    name = Name(CUSTOMER, customer) if customer is not None else Name(MAILBOX, email_fingerprint or "")
    account = people.find(session, shop_id, [name]).get(name)
    if account is None:
        who = f"customer {customer}" if customer is not None else "this e-mail address"
        raise NotFound(f"There is no account for {who} at shop {shop_id}; one is opened with the first order.")
    return account


def find_by_email(session: Session, shop_id: int, email: str, fingerprint: str) -> int:
    """The account of whoever has this address: by the mailbox that names one, else by who is registered with it.

    Two customers with one address stay two, so ``NotFound`` asks for the customer's number then.
    """
    name = Name(MAILBOX, fingerprint)
    account = people.find(session, shop_id, [name]).get(name)
    if account is not None:
        return account
    registered = people.with_address(session, shop_id, email)
    if len(registered) > 1:
        numbers = ", ".join(sorted(registered.values()))
        raise NotFound(f"The customers {numbers} share this address; name one of them by its number.")
    return next(iter(registered)) if registered else find_account(session, shop_id, email_fingerprint=fingerprint)


def statement(
    session: Session,
    account_id: int,
    now: datetime,
    language: str = "de",
    limit: int | None = None,
    before: int | None = None,
    with_goals: bool = True,
) -> Statement:
    """The statement of an account, oldest entry first, as a ledger is read.

    ``limit`` keeps the newest entries only, ``before`` those with lower ids: pages towards the past. Goals are for
    the customer, so whoever does not show them need not have them worked out.
    Raises ``NotFound`` for an account that does not exist.
    """
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound(f"There is no account {account_id} here.")
    pending, available = figures(session, account, now)
    entries = account_book(session, account_id, limit, before)
    return Statement(
        account=account.token,
        currency=account.currency,
        balance=account.balance,
        pending=pending,
        available=available,
        lines=tuple(Line(e, sentence(e.why, language, account.currency, e.text)) for e in entries),
        offer=live_offer(session, account_id),
        goals=next_goals(session, account, now, language) if with_goals else (),
    )


def next_goals(session: Session, account: Account, now: datetime, language: str) -> tuple[NextGoal, ...]:
    """The bonuses within reach; none for an employee, who earns nothing."""
    account_id, subject = account.id or 0, f"account:{account.id}"
    known = Facts(session, account.shop_id, [subject])
    if account.merged_into or known.at(subject, "employee", now):
        return ()
    timeline = programmes.timeline(session, account.shop_id)
    if not any(version.programme.bonus for version in timeline.versions):
        return ()
    since = goals.needed_since(timeline, now)
    history = contributions.of_accounts(session, [account_id], since).get(account_id, [])
    before = since is not None and contributions.kept_before(session, account_id, since)
    group = known.at(subject, "group", now) or ""
    found = goals.goals(history, group, timeline, now, bought_before=before)
    return tuple(NextGoal(goal, goals.sentence(goal, language, account.currency)) for goal in found)


def figures(session: Session, account: Account, now: datetime) -> tuple[int, int]:
    """(pending, available); counted anew where time has passed that nobody has turned over yet."""
    if account.due_at is None or account.due_at > now:
        return account.pending, max(0, account.balance - account.pending)
    shop = find_shop(session, account.shop_id)
    zone = programmes.zone(programmes.timeline(session, account.shop_id), shop)
    return closing.figures(session, account, now, zone)


def live_offer(session: Session, account_id: int) -> LiveOffer | None:
    """The account's newest code that can be used, or is on its way into the shop."""
    newest = session.execute(_LIVE, {"the_account": account_id}).first()
    return LiveOffer(*newest) if newest else None


_LIVE = (
    sa_select(col(Offer.code), col(Offer.worth), col(Offer.state))
    .where(col(Offer.account_id) == bindparam("the_account"), col(Offer.state).in_(("planned", "live")))
    .order_by(col(Offer.sequence).desc())
)

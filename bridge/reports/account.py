"""One account as the merchant sees it: who it is, its lots, codes, orders, and who stands above and below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from bridge.errors import NotFound
from bridge.storage.models import Account, Lot, Offer, OrderState, Partner, Person, Sponsorship

LIMIT = 20
"""Rows of each list on the page; whoever has more is told how many."""


@dataclass(frozen=True, slots=True)
class Open:
    """An open lot: what is left of a credit, minor units, with the dates in which it can be used."""

    kind: str
    source: str
    rest: int
    usable_at: datetime
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was issued. Amounts are minor units."""

    code: str
    state: str
    worth: int
    taken: int
    order: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Bought:
    """An order of the account."""

    order: str
    number: str
    state: str
    placed: datetime


@dataclass(frozen=True, slots=True)
class Linked:
    """Another account in the tree, by the name that people know it by."""

    account: int
    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """Whose account it is. ``merged_from`` counts the guests' accounts that have become part of it."""

    account: Account
    name: str
    email: str
    customer: str
    partner_code: str
    merged_from: int


@dataclass(frozen=True, slots=True)
class Background:
    """What stands behind the statement. ``below`` holds the newest ones, ``below_count`` all of the first level."""

    lots: Sequence[Open]
    codes: Sequence[Code]
    orders: Sequence[Bought]
    sponsor: Linked | None
    below: Sequence[Linked]
    below_count: int


def profile(session: Session, account_id: int) -> Profile:
    """The account of that id; ``NotFound`` without it."""
    found = session.execute(_WHO, {"the_account": account_id}).one_or_none()
    if found is None:
        raise NotFound(f"There is no account {account_id} here.")
    account, name, email, customer, code, merged = found
    return Profile(account, name or "", email or "", customer or "", code or "", merged)


def background(session: Session, account_id: int, now: datetime) -> Background:
    """Open lots, codes, orders and recommendations of the account."""
    below = _below(session, account_id, now)
    return Background(
        lots=_lots(session, account_id),
        codes=_codes(session, account_id),
        orders=_orders(session, account_id),
        sponsor=sponsor_of(session, account_id, now),
        below=below,
        below_count=len(below) if len(below) < LIMIT else _count_below(session, account_id),
    )


_Guest = aliased(Account)

_WHO = (
    select(
        Account,
        col(Person.name),
        col(Person.email),
        col(Person.customer),
        col(Partner.code),
        select(func.count())
        .select_from(_Guest)
        .where(_Guest.merged_into == col(Account.id))  # type: ignore[arg-type]
        .correlate(Account)
        .scalar_subquery(),
    )
    .join(Person, col(Person.account_id) == col(Account.id), isouter=True)
    .join(Partner, col(Partner.account_id) == col(Account.id), isouter=True)
    .where(col(Account.id) == bindparam("the_account"))
)
"""Account, owner, referral code and the count of guests' accounts that have become part of it, all in one look."""


def _lots(session: Session, account_id: int) -> list[Open]:
    rows = session.execute(
        select(col(Lot.kind), col(Lot.source), col(Lot.rest), col(Lot.usable_at), col(Lot.expires_on))
        .where(col(Lot.account_id) == account_id, col(Lot.rest) != 0)
        .order_by(col(Lot.expires_on).is_(None), col(Lot.expires_on), col(Lot.usable_at))
        .limit(LIMIT)
    )
    return [Open(*row) for row in rows]


def _codes(session: Session, account_id: int) -> list[Code]:
    rows = session.execute(
        select(Offer).where(col(Offer.account_id) == account_id).order_by(col(Offer.sequence).desc()).limit(LIMIT)
    ).scalars()
    return [Code(o.code, o.state, o.worth, o.taken, o.order_id, o.created_at) for o in rows]


def _orders(session: Session, account_id: int) -> list[Bought]:
    rows = session.execute(
        select(col(OrderState.order_id), col(OrderState.number), col(OrderState.state), col(OrderState.placed))
        .where(col(OrderState.account_id) == account_id)
        .order_by(col(OrderState.placed).desc())
        .limit(LIMIT)
    )
    return [Bought(*row) for row in rows]


def sponsor_of(session: Session, account_id: int, now: datetime) -> Linked | None:
    """Who sponsors the account now, None for nobody."""
    row = session.execute(
        select(col(Sponsorship.sponsor_id), *_NAMED, col(Sponsorship.since))
        .join(Account, col(Account.id) == col(Sponsorship.sponsor_id), isouter=True)
        .join(Person, col(Person.account_id) == col(Account.id), isouter=True)
        .where(col(Sponsorship.account_id) == account_id, col(Sponsorship.since) <= now)
        .order_by(col(Sponsorship.since).desc())
        .limit(1)
    ).first()
    return None if row is None or row.sponsor_id is None else _linked(*row)


_NAMED = (col(Person.name), col(Person.email), col(Account.token))


def _linked(account: int, name: str | None, email: str | None, token: str, since: datetime) -> Linked:
    return Linked(account, name or email or token, since)


def _below(session: Session, account_id: int, now: datetime) -> list[Linked]:
    """Those whom the account sponsors now, the newest first: a later binding ends an earlier one."""
    later = aliased(Sponsorship)
    ended = exists().where(
        later.account_id == col(Sponsorship.account_id),  # type: ignore[arg-type]
        later.since > col(Sponsorship.since),
        later.since <= now,  # type: ignore[arg-type]
    )
    rows = session.execute(
        select(col(Sponsorship.account_id), *_NAMED, col(Sponsorship.since))
        .join(Account, col(Account.id) == col(Sponsorship.account_id))
        .join(Person, col(Person.account_id) == col(Account.id), isouter=True)
        .where(col(Sponsorship.sponsor_id) == account_id, col(Sponsorship.since) <= now, ~ended)
        .order_by(col(Sponsorship.since).desc())
        .limit(LIMIT)
    )
    return [_linked(*row) for row in rows]


def _count_below(session: Session, account_id: int) -> int:
    question = select(func.count(col(Sponsorship.account_id).distinct())).where(
        col(Sponsorship.sponsor_id) == account_id
    )
    return int(session.execute(question).scalar_one())

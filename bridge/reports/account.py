"""One account as the merchant sees it: who it is, its lots, codes, orders, and who stands above and below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from bridge.errors import NotFound
from bridge.storage import people
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
    """Everything but the statement. ``below`` holds those nearest, ``below_count`` counts the first level."""

    account: Account
    name: str
    email: str
    customer: str
    partner_code: str
    merged_from: int
    lots: Sequence[Open]
    codes: Sequence[Code]
    orders: Sequence[Bought]
    sponsor: Linked | None
    below: Sequence[Linked]
    below_count: int


def profile(session: Session, account_id: int, now: datetime) -> Profile:
    """The account of that id; ``NotFound`` without it."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound(f"There is no account {account_id} here.")
    person = session.get(Person, account_id)
    partner = session.get(Partner, account_id)
    below = _below(session, account_id, now)
    return Profile(
        account=account,
        name=person.name if person else "",
        email=person.email if person else "",
        customer=person.customer if person else "",
        partner_code=partner.code if partner else "",
        merged_from=_merged(session, account_id),
        lots=_lots(session, account_id),
        codes=_codes(session, account_id),
        orders=_orders(session, account_id),
        sponsor=_sponsor(session, account_id, now),
        below=below,
        below_count=len(below) if len(below) < LIMIT else _count_below(session, account_id),
    )


def _merged(session: Session, account_id: int) -> int:
    """How many guests' accounts have become part of it."""
    question = select(func.count()).select_from(Account).where(col(Account.merged_into) == account_id)
    return int(session.execute(question).scalar_one())


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


def _sponsor(session: Session, account_id: int, now: datetime) -> Linked | None:
    rows = session.execute(
        select(col(Sponsorship.sponsor_id), col(Sponsorship.since))
        .where(col(Sponsorship.account_id) == account_id, col(Sponsorship.since) <= now)
        .order_by(col(Sponsorship.since).desc())
        .limit(1)
    ).first()
    if rows is None or rows.sponsor_id is None:
        return None
    name = _names(session, [rows.sponsor_id])[rows.sponsor_id]
    return Linked(rows.sponsor_id, name, rows.since)


def _below(session: Session, account_id: int, now: datetime) -> list[Linked]:
    """The first ones whom the account has ever sponsored and still does."""
    rows = session.execute(
        select(col(Sponsorship.account_id), col(Sponsorship.since))
        .where(col(Sponsorship.sponsor_id) == account_id, col(Sponsorship.since) <= now)
        .order_by(col(Sponsorship.since).desc())
        .limit(LIMIT)
    ).all()
    if not rows:
        return []
    ids = [row.account_id for row in rows]
    tree = people.Tree(session, ids)
    still = [row for row in rows if (tree.upline(row.account_id, now) or [0])[0] == account_id]
    names = _names(session, ids)
    return [Linked(row.account_id, names[row.account_id], row.since) for row in still]


def _count_below(session: Session, account_id: int) -> int:
    question = select(func.count(col(Sponsorship.account_id).distinct())).where(
        col(Sponsorship.sponsor_id) == account_id
    )
    return int(session.execute(question).scalar_one())


def _names(session: Session, accounts: Sequence[int]) -> dict[int, str]:
    rows = session.execute(
        select(col(Account.id), col(Account.token), col(Person.name), col(Person.email))
        .join(Person, col(Person.account_id) == col(Account.id), isouter=True)
        .where(col(Account.id).in_(accounts))
    )
    return {account or 0: name or email or token for account, token, name, email in rows}

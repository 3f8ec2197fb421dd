"""Reading the ledger: an account's entries with the balance after each, and a shop's sums between two moments."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Over, Select, and_, false, func, select
from sqlalchemy.types import TypeEngine
from sqlmodel import Session, col

from bridge.domain.targets import Why
from bridge.storage.codec import unpack_why
from bridge.storage.columns import Moment
from bridge.storage.models import Entry, EntryText

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Booked:
    """An entry as it is read. Amounts are minor units; ``text`` is the erasable reason, empty if there is none.

    ``usable_at`` and ``expires_on`` are the dates that the credit carries now, also if they have moved since.
    """

    id: int
    kind: str
    source: str
    revision: int
    amount: int
    balance_after: int
    happened_at: datetime
    booked_at: datetime
    usable_at: datetime
    expires_on: date | None
    order: str | None
    why: Why
    text: str


def account_book(
    session: Session, account_id: int, limit: int | None = None, before: int | None = None
) -> list[Booked]:
    """The account's entries, oldest first; with ``limit`` the newest ones, all with ids below ``before``.

    Pairs that only move dates are left out: their sum is zero and the dates are shown where they belong.
    """
    rows = _with_balances(account_id).subquery()
    statement = select(rows).where(rows.c.moves == false()).order_by(rows.c.id.desc())
    if before is not None:
        statement = statement.where(rows.c.id < before)
    found = session.execute(statement.limit(limit)).all()
    return [_booked(row) for row in reversed(found)]


def _with_balances(account_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            col(Entry.id),
            col(Entry.kind),
            col(Entry.source),
            col(Entry.revision),
            col(Entry.amount),
            func.sum(col(Entry.amount)).over(order_by=col(Entry.id)).label("balance_after"),
            col(Entry.happened_at),
            col(Entry.booked_at),
            _newest(col(Entry.usable_at), Moment()).label("usable_at"),
            _newest(col(Entry.expires_on), Date()).label("expires_on"),
            col(Entry.order_id),
            col(Entry.moves),
            col(Entry.explanation),
            col(EntryText.text),
        )
        .join(EntryText, col(EntryText.entry_id) == col(Entry.id), isouter=True)
        .where(col(Entry.account_id) == account_id)
    )


def _newest(column: Any, kind: TypeEngine[Any]) -> Over[Any]:
    """What the newest revision of an entry's key says."""
    same_key = (col(Entry.kind), col(Entry.source))
    return func.first_value(column, type_=kind).over(partition_by=same_key, order_by=col(Entry.revision).desc())


def _booked(row: Any) -> Booked:
    return Booked(
        id=row.id,
        kind=row.kind,
        source=row.source,
        revision=row.revision,
        amount=row.amount,
        balance_after=int(row.balance_after),
        happened_at=row.happened_at,
        booked_at=row.booked_at,
        usable_at=row.usable_at,
        expires_on=row.expires_on,
        order=row.order_id,
        why=unpack_why(row.explanation),
        text=row.text or "",
    )


def shown_sums(session: Session, accounts: Collection[int]) -> dict[int, int]:
    """What the statements of these accounts add up to, minor units."""
    rows = session.execute(
        select(col(Entry.account_id), func.sum(col(Entry.amount)))
        .where(col(Entry.account_id).in_(list(accounts)), col(Entry.moves).is_(False))
        .group_by(col(Entry.account_id))
    )
    return {account: int(total) for account, total in rows}


def shop_sums(session: Session, shop_id: int, start: datetime | None, end: datetime) -> dict[str, int]:
    """The sum of what was booked per kind from ``start`` (None: ever) up to, not including, ``end``.

    Counted by the day of booking: a month that is over never changes, whatever comes in late.
    """
    within = and_(col(Entry.shop_id) == shop_id, col(Entry.booked_at) < end)
    if start is not None:
        within = and_(within, col(Entry.booked_at) >= start)
    rows = session.execute(
        select(col(Entry.kind), func.sum(col(Entry.amount))).where(within).group_by(col(Entry.kind))
    )
    return {kind: int(total) for kind, total in rows}


@dataclass(frozen=True, slots=True)
class Sum:
    """What was booked of one kind at one moment, minor units."""

    at: datetime
    kind: str
    amount: int


def booked_between(session: Session, shop_id: int, start: datetime, end: datetime) -> Iterator[Sum]:
    """What was booked from ``start`` up to, not including, ``end``, in the order of booking."""
    statement = (
        select(col(Entry.booked_at), col(Entry.kind), func.sum(col(Entry.amount)))
        .where(col(Entry.shop_id) == shop_id, col(Entry.booked_at) >= start, col(Entry.booked_at) < end)
        .group_by(col(Entry.booked_at), col(Entry.kind))
        .order_by(col(Entry.booked_at))
        .execution_options(yield_per=_PAGE)
    )
    for at, kind, amount in session.execute(statement):
        yield Sum(at, kind, int(amount))


def first_booking(session: Session, shop_id: int) -> datetime | None:
    """When the shop's first entry was booked."""
    statement = select(func.min(col(Entry.booked_at))).where(col(Entry.shop_id) == shop_id)
    first: datetime | None = session.execute(statement).scalar_one()
    return first


def chained(session: Session, account_ids: list[int]) -> Iterator[Entry]:
    """Every entry of these accounts, account by account, in the order of the chain; not all in memory at once."""
    statement = (
        select(Entry)
        .where(col(Entry.account_id).in_(account_ids))
        .order_by(col(Entry.account_id), col(Entry.id))
        .execution_options(yield_per=_PAGE)
    )
    for entry in session.execute(statement).scalars():
        yield entry
        session.expunge(entry)

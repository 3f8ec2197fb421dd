"""Reading the ledger: an account's entries with the balance after each, and a shop's sums between two moments."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, select
from sqlmodel import Session, col

from bridge.domain.targets import Kind, Why
from bridge.storage.codec import unpack_why
from bridge.storage.models import Account, Entry, EntryText

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

    Pairs that only move dates are left out: their sum is zero and the dates are shown where they belong. A page
    costs what is on it: the balances are counted back from the account's own, not up from the first entry.
    """
    statement = _BOOK if before is None else _BOOK.where(col(Entry.id) < before)
    found = session.execute(statement.limit(limit), {"the_account": account_id}).all()
    if not found:
        return []
    balance = _balance_after(session, account_id, found[0].number)
    dates = _newest_dates(session, account_id, {row.source for row in found} if limit else None)
    shown = []
    for row in found:
        shown.append(_booked(row, balance, dates[row.kind, row.source]))
        balance -= row.amount
    return shown[::-1]


_SHOWN = (
    col(Entry.id),
    col(Entry.number),
    col(Entry.kind),
    col(Entry.source),
    col(Entry.revision),
    col(Entry.amount),
    col(Entry.happened_at),
    col(Entry.booked_at),
    col(Entry.order_id),
    col(Entry.explanation),
    col(EntryText.text),
)

_BOOK = (
    select(*_SHOWN)
    .join(EntryText, col(EntryText.entry_id) == col(Entry.id), isouter=True)
    .where(col(Entry.account_id) == bindparam("the_account"), col(Entry.moves).is_(False))
    .order_by(col(Entry.number).desc())
)

Dates = tuple[datetime, date | None]
"""From when credit can be used, and its last day."""


def _balance_after(session: Session, account_id: int, number: int) -> int:
    balance, later = session.execute(_BALANCE, {"the_account": account_id, "the_number": number}).one()
    return int(balance) - int(later)


_BALANCE = select(
    col(Account.balance),
    select(func.coalesce(func.sum(col(Entry.amount)), 0))
    .where(col(Entry.account_id) == bindparam("the_account"), col(Entry.number) > bindparam("the_number"))
    .scalar_subquery(),
).where(col(Account.id) == bindparam("the_account"))
"""The account's balance, and what was booked after an entry of it."""


def _newest_dates(
    session: Session, account_id: int, sources: Collection[str] | None
) -> dict[tuple[str, str], Dates]:
    """What the newest revision of each key says, of these sources or of all."""
    key = (col(Entry.kind), col(Entry.source))
    statement = select(*key, col(Entry.usable_at), col(Entry.expires_on)).where(col(Entry.account_id) == account_id)
    if sources is not None:
        statement = statement.where(col(Entry.kind).in_(list(Kind)), col(Entry.source).in_(sources))
    rows = session.execute(statement.order_by(*key, col(Entry.revision)))
    return {(row.kind, row.source): (row.usable_at, row.expires_on) for row in rows}


def _booked(row: Any, balance_after: int, dates: Dates) -> Booked:
    usable_at, expires_on = dates
    return Booked(
        id=row.id,
        kind=row.kind,
        source=row.source,
        revision=row.revision,
        amount=row.amount,
        balance_after=balance_after,
        happened_at=row.happened_at,
        booked_at=row.booked_at,
        usable_at=usable_at,
        expires_on=expires_on,
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

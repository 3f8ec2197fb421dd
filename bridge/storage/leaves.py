"""An account's book by leaves, newest entry first. What stands before and after a leaf is never read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlmodel import Session, col

from bridge.errors import NotFound
from bridge.storage.books import Booked
from bridge.storage.codec import unpack_why
from bridge.storage.models import Account, Entry, EntryText


@dataclass(frozen=True, slots=True)
class Place:
    """Where a leaf begins: below the account's entry ``before`` (its number), where the balance was ``balance``."""

    before: int
    balance: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """Entries, newest first, and where the next leaf begins; None when this is the last one."""

    entries: tuple[Booked, ...]
    next: Place | None


def leaf(
    session: Session, account: Account, limit: int, place: Place | None = None, kinds: Collection[str] = ()
) -> Leaf:
    """The newest ``limit`` entries of the account below a place, or those of them that are of these kinds.

    Balances are counted back from the stored one, so a leaf costs the same however long the book is.
    Pairs that only move dates are left out: their sum is zero and the dates are shown where they belong.
    """
    found = _rows(session, account.id or 0, limit + 1, place, kinds)
    rows = found[:limit]
    if not rows:
        return Leaf((), None)
    balances = _balances(session, account, [row.number for row in rows], place)
    entries = [_booked(row, balances[row.number]) for row in rows]
    last = entries[-1]
    following = Place(rows[-1].number, last.balance_after - last.amount) if len(found) > limit else None
    return Leaf(tuple(_with_dates(session, account.id or 0, entries)), following)


def entry_of(session: Session, account: Account, entry_id: int) -> Booked:
    """One entry of this account; ``NotFound`` also when it is another one's. Its balance is not counted."""
    row = session.execute(
        _columns().where(col(Entry.account_id) == account.id, col(Entry.id) == entry_id, ~col(Entry.moves))
    ).first()
    if row is None:
        raise NotFound("There is no such entry in this account.")
    return _with_dates(session, account.id or 0, [_booked(row, 0)])[0]


def _rows(
    session: Session, account_id: int, limit: int, place: Place | None, kinds: Collection[str]
) -> Sequence[Any]:
    statement = _columns().where(col(Entry.account_id) == account_id, ~col(Entry.moves))
    if place is not None:
        statement = statement.where(col(Entry.number) < place.before)
    if kinds:
        statement = statement.where(col(Entry.kind).in_(list(kinds)))
    return session.execute(statement.order_by(col(Entry.number).desc()).limit(limit)).all()


def _columns() -> Any:
    return select(
        col(Entry.id),
        col(Entry.number),
        col(Entry.kind),
        col(Entry.source),
        col(Entry.revision),
        col(Entry.amount),
        col(Entry.happened_at),
        col(Entry.booked_at),
        col(Entry.usable_at),
        col(Entry.expires_on),
        col(Entry.order_id),
        col(Entry.explanation),
        col(EntryText.text),
    ).join(EntryText, col(EntryText.entry_id) == col(Entry.id), isouter=True)


def _balances(session: Session, account: Account, numbers: list[int], place: Place | None) -> dict[int, int]:
    """The balance after each of these entries: what stands above the leaf, less all that was booked since."""
    span = [col(Entry.account_id) == account.id, col(Entry.number) >= numbers[-1]]
    start = account.balance
    if place is not None:
        span.append(col(Entry.number) < place.before)
        start = place.balance
    newer = func.sum(col(Entry.amount)).over(order_by=col(Entry.number).desc()) - col(Entry.amount)
    sums = select(col(Entry.number), newer.label("newer")).where(*span).subquery()
    rows = session.execute(select(sums.c.number, sums.c.newer).where(sums.c.number.in_(numbers)))
    return {row.number: start - int(row.newer) for row in rows}


def _with_dates(session: Session, account_id: int, entries: Sequence[Booked]) -> list[Booked]:
    """With the dates that the newest revision of each entry's key says."""
    keys = {(entry.kind, entry.source) for entry in entries}
    rows = session.execute(
        select(col(Entry.kind), col(Entry.source), col(Entry.usable_at), col(Entry.expires_on))
        .where(col(Entry.account_id) == account_id)
        .where(tuple_(col(Entry.kind), col(Entry.source)).in_(sorted(keys)))
        .order_by(col(Entry.revision))
    )
    newest = {(row.kind, row.source): (row.usable_at, row.expires_on) for row in rows}
    dates = (newest[entry.kind, entry.source] for entry in entries)
    return [
        replace(entry, usable_at=usable, expires_on=expires)
        for entry, (usable, expires) in zip(entries, dates, strict=True)
    ]


def _booked(row: Any, balance: int) -> Booked:
    return Booked(
        id=row.id,
        kind=row.kind,
        source=row.source,
        revision=row.revision,
        amount=row.amount,
        balance_after=balance,
        happened_at=row.happened_at,
        booked_at=row.booked_at,
        usable_at=row.usable_at,
        expires_on=row.expires_on,
        order=row.order_id,
        why=unpack_why(row.explanation),
        text=row.text or "",
    )

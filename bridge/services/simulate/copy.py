"""What a simulation takes over from the shop: who is who, what is known, and what was booked by hand."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, insert, inspect, select, text
from sqlmodel import Session, SQLModel, col

from bridge.domain.targets import Change, Key, Kind
from bridge.storage import ledger
from bridge.storage.codec import unpack_why
from bridge.storage.db import Database
from bridge.storage.facts import BUDGET
from bridge.storage.models import (
    Account,
    ArticleState,
    Entry,
    Fact,
    Identity,
    Offer,
    OwnCredit,
    ProgrammeVersion,
    Shop,
    Sponsorship,
)

PAGE = 1000
"""Rows that are in memory at once."""

_BY_HAND = (Kind.ADJUSTMENT, Kind.OPENING, Kind.TRANSFER)

_FRESH = {
    "balance": 0, "pending": 0, "entries": 0, "head": b"", "due_at": None, "fixed_until": None, "closed_at": None,
    "stale": False, "dirty": False,
}  # fmt: skip
"""An account begins the simulation with nothing on it."""


def copy_shop(source: Session, target: Database, shop_id: int) -> None:
    """Take over the shop without its secrets, and everything beside the orders that settling goes by.

    The budget is decided anew. Nobody's name or address is taken over.
    """
    with target.transaction() as session:
        if target.sqlite:
            # An account may have been merged into one that comes later.
            session.execute(text("PRAGMA defer_foreign_keys=ON"))
        _copy(source, session, Shop, col(Shop.id) == shop_id, {"secrets": b""})
        _copy(source, session, Account, col(Account.shop_id) == shop_id, _FRESH)
        for table in (Identity, ArticleState, OwnCredit):
            _copy(source, session, table, _of_shop(table) == shop_id)
        _copy(source, session, Offer, col(Offer.shop_id) == shop_id, {"state": "retired"})
        _copy(source, session, Fact, (col(Fact.shop_id) == shop_id) & (col(Fact.subject) != BUDGET))
        accounts = select(col(Account.id)).where(col(Account.shop_id) == shop_id)
        _copy(source, session, Sponsorship, col(Sponsorship.account_id).in_(accounts))


def activate(target: Database, shop_id: int, text: str, since: datetime | None, now: datetime) -> None:
    """Put a document in force to be tried: it governs everything from ``since`` on, None for everything."""
    version = ProgrammeVersion(shop_id=shop_id, number=1, valid_from=since, document=text, activated_at=now)
    with target.transaction() as session:
        session.add(version)


def copy_by_hand(
    source: Session, target: Database, shop_id: int, zone: ZoneInfo, since: datetime | None, now: datetime
) -> None:
    """Book again what no order stands for: openings, adjustments, claims of guests."""
    statement = select(Entry).where(
        col(Entry.shop_id) == shop_id, col(Entry.kind).in_([kind.value for kind in _BY_HAND])
    )
    if since is not None:
        statement = statement.where(col(Entry.happened_at) >= since)
    for rows in _pages(source, statement.order_by(col(Entry.id))):
        changes = [_again(row["Entry"]) for row in rows]
        source.expunge_all()
        with target.transaction() as session:
            book = ledger.Book(session, shop_id, zone, now, "simulation")
            book.lock(change.key.account for change in changes)
            book.post(changes)
            book.put_off()


def _again(entry: Entry) -> Change:
    return Change(
        key=Key(entry.account_id, Kind(entry.kind), entry.source),
        revision=entry.revision,
        amount=entry.amount,
        happened_at=entry.happened_at,
        usable_at=entry.usable_at,
        expires_on=entry.expires_on,
        version=None,
        order=entry.order_id,
        why=unpack_why(entry.explanation),
        reverses=entry.reverses,
        moves=entry.moves,
    )


def _of_shop(table: type[SQLModel]) -> ColumnElement[int]:
    column: ColumnElement[int] = inspect(table).local_table.c.shop_id
    return column


def _copy(
    source: Session,
    target: Session,
    table: type[SQLModel],
    which: ColumnElement[bool],
    changed: Mapping[str, Any] | None = None,
) -> None:
    """Rows from one database to the other, a page at a time, with some columns set to other values."""
    columns = inspect(table).local_table
    for rows in _pages(source, select(columns).where(which)):
        target.connection().execute(insert(columns), [{**row, **(changed or {})} for row in rows])


def _pages(source: Session, statement: Select[Any]) -> Iterator[list[Mapping[str, Any]]]:
    result = source.execute(statement, execution_options={"yield_per": PAGE})
    for page in result.mappings().partitions():
        yield [dict(row) for row in page]

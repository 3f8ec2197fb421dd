"""An account's entries as the replay of its lots takes them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.domain import lots
from bridge.domain.targets import Kind
from bridge.storage.models import Entry

_CREDITS = frozenset({Kind.ACCRUAL, Kind.BONUS, Kind.REFERRAL})
"""Kinds whose net is a credit, whatever reversals made it up; the others count entry by entry."""

CLAIMED = "/claimed"
"""What the source of a transfer ends with: the rest names the credit that moved to the claiming account."""

Movements = tuple[list[lots.Given], list[lots.Spent]]


def load_movements(session: Session, accounts: Iterable[int]) -> dict[int, Movements]:
    """What the replay of each account needs: its credits net per key, its debits entry by entry."""
    rows = session.execute(
        select(
            col(Entry.number),
            col(Entry.account_id),
            col(Entry.kind),
            col(Entry.source),
            col(Entry.amount),
            col(Entry.happened_at),
            col(Entry.usable_at),
            col(Entry.expires_on),
        )
        .where(col(Entry.account_id).in_(list(accounts)), col(Entry.kind) != Kind.EXPIRY.value)
        .order_by(col(Entry.account_id), col(Entry.number))
    )
    by_account: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_account[row.account_id].append(row)
    return {account: movements(entries) for account, entries in by_account.items()}


def movements(entries: Iterable[Any]) -> Movements:
    """Entries (oldest first, without expiries) as the replay takes them."""
    given: dict[str, lots.Given] = {}
    spent: list[lots.Spent] = []
    for row in entries:
        claimed = row.source.removesuffix(CLAIMED)
        if row.kind == Kind.TRANSFER and row.amount < 0 and claimed in given:
            given[claimed] = replace(given[claimed], amount=given[claimed].amount + row.amount)
        elif row.kind not in _CREDITS and (row.kind == Kind.REDEMPTION or row.amount < 0):
            spent.append(lots.Spent(row.source, -row.amount, row.happened_at, row.number))
        else:
            given[row.source] = _credit(row, given.get(row.source))
    return [credit for credit in given.values() if credit.amount > 0], spent


def _credit(row: Any, before: lots.Given | None) -> lots.Given:
    """The net of a key so far; its newest dates count, and its first booking ranks it."""
    return lots.Given(
        row.kind,
        row.source,
        row.amount + (before.amount if before else 0),
        row.usable_at,
        row.expires_on,
        before.order if before else row.number,
    )

"""The sums beside the ledger. They are moved by the transaction that writes the entries, so they cannot lag behind.

An entry belongs to the month in which it was booked, by the shop's calendar of that moment.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, case, delete, func, insert, select
from sqlmodel import Session, col

from bridge.domain.calendar import Span, period_of
from bridge.storage.dialect import upsert
from bridge.storage.models import Account, Entry, MonthTotal, ShopTotal

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Stand:
    """What accounts come to, minor units: those with entries, what is owed, what of it waits, what is overspent."""

    accounts: int = 0
    owed: int = 0
    pending: int = 0
    overspent: int = 0

    def plus(self, other: "Stand") -> "Stand":
        """Both together."""
        return Stand(
            self.accounts + other.accounts,
            self.owed + other.owed,
            self.pending + other.pending,
            self.overspent + other.overspent,
        )

    def minus(self, other: "Stand") -> "Stand":
        """What has to be added to ``other`` to come here."""
        return Stand(
            self.accounts - other.accounts,
            self.owed - other.owed,
            self.pending - other.pending,
            self.overspent - other.overspent,
        )


def stand_of(balance: int, pending: int, entries: int) -> Stand:
    """What one account adds. No more than its balance is pending: what was overspent waits for the rest."""
    if not entries:
        return Stand()
    return Stand(1, max(balance, 0), min(pending, max(balance, 0)), min(balance, 0))


def move(session: Session, shop_id: int, change: Stand) -> None:
    """The shop's accounts come to so much more (or less) than before."""
    if change == Stand():
        return
    statement = upsert(session, ShopTotal).values(
        shop_id=shop_id,
        accounts=change.accounts,
        owed=change.owed,
        pending=change.pending,
        overspent=change.overspent,
    )
    added = {name: col(getattr(ShopTotal, name)) + statement.excluded[name] for name in _FIGURES}
    session.execute(statement.on_conflict_do_update(index_elements=["shop_id"], set_=added))


_FIGURES = ("accounts", "owed", "pending", "overspent")


def book(
    session: Session,
    shop_id: int,
    zone: ZoneInfo,
    now: datetime,
    sums: Mapping[str, int],
    counts: Mapping[str, int],
) -> None:
    """So much was booked now of each kind (minor units), by so many entries."""
    if not counts:
        return
    month = period_of(now, Span.MONTH, zone).label
    # Always in one order, so that two transactions on PostgreSQL never wait for each other in a ring.
    rows = [_row(shop_id, month, kind, zone, sums.get(kind, 0), counts[kind]) for kind in sorted(counts)]
    statement = upsert(session, MonthTotal)
    added = {
        "amount": col(MonthTotal.amount) + statement.excluded.amount,
        "entries": col(MonthTotal.entries) + statement.excluded.entries,
    }
    session.execute(statement.on_conflict_do_update(index_elements=["shop_id", "month", "kind"], set_=added), rows)


def _row(shop_id: int, month: str, kind: str, zone: ZoneInfo, amount: int, entries: int) -> dict[str, Any]:
    return {
        "shop_id": shop_id,
        "month": month,
        "kind": kind,
        "zone": zone.key,
        "amount": amount,
        "entries": entries,
    }


# --- reading ------------------------------------------------------------------------------------------------


def stand(session: Session, shop_id: int) -> Stand:
    """What the shop's accounts come to, as it is kept."""
    row = session.execute(_STAND, {"the_shop": shop_id}).one_or_none()
    return Stand(*row) if row else Stand()


_STAND = select(*(col(getattr(ShopTotal, name)) for name in _FIGURES)).where(
    col(ShopTotal.shop_id) == bindparam("the_shop")
)


def merged(session: Session, shop_id: int) -> int:
    """How many accounts with entries were merged away: they count among the shop's, but are nobody's any more."""
    return int(session.execute(_MERGED, {"the_shop": shop_id}).scalar_one())


_MERGED = (
    select(func.count())
    .select_from(Account)
    .where(
        col(Account.merged_into).is_not(None),
        col(Account.shop_id) == bindparam("the_shop"),
        col(Account.entries) > 0,
    )
)


def months(session: Session, shop_id: int, since: str = "") -> dict[str, Counter[str]]:
    """What was booked of each kind by month, oldest first, from the month ``since`` on."""
    rows = session.execute(_MONTHS, {"the_shop": shop_id, "the_first": since})
    found: dict[str, Counter[str]] = {}
    for month, kind, amount in rows:
        found.setdefault(month, Counter())[kind] = amount
    return found


_MONTHS = (
    select(col(MonthTotal.month), col(MonthTotal.kind), col(MonthTotal.amount))
    .where(col(MonthTotal.shop_id) == bindparam("the_shop"), col(MonthTotal.month) >= bindparam("the_first"))
    .order_by(col(MonthTotal.month))
)


# --- adding up anew -----------------------------------------------------------------------------------------

Counted = dict[tuple[str, str], tuple[int, int]]
"""(amount, entries) by month and kind."""


def stand_made(session: Session, shop_id: int) -> Stand:
    """What the stored balances of all accounts really come to."""
    balance, pending = col(Account.balance), col(Account.pending)
    held = case((balance > 0, balance), else_=0)
    row = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(held), 0),
            func.coalesce(func.sum(case((pending < held, pending), else_=held)), 0),
            func.coalesce(func.sum(case((balance < 0, balance), else_=0)), 0),
        ).where(col(Account.shop_id) == shop_id, col(Account.entries) > 0)
    ).one()
    return Stand(*(int(figure) for figure in row))


def months_made(session: Session, shop_id: int, zone: ZoneInfo) -> Counted:
    """What the entries really come to by month, by the calendar of the zone; memory does not grow with them."""
    rows = session.execute(
        select(col(Entry.booked_at), col(Entry.kind), func.sum(col(Entry.amount)), func.count())
        .where(col(Entry.shop_id) == shop_id)
        .group_by(col(Entry.booked_at), col(Entry.kind))
        .execution_options(yield_per=_PAGE)
    )
    return _by_month(rows, zone)


def _by_month(rows: Iterable[Any], zone: ZoneInfo) -> Counted:
    found: Counted = {}
    for at, kind, amount, entries in rows:
        key = (period_of(at, Span.MONTH, zone).label, kind)
        before = found.get(key, (0, 0))
        found[key] = (before[0] + int(amount), before[1] + entries)
    return found


def kept(session: Session, shop_id: int) -> tuple[Counted, set[str]]:
    """What is kept by month and kind, and the zones by whose calendars it was counted."""
    rows = session.execute(select(MonthTotal).where(col(MonthTotal.shop_id) == shop_id)).scalars().all()
    return {(row.month, row.kind): (row.amount, row.entries) for row in rows}, {row.zone for row in rows}


def count_anew(session: Session, shop_id: int, zone: ZoneInfo) -> None:
    """Keep the months by another calendar: the shop's days begin by the clock of another zone now."""
    made = months_made(session, shop_id, zone)
    session.execute(delete(MonthTotal).where(col(MonthTotal.shop_id) == shop_id))
    if made:
        rows = [_row(shop_id, month, kind, zone, *counted) for (month, kind), counted in made.items()]
        session.execute(insert(MonthTotal), rows)

"""What each paid order adds to its buyer's periods, stored with the order so that totals move by differences."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from bridge.domain.bonus import Bought, Contribution
from bridge.storage.bulk import insert_rows
from bridge.storage.codec import pack
from bridge.storage.columns import milliseconds, moment
from bridge.storage.models import Contribution as Row

Owned = tuple[int, Contribution]
"""A contribution with the account that it belongs to."""


_READ = (
    col(Row.order_id),
    col(Row.account_id),
    col(Row.placed),
    col(Row.paid_at),
    col(Row.turnover),
    col(Row.kept),
    col(Row.group_name),
    col(Row.memberships),
)


def of_orders(session: Session, shop_id: int, orders: Collection[str]) -> dict[str, Owned]:
    """What these orders contribute so far."""
    return {
        row.order_id: (row.account_id, _read(row))
        for row in session.execute(
            select(*_READ).where(col(Row.shop_id) == shop_id, col(Row.order_id).in_(list(orders)))
        )
    }


def of_accounts(
    session: Session, accounts: Collection[int], since: datetime | None = None
) -> dict[int, list[Contribution]]:
    """Everything that the orders of these accounts contribute, or that those placed since a moment do."""
    found: dict[int, list[Contribution]] = defaultdict(list)
    asked = select(*_READ).where(col(Row.account_id).in_(list(accounts)))
    for row in session.execute(asked if since is None else asked.where(col(Row.placed) >= since)):
        found[row.account_id].append(_read(row))
    return found


def kept_before(session: Session, account: int, moment: datetime) -> bool:
    """Whether an order that this account placed earlier was kept."""
    earlier = select(col(Row.order_id)).where(
        col(Row.account_id) == account, col(Row.placed) < moment, col(Row.kept).is_(True)
    )
    return session.execute(earlier.limit(1)).first() is not None


def between(
    session: Session, accounts: Collection[int], start: datetime, end: datetime
) -> dict[int, list[tuple[datetime, int]]]:
    """(placed, turnover) of what these accounts bought from ``start`` up to, not including, ``end``."""
    found: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    rows = session.execute(
        select(col(Row.account_id), col(Row.placed), col(Row.turnover)).where(
            col(Row.account_id).in_(list(accounts)), col(Row.placed) >= start, col(Row.placed) < end
        )
    )
    for row in rows:
        found[row.account_id].append((row.placed, row.turnover))
    return found


def replace(session: Session, shop_id: int, before: Mapping[str, Owned], now: Mapping[str, Owned]) -> set[int]:
    """Store what has changed; the accounts whose periods are touched by it."""
    changed = [i for i in before.keys() | now.keys() if before.get(i) != now.get(i)]
    if not changed:
        return set()
    known = [i for i in changed if i in before]
    if known:
        session.execute(delete(Row).where(col(Row.shop_id) == shop_id, col(Row.order_id).in_(known)))
    rows = [_values(shop_id, *now[i]) for i in changed if i in now]
    insert_rows(session, Row, _COLUMNS, rows)
    return {owned[0] for i in changed for owned in (before.get(i), now.get(i)) if owned}


_COLUMNS = (
    "shop_id", "order_id", "account_id", "placed", "paid_at", "turnover", "kept", "group_name", "memberships",
)  # fmt: skip


def _values(shop_id: int, account: int, item: Contribution) -> tuple[Any, ...]:
    return (
        shop_id,
        item.order,
        account,
        milliseconds(item.placed),
        milliseconds(item.paid_at),
        item.turnover,
        item.kept,
        item.group,
        pack([_bought(b) for b in item.bought]),
    )


def _bought(item: Bought) -> list[Any]:
    return [item.line, item.sku, milliseconds(item.returned_at) if item.returned_at else None]


def _read(row: Any) -> Contribution:
    bought: Iterable[Bought] = (
        Bought(line, sku, moment(at) if at is not None else None) for line, sku, at in row.memberships
    )
    return Contribution(
        row.order_id, row.placed, row.paid_at, row.turnover, row.kept, row.group_name, tuple(bought)
    )

"""The daily round: over a day, every order that still counts is compared with the shop.

It finds what sends nothing and moves no stamp: orders deleted for good, and refunds that were taken back.
Each reading of the shop does its share, so the work is spread evenly and the round goes on after a crash.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from bridge.domain.orders import LIVE
from bridge.runtime import Runtime
from bridge.services import contact
from bridge.storage.models import OrderState, Shop

DAY = timedelta(days=1)
PAGE = 100
_PAGES_AT_ONCE = 5
"""A round that fell behind catches up by so many questions at a time."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the round has come: orders compared, of how many; and when the last whole one ended."""

    compared: int
    total: int
    done_at: datetime | None


def share(total: int, since_last: timedelta) -> int:
    """How many orders are due for comparing after so long: whole pages, but a last short one counts too."""
    due = int(total * min(since_last / DAY, 1.0))
    if due < min(PAGE, total):
        return 0
    return min(due, PAGE * _PAGES_AT_ONCE)


def next_orders(runtime: Runtime, shop: Shop) -> list[str]:
    """The ids of the orders to be compared now, none when the share is not due yet."""
    now, shop_id = runtime.clock(), shop.id or 0
    with runtime.db.reading() as session:
        total = _count(session, shop_id)
        due = share(total, now - (shop.round_at or shop.added_at))
        return _after(session, shop_id, shop.round_cursor, due) if due else []


def compared(runtime: Runtime, shop_id: int, ids: list[str]) -> bool:
    """Keep how far the round has come; whether it is whole with these."""
    now = runtime.clock()
    with runtime.db.transaction() as session:
        shop = contact.find_shop(session, shop_id)
        whole = not _after(session, shop_id, ids[-1], 1)
        shop.round_at = now
        shop.round_cursor = "" if whole else ids[-1]
        shop.round_done_at = now if whole else shop.round_done_at
        session.add(shop)
        return whole


def finished(runtime: Runtime, shop_id: int) -> None:
    """Keep that all orders were compared at once: that was a whole round, and the next one begins."""
    with runtime.db.transaction() as session:
        shop = contact.find_shop(session, shop_id)
        shop.round_at = shop.round_done_at = runtime.clock()
        shop.round_cursor = ""
        session.add(shop)


def progress(session: Session, shop: Shop) -> Progress:
    """How far today's round has come."""
    shop_id = shop.id or 0
    total = _count(session, shop_id)
    left = _count(session, shop_id, shop.round_cursor) if shop.round_cursor else total
    return Progress(total - left, total, shop.round_done_at)


def _count(session: Session, shop_id: int, after: str = "") -> int:
    statement = select(func.count()).select_from(OrderState).where(*_counting(shop_id, after))
    return session.exec(statement).one()


def _after(session: Session, shop_id: int, cursor: str, limit: int) -> list[str]:
    statement = select(OrderState.order_id).where(*_counting(shop_id, cursor))
    return list(session.exec(statement.order_by(col(OrderState.order_id)).limit(limit)))


def _counting(shop_id: int, after: str) -> tuple[bool, ...]:
    live = col(OrderState.state).in_([state.value for state in LIVE])
    return (OrderState.shop_id == shop_id, live, col(OrderState.order_id) > after)  # type: ignore[return-value]

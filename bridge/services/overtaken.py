"""What needed a decision and no longer does: the order was read from the shop since, and could be settled."""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlmodel import Session, col

from bridge.runtime import Runtime
from bridge.storage.cases import close_cases
from bridge.storage.models import Case, Delivery
from bridge.storage.statuses import NOT_SETTLED

_REASON = "a newer state of this order was read from the shop and settled"


def close(runtime: Runtime, shop_id: int, settled: Collection[str]) -> None:
    """Close the cases about these orders, and put aside the messages about them that nobody understood."""
    with runtime.db.reading() as session:
        messages = _messages(session, shop_id, settled)
        cases = _cases(session, shop_id, settled)
    if not messages and not cases:
        return
    with runtime.db.transaction() as session:
        session.execute(
            update(Delivery)
            .where(col(Delivery.id).in_(messages), col(Delivery.state) == "attention")
            .values(state="ignored", reason=_REASON, settled_at=runtime.clock())
        )
        close_cases(session, shop_id, cases, [NOT_SETTLED], runtime.clock())


def _messages(session: Session, shop_id: int, orders: Collection[str]) -> list[int]:
    rows = session.execute(
        select(col(Delivery.id)).where(
            col(Delivery.shop_id) == shop_id,
            col(Delivery.order_id).in_(list(orders)),
            col(Delivery.state) == "attention",
        )
    )
    return [number for number in rows.scalars() if number is not None]


def _cases(session: Session, shop_id: int, orders: Collection[str]) -> list[str]:
    subjects = [f"order:{order}" for order in orders]
    rows = session.execute(
        select(col(Case.subject)).where(
            col(Case.shop_id) == shop_id,
            col(Case.subject).in_(subjects),
            col(Case.reason) == NOT_SETTLED,
            col(Case.closed_at).is_(None),
        )
    )
    return list(rows.scalars())

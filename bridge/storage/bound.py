"""What is bound: credit on orders that nobody has paid yet. It counts as used, however long that takes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.domain.orders import Order
from bridge.storage.codec import unpack_order
from bridge.storage.models import OrderState


@dataclass(frozen=True, slots=True)
class Bound:
    """One unpaid order with credit on it. ``amount`` is gross minor units, ``age`` counts from its placing."""

    order: str
    number: str
    account: int | None
    codes: tuple[str, ...]
    amount: int
    currency: str
    status: str
    method: str
    placed: datetime
    age: timedelta


def bound(session: Session, shop_id: int, now: datetime) -> list[Bound]:
    """All unpaid orders of the shop that carry a code of ours, oldest first."""
    rows = session.execute(
        select(col(OrderState.body), col(OrderState.account_id))
        .where(col(OrderState.shop_id) == shop_id, col(OrderState.state) == "open")
        .order_by(col(OrderState.placed), col(OrderState.order_id))
    )
    known = ((unpack_order(row.body), row.account_id) for row in rows)
    return [_bound(order, account, now) for order, account in known if order.codes]


def _bound(order: Order, account: int | None, now: datetime) -> Bound:
    return Bound(
        order=order.id,
        number=order.number,
        account=account,
        codes=tuple(use.code for use in order.codes),
        amount=sum(line.credit for line in order.lines),
        currency=order.currency,
        status=order.status,
        method=order.method,
        placed=order.placed,
        age=now - order.placed,
    )

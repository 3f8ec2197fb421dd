"""Open orders to which a customer's live code can still be put, and those where that has begun."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, exists, literal, or_, select, update
from sqlmodel import Session, col

from bridge.domain.orders import Order
from bridge.storage.codec import unpack_order
from bridge.storage.models import Account, Case, Offer, OrderState

REFUSED = "credit not used"
"""The reason of the case about an order that the shop let no code of ours on. It is never tried again."""


@dataclass(frozen=True, slots=True)
class Adjustable:
    """An order, and the code that goes on it. ``begun``: an earlier attempt may have reached the shop."""

    order: Order
    account: int
    code: str
    begun: bool


def candidates(session: Session, shop_id: int, methods: Collection[str], since: datetime) -> list[Adjustable]:
    """Unpaid orders placed since then whose buyers have a live code that is as it should be; oldest first."""
    rows = session.execute(
        select(col(OrderState.body), col(OrderState.account_id), col(Offer.code))
        .join(Offer, col(Offer.account_id) == col(OrderState.account_id))
        .join(Account, col(Account.id) == col(OrderState.account_id))
        .where(*_open(shop_id, since), col(OrderState.method).in_(list(methods)), col(OrderState.adjusting) == "")
        .where(col(Offer.state) == "live", col(Account.stale).is_(False), ~_refused(shop_id))
        .order_by(col(OrderState.placed), col(OrderState.order_id))
    )
    found = [Adjustable(unpack_order(row.body), row.account_id, row.code, begun=False) for row in rows]
    return [item for item in found if item.order.adjustable]


def begun(session: Session, shop_id: int) -> list[Adjustable]:
    """Orders where nobody knows yet how an attempt ended."""
    rows = session.execute(
        select(col(OrderState.body), col(OrderState.account_id), col(OrderState.adjusting))
        .where(col(OrderState.shop_id) == shop_id, col(OrderState.adjusting) != "")
        .order_by(col(OrderState.placed), col(OrderState.order_id))
    )
    return [Adjustable(unpack_order(row.body), row.account_id or 0, row.adjusting, begun=True) for row in rows]


def note(session: Session, shop_id: int, order: str, code: str) -> None:
    """Keep which code is being put on the order; an empty one ends that."""
    session.execute(
        update(OrderState)
        .where(col(OrderState.shop_id) == shop_id, col(OrderState.order_id) == order)
        .values(adjusting=code)
    )


def _open(shop_id: int, since: datetime) -> list[ColumnElement[bool]]:
    return [
        col(OrderState.shop_id) == shop_id,
        col(OrderState.state) == "open",
        col(OrderState.placed) >= since,
        or_(col(OrderState.suspect).is_(False), col(OrderState.suspect).is_(None)),
    ]


def _refused(shop_id: int) -> ColumnElement[bool]:
    subject = literal("order:", String) + cast(col(OrderState.order_id), String)
    return exists().where(col(Case.shop_id) == shop_id, col(Case.reason) == REFUSED, col(Case.subject) == subject)

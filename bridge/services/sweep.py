"""Sweep: finds whatever waits and rings for it, so that a lost ring costs seconds and never a delivery.

It also turns over accounts on which time alone has made something due, for nobody sends a delivery for that.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session, col

from bridge.runtime import Runtime
from bridge.services import contact
from bridge.services.settle import settle_accounts
from bridge.storage.models import Account, Delivery, OrderState, Shop

_ACCOUNTS = 1000
"""Accounts turned over per shop and sweep; at a shop's midnight the rest follows with the next sweeps."""


def sweep(runtime: Runtime) -> None:
    """Look after every shop once."""
    with runtime.db.reading() as session:
        shops = session.execute(select(Shop).where(col(Shop.status) == "active").order_by(col(Shop.id)))
        active = list(shops.scalars())
    for shop in active:
        _sweep_shop(runtime, shop)


def _sweep_shop(runtime: Runtime, shop: Shop) -> None:
    shop_id, now = shop.id or 0, runtime.clock()
    with runtime.db.reading() as session:
        due = _due_accounts(session, shop_id, now)
    if due:
        settle_accounts(runtime, shop_id, due)
    for task in _waiting(runtime, shop, now):
        runtime.bell.ring(task, shop_id)


def _due_accounts(session: Session, shop_id: int, now: datetime) -> list[int]:
    statement = (
        select(col(Account.id))
        .where(col(Account.shop_id) == shop_id)
        .where(or_(col(Account.due_at) <= now, col(Account.dirty).is_(True)))
        .order_by(col(Account.id))
        .limit(_ACCOUNTS)
    )
    return [account for account in session.execute(statement).scalars() if account is not None]


def _waiting(runtime: Runtime, shop: Shop, now: datetime) -> Iterable[str]:
    """The tasks that have something to do for the shop; one that is away is left in peace until its time."""
    shop_id = shop.id or 0
    with runtime.db.reading() as session:
        if _any(session, Delivery, _deliveries(shop_id, now)) or _any(session, OrderState, _orders(shop_id)):
            yield "drain"
        if contact.is_waiting(runtime, shop):
            return
        if _any(session, Account, _codes(shop_id, now)):
            yield "push"
    every = timedelta(seconds=runtime.settings.reconcile_every)
    if shop.reconciled_at is None or shop.reconciled_at + every <= now:
        yield "reconcile"


def _deliveries(shop_id: int, now: datetime) -> list[ColumnElement[bool]]:
    return [
        col(Delivery.shop_id) == shop_id,
        col(Delivery.state).in_(("received", "waiting")),
        or_(col(Delivery.due_at).is_(None), col(Delivery.due_at) <= now),
    ]


def _orders(shop_id: int) -> list[ColumnElement[bool]]:
    marked = or_(col(OrderState.dirty).is_(True), col(OrderState.suspect).is_(True))
    return [col(OrderState.shop_id) == shop_id, marked]


def _codes(shop_id: int, now: datetime) -> list[ColumnElement[bool]]:
    return [
        col(Account.shop_id) == shop_id,
        col(Account.stale).is_(True),
        or_(col(Account.push_due_at).is_(None), col(Account.push_due_at) <= now),
    ]


def _any(session: Session, table: type[object], conditions: list[ColumnElement[bool]]) -> bool:
    statement = select(1).select_from(table).where(*conditions).limit(1)
    return session.execute(statement).first() is not None

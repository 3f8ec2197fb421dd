"""Sweep: finds whatever waits and rings for it, so that a lost ring costs seconds and never a delivery.

It also turns over accounts on which time alone has made something due, for nobody sends a delivery for that.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlmodel import Session, col

from bridge.runtime import Runtime
from bridge.services import approvals, contact, mail, news, night, push, unpaid, webhooks
from bridge.services.settle import settle_accounts
from bridge.storage import inbox, offers, orders, vouchers
from bridge.storage.models import Account, Shop, ShopStatus

_ACCOUNTS = 1000
"""Accounts turned over per shop and sweep; at a shop's midnight the rest follows with the next sweeps."""


def sweep(runtime: Runtime) -> None:
    """Look after every shop once."""
    with runtime.db.reading() as session:
        rows = session.execute(select(Shop).where(col(Shop.status) != ShopStatus.REMOVED).order_by(col(Shop.id)))
        shops = list(rows.scalars())
    for shop in shops:
        for task in _waiting(runtime, shop, runtime.clock()):
            runtime.bell.ring(task, shop.id or 0)
    if mail.is_waiting(runtime):
        runtime.bell.ring("mail", 0)
    if approvals.is_waiting(runtime):
        runtime.bell.ring("connect", 0)
    for shop in shops:
        if not contact.is_resting(shop):
            _turn_over(runtime, shop.id or 0)


def _turn_over(runtime: Runtime, shop_id: int) -> None:
    """Settle the accounts on which something has become due, and have their codes looked at."""
    with runtime.db.reading() as session:
        due = _due_accounts(session, shop_id, runtime.clock())
    if due:
        settle_accounts(runtime, shop_id, due)
        runtime.bell.ring("push", shop_id)


def _due_accounts(session: Session, shop_id: int, now: datetime) -> list[int]:
    statement = (
        select(col(Account.id))
        .where(col(Account.shop_id) == shop_id)
        .where(or_(col(Account.due_at) <= now, col(Account.dirty).is_(True)))
        .order_by(col(Account.id))
        .limit(_ACCOUNTS)
    )
    return [account for account in session.execute(statement).scalars() if account is not None]


def _waiting(runtime: Runtime, shop: Shop, now: datetime) -> Iterator[str]:
    """The tasks that have something to do for the shop; one that is away is left in peace until its time."""
    shop_id = shop.id or 0
    if night.is_due(shop, now):
        yield "night"
    if contact.is_resting(shop):
        return
    with runtime.db.reading() as session:
        settling = (
            inbox.waiting(session, shop_id, now, 1)
            or orders.dirty(session, shop_id, 1)
            or orders.suspect(session, shop_id, 1)
        )
        pushing = not push.is_silent(shop) and (
            offers.due(session, shop_id, now, 1)
            or vouchers.waiting(session, shop_id, 1)
            or unpaid.waiting(runtime, session, shop)
        )
        writing = news.is_due(runtime, session, shop, now)
    if settling:
        yield "drain"
    if writing:
        yield "news"
    if contact.is_waiting(runtime, shop):
        return
    if pushing:
        yield "push"
    if webhooks.is_due(shop, now):
        yield "watch"
    every = timedelta(seconds=runtime.settings.reconcile_every)
    if shop.reconciled_at is None or shop.reconciled_at + every <= now:
        yield "reconcile"

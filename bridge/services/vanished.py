"""Customers whom the shop deleted without our hearing of it: their orders look like a guest's from then on."""

from collections.abc import Collection

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.ports import CustomerGone, ShopClient
from bridge.runtime import Runtime
from bridge.services import customers
from bridge.services.contact import find_shop
from bridge.services.settlement import Settlement
from bridge.storage.models import Account, OrderState, Person


def look_for(runtime: Runtime, shop_id: int, client: ShopClient, orders: Collection[str]) -> None:
    """Ask the shop for those who placed these orders, which it shows as a guest's. Raises ``ShopError``."""
    if not orders:
        return
    with runtime.db.reading() as session:
        placed_by = _customers(session, shop_id, orders)
    if not placed_by:
        return
    gone = placed_by - {customer.id for customer in client.customers(sorted(placed_by))}
    if gone:
        with runtime.db.transaction() as session:
            shop = find_shop(session, shop_id)
            settlement = Settlement(session, shop, runtime.vault.fingerprint, runtime.clock(), "reconcile")
            customers.forget_gone(settlement, [CustomerGone(customer) for customer in sorted(gone)])
            settlement.close()


def _customers(session: Session, shop_id: int, orders: Collection[str]) -> set[str]:
    rows = session.execute(
        select(col(Person.customer))
        .join(OrderState, col(OrderState.account_id) == col(Person.account_id))
        .join(Account, col(Account.id) == col(Person.account_id))
        .where(col(OrderState.shop_id) == shop_id, col(OrderState.order_id).in_(list(orders)))
        .where(col(Person.customer) != "", col(Account.guest).is_(False))
    )
    return set(rows.scalars())

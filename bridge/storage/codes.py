"""Our codes as orders show them: whose each one is, and that it is used up."""

from collections.abc import Iterable

from sqlalchemy import bindparam, select, update
from sqlmodel import Session, col

from bridge.domain.orders import Order
from bridge.storage import people
from bridge.storage.codec import unpack_order
from bridge.storage.models import Offer, OrderState

_USABLE = ("planned", "live", "withdrawn")
"""A code may be used at the very moment at which we withdraw it."""


def owners(session: Session, shop_id: int, orders: Iterable[Order]) -> dict[str, int]:
    """The account that each code on these orders was issued to, whoever typed it."""
    codes = {use.code.lower() for order in orders for use in order.codes}
    codes |= {part.code.lower() for order in orders for line in order.lines for part in line.credits}
    if not codes:
        return {}
    rows = session.execute(
        select(col(Offer.code), col(Offer.account_id)).where(
            col(Offer.shop_id) == shop_id, col(Offer.code).in_(codes)
        )
    ).all()
    now = people.survivors(session, {row.account_id for row in rows})
    return {row.code: now[row.account_id] for row in rows}


def mark_used(session: Session, shop_id: int, orders: Iterable[Order]) -> set[int]:
    """Codes seen on an order are used up, whatever becomes of the order; the accounts they belong to.

    ``taken`` is what the order took, in the shop's price mode: the reconciler retires the code with it.
    """
    taken: dict[str, int] = {}
    first: dict[str, str] = {}
    for order in orders:
        for use in order.codes:
            taken[use.code.lower()] = max(use.face, taken.get(use.code.lower(), 0))
            first.setdefault(use.code.lower(), order.id)
    if not taken:
        return set()
    rows = session.execute(
        select(col(Offer.id), col(Offer.code), col(Offer.account_id)).where(
            col(Offer.shop_id) == shop_id, col(Offer.code).in_(taken), col(Offer.state).in_(_USABLE)
        )
    ).all()
    if rows:
        statement = (
            update(Offer)
            .where(col(Offer.id) == bindparam("offer"))
            .values(state="used", taken=bindparam("new_taken"), order_id=bindparam("first_order"))
        )
        values = [{"offer": row.id, "new_taken": taken[row.code], "first_order": first[row.code]} for row in rows]
        session.connection().execute(statement, values)
    return {row.account_id for row in rows}


def first_orders(session: Session, shop_id: int, codes: Iterable[str]) -> dict[str, Order]:
    """The order that each of these codes (lower case) was first seen on, where we still know it."""
    same = (col(OrderState.shop_id) == col(Offer.shop_id)) & (col(OrderState.order_id) == col(Offer.order_id))
    rows = session.execute(
        select(col(Offer.code), col(OrderState.body))
        .join(OrderState, same)
        .where(col(Offer.shop_id) == shop_id, col(Offer.code).in_(list(codes)))
    )
    return {row.code: unpack_order(row.body) for row in rows}

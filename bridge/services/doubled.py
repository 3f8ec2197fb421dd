"""A single-use code on two orders: possible in a shop that holds no stock during checkout.

Both took credit, so both are booked as they are. That the customer spent the same credit twice is said once.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from bridge.domain.orders import LIVE, Order
from bridge.storage import codes
from bridge.storage.cases import open_case
from bridge.storage.orders import Stored


def flag(
    session: Session, shop_id: int, orders: Sequence[Order], known: Mapping[str, Stored], now: datetime
) -> None:
    """Open a case for each code that these orders carry beside another order; ``known`` are their former states."""
    fresh = {order.id: set(_fresh(order, known.get(order.id))) for order in orders}
    wanted = {code for found in fresh.values() for code in found}
    if not wanted:
        return
    first = codes.first_orders(session, shop_id, wanted)
    for order in orders:
        for code in sorted(_doubled(order, fresh[order.id], first)):
            _say(session, shop_id, order, first[code], code, now)


def _fresh(order: Order, before: Stored | None) -> Iterator[str]:
    """The codes that have begun to count by this state: what was known before has been said before."""
    if order.state not in LIVE:
        return
    counted = {use.code for use in before.order.codes} if before and before.order.state in LIVE else set()
    yield from (use.code.lower() for use in order.codes if use.code not in counted)


def _doubled(order: Order, fresh: Collection[str], first: Mapping[str, Order]) -> Iterator[str]:
    for code in fresh:
        other = first.get(code)
        if other is not None and other.id != order.id and other.state in LIVE:
            yield code


def _say(session: Session, shop_id: int, order: Order, other: Order, code: str, now: datetime) -> None:
    sentence = (
        f"The code {code} was used on order {order.number} although order {other.number} carries it already. Both"
        " are booked as they are, so the account may be below zero until the customer has earned it again. This"
        " happens where the shop holds no stock for open checkouts: set “Hold stock (minutes)” in its settings."
    )
    open_case(session, shop_id, f"order:{order.id}", "code used twice", sentence, now)

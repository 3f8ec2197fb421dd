"""What would be redeemed under the simulated programme if everybody always used all the credit they may."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.domain.appetite import Basket, basket, full_use
from bridge.domain.programme import Programme
from bridge.runtime import Runtime
from bridge.services.contact import find_shop
from bridge.services.settlement import Settlement
from bridge.services.simulate.figures import month_of
from bridge.services.simulate.play import account_pages
from bridge.storage import gates
from bridge.storage.models import OrderState
from bridge.storage.movements import load_movements


def redeemed_fully(runtime: Runtime, shop_id: int, programme: Programme) -> Counter[str]:
    """Minor units by month; ``runtime`` is that of the simulation, after all orders are settled."""
    used: Counter[str] = Counter()
    for accounts in account_pages(runtime.db, shop_id):
        with runtime.db.reading() as session:
            movements = load_movements(session, accounts)
            wanted = _baskets(runtime, session, shop_id, programme, accounts)
            locks = gates.of_shop(session, shop_id)
        for account, baskets in wanted.items():
            given, spent = movements.get(account, ([], []))
            by_hand = [item for item in spent if "/order:" not in item.source]
            for item in full_use(given, by_hand, baskets, programme.zone, locks):
                used[month_of(item.at, programme.zone)] += item.amount
    return used


def _baskets(
    runtime: Runtime, session: Session, shop_id: int, programme: Programme, accounts: Sequence[int]
) -> Mapping[int, list[Basket]]:
    ids = session.execute(
        select(col(OrderState.order_id)).where(
            col(OrderState.shop_id) == shop_id, col(OrderState.account_id).in_(accounts)
        )
    ).scalars()
    shop = find_shop(session, shop_id)
    settlement = Settlement(session, shop, runtime.vault.fingerprint, runtime.clock(), "simulation")
    found: dict[int, list[Basket]] = defaultdict(list)
    for order, ground in settlement.grounds(list(ids)):
        wanted = basket(order, programme, ground.group) if ground else None
        if ground is not None and wanted is not None:
            found[ground.buyer].append(wanted)
    return found

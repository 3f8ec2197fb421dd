"""What would be redeemed under the simulated programme if everybody always used all the credit they may."""

from collections import Counter

from bridge.domain.appetite import full_use
from bridge.domain.programme import Programme
from bridge.runtime import Runtime
from bridge.services.simulate import baskets
from bridge.services.simulate.figures import month_of
from bridge.services.simulate.play import account_pages
from bridge.storage import gates
from bridge.storage.movements import load_movements


def redeemed_fully(runtime: Runtime, shop_id: int, programme: Programme) -> Counter[str]:
    """Minor units by month; ``runtime`` is that of the simulation, after all orders are settled."""
    used: Counter[str] = Counter()
    for accounts in account_pages(runtime.db, shop_id):
        with runtime.db.reading() as session:
            wanted = baskets.of_accounts(session, accounts)
            movements = load_movements(session, wanted)
            locks = gates.of_shop(session, shop_id)
        for account, chances in wanted.items():
            given, spent = movements.get(account, ([], []))
            by_hand = [item for item in spent if "/order:" not in item.source]
            for item in full_use(given, by_hand, chances, programme.zone, locks):
                used[month_of(item.at, programme.zone)] += item.amount
    return used

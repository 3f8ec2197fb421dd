"""What time alone makes due is remembered, whatever else happens to the account in between."""

from bridge.domain.orders import State
from bridge.services.programmes import activate
from bridge.services.settle import settle_marked
from bridge.storage.models import Account
from tests.bridge.history import BEGIN, EARNING, bought, happens
from tests.bridge.told import TEN_PERCENT, told
from tests.bridge.world import World
from tests.builders import at, line, order

MEMBERSHIP = """
[[bonus]]
id = "club"
kind = "membership"
sku = "CLUB"
amount = "2.00"
months = 3
"""


def test_a_redemption_does_not_forget_the_next_month_of_a_membership() -> None:
    with told(TEN_PERCENT + MEMBERSHIP) as books:
        books.tell(order(line(sku="CLUB")))
        assert books.account().due_at == at("2026-04-02 00:00")
        books.offer(1200)
        books.tell(order(line(paid=100, credit=200, code="guthaben-anna-1"), id="1002", state=State.OPEN))
        books.wait_until("2026-04-02 00:01")
        assert books.entries()[-1] == ("bonus", 200)
        assert books.verify() == []


FIRST = EARNING + '[[bonus]]\nid = "welcome"\nkind = "first_order"\namount = "{}"\n'


def test_a_version_that_begins_before_an_order_gives_that_orders_bonus(world: World) -> None:
    activate(world.runtime, world.shop_id, FIRST.format("2.00"), BEGIN)
    happens(world, bought(1))
    assert world.get(Account, 1).balance == 1000 + 200
    activate(world.runtime, world.shop_id, FIRST.format("3.00"), BEGIN)
    settle_marked(world.runtime, world.shop_id)
    assert world.get(Account, 1).balance == 1000 + 300

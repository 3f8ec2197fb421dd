"""One order that cannot be settled stands aside, with a sentence, and never stops the others."""

from dataclasses import replace

from bridge.ports import OrderSeen
from bridge.services.contact import load_shop
from bridge.services.settle import Absorbed, absorb
from bridge.storage.models import Account
from tests.bridge.history import bought, earning
from tests.bridge.world import World


def _foreign(number: int, paid: int = 10000) -> OrderSeen:
    seen = bought(number)
    line = replace(seen.order.lines[0], paid=paid)
    return replace(seen, order=replace(seen.order, currency="CHF", lines=(line,)))


def _absorb(world: World, *seen: OrderSeen) -> Absorbed:
    return absorb(world.runtime, load_shop(world.runtime, world.shop_id), seen, "test")


def test_a_batch_is_halved_until_the_one_order_stands_alone(world: World) -> None:
    found = _absorb(
        earning(world), *(bought(n) for n in range(1, 5)), _foreign(5), *(bought(n) for n in range(6, 9))
    )
    assert world.get(Account, 1).balance == 7 * 1000
    assert list(found.problems) == ["id5"]
    assert "CHF" in found.problems["id5"]


def test_two_states_of_one_order_stand_aside_together(world: World) -> None:
    """One stamp with two contents: both belong to one order, so halving cannot part them."""
    found = _absorb(earning(world), bought(1), _foreign(2), _foreign(2, paid=9000), bought(3))
    assert world.get(Account, 1).balance == 2 * 1000
    assert list(found.problems) == ["id2"]

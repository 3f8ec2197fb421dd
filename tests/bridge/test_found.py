"""What the simulator has found, each in its shortest form."""

import random
from datetime import timedelta

from adapters.woocommerce.sandbox import ToyShop
from bridge.services import work
from bridge.services.reconcile import reconcile
from bridge.services.verify import verify
from tests.simulation.world import World, open_world

HALF = '[programme]\ncurrency = "EUR"\navailable_after_days = 0\n[[earn]]\nid = "half"\npercent = "50"\n'


def _bought(shop: ToyShop) -> None:
    tee = shop.add_product("Tee", "20.00", sku="TEE")
    shop.checkout(shop.register("anna@kunden.example", "Anna", "Muster"), [(tee, 1)], method="stripe")


def _at_rest(world: World) -> None:
    world.shop.run_queue()
    work.until_empty(world.runtime)
    assert verify(world.runtime) == []


def test_an_order_that_was_read_before_its_buyer_is_known_learns_the_group_later() -> None:
    with open_world(random.Random(1), HALF) as world:
        _bought(world.shop)
        assert reconcile(world.runtime, world.shop_id).problem == ""
        _at_rest(world)


def test_a_group_that_changes_while_the_clocks_differ_reaches_the_orders_it_counts_for() -> None:
    with open_world(random.Random(1), HALF) as world:
        _bought(world.shop)
        _at_rest(world)
        world.clock.forward(hours=1)
        anna = next(iter(world.shop.customers.values()))
        world.shop.checkout(anna, [(next(iter(world.shop.products.values())), 1)], method="stripe")
        _at_rest(world)
        world.clock.skew = timedelta(seconds=-90)
        anna.role = "wholesale"
        world.shop.change_email(anna, "anna@firma.example")
        _at_rest(world)

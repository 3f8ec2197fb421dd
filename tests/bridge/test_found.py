"""What the simulator has found, each in its shortest form."""

import random
from datetime import timedelta

from sqlmodel import select

from adapters.woocommerce.sandbox import ToyShop
from bridge.services import work
from bridge.services.programmes import activate
from bridge.services.reconcile import reconcile
from bridge.services.settle import drain
from bridge.services.verify import verify
from bridge.storage.models import Account
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


def test_an_order_of_the_very_second_in_which_a_programme_begins_is_settled_by_it() -> None:
    with open_world(random.Random(1), HALF) as world:
        _bought(world.shop)
        world.shop.run_queue()
        drain(world.runtime, world.shop_id)
        activate(world.runtime, world.shop_id, HALF.replace("50", "10"))
        _at_rest(world)


def test_orders_known_before_a_programme_that_begins_in_the_past_are_settled_by_it() -> None:
    with open_world(random.Random(1), HALF) as world:
        begins = world.clock.bridge() + timedelta(minutes=5)
        world.clock.forward(hours=1)
        _bought(world.shop)
        _at_rest(world)
        activate(world.runtime, world.shop_id, HALF.replace("50", "10"), valid_from=begins)
        _at_rest(world)
        with world.runtime.db.reading() as session:
            assert list(session.exec(select(Account.balance))) == [200]

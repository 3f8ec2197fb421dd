"""The daily round: every order is compared with the shop once a day, a share at a time."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from bridge.domain.orders import State
from bridge.ports import OrderSeen
from bridge.services import reconcile, rounds, settle
from bridge.services.contact import load_shop
from bridge.storage.models import Entry, OrderState
from tests.bridge.world import World
from tests.builders import line, order


@pytest.mark.parametrize(
    ("total", "minutes", "due"),
    [
        (0, 1440, 0),
        (1, 10, 0),
        (1, 1440, 1),
        (50, 720, 0),
        (50, 1440, 50),
        (1440, 100, 100),
        (1440, 99, 0),
        (1_000_000, 1, 500),
    ],
)
def test_the_share_is_whole_pages_spread_over_the_day(total: int, minutes: int, due: int) -> None:
    assert rounds.share(total, timedelta(minutes=minutes)) == due


def _seen(world: World, number: int, state: State = State.PAID) -> OrderSeen:
    told = order(line(), id=str(number), state=state)
    return OrderSeen(replace(told, placed=world.clock.now, updated=world.clock.now), read_at=world.clock.now)


def test_an_order_that_was_deleted_for_good_is_found_within_a_day(world: World) -> None:
    shop = load_shop(world.runtime, world.shop_id)
    found = [_seen(world, 1), _seen(world, 2)]
    settle.absorb(world.runtime, shop, found, "test")
    world.shop.now_orders = {"1": found[0]}
    reconcile.reconcile(world.runtime, world.shop_id)
    assert _state(world, "2") == "paid"
    world.clock.forward(days=1)
    reconcile.reconcile(world.runtime, world.shop_id)
    assert _state(world, "2") == "gone"
    with world.runtime.db.reading() as session:
        shop = load_shop(world.runtime, world.shop_id)
        assert rounds.progress(session, shop).done_at == world.clock.now
        assert all(entry.order_id != "1" or entry.amount > 0 for entry in session.exec(select(Entry)))


def test_a_round_goes_on_where_it_was(world: World) -> None:
    shop = load_shop(world.runtime, world.shop_id)
    settle.absorb(world.runtime, shop, [_seen(world, n) for n in range(1, 151)], "test")
    world.clock.forward(hours=17)
    ids = rounds.next_orders(world.runtime, load_shop(world.runtime, world.shop_id))
    assert len(ids) == 106
    assert not rounds.compared(world.runtime, world.shop_id, ids[:100])
    with world.runtime.db.reading() as session:
        assert rounds.progress(session, load_shop(world.runtime, world.shop_id)).compared == 100


def test_comparing_everything_by_hand_is_a_whole_round(world: World) -> None:
    shop = load_shop(world.runtime, world.shop_id)
    found = [_seen(world, n) for n in range(1, 151)]
    settle.absorb(world.runtime, shop, found, "test")
    world.shop.now_orders = {seen.order.id: seen for seen in found}
    world.clock.forward(hours=17)
    reconcile.reconcile(world.runtime, world.shop_id, full=True)
    done = load_shop(world.runtime, world.shop_id)
    assert done.round_done_at == world.clock.now
    assert rounds.next_orders(world.runtime, done) == []


def _state(world: World, number: str) -> str:
    with world.runtime.db.reading() as session:
        return session.exec(select(OrderState.state).where(OrderState.order_id == number)).one()

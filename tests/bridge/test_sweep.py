"""Sweep: whatever waits is rung for again, with nothing but the database to go by."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import SQLModel

from bridge.services import sweep as module
from bridge.services.sweep import sweep
from bridge.storage.models import Account, Delivery, OrderState, Shop
from tests.bridge.world import World


@pytest.fixture
def quiet(world: World) -> World:
    """A shop that was read just now and has nothing waiting."""
    world.change(Shop, 1, reconciled_at=world.clock.now, watched_at=world.clock.now)
    return world


def rung(world: World) -> list[str]:
    sweep(world.runtime)
    return [task for task, shop in world.bell.rung if shop == world.shop_id]


def put(world: World, row: SQLModel) -> None:
    with world.runtime.db.transaction() as session:
        session.add(row)


def delivery(world: World, **values: Any) -> Delivery:
    return Delivery(shop_id=1, received_at=world.clock.now, topic="order.updated", body=b"{}", **values)


def test_where_nothing_waits_nobody_is_rung_for(quiet: World) -> None:
    assert rung(quiet) == []


def test_a_delivery_that_was_kept_is_rung_for(quiet: World) -> None:
    put(quiet, delivery(quiet))
    assert rung(quiet) == ["drain"]


def test_a_delivery_that_waits_is_rung_for_when_its_time_has_come(quiet: World) -> None:
    put(quiet, delivery(quiet, state="waiting", due_at=quiet.clock.now + timedelta(minutes=1)))
    assert rung(quiet) == []
    quiet.clock.forward(seconds=61)
    quiet.change(Shop, 1, reconciled_at=quiet.clock.now)
    assert rung(quiet) == ["drain"]


def test_deliveries_that_are_done_are_not_rung_for(quiet: World) -> None:
    for state in ("settled", "ignored", "attention"):
        put(quiet, delivery(quiet, state=state))
    assert rung(quiet) == []


@pytest.mark.parametrize("mark", ["dirty", "suspect"])
def test_marked_orders_are_rung_for(quiet: World, mark: str) -> None:
    now = quiet.clock.now
    order = OrderState(shop_id=1, order_id="1", number="1", state="paid", updated=now, placed=now, body=b"{}")
    setattr(order, mark, True)
    put(quiet, order)
    assert rung(quiet) == ["drain"]


def test_a_stale_account_is_rung_for_but_not_before_its_time(quiet: World) -> None:
    account = quiet.account(1000, push_due_at=quiet.clock.now + timedelta(minutes=1))
    assert rung(quiet) == []
    quiet.change(Account, account, push_due_at=None)
    assert rung(quiet) == ["push"]


def test_a_shop_that_was_not_read_for_a_while_is_read(world: World) -> None:
    world.change(Shop, 1, watched_at=world.clock.now)
    assert rung(world) == ["reconcile"]
    world.bell.rung.clear()
    world.change(Shop, 1, reconciled_at=world.clock.now)
    assert rung(world) == []
    world.clock.forward(seconds=world.runtime.settings.reconcile_every)
    assert rung(world) == ["reconcile"]


def test_a_shop_that_is_away_is_not_asked_before_its_time(world: World) -> None:
    world.account(1000)
    put(world, delivery(world))
    world.change(Shop, 1, retry_at=world.clock.now + timedelta(minutes=5))
    assert rung(world) == ["drain"]


def test_a_shop_that_is_switched_off_is_left_out(world: World) -> None:
    world.change(Shop, 1, status="paused")
    assert rung(world) == []


def test_accounts_on_which_something_became_due_are_settled(quiet: World) -> None:
    """Credit that expired is booked, the code follows, and the account is not due again."""
    account = quiet.account(0, due_at=quiet.clock.now - timedelta(minutes=1))
    quiet.change(Account, account, stale=False)
    assert rung(quiet) == ["push"]
    assert quiet.get(Account, account).due_at is None


def test_a_sweep_turns_over_a_bounded_number_of_accounts(quiet: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ACCOUNTS", 2)
    for _ in range(3):
        quiet.account(0, due_at=quiet.clock.now)
    sweep(quiet.runtime)
    left = [quiet.get(Account, i).due_at is None for i in (1, 2, 3)]
    assert left == [True, True, False]

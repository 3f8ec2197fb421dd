"""Reconcile and backfill: what the shop has and we have not seen is found, settled and named."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bridge.domain.orders import Article, Line, Order, State
from bridge.errors import ShopAway
from bridge.ports import Contact, OrderSeen, Unreadable
from bridge.services.backfill import backfill
from bridge.services.programmes import activate
from bridge.services.push import push
from bridge.services.reconcile import FIRST_LOOK, OVERLAP, reconcile
from bridge.storage import tallies
from bridge.storage.models import Account, Shop
from tests.bridge.world import PROGRAMME, World

READ = datetime(2026, 3, 1, 12, tzinfo=UTC)
EARNING = PROGRAMME + 'available_after_days = 0\n[[earn]]\nid = "all"\npercent = "10"\n'


def order(number: int, minutes: int = 0, state: State = State.PAID) -> OrderSeen:
    """An order over 100.00, as a read of the shop shows it."""
    at = READ + timedelta(minutes=minutes)
    line = Line("1", Article("55", sku="tee", name="Tee"), 1, 10000, 8403)
    value = Order(
        id=f"id{number}",
        number=str(number),
        currency="EUR",
        state=state,
        updated=at,
        placed=at,
        lines=(line,),
        customer="7",
        paid_at=at,
    )
    return OrderSeen(value, Contact("anna@example.org"), read_at=at)


@pytest.fixture
def shop(world: World) -> World:
    """A shop with a programme that gives ten percent from the first minute on."""
    activate(world.runtime, world.shop_id, EARNING, READ)
    return world


def balances(world: World) -> list[int]:
    with world.runtime.db.reading() as session:
        return [account.balance for account in session.exec(select(Account))]


def test_a_missed_order_is_booked_and_named(shop: World) -> None:
    shop.shop.pages = [[order(1001)], [order(1002, 1)]]
    result = reconcile(shop.runtime, shop.shop_id)
    assert (result.read, result.healed) == (2, ["1001", "1002"])
    assert balances(shop) == [2000]
    assert ("push", shop.shop_id) in shop.bell.rung


def test_what_is_known_already_costs_nothing(shop: World) -> None:
    shop.shop.pages = [[order(1001)]]
    reconcile(shop.runtime, shop.shop_id)
    assert reconcile(shop.runtime, shop.shop_id).healed == []
    with shop.runtime.db.reading() as session:
        healed = tallies.found(session, shop.shop_id, tallies.HEALED)
    assert healed is not None
    assert healed.count == 1
    assert balances(shop) == [1000]


def test_reading_begins_a_little_before_it_ended_last(shop: World) -> None:
    shop.shop.pages = [[order(1001, 30)]]
    reconcile(shop.runtime, shop.shop_id)
    reconcile(shop.runtime, shop.shop_id)
    added = shop.get(Shop, 1).added_at
    assert shop.shop.asked_since == [added - FIRST_LOOK, READ + timedelta(minutes=30) - OVERLAP]


def test_a_reading_that_breaks_off_goes_on_after_the_last_page(shop: World) -> None:
    class Breaking(list[list[OrderSeen | Unreadable]]):
        def __iter__(self):  # type: ignore[no-untyped-def]
            yield [order(1001, 30)]
            raise ShopAway("The shop did not answer in time.")

    shop.shop.pages = Breaking()
    result = reconcile(shop.runtime, shop.shop_id)
    assert (result.healed, result.problem) == (["1001"], "The shop did not answer in time.")
    known = shop.get(Shop, 1)
    assert known.reconciled_until == READ + timedelta(minutes=30)
    assert known.reconciled_at is None
    assert known.retry_at is not None


def test_reading_from_a_later_moment_leaves_no_gap_behind(shop: World) -> None:
    shop.shop.pages = [[order(1001)]]
    reconcile(shop.runtime, shop.shop_id)
    shop.shop.pages = [[order(1003, 120)]]
    reconcile(shop.runtime, shop.shop_id, since=READ + timedelta(minutes=100))
    assert shop.get(Shop, 1).reconciled_until == READ


def test_a_first_reading_from_a_later_moment_does_not_count_as_the_first(shop: World) -> None:
    shop.shop.pages = [[order(1003, 120)]]
    reconcile(shop.runtime, shop.shop_id, since=READ + timedelta(minutes=100))
    assert shop.get(Shop, 1).reconciled_until is None


def test_an_order_deleted_without_a_trace_is_found_by_a_full_reading(shop: World) -> None:
    shop.shop.pages = [[order(1001), order(1002)]]
    reconcile(shop.runtime, shop.shop_id)
    shop.shop.pages = []
    shop.shop.now_orders = {"id1002": order(1002)}
    assert reconcile(shop.runtime, shop.shop_id).healed == []
    assert reconcile(shop.runtime, shop.shop_id, full=True).healed == ["1001"]
    assert balances(shop) == [1000]


def test_an_order_that_cannot_be_understood_becomes_a_case_and_holds_up_nobody(shop: World) -> None:
    shop.shop.pages = [[Unreadable("a state we have never seen: foo", "id1001"), order(1002)]]
    result = reconcile(shop.runtime, shop.shop_id)
    assert result.healed == ["1002"]
    assert result.problems == {"id1001": "a state we have never seen: foo"}
    assert [case.subject for case in shop.cases()] == ["order:id1001"]


def test_an_order_that_can_be_understood_again_is_no_case_any_more(shop: World) -> None:
    reconcile_page(shop, Unreadable("Nobody knows.", order="id1"))
    assert [case.reason for case in shop.cases()] == ["not settled"]
    reconcile_page(shop, order(1))
    assert shop.cases() == []


def reconcile_page(shop: World, item: OrderSeen | Unreadable) -> None:
    shop.shop.pages = [[item]]
    reconcile(shop.runtime, shop.shop_id)
    shop.clock.forward(minutes=1)


def test_a_version_that_begins_later_reaches_the_codes_when_it_does(shop: World) -> None:
    shop.account(1000)
    reconcile(shop.runtime, shop.shop_id)
    begins = shop.clock.now + timedelta(hours=1)
    activate(shop.runtime, shop.shop_id, PROGRAMME + "[redeem]\nautomatic = false\n", begins)
    push(shop.runtime, shop.shop_id)
    assert len(shop.shop.live()) == 1
    shop.clock.forward(hours=2)
    reconcile(shop.runtime, shop.shop_id)
    push(shop.runtime, shop.shop_id)
    assert not shop.shop.live()


def test_a_dry_backfill_counts_and_books_nothing(shop: World) -> None:
    shop.shop.pages = [[order(1001)], [order(1002)]]
    sizes: list[int] = []
    result = backfill(shop.runtime, shop.shop_id, dry_run=True, progress=sizes.append)
    assert (result.read, result.booked, result.entries, sizes) == (2, ["1001", "1002"], 2, [1, 1])
    assert balances(shop) == []


def test_a_backfill_can_be_repeated(shop: World) -> None:
    shop.shop.pages = [[order(1001)], [order(1002)]]
    assert backfill(shop.runtime, shop.shop_id).booked == ["1001", "1002"]
    assert backfill(shop.runtime, shop.shop_id).booked == []
    assert balances(shop) == [2000]

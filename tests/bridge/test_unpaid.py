"""Unpaid orders: credit comes off an order to be paid by hand, once and soon, and the customer is told."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from adapters.woocommerce.sandbox import ToyShop, serve
from bridge.errors import ShopAway
from bridge.services import settle, unpaid
from bridge.services.connect import client_of
from bridge.services.push import push
from bridge.services.sweep import sweep
from bridge.storage.bound import bound
from bridge.storage.db import Database
from tests.bridge.till import Till

OPEN = "[redeem]\nopen_orders = true\n"


@pytest.fixture
def till(database: Database) -> Iterator[Till]:
    toy = ToyShop()
    with serve(toy, queue=False):
        yield Till(toy, database, redeem=OPEN).open()


def test_credit_comes_off_an_order_placed_a_moment_ago_and_the_customer_is_told(till: Till) -> None:
    order = till.buy(till.earned(), "30.00")
    assert till.turn().lowered == 1
    assert [used.code[:9] for used in order.coupons] == ["guthaben-"]
    assert till.toy.orders_body(order)["total"] == "20.00"
    assert order.told == [
        "Ihr Guthaben von 10,00\xa0€ wurde von dieser Bestellung abgezogen. Bitte zahlen Sie nur noch 20,00\xa0€."
    ]
    assert (till.balance(), till.offers()) == (0, [("retired", 1000)])


def test_a_second_turn_changes_nothing(till: Till) -> None:
    order = till.buy(till.earned(), "30.00")
    till.turn()
    stamp = order.modified
    assert till.turn().lowered == 0
    assert (order.modified, len(order.told)) == (stamp, 1)


def test_an_order_that_the_credit_pays_wholly_says_so(till: Till) -> None:
    order = till.buy(till.earned(), "7.00")
    till.turn()
    assert "nichts mehr zu zahlen" in order.told[0]
    assert till.offers()[-1] == ("live", 300)


def test_what_is_bound_is_listed_with_its_age(till: Till) -> None:
    order = till.buy(till.earned(), "30.00")
    till.turn()
    with till.database.reading() as session:
        (item,) = bound(session, till.shop_id, till.clock() + timedelta(days=3))
    assert (item.order, item.amount, item.status, item.method) == (str(order.id), 1000, "on-hold", "bacs")
    assert item.age.days == 3
    till.toy.pay(order)
    till.turn()
    with till.database.reading() as session:
        assert bound(session, till.shop_id, till.clock()) == []


@pytest.mark.parametrize("method", ["cod", "stripe"])
def test_only_methods_paid_by_hand_are_lowered(till: Till, method: str) -> None:
    order = till.buy(till.earned(), method=method, paid=False)
    assert till.turn().lowered == 0
    assert order.coupons == []


def test_the_merchant_says_which_methods_are_paid_by_hand(till: Till) -> None:
    assert unpaid.list_methods(till.runtime, till.shop_id, ["cheque"]) == ("cheque",)
    order = till.buy(till.earned())
    assert till.turn().lowered == 0
    assert order.coupons == []


def test_a_customer_who_took_the_credit_out_is_left_alone(till: Till) -> None:
    order = till.buy(anna := till.earned())
    till.toy.edit_order(order, {"meta_data": [{"key": "_rabattkonto_declined", "value": "guthaben-x"}]})
    assert till.turn().lowered == 0
    assert till.buy(anna).coupons == order.coupons == []


def test_after_ten_minutes_nobody_touches_the_order(till: Till) -> None:
    order = till.buy(till.earned())
    till.clock.by = timedelta(minutes=11)
    assert till.turn().lowered == 0
    assert order.coupons == []


def test_two_orders_at_once_share_the_credit_one_after_the_other(till: Till) -> None:
    anna = till.earned()
    first, second = till.buy(anna, "7.00"), till.buy(anna, "9.00")
    for _ in range(2):
        till.turn()
    assert [till.toy.orders_body(order)["total"] for order in (first, second)] == ["0.00", "6.00"]
    assert till.balance() == 0


def test_another_billing_address_becomes_a_case_and_is_never_tried_again(till: Till) -> None:
    order = till.buy(till.earned(), email="work@else.example")
    assert till.turn().lowered == 0
    assert "billing address" in till.cases()["credit not used"]
    asked = order.modified
    till.turn()
    assert (order.modified, order.coupons, till.balance()) == (asked, [], 1000)


def test_a_programme_without_open_orders_leaves_them_alone(database: Database) -> None:
    toy = ToyShop()
    with serve(toy, queue=False):
        till = Till(toy, database).open()
        assert till.buy(till.earned()).coupons == []
        assert till.turn().lowered == 0


def test_a_shop_that_went_silent_after_acting_is_asked_again_and_the_customer_told_once(till: Till) -> None:
    order = till.buy(till.earned())
    till.toy.run_queue()
    settle.drain(till.runtime, till.shop_id)
    client = client_of(till.runtime, till.shop())
    put = client.apply_code

    def silent(order: str, code: str) -> None:
        put(order, code)
        raise ShopAway("The shop did not answer in time.")

    client.apply_code = silent  # type: ignore[method-assign, assignment]
    with pytest.raises(ShopAway):
        unpaid.lower(till.runtime, till.shop(), client)
    assert (len(order.coupons), order.told) == (1, [])
    till.turn()
    assert (len(order.coupons), len(order.told), till.balance()) == (1, 1, 0)


def test_a_note_that_nobody_can_write_any_more_is_left_to_a_person(till: Till) -> None:
    order = till.buy(till.earned())
    till.toy.run_queue()
    settle.drain(till.runtime, till.shop_id)
    client = client_of(till.runtime, till.shop())

    def silent(*_: str) -> None:
        raise ShopAway("The shop did not answer in time.")

    client.tell = silent  # type: ignore[method-assign, assignment]
    with pytest.raises(ShopAway):
        unpaid.lower(till.runtime, till.shop(), client)
    till.clock.by = timedelta(minutes=11)
    till.turn()
    assert order.told == []
    assert "Tell the customer" in till.cases()["customer not told"]
    assert till.balance() == 0


def test_the_sweep_rings_for_an_order_that_waits(till: Till) -> None:
    till.buy(till.earned())
    till.toy.run_queue()
    settle.drain(till.runtime, till.shop_id)
    bell = till.runtime.bell
    bell.rung.clear()  # type: ignore[attr-defined]
    sweep(till.runtime)
    assert ("push", till.shop_id) in bell.rung  # type: ignore[attr-defined]
    push(till.runtime, till.shop_id)
    assert till.turn().lowered == 0

"""Races and meddling, each by its name: customers, merchant and bridge at one code or one order at the same time.

After each, calm comes and everything must hold: the invariants, the oracle to the cent, one code of its worth.
"""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from sqlmodel import col, select

from adapters.woocommerce.sandbox import Cart, Coupon, Order, Refusal
from bridge.errors import NotFound
from bridge.services import work
from bridge.services.lost import release_one, since
from bridge.services.push import push
from bridge.services.reconcile import reconcile
from bridge.services.settle import drain
from bridge.storage.models import Account, Case, Identity
from tests.simulation.checks import problems
from tests.simulation.history import History, calm
from tests.simulation.people import OURS, is_live
from tests.simulation.rules import Rules
from tests.simulation.world import World, open_world

HALF = Rules(
    '[programme]\ncurrency = "EUR"\navailable_after_days = 0\n[[earn]]\nid = "half"\npercent = "50"\n',
    simple=True, amounts={}, percent="50", minimum=0, guests=False,
)  # fmt: skip


class Race:
    """A shop where Anna has earned 10.00, with her code live."""

    def __init__(self, world: World) -> None:
        self.world, self.shop = world, world.shop
        self.shop.settings = replace(self.shop.settings, plugin=False)
        self.tee = self.shop.add_product("Tee", "20.00", sku="TEE")
        self.pin = self.shop.add_product("Pin", "6.49", sku="PIN")
        self.anna = self.shop.register("anna@kunden.example", "Anna", "Muster")
        self.earning = self.shop.checkout(self.anna, [(self.tee, 1)], method="stripe")
        self.settle()

    def settle(self) -> None:
        """Everything is delivered and done."""
        self.shop.run_queue()
        work.until_empty(self.world.runtime)
        self.world.clock.forward(minutes=1)

    def live(self) -> list[Coupon]:
        """The codes that somebody could use now."""
        return [c for c in self.shop.coupons.values() if c.code.startswith(OURS) and is_live(c, self.shop)]

    @property
    def code(self) -> Coupon:
        (code,) = self.live()
        return code

    def spend(self, method: str = "bacs") -> Order:
        """Anna buys for 6.49 with her code."""
        return self.shop.checkout(self.anna, [(self.pin, 1)], codes=[self.code.code], method=method)

    def spend_if_possible(self) -> None:
        """The same, if the shop still takes a code."""
        for code in self.live()[:1]:
            self.shop.checkout(self.anna, [(self.pin, 1)], codes=[code.code], method="bacs")

    def balance(self) -> int:
        """What Anna has."""
        mine = (col(Identity.kind) == "customer") & (col(Identity.value) == str(self.anna.id))
        named = select(Account).join(Identity, col(Identity.account_id) == col(Account.id)).where(mine)
        with self.world.runtime.db.reading() as session:
            return session.exec(named).one().balance

    def cases(self) -> list[str]:
        """The reasons of the open cases."""
        with self.world.runtime.db.reading() as session:
            return list(session.exec(select(Case.reason).where(col(Case.closed_at).is_(None))))

    def rest(self) -> None:
        """Calm, and the proof."""
        assert calm(self.world, History(0)) == []
        assert problems(self.world, HALF) == []


@pytest.fixture
def race(request: pytest.FixtureRequest) -> Iterator[Race]:
    """On SQLite; where a test says so, on PostgreSQL, too."""
    kind = getattr(request, "param", "sqlite")
    db = request.getfixturevalue("postgres_database") if kind == "postgres" else None
    with open_world(random.Random(1), HALF.text, db=db) as world:
        yield Race(world)


on_both = pytest.mark.parametrize("race", ["sqlite", "postgres"], indirect=True)


@on_both
def test_two_tabs_with_one_code_and_only_one_gets_it(race: Race) -> None:
    carts = [race.shop.cart(race.anna).add(race.pin) for _ in range(2)]
    for cart in carts:
        cart.apply(race.code.code)
    start = Barrier(2)

    def submit(cart: Cart) -> bool:
        start.wait()
        try:
            cart.place("bacs")
        except Refusal:
            return False
        return True

    with ThreadPoolExecutor(2) as tabs:
        assert sorted(tabs.map(submit, carts)) == [False, True]
    race.rest()
    assert (race.balance(), race.code.amount) == (351, 351)


@on_both
def test_where_no_stock_is_held_a_code_spent_twice_is_booked_as_it_is_and_flagged(race: Race) -> None:
    code = race.code
    first = race.spend()
    code.usage_count = 0  # the shop looked before the other tab's order was counted
    race.shop.checkout(race.anna, [(race.tee, 1)], codes=[code.code], method="bacs")
    race.rest()
    assert race.balance() == 1000 - 649 - 1000
    assert race.live() == []
    assert race.cases() == ["code used twice"]
    race.shop.cancel(first)
    race.rest()
    assert race.balance() == 0


def test_a_code_on_one_order_after_the_other_was_cancelled_is_not_flagged(race: Race) -> None:
    code = race.code
    first = race.spend()
    race.settle()
    race.shop.cancel(first)
    race.settle()
    code.expires = None  # the merchant is kind
    race.shop.checkout(race.anna, [(race.pin, 1)], codes=[code.code], method="bacs")
    race.rest()
    assert race.cases() == []


def test_a_guest_who_types_the_owners_code_spends_the_owners_credit(race: Race) -> None:
    race.shop.checkout("anna@kunden.example", [(race.pin, 1)], codes=[race.code.code], method="bacs")
    race.rest()
    assert (race.balance(), race.code.amount) == (351, 351)


def _raise(race: Race) -> None:
    race.shop.checkout(race.anna, [(race.tee, 1)], method="stripe")


def _lower(race: Race) -> None:
    race.shop.refund(race.earning, amount=400)


def _withdraw(race: Race) -> None:
    race.shop.refund(race.earning)


@pytest.mark.parametrize("call", range(1, 7))
@pytest.mark.parametrize("change", [_raise, _lower, _withdraw])
def test_a_code_used_while_we_change_it(race: Race, change: Callable[[Race], None], call: int) -> None:
    change(race)
    race.shop.run_queue()
    drain(race.world.runtime, race.world.shop_id)
    race.world.traps.meanwhile = race.spend_if_possible
    race.world.traps.arm("call_meets", call)
    push(race.world.runtime, race.world.shop_id)
    race.rest()


@on_both
@pytest.mark.parametrize("change", [_raise, _lower, _withdraw])
def test_a_code_used_by_one_thread_while_another_pushes(race: Race, change: Callable[[Race], None]) -> None:
    change(race)
    race.shop.run_queue()
    drain(race.world.runtime, race.world.shop_id)
    with ThreadPoolExecutor(2) as both:
        pushing = both.submit(push, race.world.runtime, race.world.shop_id)
        both.submit(_try, race).result()
        pushing.result()
    race.rest()


def _try(race: Race) -> None:
    with suppress(Refusal):  # withdrawn in the very moment: the customer pays in full
        race.spend_if_possible()


@pytest.mark.parametrize("status", ["cancelled", "failed"])
def test_credit_on_an_order_comes_back_with_it_and_goes_with_it_again(race: Race, status: str) -> None:
    order = race.spend()
    race.settle()
    race.shop.set_status(order, status)
    race.rest()
    assert (race.balance(), race.code.amount) == (1000, 1000)
    race.shop.set_status(order, "on-hold")
    race.rest()
    assert (race.balance(), race.code.amount) == (351, 351)


@on_both
def test_credit_on_a_trashed_order_comes_back_and_goes_when_it_is_restored(race: Race) -> None:
    order = race.spend()
    race.settle()
    race.shop.trash(order)
    race.rest()
    assert race.balance() == 1000
    race.shop.restore(order)
    race.rest()
    assert race.balance() == 351


def test_credit_on_a_returned_piece_comes_back_until_the_refund_is_deleted(race: Race) -> None:
    order = race.shop.checkout(race.anna, [(race.tee, 1)], codes=[race.code.code], method="stripe")
    race.rest()
    assert race.balance() == 1000 - 1000 + 500
    refund = race.shop.refund(order, {order.lines[0].id: 1})
    race.rest()
    assert race.balance() == 1000
    race.shop.delete_refund(order, refund)
    race.rest()
    assert race.balance() == 500


def test_a_line_edited_by_hand_takes_only_what_the_lines_show(race: Race) -> None:
    order = race.shop.checkout(race.anna, [(race.tee, 1), (race.pin, 1)], codes=[race.code.code], method="bacs")
    race.settle()
    assert race.balance() == 0
    dear = order.lines[0]
    race.shop.edit_line(order, dear.id, quantity=1, total=str(dear.subtotal))
    race.rest()
    assert race.balance() == 500
    race.shop.recalculate(order)
    race.rest()
    assert race.balance() == 0


def _meddled(**values: Any) -> Callable[[Race], None]:
    def meddle(race: Race) -> None:
        for name, value in values.items():
            setattr(race.code, name, value)

    return meddle


def _deleted(race: Race) -> None:
    del race.shop.coupons[race.code.id]


@pytest.mark.parametrize(
    "meddle",
    [
        _meddled(amount=9999), _meddled(emails=()), _meddled(usage_limit=None), _meddled(status="trash"),
        _meddled(status="draft"), _meddled(discount_type="percent"), _deleted,
    ],
    ids=["amount", "addresses", "limit", "trashed", "draft", "percent", "deleted"],
)  # fmt: skip
def test_a_code_that_the_merchant_changed_is_put_right(race: Race, meddle: Callable[[Race], None]) -> None:
    meddle(race)
    race.rest()
    assert (race.code.amount, race.code.emails) == (1000, ("anna@kunden.example",))
    assert (race.code.usage_limit, race.code.discount_type) == (1, "fixed_cart")


def test_a_used_code_that_the_merchant_revives_is_retired_again(race: Race) -> None:
    used = race.code
    order = race.spend()
    race.settle()
    race.shop.cancel(order)
    race.settle()
    used.expires, used.amount = None, 5000
    race.rest()
    assert race.code is not used
    assert used.amount == 649


@on_both
def test_a_shop_restored_from_yesterdays_backup_is_followed_back(race: Race) -> None:
    shop = race.shop
    backup = deepcopy((shop.orders, shop.coupons, shop.customers))
    race.spend()
    shop.checkout(race.anna, [(race.tee, 1)], method="stripe")
    shop.set_status(race.earning, "cancelled")
    race.rest()
    race.world.clock.forward(days=1)
    shop.orders, shop.coupons, shop.customers = backup
    race.rest()
    assert (race.balance(), race.code.amount) == (1000, 1000)


@on_both
def test_a_deleted_customer_keeps_orders_and_credit_and_nobody_else_gets_them(race: Race) -> None:
    race.shop.delete_customer(race.anna)
    race.rest()
    assert (race.balance(), race.live()) == (1000, [])
    assert race.cases() == ["customer deleted"]
    race.shop.refund(race.earning, amount=400)
    race.rest()
    assert (race.balance(), race.live()) == (800, [])


def test_a_deleted_customer_of_whom_nobody_told_us_is_offered_nothing_any_more(race: Race) -> None:
    race.shop.faults.lose = 20
    race.shop.delete_customer(race.anna)
    race.shop.run_queue()
    assert race.code.amount == 1000
    race.rest()
    assert (race.balance(), race.live(), race.cases()) == (1000, [], ["customer deleted"])


def test_an_order_whose_customer_was_deleted_before_its_first_message_came_late_is_theirs(race: Race) -> None:
    order = race.shop.checkout(race.anna, [(race.tee, 1)], method="stripe")
    race.shop.faults.late = 20
    race.shop.run_queue()
    race.shop.delete_customer(race.anna)
    race.world.clock.forward(minutes=61)
    reconcile(race.world.runtime, race.world.shop_id)
    assert race.balance() == 1000
    race.shop.faults.late = 0
    race.rest()
    assert race.balance() == 2000
    assert order.customer_id == 0


def _order_nobody_saw(race: Race) -> Coupon:
    """Anna used her code, and the merchant deleted the order before a word of it came."""
    code = race.code
    race.shop.destroy(race.spend())
    _look(race)
    assert race.live() == []
    return code


def _look(race: Race) -> None:
    """The daily look at all codes."""
    reconcile(race.world.runtime, race.world.shop_id, full=True)
    race.settle()


@on_both
def test_credit_used_on_an_order_that_nobody_saw_is_offered_again_after_an_hour(race: Race) -> None:
    lost = _order_nobody_saw(race)
    race.world.clock.forward(minutes=50)
    race.settle()
    assert race.live() == []
    race.world.clock.forward(minutes=20)
    race.settle()
    race.settle()
    assert (race.balance(), race.code.amount) == (1000, 1000)
    assert (lost.amount, is_live(lost, race.shop)) == (0, False)
    race.rest()
    assert race.cases() == []


def test_a_merchant_who_knows_that_the_order_is_gone_need_not_wait(race: Race) -> None:
    lost = _order_nobody_saw(race)
    release_one(race.world.runtime, race.world.shop_id, lost.code.upper())
    race.settle()
    assert race.code.amount == 1000
    with pytest.raises(NotFound):
        release_one(race.world.runtime, race.world.shop_id, lost.code)


def test_a_use_whose_order_is_found_late_is_booked_and_not_offered_again(race: Race) -> None:
    order, stamp = race.spend(), race.world.clock.now
    del race.shop.orders[order.id]
    _look(race)
    race.world.clock.forward(hours=3)
    race.shop.run_queue()
    race.shop.orders[order.id] = order
    order.modified = stamp
    race.settle()
    race.settle()
    assert (race.balance(), race.code.amount) == (351, 351)


def test_a_use_may_be_on_an_order_that_nobody_understands_yet(race: Race) -> None:
    order = race.spend()
    race.shop.set_status(order, "packing")
    _look(race)
    race.world.clock.forward(hours=3)
    assert since(race.world.runtime, race.world.shop_id) is not None
    race.settle()
    assert race.live() == []
    assert since(race.world.runtime, race.world.shop_id) is None  # not read from the beginning every minute
    race.shop.set_status(order, "on-hold")
    race.rest()
    assert (race.balance(), race.code.amount) == (351, 351)


def test_an_order_imported_again_counts_once(race: Race) -> None:
    old = race.earning
    race.shop.destroy(old)
    race.shop.create_order(
        {
            "customer_id": race.anna.id,
            "billing": {"email": race.anna.email},
            "payment_method": "bacs",
            "line_items": [{"product_id": race.tee.id, "quantity": 1}],
            "set_paid": True,
        }
    )
    race.rest()
    assert (race.balance(), race.code.amount) == (1000, 1000)

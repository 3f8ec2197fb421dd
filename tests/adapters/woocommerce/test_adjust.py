"""Our code on an unpaid order: beside the codes that are there, once, and never on an order somebody relies on."""

from collections.abc import Iterator

import pytest

from adapters.woocommerce.sandbox import Customer, Order, ToyShop, serve
from bridge.errors import ShopRefused
from bridge.ports import Applied, CodeRef, CodeWrite
from tests.adapters.woocommerce.test_live import connected

CODE = "guthaben-x"
MAIL = "anna@kunden.example"


@pytest.fixture
def toy() -> Iterator[ToyShop]:
    shop = ToyShop(shipping=490)
    with serve(shop, queue=False):
        yield shop


@pytest.fixture
def anna(toy: ToyShop) -> Customer:
    toy.add_product("Tee", "20.00", sku="TEE")
    connected(toy).write_codes([CodeWrite(CodeRef(CODE), 500, (MAIL,), "acc-1")])
    return toy.register(MAIL, "Anna", "Muster")


def buys(toy: ToyShop, anna: Customer, **how: object) -> Order:
    (tee,) = toy.products.values()
    return toy.checkout(anna, [(tee, 1)], method="bacs", **how)  # type: ignore[arg-type]


def codes(order: Order) -> list[str]:
    return [used.code for used in order.coupons]


def test_the_order_carries_the_code_and_says_what_is_to_be_paid(toy: ToyShop, anna: Customer) -> None:
    order = buys(toy, anna)
    applied = connected(toy).apply_code(str(order.id), CODE)
    assert applied.seen is not None
    assert (applied.total, applied.seen.order.lines[0].credit, applied.refusal) == (1990, 500, "")
    assert codes(order) == [CODE]


def test_the_codes_that_were_there_stay(toy: ToyShop, anna: Customer) -> None:
    connected(toy).write_codes([CodeWrite(CodeRef("spring"), 100, (MAIL,), "somebody")])
    order = buys(toy, anna, codes=["spring"])
    connected(toy).apply_code(str(order.id), CODE)
    assert sorted(codes(order)) == [CODE, "spring"]


def test_asking_twice_is_success_and_changes_nothing(toy: ToyShop, anna: Customer) -> None:
    order, client = buys(toy, anna), connected(toy)
    first = client.apply_code(str(order.id), CODE)
    stamp = order.modified
    assert client.apply_code(str(order.id), CODE).total == first.total
    assert (order.modified, codes(order)) == (stamp, [CODE])


def test_another_billing_address_is_a_refusal_and_leaves_the_order(toy: ToyShop, anna: Customer) -> None:
    order = buys(toy, anna, email="somebody@else.example")
    applied = connected(toy).apply_code(str(order.id), CODE)
    assert applied.seen is None
    assert "email" in applied.refusal
    assert codes(order) == []


def test_an_order_that_was_paid_meanwhile_is_left_alone(toy: ToyShop, anna: Customer) -> None:
    order = buys(toy, anna)
    toy.pay(order)
    assert connected(toy).apply_code(str(order.id), CODE) == Applied()
    assert codes(order) == []


def test_an_order_that_is_gone_is_nothing_to_adjust(toy: ToyShop, anna: Customer) -> None:
    assert connected(toy).apply_code("99999", CODE) == Applied()


def test_any_other_refusal_is_raised(toy: ToyShop, anna: Customer) -> None:
    with pytest.raises(ShopRefused):
        connected(toy).tell("99999", "Guten Tag")

"""The toy shop as it is with the companion plugin: credit comes off by itself."""

import pytest

from adapters.woocommerce.sandbox import Customer
from tests.adapters.woocommerce.toy import World, call, coupon, world

CODE = "gut-anna-1"


def with_credit(*, plugin: bool = True) -> tuple[World, Customer]:
    made = world(plugin=plugin)
    coupon(made)
    owner = made.shop.register("anna@kunden.example", "Anna", "Muster")
    shown = {"balance": "12,34 €", "usable": "12,34 €", "code": CODE, "statement": "https://bridge.example/k"}
    call(made, "PUT", f"customers/{owner.id}", {"meta_data": [{"key": "rabattkonto", "value": shown}]})
    return made, owner


@pytest.mark.parametrize("classic", [False, True])
def test_the_plugin_applies_a_customers_live_code_without_anybody_typing_it(classic: bool) -> None:
    made, owner = with_credit()
    order = made.shop.checkout(owner, [(made["TS-ROT"], 1)], classic=classic)
    assert (order.coupons[0].code, made.shop.orders_body(order)["total"]) == (CODE, "12.55")
    assert made.shop.checkout(owner, [(made["TS-ROT"], 1)], classic=classic).coupons == []


def test_a_declined_credit_stays_out_of_the_basket() -> None:
    made, owner = with_credit()
    cart = made.shop.cart(owner).add(made["TS-ROT"])
    assert cart.open().coupons
    cart.decline()
    assert cart.place().coupons == []


def test_without_the_plugin_or_for_a_guest_nothing_is_applied() -> None:
    made, owner = with_credit(plugin=False)
    assert made.shop.checkout(owner, [(made["TS-ROT"], 1)]).coupons == []
    made, owner = with_credit()
    assert made.shop.checkout("guest@gast.example", [(made["TS-ROT"], 1)]).coupons == []

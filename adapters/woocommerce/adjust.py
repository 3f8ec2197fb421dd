"""Lower what is still to be paid of an order that its customer pays by hand: our code is put on it."""

from typing import Any

from adapters.documents import typed
from adapters.money import amount_or_zero
from adapters.woocommerce.connection import Connection, understood
from adapters.woocommerce.orders import read_order
from adapters.woocommerce.shapes import OrderBody
from bridge.errors import ShopRefused
from bridge.ports import Applied, OrderSeen, ShopTerms

_REFUSED = "woocommerce_rest_invalid_coupon"
_GONE = "woocommerce_rest_shop_order_invalid_id"


def put_on(shop: Connection, terms: ShopTerms, order: str, code: str) -> Any:
    """The order's body with the code on it, None where the order is no longer one to be touched.

    The list of coupons replaces the one on the order, so all that are there are sent with it (measured). The
    shop itself would do this in every status, also to an order that was paid: only we stand in between.
    """
    body = _order(shop, order)
    if body is None:
        return None
    codes = [line.code for line in understood(typed, OrderBody, body).coupon_lines]
    if code.lower() in (known.lower() for known in codes):
        return body
    seen = read_order(body, terms)
    if not isinstance(seen, OrderSeen) or not seen.order.adjustable:
        return None
    return shop.ask("PUT", f"/orders/{order}", {"coupon_lines": [{"code": each} for each in (*codes, code)]})


def refusal(error: ShopRefused) -> Applied:
    """What a refused code means; anything else that the shop refuses is raised again.

    The shop compares a code's address with the order's billing address, never with the customer's own (measured).
    """
    if error.code != _REFUSED:
        raise error
    return Applied(refusal=str(error))


def total(body: Any, currency: str) -> int:
    """What is to be paid for the order in all."""
    return understood(amount_or_zero, understood(typed, OrderBody, body).total, currency)


def _order(shop: Connection, order: str) -> Any:
    try:
        return shop.ask("GET", f"/orders/{order}")
    except ShopRefused as error:
        if error.code != _GONE:
            raise
        return None

"""What the shop says of its records: the same fields, types and oddities as the recordings."""

from collections.abc import Callable
from typing import Any

from adapters.woocommerce.sandbox.bodies.goods import product_body, variation_body
from adapters.woocommerce.sandbox.bodies.marketing import coupon_body, webhook_body
from adapters.woocommerce.sandbox.bodies.order import order_body
from adapters.woocommerce.sandbox.bodies.people import customer_body
from adapters.woocommerce.sandbox.bodies.refund import refund_body
from adapters.woocommerce.sandbox.records import Coupon, Customer, Order, Product
from adapters.woocommerce.sandbox.refusals import Refusal
from adapters.woocommerce.sandbox.state import State

Body = dict[str, Any]

__all__ = [
    "Body",
    "coupon_body",
    "customer_body",
    "delivery_body",
    "order_body",
    "product_body",
    "refund_body",
    "variation_body",
    "webhook_body",
]


def delivery_body(state: State, topic: str, resource: int) -> Body:
    """What a delivery of this topic holds right now: a state, a bare id, or an error object."""
    kind, _, event = topic.partition(".")
    if kind == "action":
        return {"action": event, "arg": resource}
    if event == "deleted":
        return {"id": resource}
    try:
        return SHOWN[kind](state, resource)
    except Refusal as refusal:
        return refusal.body()


def _order(state: State, resource: int) -> Body:
    record: Order = state.find(state.orders, "order", resource)
    return order_body(state, record)


def _product(state: State, resource: int) -> Body:
    record: Product = state.find(state.products, "product", resource)
    return product_body(state, record)


def _customer(state: State, resource: int) -> Body:
    record: Customer = state.find(state.customers, "customer", resource)
    return customer_body(state, record)


def _coupon(state: State, resource: int) -> Body:
    record: Coupon = state.find(state.coupons, "coupon", resource)
    return coupon_body(state, record)


SHOWN: dict[str, Callable[[State, int], Body]] = {
    "order": _order,
    "product": _product,
    "customer": _customer,
    "coupon": _coupon,
}

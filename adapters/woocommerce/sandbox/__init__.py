"""A toy shop that behaves like a measured WooCommerce 10.5, for the demo, the tests and the simulators.

In process::

    shop = ToyShop(clock=clock)                       # https://shop.example, key ck_toy, secret cs_toy
    tee = shop.add_product("Tee", "19.99", sku="TEE", credit="1.50", categories=("Shirts",))
    anna = shop.register("anna@kunden.example", "Anna", "Muster")
    order = shop.checkout(anna, [(tee, 2)], codes=["guthaben-x"], method="bacs")
    shop.pay(order); shop.refund(order, {order.lines[0].id: 1})
    shop.run_queue()                                  # sends what waits, through ``shop.send``
    session.mount(shop.url, ToyTransport(shop))       # a requests session that needs no socket

As a server: ``with serve(shop) as url: ...`` or ``python -m adapters.woocommerce.sandbox --port 8090``.
``shop.faults`` makes it misbehave: each switch is a number, "the next n". Prices are texts,
amounts in minor units are named so, and all moments are aware UTC datetimes.
"""

from adapters.wires import into_app
from adapters.woocommerce.sandbox.checkout import Cart
from adapters.woocommerce.sandbox.faults import Faults
from adapters.woocommerce.sandbox.records import Coupon, Customer, Order, Product, Refund, Webhook
from adapters.woocommerce.sandbox.refusals import Refusal
from adapters.woocommerce.sandbox.rest import create_app
from adapters.woocommerce.sandbox.server import serve, serve_in_thread
from adapters.woocommerce.sandbox.shop import ToyShop
from adapters.woocommerce.sandbox.wire import ToyTransport

__all__ = [
    "Cart",
    "Coupon",
    "Customer",
    "Faults",
    "Order",
    "Product",
    "Refund",
    "Refusal",
    "ToyShop",
    "ToyTransport",
    "Webhook",
    "create_app",
    "into_app",
    "serve",
    "serve_in_thread",
]

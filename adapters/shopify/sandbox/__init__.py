"""A toy shop that behaves like Shopify as documented, for the demo, the tests and the simulators.

It needs graphql-core, which comes with the tests.

In process::

    shop = ToyShop(clock=clock)                       # https://toy-shop.myshopify.com, shpat_toy
    tee = shop.add_product("Tee", "19.99", sku="TEE", credit="1.50", categories=("Shirts",))
    anna = shop.register("anna@kunden.example", "Anna", "Muster")
    order = shop.checkout(anna, [(tee, 2)], codes=["guthaben-x"], method="manual")
    shop.pay(order); shop.refund(order, {order.lines[0].id: 1})
    shop.run_queue()                                  # sends what is due, through ``shop.send``
    session.mount(shop.url, ToyTransport(shop))       # a requests session that needs no socket

As a server: ``with serve(shop) as url: ...``. ``shop.faults`` makes it misbehave: each switch is a number, "the
next n". Prices are texts, amounts in minor units are named so, and all moments are aware UTC datetimes.
"""

from adapters.shopify.sandbox.app import create_app
from adapters.shopify.sandbox.faults import Faults
from adapters.shopify.sandbox.records import Customer, Discount, Line, Order, Product, Refund, Webhook
from adapters.shopify.sandbox.server import ToyTransport, serve, serve_in_thread
from adapters.shopify.sandbox.shop import ToyShop
from adapters.shopify.sandbox.state import Refusal

__all__ = [
    "Customer",
    "Discount",
    "Faults",
    "Line",
    "Order",
    "Product",
    "Refund",
    "Refusal",
    "ToyShop",
    "ToyTransport",
    "Webhook",
    "create_app",
    "serve",
    "serve_in_thread",
]

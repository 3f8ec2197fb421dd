"""Made-up orders of a WooCommerce shop: one real body of the toy shop, written out under other numbers.

A body has about ten kilobytes, as a shop with a few plugins sends it.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from adapters.woocommerce import signature
from adapters.woocommerce.sandbox import ToyShop
from bridge.domain.orders import Article

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECRET = "bench-hook"  # noqa: S105 - nobody's: the shop is made up

_SKUS = ("TEE", "MUG", "PIN")
_ORDER, _CUSTOMER, _STAMP = 777000111, 777000222, "2026-03-02T09:00:00"
"""What stands in the template where an order's own values go."""

_WEIGHT = 10_000
"""Bytes up to which the template is filled with what other plugins write."""

_EXPORTED = (
    *("id", "number", "status", "currency", "prices_include_tax", "customer_id", "payment_method", "created_via"),
    *("date_created_gmt", "date_modified_gmt", "date_paid_gmt", "total", "total_tax", "billing", "line_items"),
    *("coupon_lines", "refunds"),
)


def articles() -> list[Article]:
    """What the orders are about, as the catalogue knows it."""
    return [Article(product=str(number + 1), sku=sku, name=sku) for number, sku in enumerate(_SKUS)]


def body(number: int, customer: int, lines: int = 3) -> bytes:
    """A paid order as a webhook would bring it."""
    return _written(_template(lines), number, customer)


def _written(template: bytes, number: int, customer: int) -> bytes:
    placed = (START + timedelta(minutes=number % 200_000)).strftime("%Y-%m-%dT%H:%M:%S")
    return (
        template.replace(b"%d" % _ORDER, b"%d" % number)
        .replace(b"%d" % _CUSTOMER, b"%d" % customer)
        .replace(_STAMP.encode(), placed.encode())
    )


def bodies(first: int, count: int, customers: int, lines: int = 3) -> Iterator[bytes]:
    """So many orders from a number on, spread over so many customers."""
    return (body(number, 1 + number % customers, lines) for number in range(first, first + count))


def exported(first: int, count: int, customers: int) -> Iterator[bytes]:
    """The same as lines of a file, with the fields that a lean export has: about two kilobytes each."""
    whole = json.loads(_template(3))
    lean = _compact({name: whole[name] for name in _EXPORTED}) + b"\n"
    return (_written(lean, number, 1 + number % customers) for number in range(first, first + count))


def headers(raw: bytes) -> dict[str, str]:
    """What the shop sends with a body."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "WooCommerce/10.5.0 Hookshot (WordPress/6.9.1)",
        "X-WC-Webhook-Source": "https://shop.example/",
        "X-WC-Webhook-Topic": "order.updated",
        "X-WC-Webhook-Resource": "order",
        "X-WC-Webhook-Event": "updated",
        "X-WC-Webhook-ID": "1",
        "X-WC-Webhook-Delivery-ID": "3bed8bcad7ebc1723a6cc74054ac1d8a",
        signature.SIGNATURE: signature.sign(raw, SECRET),
    }


@cache
def _template(lines: int) -> bytes:
    """An order of the toy shop, with marks in place of its numbers."""
    made = json.loads(_shop_body(lines))
    made |= {"id": _ORDER, "number": str(_ORDER), "customer_id": _CUSTOMER}
    made["billing"]["email"] = f"c{_CUSTOMER}@customers.example"
    for stamp in ("date_created", "date_modified", "date_paid"):
        made[stamp] = made[f"{stamp}_gmt"] = _STAMP
    while len(_compact(made)) < _WEIGHT:
        number = len(made["meta_data"])
        made["meta_data"].append({"id": number, "key": f"_plugin_field_{number}", "value": "x" * 40})
    return _compact(made)


def _compact(made: Any) -> bytes:
    return json.dumps(made, separators=(",", ":")).encode()


def _shop_body(lines: int) -> bytes:
    shop = ToyShop(clock=lambda: START, send=lambda *_: 200)
    goods = [shop.add_product(sku, "19.99", sku=sku) for sku in _SKUS]
    anna = shop.register("anna@customers.example", "Anna", "Muster")
    cart = shop.cart(anna)
    for number in range(3):
        cart.add(goods[number % len(goods)], 1 + number % 2)
    order = json.loads(shop.delivery("order.updated", cart.place("stripe").id))
    first = order["line_items"]
    order["line_items"] = [{**first[n % 3], "id": 1000 + n} for n in range(lines)]
    return json.dumps(order).encode()


def genuine(raw: bytes) -> bool:
    """Whether a body is byte for byte one of those made here."""
    found = json.loads(raw)
    return body(found["id"], found["customer_id"], len(found["line_items"])) == raw

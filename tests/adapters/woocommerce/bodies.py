"""Bodies to vary one thing of per test: a small order with a code of ours, and what belongs to it."""

import copy
import json
from typing import Any

from adapters.woocommerce.orders import read_order
from bridge.domain.orders import Order
from bridge.ports import OrderSeen, ShopTerms

TERMS = ShopTerms("EUR", code_prefix="guthaben-")


def line(number: int, before: str, after: str, **other: Any) -> dict[str, Any]:
    """A line by its gross amounts, free of tax unless said otherwise."""
    return {
        "id": number,
        "name": f"Article {number}",
        "product_id": 100 + number,
        "variation_id": 0,
        "quantity": 1,
        "subtotal": before,
        "subtotal_tax": "0.00",
        "total": after,
        "total_tax": "0.00",
        "taxes": [],
        "sku": f"A-{number}",
        **other,
    }


def coupon(code: str, discount: str, tax: str = "0.00") -> dict[str, Any]:
    return {"id": 9, "code": code, "discount": discount, "discount_tax": tax}


def order_body(**other: Any) -> dict[str, Any]:
    """A paid order of customer 3 with one line of 20.00."""
    body = {
        "id": 51,
        "number": "51",
        "status": "processing",
        "currency": "EUR",
        "prices_include_tax": True,
        "customer_id": 3,
        "billing": {"first_name": "Anna", "last_name": "Muster", "email": "anna@kunden.example"},
        "payment_method": "bacs",
        "date_created_gmt": "2026-11-22T05:10:43",
        "date_modified_gmt": "2026-11-22T05:10:44",
        "date_paid_gmt": "2026-11-22T05:10:44",
        "line_items": [line(1, "20.00", "20.00")],
        "coupon_lines": [],
        "tax_lines": [],
        "refunds": [],
        "meta_data": [],
    }
    return copy.deepcopy({**body, **other})


def read(**other: Any) -> Order:
    """The order that such a body means."""
    seen = read_order(order_body(**other), TERMS)
    assert isinstance(seen, OrderSeen), seen
    return seen.order


def raw(body: Any) -> bytes:
    return json.dumps(body).encode()

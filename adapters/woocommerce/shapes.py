"""The parts of WooCommerce's JSON (REST v3, webhook payload ``wp_api_v3``) that we read, and no more.

Money is text there; stamps named ``_gmt`` carry no offset and are UTC. A field with a default
may be missing: older versions and plugins leave some out.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from msgspec import Meta, Struct

Id: TypeAlias = Annotated[int, Meta(ge=1, le=2**63 - 1)]
MaybeId: TypeAlias = Annotated[int, Meta(ge=0, le=2**63 - 1)]
"""0 stands for “none”."""

Count: TypeAlias = Annotated[int, Meta(ge=0, le=10**9)]


class Bare(Struct, frozen=True):
    """What is left of a thing that was deleted."""

    id: Id


class LineTax(Struct, frozen=True):
    id: MaybeId
    total: str = ""
    subtotal: str = ""


class LineBody(Struct, frozen=True):
    """One article of an order. The sku is null once the product was deleted."""

    id: Id
    quantity: Count
    subtotal: str
    subtotal_tax: str
    total: str
    total_tax: str
    name: str = ""
    product_id: MaybeId = 0
    variation_id: MaybeId = 0
    sku: str | None = None
    taxes: list[LineTax] = []


class TaxLine(Struct, frozen=True):
    rate_id: MaybeId
    rate_percent: Decimal = Decimal(0)


class CouponLine(Struct, frozen=True):
    code: str
    discount: str
    discount_tax: str = ""


class RefundRef(Struct, frozen=True):
    id: Id


class Billing(Struct, frozen=True):
    first_name: str | None = ""
    last_name: str | None = ""
    email: str | None = ""


class OrderBody(Struct, frozen=True):
    id: Id
    status: str
    currency: str
    line_items: list[LineBody]
    date_created_gmt: datetime | None
    date_modified_gmt: datetime | None
    number: str | int = ""
    customer_id: MaybeId = 0
    billing: Billing = Billing()
    prices_include_tax: bool = True
    payment_method: str | None = ""
    transaction_id: str | None = ""
    created_via: str | None = ""
    total: str = ""
    date_paid_gmt: datetime | None = None
    coupon_lines: list[CouponLine] = []
    tax_lines: list[TaxLine] = []
    refunds: list[RefundRef] = []
    meta_data: Any = None


class OrderStamp(Struct, frozen=True):
    """What paging by change needs to know of an order, whatever else is wrong with it."""

    id: Id
    date_modified_gmt: datetime


class RefundedLine(Struct, frozen=True):
    """One line of a refund; quantity and amounts are negative."""

    quantity: int = 0
    total: str = ""
    total_tax: str = ""
    meta_data: Any = None


class RefundBody(Struct, frozen=True):
    """A refund; ``amount`` is positive and gross, empty when only a quantity was refunded."""

    id: Id
    parent_id: MaybeId = 0
    amount: str = ""
    line_items: list[RefundedLine] = []
    shipping_lines: list[RefundedLine] = []
    fee_lines: list[RefundedLine] = []


class Term(Struct, frozen=True):
    """A category or a tag."""

    name: str = ""
    slug: str = ""


class ProductBody(Struct, frozen=True):
    """A product, or a variation, which has a parent and no categories or tags of its own.

    ``translations`` is added by WPML and Polylang: the product's id in each language of the shop.
    """

    id: Id
    name: str = ""
    type: str = "simple"
    parent_id: MaybeId = 0
    sku: str | None = ""
    categories: list[Term] = []
    tags: list[Term] = []
    meta_data: Any = None
    translations: Any = None


class CustomerBody(Struct, frozen=True):
    id: Id
    email: str | None = ""
    first_name: str | None = ""
    last_name: str | None = ""
    role: str | None = ""
    meta_data: Any = None


class CouponBody(Struct, frozen=True):
    id: Id
    code: str
    amount: str
    status: str = "publish"
    discount_type: str = "fixed_cart"
    usage_count: int = 0
    usage_limit: int | None = None
    email_restrictions: list[str] = []
    date_expires_gmt: datetime | None = None
    meta_data: Any = None


class WebhookBody(Struct, frozen=True):
    id: Id
    topic: str
    name: str = ""
    status: str = ""
    delivery_url: str = ""


class Problem(Struct, frozen=True):
    """What the shop says in place of an answer, or of one item in a batch."""

    code: str
    message: str = ""


def meta(items: object, key: str) -> Any:
    """The value under ``key`` in a ``meta_data`` list, None when it is missing."""
    return notes(items).get(key)


def notes(items: object) -> dict[object, Any]:
    """A ``meta_data`` list by key; of several with one key the first counts.

    Plugins write what they like in there, so an odd list must not make the whole thing unreadable.
    """
    listed = items if isinstance(items, list) else []
    return {
        key: item.get("value")
        for item in reversed(listed)
        if isinstance(item, dict) and isinstance(key := item.get("key"), str)
    }

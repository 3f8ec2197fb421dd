"""What the toy shop remembers. Net amounts are Decimals of six places, as the real shop stores them."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

COUNTING = frozenset({"pending", "on-hold", "processing", "completed", "refunded"})
RETURNING = frozenset({"cancelled", "failed", "trash"})
"""Statuses in which an order holds the coupons it used."""


@dataclass(slots=True)
class Meta:
    """One entry of ``meta_data``; the value is whatever JSON was written."""

    id: int
    key: str
    value: object


@dataclass(frozen=True, slots=True)
class Address:
    """A billing or shipping address. A shipping address never shows its e-mail."""

    first_name: str = ""
    last_name: str = ""
    company: str = ""
    address_1: str = ""
    address_2: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Category:
    """A product category."""

    id: int
    name: str
    slug: str


@dataclass(slots=True)
class Product:
    """A product or one of its variations (``parent`` set). ``stock`` is None where none is kept."""

    id: int
    name: str
    price: Decimal
    created: datetime
    modified: datetime
    sku: str = ""
    tax_class: str = ""
    categories: tuple[Category, ...] = ()
    tags: tuple[Category, ...] = ()
    virtual: bool = False
    stock: int | None = None
    status: str = "publish"
    meta: list[Meta] = field(default_factory=list)
    parent: "Product | None" = None
    options: dict[str, str] = field(default_factory=dict)
    variations: list["Product"] = field(default_factory=list)


@dataclass(slots=True)
class Customer:
    """A registered customer, or a member of staff."""

    id: int
    email: str
    created: datetime
    modified: datetime
    first_name: str = ""
    last_name: str = ""
    username: str = ""
    role: str = "customer"
    billing: Address = Address()
    shipping: Address = Address()
    meta: list[Meta] = field(default_factory=list)


@dataclass(slots=True)
class Coupon:
    """A coupon. ``amount`` is minor units for ``fixed_cart`` and hundredths of a percent for ``percent``."""

    id: int
    code: str
    created: datetime
    modified: datetime
    amount: int = 0
    discount_type: str = "fixed_cart"
    status: str = "publish"
    description: str = ""
    expires: datetime | None = None
    usage_count: int = 0
    usage_limit: int | None = None
    individual_use: bool = False
    emails: tuple[str, ...] = ()
    used_by: list[str] = field(default_factory=list)
    meta: list[Meta] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """One position of an order: ``subtotal`` before coupons, ``total`` after, both net."""

    id: int
    product: Product
    quantity: int
    rate: Decimal
    subtotal: Decimal
    total: Decimal
    meta: list[Meta] = field(default_factory=list)


@dataclass(slots=True)
class Charge:
    """A shipping line, or a fee; ``total`` is net."""

    id: int
    title: str
    total: Decimal
    rate: Decimal
    tax_status: str = "taxable"
    instance: str = ""
    meta: list[Meta] = field(default_factory=list)


@dataclass(slots=True)
class CouponLine:
    """A coupon on an order: what it took, net and tax, and its ``face`` when it was applied."""

    id: int
    code: str
    coupon_id: int
    kind: str
    face: int
    discount: Decimal
    discount_tax: Decimal
    meta_id: int


@dataclass(frozen=True, slots=True)
class RefundLine:
    """What was given back on one line (or shipping line); amounts are positive minor units, net and tax."""

    id: int
    meta_id: int
    of: Line | Charge
    quantity: int
    total: int
    tax: int


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund; ``amount`` is gross minor units, whatever its lines add up to."""

    id: int
    order_id: int
    created: datetime
    amount: int
    reason: str
    kind: str
    lines: tuple[RefundLine, ...]
    meta_id: int
    tax_ids: dict[Decimal, int] = field(default_factory=dict)


@dataclass(slots=True)
class Order:
    """An order. ``before_trash`` is the status that a restore brings back, ``told`` the notes to the customer."""

    id: int
    key: str
    status: str
    created: datetime
    modified: datetime
    customer_id: int = 0
    billing: Address = Address()
    shipping: Address = Address()
    method: str = ""
    method_title: str = ""
    transaction: str = ""
    created_via: str = "rest-api"
    note: str = ""
    cart_hash: str = ""
    completed: datetime | None = None
    paid: datetime | None = None
    lines: list[Line] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    fees: list[Charge] = field(default_factory=list)
    coupons: list[CouponLine] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    meta: list[Meta] = field(default_factory=list)
    tax_ids: dict[Decimal, int] = field(default_factory=dict)
    before_trash: str = ""
    holds_coupons: bool = False
    told: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Webhook:
    """A registered webhook. The secret is never shown again; failures are never shown at all."""

    id: int
    name: str
    topic: str
    url: str
    secret: str
    created: datetime
    modified: datetime
    status: str = "active"
    failures: int = 0

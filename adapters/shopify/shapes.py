"""The parts of Shopify's JSON that we read, and no more: webhook bodies, and answers brought into their form.

Amounts are text in most places and numbers in some (``refund_line_items``); both are in the shop's currency
unless a field says otherwise. Ids exceed what a float can hold.
"""

from datetime import datetime
from typing import Annotated, Any, TypeAlias

from msgspec import Meta, Struct

Id: TypeAlias = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=10**9)]
Sum: TypeAlias = Any
"""Text or a number: which of them, differs from field to field; ``money.amount`` takes both."""


class Bare(Struct, frozen=True):
    """What is left of a thing that was deleted."""

    id: Id


class Edit(Struct, frozen=True):
    order_id: Id


class Edited(Struct, frozen=True):
    """What an edit tells: only the difference."""

    order_edit: Edit


class OfOrder(Struct, frozen=True):
    """A refund or a transaction that is delivered by itself."""

    order_id: Id


class Allocation(Struct, frozen=True):
    """The part of a discount that fell on one line."""

    amount: Sum
    discount_application_index: Count


class TaxLine(Struct, frozen=True):
    price: Sum
    rate: Any = None


class LineBody(Struct, frozen=True):
    """One position. ``quantity`` never changes; ``current_quantity`` is what refunds and edits have left of it."""

    id: Id
    quantity: Count
    price: Sum
    title: str = ""
    current_quantity: Count | None = None
    discount_allocations: list[Allocation] = []
    tax_lines: list[TaxLine] = []
    gift_card: bool = False
    product_id: Id | None = None
    variant_id: Id | None = None
    sku: str | None = None


class Application(Struct, frozen=True):
    """A discount on the order: ``discount_code``, ``automatic``, ``manual`` or ``script``."""

    type: str
    code: str | None = None
    title: str | None = None
    description: str | None = None


class CodeBody(Struct, frozen=True):
    code: str


class TransactionBody(Struct, frozen=True):
    kind: str
    status: str
    amount: Sum
    currency: str | None = None
    gateway: str | None = None


class RefundedLine(Struct, frozen=True):
    """``subtotal`` contains the tax where the shop's prices do."""

    line_item_id: Id
    quantity: Count
    subtotal: Sum
    total_tax: Sum = "0"


class Adjustment(Struct, frozen=True):
    """What a refund gives back beside lines; ``amount`` is negative."""

    amount: Sum
    kind: str | None = ""
    tax_amount: Sum = "0"


class RefundBody(Struct, frozen=True):
    id: Id
    refund_line_items: list[RefundedLine] = []
    order_adjustments: list[Adjustment] = []
    transactions: list[TransactionBody] = []


class Buyer(Struct, frozen=True):
    id: Id
    first_name: str | None = ""
    last_name: str | None = ""
    email: str | None = ""


class Attribute(Struct, frozen=True):
    name: str
    value: Any = None


class OrderBody(Struct, frozen=True):
    """An order. A guest's has no customer, or null; ``transactions`` is None where the body does not tell them."""

    id: Id
    currency: str
    line_items: list[LineBody]
    created_at: datetime
    updated_at: datetime
    name: str = ""
    processed_at: datetime | None = None
    cancelled_at: datetime | None = None
    financial_status: str | None = None
    fulfillment_status: str | None = None
    taxes_included: bool = False
    test: bool = False
    email: str | None = ""
    contact_email: str | None = ""
    customer: Buyer | None = None
    source_name: str | None = ""
    payment_gateway_names: list[str] = []
    discount_applications: list[Application] = []
    discount_codes: list[CodeBody] = []
    refunds: list[RefundBody] = []
    total_tip_received: Sum = "0"
    total_shipping: Sum = "0"
    note_attributes: list[Attribute] = []
    transactions: list[TransactionBody] | None = None


class CustomerBody(Struct, frozen=True):
    id: Id
    email: str | None = ""
    first_name: str | None = ""
    last_name: str | None = ""


class Tagged(Struct, frozen=True, rename={"customer": "customerId"}):
    """Tags were put on a customer, or taken off."""

    customer: str


class MergeBody(Struct, frozen=True):
    admin_graphql_api_customer_kept_id: str
    admin_graphql_api_customer_deleted_id: str
    status: str


class AskingCustomer(Struct, frozen=True):
    id: Id | None = None
    email: str | None = ""


class DataRequest(Struct, frozen=True):
    id: Id


class PrivacyBody(Struct, frozen=True):
    """A compliance request about one customer."""

    customer: AskingCustomer
    data_request: DataRequest | None = None


class Domain(Struct, frozen=True):
    """A compliance request about the whole shop."""

    shop_domain: str


class ProductBody(Struct, frozen=True):
    id: Id
    variants: list[Bare] = []

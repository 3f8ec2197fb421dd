"""The scribes of the platforms: an order of a story as the body that the shop would send."""

import json
from dataclasses import replace
from typing import Any

from adapters.documents import typed
from adapters.shopify.api import ShopifyShop
from adapters.shopify.rules import ALLOWED
from adapters.shopify.sandbox import ToyShop as ToyShopify
from adapters.shopify.sandbox import ToyTransport as ShopifyTransport
from adapters.woocommerce.api import WooShop
from adapters.woocommerce.refunds import apply_refunds
from adapters.woocommerce.sandbox import ToyShop as ToyWoo
from adapters.woocommerce.sandbox import ToyTransport as WooTransport
from adapters.woocommerce.shapes import RefundBody
from bridge.domain.money import plain
from bridge.domain.orders import Line, Order, State
from bridge.ports import Access, Contact, Envelope, OrderGone, OrderSeen, Platform, ShopClient, ShopTerms
from tests.through.teller import stamp


class WooScribe:
    """WooCommerce: net and tax of every line, refunds beside the order."""

    name = "woocommerce"

    def __init__(self, currency: str) -> None:
        self._toy = ToyWoo(currency=currency)
        self._toy.faults.stall = 0
        terms = ShopTerms(currency)
        access = Access(self._toy.url, self._toy.settings.key, self._toy.settings.secret)
        self._client = WooShop(access, terms, transport=WooTransport(self._toy))

    def person(self, name: str, email: str) -> str:
        return str(self._toy.register(email or f"{name}@kunden.example").id)

    def client(self) -> ShopClient:
        return self._client

    def read(self, order: Order, contact: Contact, platform: Platform, terms: ShopTerms) -> OrderSeen | OrderGone:
        if order.state is State.GONE:
            return OrderGone(order.id)
        raw = json.dumps(_woo_body(order, contact)).encode()
        seen = platform.understand(Envelope("order.updated"), raw, terms)
        assert isinstance(seen, OrderSeen), seen
        refunds = [typed(RefundBody, _woo_refund(order))] if seen.lacks else []
        return replace(seen, order=apply_refunds(seen.order, refunds), lacks=())


_WOO_STATES = {State.OPEN: "on-hold", State.PAID: "completed", State.CANCELLED: "cancelled", State.FAILED: "failed"}


def _woo_body(order: Order, contact: Contact) -> dict[str, Any]:
    money = _Money(order.currency)
    rates = {line.tax: number for number, line in enumerate(order.lines, start=1)}
    back = any(line.refunded or line.refunded_quantity for line in order.lines) or order.refund_without_lines
    return {
        "id": int(order.id),
        "number": order.number,
        "status": _WOO_STATES[order.state],
        "currency": order.currency,
        "date_created_gmt": stamp(order.placed),
        "date_modified_gmt": stamp(order.updated),
        "date_paid_gmt": stamp(order.paid_at) if order.paid_at else None,
        "customer_id": int(order.customer or 0),
        "billing": {"email": contact.email},
        "prices_include_tax": True,
        "payment_method": "bacs",
        "line_items": [_woo_line(line, rates, money) for line in order.lines],
        "tax_lines": [{"rate_id": number, "rate_percent": float(tax or 0)} for tax, number in rates.items()],
        "coupon_lines": [
            {"code": use.code, "discount": money(use.face), "discount_tax": money(0)} for use in order.codes
        ],
        "refunds": [{"id": 1}] if back else [],
    }


def _woo_line(line: Line, rates: dict[str, int], money: "_Money") -> dict[str, Any]:
    tax = line.paid - line.net
    return {
        "id": int(line.id),
        "quantity": line.quantity,
        "name": line.article.name,
        "sku": line.article.sku,
        "total": money(line.net),
        "total_tax": money(tax),
        "subtotal": money(line.net + line.credit),
        "subtotal_tax": money(tax),
        "taxes": [{"id": rates[line.tax], "total": money(tax), "subtotal": money(tax)}],
    }


def _woo_refund(order: Order) -> dict[str, Any]:
    money = _Money(order.currency)
    whole = sum(line.refunded for line in order.lines) + order.refund_without_lines
    return {
        "id": 1,
        "parent_id": int(order.id),
        "amount": money(whole) if whole else "",
        "line_items": [
            {
                "quantity": -line.refunded_quantity,
                "total": money(-line.refunded),
                "total_tax": money(0),
                "meta_data": [{"key": "_refunded_item_id", "value": line.id}],
            }
            for line in order.lines
            if line.refunded or line.refunded_quantity
        ],
    }


class ShopifyScribe:
    """Shopify: a price per piece, what each discount took off each line, refunds within the order."""

    name = "shopify"

    def __init__(self, currency: str) -> None:
        self._toy = ToyShopify(currency=currency)
        self._toy.add_collection(ALLOWED)
        access = Access(self._toy.url, self._toy.settings.token, self._toy.settings.client_secret)
        transport = ShopifyTransport(self._toy)
        self._toy.throttle.left = self._toy.throttle.most = 1e9
        self._client = ShopifyShop(access, ShopTerms(currency), transport=transport)

    def person(self, name: str, email: str) -> str:
        return str(self._toy.register(email or f"{name}@kunden.example").id)

    def client(self) -> ShopClient:
        return self._client

    def read(self, order: Order, contact: Contact, platform: Platform, terms: ShopTerms) -> OrderSeen | OrderGone:
        if order.state is State.GONE:
            return OrderGone(order.id)
        raw = json.dumps(_shopify_body(order, contact)).encode()
        seen = platform.understand(Envelope("orders/updated"), raw, terms)
        assert isinstance(seen, OrderSeen), seen
        assert not seen.lacks
        return seen


_OVER = (State.CANCELLED, State.FAILED)


def _shopify_body(order: Order, contact: Contact) -> dict[str, Any]:
    money = _Money(order.currency)
    codes = {use.code: position for position, use in enumerate(order.codes, start=1)}
    body: dict[str, Any] = {
        "id": int(order.id),
        "name": order.number,
        "currency": order.currency,
        "created_at": stamp(order.placed),
        "updated_at": stamp(order.updated),
        "processed_at": stamp(order.paid_at or order.placed),
        "cancelled_at": stamp(order.updated) if order.state in _OVER else None,
        "financial_status": "paid" if order.state is State.PAID else "pending",
        "taxes_included": True,
        "email": contact.email,
        "payment_gateway_names": ["shopify_payments" if order.paid_at else "manual"],
        # The first one makes prices come out even that no whole price per piece would give.
        "discount_applications": [
            {"type": "automatic", "title": "rounding"},
            *({"type": "discount_code", "code": code} for code in codes),
        ],
        "discount_codes": [{"code": code} for code in codes],
        "line_items": [_shopify_line(line, codes, money) for line in order.lines],
        "refunds": _shopify_refunds(order, money),
    }
    return body | ({"customer": {"id": int(order.customer)}} if order.customer else {})


def _shopify_line(line: Line, codes: dict[str, int], money: "_Money") -> dict[str, Any]:
    whole = line.paid + line.credit
    each = -(-whole // line.quantity) if line.quantity else 0
    odd = each * line.quantity - whole
    parts = [(0, odd), *((codes[part.code], part.amount) for part in line.credits)]
    return {
        "id": int(line.id),
        "title": line.article.name,
        "sku": line.article.sku,
        "product_id": 1,
        "quantity": line.quantity,
        "current_quantity": line.quantity - line.refunded_quantity,
        "price": money(each),
        "tax_lines": [{"rate": float(line.tax or 0) / 100, "price": money(line.paid - line.net)}],
        "discount_allocations": [
            {"amount": money(amount), "discount_application_index": position}
            for position, amount in parts
            if amount
        ],
    }


def _shopify_refunds(order: Order, money: "_Money") -> list[dict[str, Any]]:
    lines = [
        {
            "line_item_id": int(line.id),
            "quantity": line.refunded_quantity,
            "subtotal": float(money(line.refunded)),
            "total_tax": 0.0,
        }
        for line in order.lines
        if line.refunded or line.refunded_quantity
    ]
    whole = sum(line.refunded for line in order.lines) + order.refund_without_lines
    given = [{"kind": "refund", "status": "success", "amount": money(whole), "currency": order.currency}]
    return [{"id": 1, "refund_line_items": lines, "transactions": given if whole else []}] if lines or whole else []


class _Money:
    """Amounts as bodies have them."""

    def __init__(self, currency: str) -> None:
        self._currency = currency

    def __call__(self, amount: int) -> str:
        return plain(amount, self._currency)

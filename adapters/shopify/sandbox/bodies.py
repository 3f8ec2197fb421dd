"""Webhook bodies in the form of version 2026-10: what the bridge reads, and some of what it must overlook."""

import json
from typing import Any
from zoneinfo import ZoneInfo

from adapters.shopify.ids import gid
from adapters.shopify.sandbox.checkout import financial_status, tax_of, total
from adapters.shopify.sandbox.records import Customer, Line, Order, Payment, Product, Refund
from adapters.shopify.sandbox.state import State
from bridge.domain.money import plain


def wire(body: Any) -> bytes:
    """JSON as it travels: compact, with escaped slashes."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/").encode()


def order_body(state: State, order: Order) -> dict[str, Any]:
    """An order. A guest's has no key for the customer at all."""
    zone = ZoneInfo(state.settings.timezone)
    body = {
        "id": order.id,
        "admin_graphql_api_id": gid("Order", str(order.id)),
        "cancelled_at": order.cancelled.astimezone(zone).isoformat() if order.cancelled else None,
        "contact_email": order.email or None,
        "created_at": order.created.astimezone(zone).isoformat(),
        "currency": state.settings.currency,
        "discount_codes": [
            {"code": code, "amount": _money(state, amount), "type": "fixed_amount"} for code, amount in order.codes
        ],
        "email": order.email,
        "financial_status": financial_status(state, order),
        "fulfillment_status": "fulfilled" if order.fulfilled else None,
        "name": f"#{order.number}",
        "note_attributes": [{"name": name, "value": value} for name, value in order.attributes.items()],
        "order_number": order.number,
        "payment_gateway_names": list(order.gateways),
        "presentment_currency": state.settings.currency,
        "processed_at": order.created.astimezone(zone).isoformat(),
        "source_name": order.source,
        "taxes_included": state.settings.taxes_included,
        "test": order.test,
        "total_price": _money(state, total(state, order)),
        "total_tip_received": _money(state, order.tip),
        "updated_at": order.updated.astimezone(zone).isoformat(),
        "discount_applications": [
            {
                "target_type": "line_item",
                "type": each.kind,
                "value": _money(state, each.value),
                "value_type": "fixed_amount",
                "allocation_method": "across",
                "target_selection": "all",
                **({"code": each.name} if each.kind == "discount_code" else {"title": each.name}),
            }
            for each in order.applications
        ],
        "line_items": [_line(state, line) for line in order.lines],
        "refunds": [refund_body(state, order, each) for each in order.refunds],
    }
    return body if order.customer is None else {**body, "customer": customer_body(order.customer)}


def _line(state: State, line: Line) -> dict[str, Any]:
    tax = tax_of(state, line)
    rate = line.product.rate / 100
    return {
        "id": line.id,
        "current_quantity": line.current,
        "gift_card": line.product.gift_card,
        "name": line.product.title,
        "price": _money(state, line.price),
        "product_id": line.product.id,
        "quantity": line.quantity,
        "sku": line.product.sku or None,
        "title": line.product.title,
        "variant_id": line.product.variant,
        "tax_lines": [{"price": _money(state, tax), "rate": float(rate), "title": "VAT"}] if rate else [],
        "discount_allocations": [
            {"amount": _money(state, part.amount), "discount_application_index": part.application}
            for part in line.parts
        ],
    }


def refund_body(state: State, order: Order, refund: Refund) -> dict[str, Any]:
    """A refund; its lines state JSON numbers where everything else is text."""
    places = [
        {
            "line_item_id": each.line.id,
            "quantity": each.quantity,
            "subtotal": float(_money(state, each.subtotal)),
            "total_tax": float(_money(state, each.tax)),
            "restock_type": "return",
        }
        for each in refund.lines
    ]
    parcel = [{"amount": f"-{_money(state, refund.shipping)}", "kind": "shipping_refund", "tax_amount": "0.00"}]
    return {
        "id": refund.id,
        "order_id": order.id,
        "created_at": refund.created.isoformat(),
        "refund_line_items": places,
        "order_adjustments": parcel if refund.shipping else [],
        "transactions": [payment_body(state, each) for each in refund.payments],
    }


def payment_body(state: State, payment: Payment) -> dict[str, Any]:
    """Money that moved."""
    return {
        "kind": payment.kind,
        "status": "success",
        "amount": _money(state, payment.amount),
        "currency": state.settings.currency,
        "gateway": payment.gateway,
    }


def customer_body(customer: Customer) -> dict[str, Any]:
    """A customer; tags are told since 2025-01 by topics of their own."""
    return {
        "id": customer.id,
        "admin_graphql_api_id": gid("Customer", str(customer.id)),
        "email": customer.email,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "state": "enabled",
        "verified_email": True,
    }


def product_body(product: Product) -> dict[str, Any]:
    """A product with its variant; collections and metafields are not told."""
    return {
        "id": product.id,
        "title": product.title,
        "product_type": product.kind,
        "tags": ", ".join(product.tags),
        "variants": [{"id": product.variant, "product_id": product.id, "sku": product.sku}],
    }


def _money(state: State, amount: int) -> str:
    return plain(amount, state.settings.currency)

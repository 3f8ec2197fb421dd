"""An order as the interface and the deliveries show it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_symbol

from adapters.woocommerce.sandbox.bodies import parts
from adapters.woocommerce.sandbox.php import dates, money
from adapters.woocommerce.sandbox.pricing import cents, tax_cents
from adapters.woocommerce.sandbox.records import Charge, CouponLine, Line, Meta, Order
from adapters.woocommerce.sandbox.state import State
from adapters.woocommerce.sandbox.totals import Totals, charge_tax, totals

OPEN_STATUSES = frozenset({"pending", "failed", "checkout-draft"})


def order_body(state: State, order: Order) -> dict[str, Any]:
    """The whole order, in the shop's own sequence of fields."""
    inclusive = state.settings.prices_include_tax
    sums = totals(order, inclusive)
    when = dates(state, created=order.created, modified=order.modified, completed=order.completed, paid=order.paid)
    return {
        **_head(state, order, sums, when),
        **_buyer(order),
        "date_completed": when["date_completed"],
        "date_paid": when["date_paid"],
        "cart_hash": order.cart_hash,
        "number": str(order.id),
        "meta_data": parts.meta_data(order.meta),
        "line_items": [_line(state, line) for line in order.lines],
        "tax_lines": tax_lines(state, order.tax_ids, sums.taxes),
        "shipping_lines": [_shipping(state, charge) for charge in order.charges],
        "fee_lines": [_fee(state, fee) for fee in order.fees],
        "coupon_lines": [_coupon(used) for used in order.coupons],
        "refunds": [{"id": r.id, "reason": r.reason, "total": money(-r.amount)} for r in order.refunds],
        **_tail(state, order, sums),
        **{name: value for name, value in when.items() if name.endswith("_gmt")},
        "currency_symbol": get_currency_symbol(state.settings.currency, "de"),
        "_links": _links(state, order),
    }


def _head(state: State, order: Order, sums: Totals, when: dict[str, str | None]) -> dict[str, Any]:
    return {
        "id": order.id,
        "parent_id": 0,
        "status": order.status,
        "currency": state.settings.currency,
        "version": "10.5.0",
        "prices_include_tax": state.settings.prices_include_tax,
        "date_created": when["date_created"],
        "date_modified": when["date_modified"],
        "discount_total": money(sums.discount),
        "discount_tax": money(sums.discount_tax),
        "shipping_total": money(sums.shipping),
        "shipping_tax": money(sums.shipping_tax),
        "cart_tax": money(sums.cart_tax),
        "total": money(sums.total),
        "total_tax": money(sums.cart_tax + sums.shipping_tax),
    }


def _buyer(order: Order) -> dict[str, Any]:
    online = order.created_via != "rest-api"
    return {
        "customer_id": order.customer_id,
        "order_key": order.key,
        "billing": parts.address(order.billing, billing=True),
        "shipping": parts.address(order.shipping, billing=False),
        "payment_method": order.method,
        "payment_method_title": order.method_title,
        "transaction_id": order.transaction,
        "customer_ip_address": "127.0.0.1" if online else "",
        "customer_user_agent": "Mozilla/5.0 (X11; Linux x86_64)" if online else "",
        "created_via": order.created_via,
        "customer_note": order.note,
    }


def _tail(state: State, order: Order, sums: Totals) -> dict[str, Any]:
    page = f"{state.settings.url}/checkout/order-pay/{order.id}/"
    return {
        "payment_url": f"{page}?pay_for_order=true&key={order.key}",
        "is_editable": order.status in {"pending", "on-hold"},
        "needs_payment": order.status in OPEN_STATUSES and sums.total > 0,
        "needs_processing": True,
    }


def _line(state: State, line: Line) -> dict[str, Any]:
    tax, subtotal_tax = (
        money(tax_cents(net, line.rate, state.settings.prices_include_tax)) for net in (line.total, line.subtotal)
    )
    return {
        **article(line),
        "quantity": line.quantity,
        "tax_class": line.product.tax_class,
        "subtotal": money(cents(line.subtotal)),
        "subtotal_tax": subtotal_tax,
        "total": money(cents(line.total)),
        "total_tax": tax,
        "taxes": taxes(state, line.rate, tax, subtotal_tax),
        "meta_data": parts.line_meta(line.meta, line.product.options),
        **article_end(line, float(line.total) / line.quantity if line.quantity else 0.0),
    }


def article(line: Line) -> dict[str, Any]:
    """How a line names its article; ``product_id`` of a variation is its parent."""
    product, parent = line.product, line.product.parent
    return {
        "id": line.id,
        "name": product.name,
        "product_id": parent.id if parent else product.id,
        "variation_id": product.id if parent else 0,
    }


def article_end(line: Line, price: float) -> dict[str, Any]:
    """The end of a line: the net price of a piece is a float of many places."""
    parent = line.product.parent
    return {
        "sku": line.product.sku,
        "global_unique_id": "",
        "price": price,
        "image": {"id": 0 if parent else "", "src": ""},
        "parent_name": parent.name if parent else None,
    }


def taxes(state: State, rate: Decimal, total: str, subtotal: str) -> list[dict[str, Any]]:
    """The taxes on one line; none at a rate of zero."""
    return [{"id": rate_id(state, rate), "total": total, "subtotal": subtotal}] if rate else []


def rate_id(state: State, rate: Decimal) -> int:
    """The number of a tax rate, by its place in the settings."""
    return list(state.settings.rates.values()).index(rate) + 1


def tax_lines(state: State, ids: dict[Decimal, int], found: dict[Decimal, tuple[int, int]]) -> list[dict[str, Any]]:
    """One line per rate; its id is drawn the first time that the rate is shown."""
    for rate in found:
        if rate not in ids:
            ids[rate] = state.number("item")
    return [
        {
            "id": ids[rate],
            "rate_code": f"DE-MWST. {rate.normalize():f}%-1",
            "rate_id": rate_id(state, rate),
            "label": f"MwSt. {rate.normalize():f}%",
            "compound": False,
            "tax_total": money(cart),
            "shipping_tax_total": money(shipping),
            "rate_percent": float(rate),
            "meta_data": [],
        }
        for rate, (cart, shipping) in found.items()
    ]


def _shipping(state: State, charge: Charge) -> dict[str, Any]:
    tax = money(charge_tax(charge, state.settings.prices_include_tax))
    return {
        "id": charge.id,
        "method_title": charge.title,
        "method_id": "flat_rate",
        "instance_id": charge.instance,
        "total": money(cents(charge.total)),
        "total_tax": tax,
        "taxes": taxes(state, charge.rate, tax, ""),
        "tax_status": charge.tax_status,
        "meta_data": parts.line_meta(charge.meta),
    }


def _fee(state: State, fee: Charge) -> dict[str, Any]:
    tax = money(charge_tax(fee, state.settings.prices_include_tax))
    return {
        "id": fee.id,
        "name": fee.title,
        "tax_class": "",
        "tax_status": fee.tax_status,
        "amount": "",
        "total": money(cents(fee.total)),
        "total_tax": tax,
        "taxes": taxes(state, fee.rate, tax, ""),
        "meta_data": parts.line_meta(fee.meta),
    }


def _coupon(used: CouponLine) -> dict[str, Any]:
    return {
        "id": used.id,
        "code": used.code,
        "discount": money(cents(used.discount)),
        "discount_tax": _short(cents(used.discount_tax)),
        "meta_data": parts.line_meta(_info(used)),
        "discount_type": used.kind,
        "nominal_amount": used.face / 100,
        "free_shipping": False,
    }


def _info(used: CouponLine) -> Iterable[Meta]:
    kind = "null" if used.kind == "fixed_cart" else f'"{used.kind}"'
    value = f'[{used.coupon_id},"{used.code}",{kind},{_short(used.face)}]'
    return [Meta(used.meta_id, "coupon_info", value)]


def _short(minor: int) -> str:
    # A coupon's tax is the one amount that the shop prints as a float: "1.2", not "1.20".
    return money(minor).rstrip("0").rstrip(".")


def _links(state: State, order: Order) -> dict[str, Any]:
    links = parts.links(state, f"orders/{order.id}")
    templates = f"{parts.root(state)}/orders/{order.id}/actions/email_templates"
    links["email_templates"] = [{"embeddable": True, "href": templates}]
    if order.customer_id:
        links["customer"] = [{"href": f"{parts.root(state)}/customers/{order.customer_id}"}]
    return links

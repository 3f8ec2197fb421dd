"""What ``POST`` and ``PUT`` on orders do with their JSON: lines, fees, coupons, status."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from adapters.woocommerce.sandbox import coupons, orders
from adapters.woocommerce.sandbox.pricing import MICRO
from adapters.woocommerce.sandbox.records import Address, Charge, Coupon, Line, Order
from adapters.woocommerce.sandbox.refusals import Refusal
from adapters.woocommerce.sandbox.state import State

Json = Mapping[str, Any]
TEXTS = {"payment_method": "method", "payment_method_title": "method_title", "customer_note": "note"}
ADDRESS_FIELDS = frozenset(field.name for field in fields(Address))


def create(state: State, payload: Json) -> Order:
    """A new order as the interface makes it; a refusal leaves nothing behind."""
    order = orders.blank(state)
    try:
        _apply(state, order, payload)
    except Refusal:
        orders.destroy(state, order)
        raise
    orders.created(state, order)
    _move(state, order, payload)
    return order


def update(state: State, order: Order, payload: Json) -> None:
    """Change an order. Repeating a change, or an empty one, still sends an update."""
    _apply(state, order, payload)
    orders.changed(state, order)
    _move(state, order, payload)


def _apply(state: State, order: Order, payload: Json) -> None:
    # Coupons are judged before anything is written: a refused one leaves the order as it was.
    billing = _address(order.billing, payload.get("billing", {}))
    wanted = _coupons(state, order, payload, billing.email)
    order.billing = billing
    order.shipping = _address(order.shipping, payload.get("shipping", {}))
    order.customer_id = int(payload.get("customer_id", order.customer_id))
    for name, attribute in TEXTS.items():
        setattr(order, attribute, payload.get(name, getattr(order, attribute)))
    state.write_meta(order.meta, _pairs(payload.get("meta_data", [])))
    _lines(state, order, payload.get("line_items", []))
    order.fees = _charges(state, order.fees, payload.get("fee_lines", []), "name")
    order.charges = _charges(state, order.charges, payload.get("shipping_lines", []), "method_title")
    if wanted is not None:
        coupons.put_on(state, order, wanted)


def _move(state: State, order: Order, payload: Json) -> None:
    status = payload.get("status", order.status)
    if payload.get("set_paid") and not order.paid:
        orders.pay(state, order)
    elif status != order.status:
        orders.set_status(state, order, status)


def _coupons(state: State, order: Order, payload: Json, email: str) -> list[Coupon] | None:
    # The interface checks against the order's billing address, never the customer's own (measured);
    # a code that the order already carries is not asked again.
    if "coupon_lines" not in payload:
        return None
    if any("id" in each for each in payload["coupon_lines"]):
        raise Refusal("woocommerce_rest_coupon_item_id_readonly", "Coupon item ID is readonly.")
    carried = {used.code: state.coupons.get(used.coupon_id) for used in order.coupons}
    codes = [str(each["code"]) for each in payload["coupon_lines"]]
    try:
        return [carried.get(code.lower()) or coupons.usable(state, code, None, email) for code in codes]
    except Refusal as refusal:
        raise Refusal("woocommerce_rest_invalid_coupon", refusal.message) from refusal


def _address(before: Address, payload: Json) -> Address:
    return replace(before, **{name: str(payload[name]) for name in payload if name in ADDRESS_FIELDS})


def _pairs(entries: Sequence[Json]) -> list[tuple[str, object]]:
    return [(entry["key"], entry.get("value")) for entry in entries if "key" in entry]


def _lines(state: State, order: Order, payload: Sequence[Json]) -> None:
    for entry in payload:
        known = next((line for line in order.lines if line.id == entry.get("id")), None)
        if known and entry.get("quantity") == 0:
            order.lines.remove(known)
        elif known:
            _edit(known, entry)
            orders.adjust_stock(state, known)
        else:
            order.lines.append(_new_line(state, entry))


def _new_line(state: State, entry: Json) -> Line:
    number = int(entry.get("variation_id") or entry.get("product_id") or 0)
    product = state.products.get(number)
    if product is None:
        raise Refusal("woocommerce_rest_required_product_reference", "Product ID or SKU is required.")
    line = orders.line(state, product, int(entry.get("quantity", 1)))
    _edit(line, entry)
    return line


def _edit(line: Line, entry: Json) -> None:
    # A new quantity alone leaves the money as it is (measured).
    line.quantity = int(entry.get("quantity", line.quantity))
    line.subtotal = _net(entry, "subtotal", line.subtotal)
    line.total = _net(entry, "total", line.total)


def _charges(state: State, known: list[Charge], payload: Sequence[Json], title: str) -> list[Charge]:
    kept = list(known)
    for entry in payload:
        before = next((charge for charge in kept if charge.id == entry.get("id")), None)
        if before and entry.get(title, "") is None:
            kept.remove(before)
        elif before:
            before.total = _net(entry, "total", before.total)
        else:
            kept.append(_new_charge(state, entry, title))
    return kept


def _new_charge(state: State, entry: Json, title: str) -> Charge:
    return Charge(
        id=state.number("item"),
        title=str(entry.get(title) or ""),
        total=_net(entry, "total", Decimal(0)),
        rate=state.standard_rate(),
        tax_status=entry.get("tax_status", "taxable"),
    )


def _net(entry: Json, name: str, before: Decimal) -> Decimal:
    try:
        return Decimal(str(entry.get(name, before))).quantize(MICRO)
    except InvalidOperation:
        return Decimal(0)

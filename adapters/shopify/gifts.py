"""What gift cards and the shop's own store credit paid earns nothing: the lines count with the rest only. Pure.

Both are payments to Shopify, and total and tax of the order stay as they are; so the lines are lowered here, in
proportion, and their refunds with them.
"""

from dataclasses import replace
from fractions import Fraction

from adapters.shopify.money import amount
from adapters.shopify.shapes import OrderBody
from bridge.domain.money import half_up, split
from bridge.domain.orders import Line, Order

NATIVE = frozenset({"gift_card", "shopify_store_credit"})
"""Gateways through which a customer pays with what was paid, or given, before."""


def without_gifts(order: Order, body: OrderBody) -> Order:
    """The order as if only the rest of its price had been asked for."""
    gifts = _paid_by_gifts(body)
    shipping = max(amount(body.total_shipping, body.currency), 0)
    whole = sum(line.paid for line in order.lines)
    if not gifts or not whole:
        return order
    *parts, _ = split(min(gifts, whole + shipping), [*(line.paid for line in order.lines), shipping])
    lines = tuple(_lowered(line, part) for line, part in zip(order.lines, parts, strict=True))
    kept = Fraction(sum(line.paid for line in lines), whole)
    return replace(order, lines=lines, refund_without_lines=half_up(order.refund_without_lines * kept))


def _lowered(line: Line, part: int) -> Line:
    if not line.paid:
        return line
    kept = Fraction(line.paid - part, line.paid)
    return replace(
        line, paid=line.paid - part, net=half_up(line.net * kept), refunded=half_up(line.refunded * kept)
    )


def _paid_by_gifts(body: OrderBody) -> int:
    return sum(
        amount(each.amount, body.currency)
        for each in body.transactions or ()
        if each.kind in ("sale", "capture") and each.status == "success" and each.gateway in NATIVE
    )

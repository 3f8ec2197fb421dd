"""Refunds onto an order: Shopify keeps the ordered lines as they were and lists refunds beside them. Pure.

They come with lines, as an amount without lines, to a card or to store credit; an edit takes pieces away without
any refund, which only ``current_quantity`` shows.
"""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

from adapters.shopify.money import amount
from adapters.shopify.shapes import LineBody, OrderBody, RefundBody, RefundedLine
from bridge.domain.money import half_up
from bridge.domain.orders import Line, Order

_GIVEN = ("success", "pending")
"""A refund on its way has been decided; one that failed gave nothing back."""

_SHIPPING = "shipping_refund"


def apply_refunds(order: Order, body: OrderBody) -> Order:
    """The order with everything that was given back, gross."""
    bodies = {str(line.id): line for line in body.line_items}
    pieces, money = _by_line(body)
    return replace(
        order,
        lines=tuple(_less(line, bodies[line.id], pieces[line.id], money[line.id]) for line in order.lines),
        refund_without_lines=sum(_rest(refund, body) for refund in body.refunds),
    )


def needs_shop_money(body: OrderBody) -> bool:
    """Whether a refund is told in another currency than the shop's: such amounts are never booked."""
    return any(
        each.currency not in (None, body.currency) for refund in body.refunds for each in refund.transactions
    )


def _by_line(body: OrderBody) -> tuple[Counter[str], Counter[str]]:
    pieces: Counter[str] = Counter()
    money: Counter[str] = Counter()
    for refund in body.refunds:
        for line in refund.refund_line_items:
            pieces[str(line.line_item_id)] += line.quantity
            money[str(line.line_item_id)] += _gross(line, body)
    return pieces, money


def _less(line: Line, body: LineBody, pieces: int, money: int) -> Line:
    gone = pieces if body.current_quantity is None else max(pieces, body.quantity - body.current_quantity)
    unpaid = half_up(Fraction(line.paid * (gone - pieces), line.quantity)) if line.quantity else 0
    return replace(line, refunded_quantity=gone, refunded=min(max(money + unpaid, 0), line.paid))


def _rest(refund: RefundBody, body: OrderBody) -> int:
    """What the refund gave back beyond its lines; shipping earned nothing, so it takes nothing back."""
    accounted = sum(_gross(line, body) for line in refund.refund_line_items)
    for each in refund.order_adjustments:
        if each.kind == _SHIPPING:
            tax = 0 if body.taxes_included else amount(each.tax_amount, body.currency)
            accounted -= amount(each.amount, body.currency) + tax
    return max(_given(refund, body) - accounted, 0)


def _given(refund: RefundBody, body: OrderBody) -> int:
    given = [each for each in refund.transactions if each.kind == "refund" and each.status in _GIVEN]
    return sum(amount(each.amount, body.currency) for each in given)


def _gross(line: RefundedLine, body: OrderBody) -> int:
    """Where prices contain the tax, the subtotal does, too."""
    tax = 0 if body.taxes_included else amount(line.total_tax, body.currency)
    return amount(line.subtotal, body.currency) + tax

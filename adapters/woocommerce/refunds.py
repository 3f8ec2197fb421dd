"""Refunds onto an order: WooCommerce keeps the ordered lines as they were and lists refunds beside them. Pure.

Four shapes occur: by lines, an amount without lines, the whole order by a change of status
(an amount too), and a quantity without amount.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from adapters.money import amount_or_zero
from adapters.woocommerce.shapes import RefundBody, RefundedLine, meta
from bridge.domain.orders import Line, Order


def apply_refunds(order: Order, refunds: Sequence[RefundBody]) -> Order:
    """The order with everything that these refunds gave back, gross; raises ``Unclear`` for odd amounts."""
    pieces: Counter[str] = Counter()
    money: Counter[str] = Counter()
    for refund in refunds:
        for line in refund.line_items:
            pieces[_refunded_line(line)] -= line.quantity
            money[_refunded_line(line)] += _given_back(line, order.currency)
    return replace(
        order,
        lines=tuple(_less(line, pieces[line.id], money[line.id]) for line in order.lines),
        refund_without_lines=sum(_rest(refund, order.currency) for refund in refunds),
    )


def _less(line: Line, pieces: int, money: int) -> Line:
    return replace(line, refunded_quantity=max(pieces, 0), refunded=max(money, 0))


def _rest(refund: RefundBody, currency: str) -> int:
    """What the refund gave back beyond its lines; shipping and fees earned nothing, so they take nothing back."""
    accounted = _sum(refund.line_items, currency) + _sum(refund.shipping_lines, currency)
    accounted += _sum(refund.fee_lines, currency)
    return max(amount_or_zero(refund.amount, currency) - accounted, 0)


def _sum(lines: Iterable[RefundedLine], currency: str) -> int:
    return sum(_given_back(line, currency) for line in lines)


def _given_back(line: RefundedLine, currency: str) -> int:
    return -amount_or_zero(line.total, currency) - amount_or_zero(line.total_tax, currency)


def _refunded_line(line: RefundedLine) -> str:
    """The id of the ordered line; a refund's own line ids are others."""
    return str(meta(line.meta_data, "_refunded_item_id") or "")

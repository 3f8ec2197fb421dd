"""A refund as the interface shows it: its own amounts are negative, ``amount`` alone is not."""

from decimal import Decimal
from typing import Any

from adapters.woocommerce.sandbox.bodies import parts
from adapters.woocommerce.sandbox.bodies.order import article, article_end, tax_lines, taxes
from adapters.woocommerce.sandbox.php import dates, money
from adapters.woocommerce.sandbox.records import Charge, Line, Meta, Refund, RefundLine
from adapters.woocommerce.sandbox.state import State


def refund_body(state: State, refund: Refund, *, of_all: bool = False) -> dict[str, Any]:
    """One refund; ``of_all`` is the list over all orders, which names the order as ``parent_id``."""
    path = f"orders/{refund.order_id}/refunds/{refund.id}"
    goods = [part for part in refund.lines if isinstance(part.of, Line)]
    charges = [part for part in refund.lines if isinstance(part.of, Charge)]
    return {
        "id": refund.id,
        **({"parent_id": refund.order_id} if of_all else {}),
        **dates(state, created=refund.created),
        "amount": money(refund.amount),
        "reason": refund.reason,
        "refunded_by": 1,
        "refunded_payment": False,
        "meta_data": parts.meta_data([Meta(refund.meta_id, "_refund_type", refund.kind)]),
        "line_items": [_line(state, part, part.of) for part in goods if isinstance(part.of, Line)],
        "shipping_lines": [_shipping(state, part, part.of) for part in charges if isinstance(part.of, Charge)],
        "tax_lines": tax_lines(state, refund.tax_ids, _taxes(refund)),
        "fee_lines": [],
        "_links": {
            **parts.links(state, path, ["GET", "DELETE"]),
            "up": [{"href": f"{parts.root(state)}/orders/{refund.order_id}"}],
        },
    }


def _line(state: State, part: RefundLine, line: Line) -> dict[str, Any]:
    total, tax = money(-part.total), money(-part.tax)
    return {
        **article(line),
        "id": part.id,
        "quantity": -part.quantity,
        "tax_class": line.product.tax_class,
        "subtotal": total,
        "subtotal_tax": tax,
        "total": total,
        "total_tax": tax,
        "taxes": taxes(state, line.rate, tax, tax),
        "meta_data": _origin(part),
        **article_end(line, part.total / 100 / part.quantity if part.quantity else 0.0),
    }


def _shipping(state: State, part: RefundLine, charge: Charge) -> dict[str, Any]:
    return {
        "id": part.id,
        "method_title": charge.title,
        "method_id": "flat_rate",
        "instance_id": charge.instance,
        "total": money(-part.total),
        "total_tax": money(-part.tax),
        "taxes": taxes(state, charge.rate, money(-part.tax), ""),
        "tax_status": charge.tax_status,
        "meta_data": _origin(part),
    }


def _origin(part: RefundLine) -> list[dict[str, Any]]:
    return parts.line_meta([Meta(part.meta_id, "_refunded_item_id", str(part.of.id))])


def _taxes(refund: Refund) -> dict[Decimal, tuple[int, int]]:
    found: dict[Decimal, tuple[int, int]] = {}
    for part in refund.lines:
        if part.of.rate:
            cart, shipping = found.get(part.of.rate, (0, 0))
            goods = isinstance(part.of, Line)
            found[part.of.rate] = (cart - part.tax * goods, shipping - part.tax * (not goods))
    return found

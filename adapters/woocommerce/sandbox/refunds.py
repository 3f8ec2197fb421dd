"""Refunds in their four shapes: by lines, amount only, by status, pieces without money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from adapters.woocommerce.sandbox import orders
from adapters.woocommerce.sandbox.pricing import cents, tax_of
from adapters.woocommerce.sandbox.records import Charge, Line, Order, Refund, RefundLine
from adapters.woocommerce.sandbox.refusals import Refusal
from adapters.woocommerce.sandbox.state import State
from adapters.woocommerce.sandbox.totals import charge_tax, refunded, totals


@dataclass(frozen=True, slots=True)
class Part:
    """What is given back on one line: positive minor units, net and tax."""

    of: Line | Charge
    quantity: int
    total: int
    tax: int


def pieces(state: State, order: Order, quantities: Mapping[int, int]) -> list[Part]:
    """The parts that the admin's form proposes for so many pieces of these lines, by line id."""
    known = {line.id: line for line in order.lines}
    return [_of_line(known[number], quantity) for number, quantity in quantities.items()]


def parcel(state: State, order: Order) -> list[Part]:
    """The whole shipping of an order as refund parts."""
    inclusive = state.settings.prices_include_tax
    return [Part(c, 1, cents(c.total), charge_tax(c, inclusive)) for c in order.charges]


def rest(state: State, order: Order) -> int:
    """What of an order was not given back yet, gross minor units."""
    return totals(order, state.settings.prices_include_tax).total - refunded(order)


def give_back(
    state: State, order: Order, parts: Sequence[Part], amount: int | None, reason: str, restock: bool
) -> Refund:
    """Refund an order: ``amount`` is gross minor units, None for what the parts add up to.

    The whole amount given back makes the order refunded. Raises ``Refusal`` for more than the rest.
    """
    left = rest(state, order)
    amount = sum(part.total + part.tax for part in parts) if amount is None else amount
    if amount < 0 or amount > left:
        raise Refusal("woocommerce_rest_cannot_create_order_refund", "Invalid refund amount.")
    full = amount == left > 0
    refund = _record(state, order, parts, amount, reason, full)
    order.refunds.insert(0, refund)
    if restock:
        _restock(state, parts)
    _after(state, order, full)
    return refund


def take_back(order: Order, refund: Refund) -> None:
    """Delete a refund. Nothing is sent and no stamp moves; the order keeps its status."""
    order.refunds.remove(refund)


def _of_line(line: Line, quantity: int) -> Part:
    share = line.total * quantity / Decimal(max(1, line.quantity))
    return Part(line, quantity, cents(share), cents(tax_of(share, line.rate)))


def _record(state: State, order: Order, parts: Sequence[Part], amount: int, reason: str, full: bool) -> Refund:
    return Refund(
        id=state.number("post"),
        order_id=order.id,
        created=state.now(),
        amount=amount,
        reason=reason,
        kind="full" if full else "partial",
        lines=tuple(
            RefundLine(state.number("item"), state.number("meta"), p.of, p.quantity, p.total, p.tax) for p in parts
        ),
        meta_id=state.number("meta"),
    )


def _restock(state: State, parts: Sequence[Part]) -> None:
    for part in parts:
        if isinstance(part.of, Line) and part.quantity:
            orders.note_restock(state, part.of, part.quantity)


def _after(state: State, order: Order, full: bool) -> None:
    if full:
        orders.set_status(state, order, "refunded")
    else:
        orders.changed(state, order)
    state.emit("action.woocommerce_order_refunded", order.id)

"""An order's sums, derived from its lines each time they are shown: nothing can get out of step."""

from dataclasses import dataclass
from decimal import Decimal

from adapters.woocommerce.sandbox.pricing import cents, tax_cents
from adapters.woocommerce.sandbox.records import Charge, Line, Order


@dataclass(frozen=True, slots=True)
class Totals:
    """Minor units. ``taxes`` is per rate: what goods and fees carry, then what shipping carries."""

    discount: int
    discount_tax: int
    shipping: int
    shipping_tax: int
    cart_tax: int
    total: int
    taxes: dict[Decimal, tuple[int, int]]


def totals(order: Order, inclusive: bool) -> Totals:
    """Add up an order. The shop rounds each line, so ``discount`` may differ from the coupons' by a cent."""
    taxes = _taxes(order, inclusive)
    subtotal = sum(cents(line.subtotal) for line in order.lines)
    goods = sum(cents(line.total) for line in order.lines)
    subtotal_tax = sum(tax_cents(line.subtotal, line.rate, inclusive) for line in order.lines)
    goods_tax = sum(tax_cents(line.total, line.rate, inclusive) for line in order.lines)
    shipping = sum(cents(charge.total) for charge in order.charges)
    cart_tax = sum(cart for cart, _ in taxes.values())
    shipping_tax = sum(ship for _, ship in taxes.values())
    fees = sum(cents(fee.total) for fee in order.fees)
    return Totals(
        discount=subtotal - goods,
        discount_tax=subtotal_tax - goods_tax,
        shipping=shipping,
        shipping_tax=shipping_tax,
        cart_tax=cart_tax,
        total=goods + fees + shipping + cart_tax + shipping_tax,
        taxes=taxes,
    )


def charge_tax(charge: Charge, inclusive: bool) -> int:
    """Minor units of tax on a shipping line or fee; a negative fee is taxed whatever it says (measured)."""
    if charge.tax_status == "none" and charge.total >= 0:
        return 0
    return tax_cents(charge.total, charge.rate, inclusive)


def gross(item: Line | Charge, inclusive: bool) -> int:
    """What was paid for a line or charge in minor units, tax included."""
    tax = charge_tax(item, inclusive) if isinstance(item, Charge) else tax_cents(item.total, item.rate, inclusive)
    return cents(item.total) + tax


def refunded(order: Order) -> int:
    """What was given back in all, gross minor units."""
    return sum(refund.amount for refund in order.refunds)


def _taxes(order: Order, inclusive: bool) -> dict[Decimal, tuple[int, int]]:
    found: dict[Decimal, tuple[int, int]] = {}

    def add(rate: Decimal, cart: int, shipping: int) -> None:
        if rate:
            before = found.get(rate, (0, 0))
            found[rate] = (before[0] + cart, before[1] + shipping)

    for line in order.lines:
        add(line.rate, tax_cents(line.total, line.rate, inclusive), 0)
    for fee in order.fees:
        add(fee.rate, charge_tax(fee, inclusive), 0)
    for charge in order.charges:
        add(charge.rate, 0, charge_tax(charge, inclusive))
    return found

"""The shop's arithmetic, pure: taxes on six places, coupons spread over pieces.

Rules as measured, with the rounding of WooCommerce: net amounts keep six places, each line and
each line's tax is rounded to cents for sums, and tax rounds half down where prices include it,
so that net and tax of a line always add up to its gross price.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

MICRO = Decimal("0.000001")
CENT = Decimal("0.01")


def micro(value: Fraction) -> Decimal:
    """A fraction on six places, half up."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(MICRO, ROUND_HALF_UP)


def net_of(minor: int, rate: Decimal, inclusive: bool) -> Decimal:
    """The net amount of a price in minor units, which contains its tax or not."""
    price = Decimal(minor).scaleb(-2)
    if not inclusive:
        return price.quantize(MICRO)
    return price - micro(Fraction(price) * Fraction(rate) / (100 + Fraction(rate)))


def tax_of(net: Decimal, rate: Decimal) -> Decimal:
    """The tax on a net amount, on six places."""
    return micro(Fraction(net) * Fraction(rate) / 100)


def cents(value: Decimal) -> int:
    """Minor units of an amount, half up."""
    return int(value.quantize(CENT, ROUND_HALF_UP).scaleb(2))


def tax_cents(net: Decimal, rate: Decimal, inclusive: bool) -> int:
    """Minor units of the tax on a net amount."""
    rounding = ROUND_HALF_DOWN if inclusive else ROUND_HALF_UP
    return int(tax_of(net, rate).quantize(CENT, rounding).scaleb(2))


def price_of(net: Decimal, rate: Decimal, inclusive: bool) -> int:
    """The price in minor units, in the shop's own mode, that a net amount stands for."""
    return cents(net + tax_of(net, rate)) if inclusive else cents(net)


def spread(amount: int, prices: Sequence[int], pieces: Sequence[int]) -> list[int]:
    """How many minor units a fixed-cart coupon takes off each line.

    Every piece carries the same share as far as it can; what a cheap piece cannot carry goes
    round again; single cents left over go to the dearest pieces first (measured: 12.34 on
    one shirt of 19.99 and two coffees of 6.49 took 4.12 and 8.22).
    """
    taken = [0] * len(prices)
    while amount > 0:
        able = [i for i in _dearest_first(prices, pieces) if prices[i] > taken[i]]
        share = amount // max(1, sum(pieces[i] for i in able))
        if not able or not share:
            return _single_cents(amount, able, prices, pieces, taken)
        for i in able:
            part = min(share * pieces[i], prices[i] - taken[i])
            taken[i] += part
            amount -= part
    return taken


def percentage(hundredths: int, prices: Sequence[int], pieces: Sequence[int]) -> list[int]:
    """What a percent coupon takes off each line: rounded down per line, the missing cents one by one."""
    taken = [price * hundredths // 10_000 for price in prices]
    whole = cents(Decimal(sum(prices) * hundredths).scaleb(-6))
    order = _dearest_first(prices, pieces)
    return _single_cents(whole - sum(taken), order, prices, pieces, taken)


def _dearest_first(prices: Sequence[int], pieces: Sequence[int]) -> list[int]:
    countable = [i for i in range(len(prices)) if pieces[i] > 0]
    return sorted(countable, key=lambda i: -Fraction(prices[i], pieces[i]))


def _single_cents(
    amount: int, order: Sequence[int], prices: Sequence[int], pieces: Sequence[int], taken: list[int]
) -> list[int]:
    for i in order:
        part = max(0, min(pieces[i], prices[i] - taken[i], amount))
        taken[i] += part
        amount -= part
    return taken

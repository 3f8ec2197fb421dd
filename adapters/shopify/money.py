"""Amounts as Shopify states them: text in most places, JSON numbers in some."""

from decimal import Decimal
from fractions import Fraction

from adapters import money
from adapters.documents import Unclear
from adapters.shopify.shapes import LineBody, Sum
from bridge.domain.money import half_up

_PLACES = 12


def amount(stated: Sum, currency: str) -> int:
    """Minor units; raises ``Unclear`` for anything that is not a plain decimal number."""
    match stated:
        case Decimal() if stated.is_finite() and stated.adjusted() < _PLACES:
            return money.amount(f"{stated:f}", currency)
        case bool():
            return _odd()
        case str() | int():
            return money.amount(str(stated), currency)
        case _:
            return _odd()


def rate(line: LineBody) -> Fraction:
    """The line's tax as a part of its net price: several taxes can lie on one line."""
    return sum((_rate(tax.rate) for tax in line.tax_lines), Fraction(0))


def with_tax(net: int, of: Fraction) -> int:
    """A net amount with the tax on top."""
    return half_up(net * (1 + of))


def _rate(stated: Sum) -> Fraction:
    try:
        found = Fraction(stated or 0)
    except (TypeError, ValueError, ArithmeticError):
        raise Unclear("a tax rate in it is not a number") from None
    if not 0 <= found <= 10:
        raise Unclear("a tax rate in it is not a percentage")
    return found


def _odd() -> int:
    raise Unclear("an amount in it is not a number")

"""Amounts as Shopify states them: text in most places, JSON numbers in some."""

from decimal import Decimal
from fractions import Fraction

from adapters import money
from adapters.documents import Unclear
from adapters.shopify.shapes import LineBody, Sum
from bridge.domain.money import half_up


def amount(stated: Sum, currency: str) -> int:
    """Minor units; raises ``Unclear`` for anything that is not a plain decimal number."""
    if isinstance(stated, Decimal):
        return money.amount(f"{stated:f}", currency) if stated.is_finite() and stated.adjusted() < 12 else _odd()
    return money.amount(str(stated), currency)


def rate(line: LineBody) -> Fraction:
    """The line's tax as a part of its net price: several taxes can lie on one line."""
    return sum((_rate(tax.rate) for tax in line.tax_lines), Fraction(0))


def with_tax(net: int, of: Fraction) -> int:
    """A net amount with the tax on top."""
    return half_up(net * (1 + of))


def _rate(stated: Decimal | int | str | None) -> Fraction:
    try:
        found = Fraction(stated or 0)
    except (ValueError, ArithmeticError):
        raise Unclear("a tax rate in it is not a number") from None
    if not 0 <= found <= 10:
        raise Unclear("a tax rate in it is not a percentage")
    return found


def _odd() -> int:
    raise Unclear("an amount in it is not a number")

"""Money: integer minor units of one currency. Rounding and splitting happen here and nowhere else."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import lcm

from babel.numbers import get_currency_precision


def half_up(value: Fraction) -> int:
    """Round to a whole minor unit, halves away from zero: the one rounding of the ledger."""
    return half_up_ratio(value.numerator, value.denominator)


def half_up_ratio(numerator: int, denominator: int) -> int:
    """The same for a fraction that is not reduced, which saves most of the work; the denominator is positive."""
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def split(total: int, weights: Sequence[int | Fraction]) -> list[int]:
    """Split minor units in proportion, no unit lost: largest remainder, ties to the earlier part.

    Weights must not be negative. When all are zero, nothing can be given out and
    a non-zero total raises ``ValueError``.
    """
    common = lcm(*(weight.denominator for weight in weights))
    whole_weights = [weight.numerator * (common // weight.denominator) for weight in weights]
    whole = sum(whole_weights)
    if whole == 0:
        if total:
            raise ValueError(f"{total} cannot be split over parts that weigh nothing")
        return [0] * len(weights)
    parts, remainders = zip(*(divmod(total * weight, whole) for weight in whole_weights), strict=True)
    left = total - sum(parts)
    favoured = set(sorted(range(len(parts)), key=lambda i: (-remainders[i], i))[:left])
    return [part + (i in favoured) for i, part in enumerate(parts)]


def decimals(currency: str) -> int:
    """How many decimal places the currency has (EUR 2, JPY 0, KWD 3)."""
    return int(get_currency_precision(currency))


def minor(amount: Decimal, currency: str) -> int:
    """Minor units of a decimal amount, half up: shops state some fields with more places."""
    return half_up(Fraction(amount) * 10 ** decimals(currency))


_LARGEST = 12
"""The power of ten that no typed amount reaches beyond: a ledger has to hold it and add it up."""


def parse(text: str, currency: str) -> int:
    """Minor units of a typed amount such as ``"1.50"``; more places than the currency has are refused."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"“{text}” is not an amount; write it like “1.50”") from None
    if not amount.is_finite() or amount.adjusted() > _LARGEST:
        raise ValueError(f"“{text}” is not an amount; write it like “1.50”")
    exact = Fraction(amount) * 10 ** decimals(currency)
    if exact.denominator != 1:
        raise ValueError(f"“{text}” has more places than {currency} ({decimals(currency)})")
    return int(exact.numerator)


def plain(amount: int, currency: str) -> str:
    """``350`` EUR as ``"3.50"``: the form of documents, scenario files and the shops' interfaces."""
    places = decimals(currency)
    return f"{Decimal(amount).scaleb(-places):.{places}f}"


def plain_percent(percent: Fraction) -> str:
    """``1/40`` as ``"2.5"``."""
    value = Decimal(percent.numerator * 100) / Decimal(percent.denominator)
    return f"{value.normalize():f}"

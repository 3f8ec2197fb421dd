"""Money: integer minor units of one currency. Rounding and splitting happen here and nowhere else."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from babel.numbers import get_currency_precision


def half_up(value: Fraction) -> int:
    """Round to a whole minor unit, halves away from zero: the one rounding of the ledger."""
    magnitude = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return magnitude if value >= 0 else -magnitude


def split(total: int, weights: Sequence[int | Fraction]) -> list[int]:
    """Split minor units in proportion, no unit lost: largest remainder, ties to the earlier part.

    Weights must not be negative. When all are zero, nothing can be given out and
    a non-zero total raises ``ValueError``.
    """
    whole = sum(weights, Fraction(0))
    if whole == 0:
        if total:
            raise ValueError(f"{total} cannot be split over parts that weigh nothing")
        return [0] * len(weights)
    exact = [Fraction(total) * weight / whole for weight in weights]
    parts = [share.numerator // share.denominator for share in exact]
    left = total - sum(parts)
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[:left]:
        parts[i] += 1
    return parts


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

"""Amounts as shops write them, decimal text, into minor units."""

import re
from decimal import Decimal
from functools import lru_cache

from adapters.documents import Unclear
from bridge.domain.money import minor

_AMOUNT = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?")


@lru_cache(maxsize=16_384)
def amount(stated: str, currency: str) -> int:
    """Minor units of a stated amount; raises ``Unclear`` for anything else than a plain decimal number.

    Shops repeat their prices, so the answers are kept.
    """
    if _AMOUNT.fullmatch(stated) is None:
        raise Unclear("an amount in it is not a number")
    return minor(Decimal(stated), currency)


def amount_or_zero(stated: str, currency: str) -> int:
    """The same for fields that the shop leaves empty when there is nothing to say."""
    return amount(stated, currency) if stated else 0

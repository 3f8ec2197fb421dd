"""What the theme is told to promise on product pages: the tariff as a metafield of the shop. Pure."""

import json
from typing import Any

from babel.numbers import get_currency_precision

from adapters.shopify.customers import NAMESPACE
from bridge.ports import Rate, Tariff, Words

TARIFF = "tariff"
"""``shop.metafields.rabattkonto.tariff``: themes read it, the snippets know its form."""

_PARTS = 10_000
"""A theme calculates with whole numbers: percentages are told in so many parts of one percent."""


def metafield(shop: str, tariff: Tariff, currency: str) -> dict[str, str]:
    """What is written for the shop with this gid."""
    value = json.dumps(_tariff(tariff, currency), ensure_ascii=False, separators=(",", ":"))
    return {"ownerId": shop, "namespace": NAMESPACE, "key": TARIFF, "type": "json", "value": value}


def _tariff(tariff: Tariff, currency: str) -> dict[str, Any]:
    """Amounts are minor units; ``unit`` says how many of a theme's hundredths each of them is.

    A theme has no net prices, and nothing finer than hundredths: what it could not calculate it is not told.
    """
    precision = get_currency_precision(currency)
    rates = tariff.rates if precision <= 2 else ()
    return {
        "unit": 10 ** (2 - precision) if precision <= 2 else 1,
        "typed": tariff.typed and precision <= 2,
        "net": tariff.basis == "net",
        "rates": [_rate(rate) for rate in rates],
        "excluded": [_lists(words) for words in tariff.excluded],
    }


def _rate(rate: Rate) -> dict[str, Any]:
    told: dict[str, Any] = {"only": _lists(rate.only), "minimum": rate.minimum_order, "also": rate.also}
    if rate.amount is not None:
        return told | {"amount": rate.amount}
    return told | {"parts": round(float(rate.percent or 0) * _PARTS)}


def _lists(words: Words) -> list[dict[str, Any]]:
    return [{"kind": kind, "words": list(each)} for kind, each in words.items()]

"""What the companion plugin is told: the tariff, the way in and its key, as its own JSON. Pure."""

from typing import Any

from bridge.domain.money import plain
from bridge.ports import Furnishing, Rate, Tariff, Words

PATH = "/rabattkonto"
"""The plugin's own address, below ``wc/v3``: a key of WooCommerce's is taken nowhere else (measured)."""

NOBODY = "rest_no_route"
"""How the shop says that no plugin listens there."""


def payload(furnishing: Furnishing, currency: str) -> dict[str, Any]:
    """The plugin's JSON; amounts are texts in whole units of the currency."""
    return {
        "tariff": _tariff(furnishing.tariff, currency),
        "way_in": furnishing.way_in,
        "key": furnishing.key,
    }


def _tariff(tariff: Tariff, currency: str) -> dict[str, Any]:
    return {
        "name": tariff.name,
        "typed": tariff.typed,
        "basis": tariff.basis,
        "days": tariff.days,
        "rates": [_rate(rate, currency) for rate in tariff.rates],
        "excluded": [_lists(words) for words in tariff.excluded],
    }


def _rate(rate: Rate, currency: str) -> dict[str, Any]:
    return {
        "only": _lists(rate.only),
        "minimum_order": plain(rate.minimum_order, currency),
        "amount": "" if rate.amount is None else plain(rate.amount, currency),
        "percent": rate.percent,
        "also": rate.also,
    }


def _lists(words: Words) -> dict[str, list[str]]:
    return {kind: list(each) for kind, each in words.items()}

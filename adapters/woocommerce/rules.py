"""The rules of a code as the coupon carries them, for the companion plugin to keep in every basket. Pure."""

from dataclasses import asdict
from typing import Any

from adapters.documents import text
from bridge.domain.money import parse, plain
from bridge.ports import Barred, CodeRules

RULES_KEY = "_rabattkonto_rules"
"""The coupon's meta key that the companion plugin reads; none means that the code may take all that it is worth."""

_WORDS = ("sku", "product", "category", "tag", "group")


def write_rules(rules: CodeRules, currency: str) -> dict[str, Any] | None:
    """What the coupon carries; None, which takes the key off the coupon, where there is no rule."""
    if not rules:
        return None
    return {
        "share": rules.share,
        "min_payable": plain(rules.min_payable, currency),
        "barred": [{name: list(words) for name, words in asdict(each).items() if words} for each in rules.barred],
    }


def read_rules(value: Any, currency: str) -> CodeRules:
    """The rules that a coupon carries. What somebody has made unreadable is no rule, and is written again."""
    try:
        return CodeRules(
            share=text(value["share"]),
            min_payable=parse(value["min_payable"], currency),
            barred=tuple(_barred(each) for each in value["barred"]),
        )
    except (TypeError, KeyError, ValueError, AttributeError):
        return CodeRules()


def _barred(each: dict[str, list[str]]) -> Barred:
    return Barred(**{name: tuple(text(word) for word in each.get(name, ())) for name in _WORDS})

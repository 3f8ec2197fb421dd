"""What an article will earn, as far as a shop can say it before anybody has bought; the shop calculates."""

from bridge.domain.money import plain_percent
from bridge.domain.programme import Earn, Matcher, Programme
from bridge.ports import Rate, Tariff, Words

_KINDS = ("sku", "product", "category", "tag", "group")


def tariff(programme: Programme | None, stopped: bool = False) -> Tariff:
    """The tariff of this programme; an empty one where nothing is earned, for a shop must not promise that."""
    if programme is None or stopped or not programme.programme.earning:
        return Tariff()
    basics = programme.programme
    return Tariff(
        name=basics.name,
        typed=True,
        basis=basics.earn_basis,
        days=basics.available_after_days,
        rates=tuple(_rate(rule) for rule in programme.earn),
        excluded=tuple(_words(rule) for rule in programme.exclude if rule.earn),
    )


def _rate(rule: Earn) -> Rate:
    percent = "" if rule.percent is None else plain_percent(rule.percent)
    return Rate(_words(rule), rule.minimum_order, rule.amount, percent, rule.also)


def _words(rule: Matcher) -> Words:
    return {kind: words for kind in _KINDS if (words := getattr(rule, kind))}

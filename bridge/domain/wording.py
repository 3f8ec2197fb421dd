"""The rules of a programme in plain sentences, German and English. Pure.

The terms that customers read and the comparison of two programmes say a rule with the same words.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import singledispatch

from bridge.domain.calendar import Span
from bridge.domain.programme import (
    Basics,
    Bonus,
    Budget,
    Earn,
    Exclude,
    Expiry,
    FirstOrder,
    Matcher,
    Membership,
    Redeem,
    Referral,
    Regularity,
    Turnover,
)
from bridge.domain.tongue import Tongue


def earn(rule: Earn, tongue: Tongue, basis: str) -> str:
    """What a rule gives for which articles; ``basis`` is “gross” or “net”."""
    if rule.amount is not None:
        measure = tongue.say("each", amount=tongue.money(rule.amount))
    else:
        measure = tongue.say(f"share, {basis}", percent=tongue.percent(rule.percent or Fraction(0)))
    minimum = tongue.say("minimum", amount=tongue.money(rule.minimum_order)) if rule.minimum_order else ""
    name = "earn, also" if rule.also else "earn"
    return tongue.say(name, what=articles(rule, tongue), whom=group(rule, tongue), measure=measure, minimum=minimum)


def articles(rule: Matcher, tongue: Tongue) -> str:
    """The articles that a rule means."""
    named = [(name, getattr(rule, name)) for name in ("sku", "product", "category", "tag")]
    which = [tongue.say(name, names=tongue.any_of(values)) for name, values in named if values is not None]
    return tongue.say("articles", which=tongue.say("and").join(which)) if which else tongue.say("all articles")


def group(rule: Matcher | Bonus, tongue: Tongue) -> str:
    """“, nur für Kunden der Gruppe …”, empty where a rule is for everybody."""
    return tongue.say("group", names=tongue.any_of(rule.group)) if rule.group is not None else ""


@singledispatch
def bonus(rule: Bonus, tongue: Tongue) -> str:
    """What a bonus asks for and what it gives."""
    raise TypeError(f"there are no words for {rule!r}")


@bonus.register
def _(rule: Turnover, tongue: Tongue) -> str:
    if rule.percent is not None:
        what = tongue.say("turnover, percent", percent=tongue.percent(rule.percent))
    else:
        what = tongue.money(rule.amount or 0)
    return tongue.say(
        "turnover",
        span=tongue.say(rule.period.value),
        minimum=tongue.money(rule.minimum),
        what=what,
        when=tongue.say(f"turnover, {rule.award}"),
        whom=group(rule, tongue),
    )


@bonus.register
def _(rule: Regularity, tongue: Tongue) -> str:
    amount, many = tongue.money(rule.amount), periods(rule.period, rule.periods, tongue)
    return tongue.say("regularity", orders=rule.orders, periods=many, amount=amount, whom=group(rule, tongue))


@bonus.register
def _(rule: FirstOrder, tongue: Tongue) -> str:
    return tongue.say("first_order", amount=tongue.money(rule.amount), whom=group(rule, tongue))


@bonus.register
def _(rule: Membership, tongue: Tongue) -> str:
    return tongue.say(
        "membership",
        names=tongue.any_of(rule.sku),
        amount=tongue.money(rule.amount),
        months=rule.months,
        whom=group(rule, tongue),
    )


def periods(span: Span, count: int, tongue: Tongue) -> str:
    """“3 Monaten nacheinander”."""
    return tongue.say(f"{span.value}, {'one' if count == 1 else 'many'}", count=count)


def referral(rule: Referral, tongue: Tongue, basis: str) -> Iterator[str]:
    """What sponsors earn, level by level, and within which bounds."""
    kind = "accrual" if rule.base == "accrual" else basis
    for level, percent in enumerate(rule.levels, start=1):
        yield tongue.say(f"level, {kind}", level=level, percent=tongue.percent(percent))
    if rule.cap_percent_of_paid is not None:
        yield tongue.say("cap", percent=tongue.percent(rule.cap_percent_of_paid))
    if rule.own_turnover is not None:
        own = rule.own_turnover
        yield tongue.say("own turnover", span=tongue.say(own.period.value), amount=tongue.money(own.minimum))
        yield tongue.say("compression" if rule.compression else "no compression")


def redeem(rule: Redeem, tongue: Tongue) -> Iterator[str]:
    """How credit is used, and up to what."""
    yield tongue.say("automatic" if rule.automatic else "not automatic")
    if rule.minimum:
        yield tongue.say("offer", amount=tongue.money(rule.minimum))
    if rule.max_share_percent is not None:
        yield tongue.say("most", percent=tongue.percent(rule.max_share_percent))
    if rule.min_payable:
        yield tongue.say("payable", amount=tongue.money(rule.min_payable))
    if rule.open_orders:
        yield tongue.say("open orders")
    yield tongue.say("guests" if rule.guests else "no guests")


def expiry(rule: Expiry | None, tongue: Tongue) -> str:
    """How long credit can be used."""
    if rule is None:
        return tongue.say("never")
    return tongue.say("expiry, end of year" if rule.end_of_year else "expiry", months=rule.months)


def exclusion(rule: Exclude, tongue: Tongue) -> str:
    """What an article is excluded from."""
    names = {(True, True): "both", (True, False): "earn", (False, True): "use", (False, False): "nothing"}
    name = names[rule.earn, rule.use]
    return tongue.say(f"excluded, {name}", what=articles(rule, tongue), whom=group(rule, tongue))


def budget(rule: Budget, tongue: Tongue) -> str:
    """What happens when the programme costs too much."""
    percent, span = tongue.percent(rule.max_percent_of_turnover), tongue.say(rule.period.value)
    return tongue.say(f"budget, {rule.action}", percent=percent, span=span)


def available(basics: Basics, tongue: Tongue) -> str:
    """When credit can be used."""
    days = basics.available_after_days
    return tongue.say("after days", days=days) if days else tongue.say("at once")

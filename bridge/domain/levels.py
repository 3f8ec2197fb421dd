"""Sponsor levels: who stands on which level of an order, and how the shares keep below their cap."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from bridge.domain.money import half_up, half_up_ratio, split
from bridge.domain.programme import Programme, Referral, Step
from bridge.domain.targets import Why


@dataclass(frozen=True, slots=True)
class Sponsor:
    """One step up the tree on the day of the order; ``qualified`` by own turnover and not an employee."""

    account: int
    qualified: bool


def shares(
    programme: Programme, upline: tuple[Sponsor, ...], base: Fraction, paid: int
) -> Iterator[tuple[int, int, int, Why]]:
    """What the sponsors earn of a line: (level, account, minor units, why).

    The cap on all levels is compared with the exact shares; above it they are scaled down together,
    largest remainder first, ties to the nearer level. Levels that are lost do not count.
    """
    rule = programme.referral
    if rule is None or not upline:
        return
    # Whole weights over one denominator: exact as fractions are, without reducing one at every step.
    below = base.denominator * rule.denominator
    places = [
        (step, sponsor.account, base.numerator * step.weight)
        for step, sponsor in _placed(rule, upline)
        if sponsor is not None
    ]
    uncapped = [half_up_ratio(above, below) for *_, above in places]
    amounts = uncapped
    if rule.cap_percent_of_paid is not None:
        cap = half_up(paid * rule.cap_percent_of_paid)
        if sum(above for *_, above in places) > cap * below:
            amounts = split(cap, [above for *_, above in places])
    of = half_up(base)
    for (step, account, _), before, amount in zip(places, uncapped, amounts, strict=True):
        why = {"what": "level", "level": step.level, "percent": step.percent, "of": of, "uncapped": before}
        yield step.level, account, amount, why | {"amount": amount}


def _placed(rule: Referral, upline: tuple[Sponsor, ...]) -> Iterator[tuple[Step, Sponsor | None]]:
    """Who stands on each level: with compression the next one up takes a place, without it the level is lost."""
    chain = [s for s in upline if s.qualified] if rule.compression else upline
    for step, sponsor in zip(rule.ladder, chain, strict=False):
        yield step, sponsor if sponsor.qualified else None

"""Sponsor levels: who stands on which level of an order, and how the shares keep below their cap."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from bridge.domain.money import half_up, plain_percent, split
from bridge.domain.programme import Programme
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
    if rule is None:
        return
    places = [
        (level, sponsor.account, percent, base * percent)
        for level, (percent, sponsor) in enumerate(_placed(programme, upline), start=1)
        if sponsor is not None
    ]
    amounts = [half_up(exact) for *_, exact in places]
    capped = None
    if rule.cap_percent_of_paid is not None:
        cap = half_up(paid * rule.cap_percent_of_paid)
        if sum(exact for *_, exact in places) > cap:
            capped = split(cap, [exact for *_, exact in places])
    for (level, account, percent, exact), uncapped, i in zip(places, amounts, range(len(places)), strict=True):
        amount = uncapped if capped is None else capped[i]
        yield level, account, amount, _level(level, percent, base, half_up(exact), amount)


def _placed(programme: Programme, upline: tuple[Sponsor, ...]) -> Iterator[tuple[Fraction, Sponsor | None]]:
    """Who stands on each level: with compression the next one up takes a place, without it the level is lost."""
    rule = programme.referral
    if rule is None:
        return
    chain = [s for s in upline if s.qualified] if rule.compression else list(upline)
    for percent, sponsor in zip(rule.levels, chain, strict=False):
        yield percent, sponsor if sponsor.qualified else None


def _level(level: int, percent: Fraction, base: Fraction, uncapped: int, amount: int) -> Why:
    return {
        "what": "level",
        "level": level,
        "percent": plain_percent(percent),
        "of": half_up(base),
        "uncapped": uncapped,
        "amount": amount,
    }

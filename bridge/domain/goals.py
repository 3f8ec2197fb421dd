"""How far it is to the next bonus, and until when. Pure, from the same functions that award it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from bridge.domain.bonus import Contribution, Stretch, reached_at, runs, stretches
from bridge.domain.calendar import Period, midnight, period_of
from bridge.domain.programme import FirstOrder, Regularity, Timeline, Turnover
from bridge.domain.tongue import Texts, Tongue

_TEXTS: Texts = {
    "turnover": (
        "noch {missing} Einkaufswert bis {until} für {what} Guthaben",
        "{missing} of purchases to go until {until} for {what} of credit",
    ),
    "percent": ("{percent} dieses Einkaufswerts als", "{percent} of these purchases"),
    "regularity": (
        "noch {missing} bis {until} für {what} Guthaben",
        "{missing} to go until {until} for {what} of credit",
    ),
    "regularity, more": (
        "noch {missing} bis {until} und {more} für {what} Guthaben",
        "{missing} to go until {until} and {more} for {what} of credit",
    ),
    "order, one": ("1 Bestellung", "1 order"),
    "order, many": ("{count} Bestellungen", "{count} orders"),
    "month, one": ("ebenso im Monat danach", "as many in the month after"),
    "month, many": ("ebenso in {count} weiteren Monaten", "as many in {count} more months"),
    "quarter, one": ("ebenso im Quartal danach", "as many in the quarter after"),
    "quarter, many": ("ebenso in {count} weiteren Quartalen", "as many in {count} more quarters"),
    "half_year, one": ("ebenso im Halbjahr danach", "as many in the half-year after"),
    "half_year, many": ("ebenso in {count} weiteren Halbjahren", "as many in {count} more half-years"),
    "year, one": ("ebenso im Jahr danach", "as many in the year after"),
    "year, many": ("ebenso in {count} weiteren Jahren", "as many in {count} more years"),
    "first_order": ("{what} Guthaben für Ihre erste Bestellung", "{what} of credit for your first order"),
}


@dataclass(frozen=True, slots=True)
class Goal:
    """One bonus that can still be reached: ``amount`` minor units, or ``percent`` of the turnover.

    ``turnover`` (minor units) or ``orders`` are to go up to and with the day ``until``; after that ``periods`` more
    periods of the length ``span`` need as many orders as this one.
    """

    rule: str
    kind: str
    amount: int
    percent: Fraction | None = None
    turnover: int = 0
    orders: int = 0
    periods: int = 0
    span: str = ""
    until: date | None = None


def needed_since(timeline: Timeline, now: datetime) -> datetime | None:
    """From when on orders have to be known to tell the goals; None for all: a run can reach back for ever."""
    rules = [(rule, version.programme.zone) for version in timeline.versions for rule in version.programme.bonus]
    if any(isinstance(rule, Regularity) for rule, _ in rules):
        return None
    periods = [(period_of(now, rule.period, zone), zone) for rule, zone in rules if isinstance(rule, Turnover)]
    return min((midnight(period.start, zone) for period, zone in periods), default=now)


def goals(
    history: Sequence[Contribution], group: str, timeline: Timeline, now: datetime, *, bought_before: bool = False
) -> tuple[Goal, ...]:
    """What an account of this group can reach from now on.

    ``history`` is what its orders contribute since ``needed_since``; ``bought_before`` says that an earlier one
    was kept, too.
    """
    by_payment = sorted(history, key=lambda c: (c.paid_at, c.placed, c.order))
    return (
        *_turnover(by_payment, group, timeline, now),
        *_regularity(by_payment, group, timeline, now),
        *(() if bought_before else _first_order(by_payment, group, timeline, now)),
    )


def _turnover(history: Sequence[Contribution], group: str, timeline: Timeline, now: datetime) -> Iterator[Goal]:
    for version in timeline.versions:
        zone = version.programme.zone
        for rule in version.programme.bonus:
            if not isinstance(rule, Turnover) or not rule.meant_for(group):
                continue
            period = period_of(now, rule.period, zone)
            if timeline.governing(midnight(period.start, zone)) is not version:
                continue
            mine = [
                c for c in history if rule.meant_for(c.group) and period_of(c.placed, rule.period, zone) == period
            ]
            if reached_at(mine, rule.minimum) is None:
                missing = max(rule.minimum, 1) - sum(item.turnover for item in mine)
                yield Goal(
                    rule.id, rule.kind, rule.amount or 0, rule.percent, turnover=missing, until=_last_day(period)
                )


def _regularity(history: Sequence[Contribution], group: str, timeline: Timeline, now: datetime) -> Iterator[Goal]:
    for stretch in stretches(timeline):
        period = period_of(now, stretch.rule.period, stretch.version.programme.zone)
        begins = midnight(period.start, stretch.version.programme.zone)
        if stretch.rule.meant_for(group) and stretch.holds(begins):
            goal = _run_goal(stretch, [c for c in history if c.kept and stretch.rule.meant_for(c.group)], period)
            if goal is not None:
                yield goal


def _run_goal(stretch: Stretch, orders: Sequence[Contribution], period: Period) -> Goal | None:
    """What the run in hand lacks in this period and after; None once this period has done its part."""
    rule, zone = stretch.rule, stretch.version.programme.zone
    mine = sum(period_of(c.placed, rule.period, zone) == period for c in orders)
    if mine >= rule.orders:
        return None
    before = next((run for at, run in runs(stretch, orders) if at.next() == period), ())
    done = len(before) % rule.periods
    return Goal(
        rule.id,
        rule.kind,
        rule.amount,
        orders=rule.orders - mine,
        periods=rule.periods - done - 1,
        span=rule.period.value,
        until=_last_day(period),
    )


def _first_order(history: Sequence[Contribution], group: str, timeline: Timeline, now: datetime) -> Iterator[Goal]:
    version = timeline.at(now)
    if version is None or any(item.kept for item in history):
        return
    for rule in version.programme.bonus:
        if isinstance(rule, FirstOrder) and rule.meant_for(group):
            yield Goal(rule.id, rule.kind, rule.amount, orders=1)


def _last_day(period: Period) -> date:
    return period.end - timedelta(days=1)


def sentence(goal: Goal, language: str, currency: str) -> str:
    """The goal in words, in “en” or else in German."""
    tongue = Tongue(language, currency, _TEXTS)
    what = tongue.money(goal.amount)
    if goal.percent is not None:
        what = tongue.say("percent", percent=tongue.percent(goal.percent))
    until = tongue.day(goal.until) if goal.until else ""
    missing = tongue.money(goal.turnover) if goal.turnover else _counted(tongue, "order", goal.orders)
    more = _counted(tongue, goal.span, goal.periods) if goal.periods else ""
    name = f"{goal.kind}, more" if more else goal.kind
    return tongue.say(name, what=what, until=until, missing=missing, more=more)


def _counted(tongue: Tongue, name: str, count: int) -> str:
    return tongue.say(f"{name}, {'one' if count == 1 else 'many'}", count=count)

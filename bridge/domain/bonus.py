"""Bonuses: what an account should have booked for its periods, from what its orders contribute.

Pure: a bonus is a target like an accrual, so a return or a late order of a closed period moves it
by the difference. Which version of the programme governs is said at each kind.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bridge.domain.calendar import (
    Period,
    local_day,
    midnight,
    period_of,
    plus_days,
    plus_months,
)
from bridge.domain.earning import last_day, usable_from
from bridge.domain.money import half_up, plain_percent
from bridge.domain.programme import (
    FirstOrder,
    Membership,
    Programme,
    Regularity,
    Timeline,
    Turnover,
    Version,
)
from bridge.domain.targets import Key, Kind, Target, Why

Rule = TypeVar("Rule", Turnover, Regularity, FirstOrder, Membership)


@dataclass(frozen=True, slots=True)
class Bought:
    """A membership article on an order; ``returned_at`` is when it was given back."""

    line: str
    sku: str
    returned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one paid order adds to its buyer's periods. ``turnover`` is paid and kept, gross minor units."""

    order: str
    placed: datetime
    paid_at: datetime
    turnover: int
    kept: bool
    group: str = ""
    bought: tuple[Bought, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """The bonuses of an account now, and the next moment at which time alone changes them."""

    targets: tuple[Target, ...]
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Award:
    """One bonus before it is a target. One that ``waits`` is not due before ``at``; the others are reached.

    A shop's clock may run ahead of ours, so what is reached never waits for its own stamp.
    """

    rule: str
    part: str
    amount: int
    at: datetime
    usable_at: datetime
    version: Version
    why: Why
    waits: bool = False


def due(account: int, prefix: str, history: Sequence[Contribution], timeline: Timeline, now: datetime) -> Due:
    """What the account's bonuses should sum to now. ``history`` may come in any order."""
    by_payment = sorted(history, key=lambda c: (c.paid_at, c.placed, c.order))
    awards = [award for kind in _KINDS for award in kind(by_payment, timeline)]
    later = [award.at for award in awards if award.waits and award.at > now]
    targets = tuple(_target(account, prefix, a, now) for a in awards if not a.waits or a.at <= now)
    return Due(targets, min(later, default=None))


def _target(account: int, prefix: str, award: _Award, now: datetime) -> Target:
    programme = award.version.programme
    part = f"/{award.part}" if award.part else ""
    return Target(
        key=Key(account, Kind.BONUS, f"{prefix}/bonus:{award.rule}{part}"),
        amount=award.amount,
        happened_at=award.at,
        changed_at=now,
        usable_at=award.usable_at,
        expires_on=last_day(award.usable_at, programme.expiry, programme.zone),
        version=award.version.number,
        order=None,
        why=award.why,
    )


# --- turnover: the version in force when the period began -----------------------------------------


def _turnover(history: Sequence[Contribution], timeline: Timeline) -> Iterator[_Award]:
    for version in timeline.versions:
        for rule in _rules(version, Turnover):
            for period, orders in _by_period(history, rule, version.programme, timeline, version):
                award = _period_award(rule, period, orders, version)
                if award is not None:
                    yield award


def _by_period(
    history: Sequence[Contribution],
    rule: Turnover,
    programme: Programme,
    timeline: Timeline,
    version: Version,
) -> list[tuple[Period, list[Contribution]]]:
    periods: dict[Period, list[Contribution]] = {}
    for item in history:
        if rule.meant_for(item.group):
            periods.setdefault(period_of(item.placed, rule.period, programme.zone), []).append(item)
    return [
        (period, orders)
        for period, orders in sorted(periods.items())
        if timeline.governing(midnight(period.start, programme.zone)) is version
    ]


def _period_award(
    rule: Turnover, period: Period, orders: Sequence[Contribution], version: Version
) -> _Award | None:
    total = sum(item.turnover for item in orders)
    reached = reached_at(orders, rule.minimum)
    if reached is None:
        return None
    programme = version.programme
    at = midnight(period.end, programme.zone) if rule.award == "period_end" else reached
    amount = half_up(total * rule.percent) if rule.percent is not None else rule.amount or 0
    why = {
        "what": "turnover",
        "period": period.label,
        "span": rule.period.value,
        "minimum": rule.minimum,
        "turnover": total,
        "percent": plain_percent(rule.percent) if rule.percent is not None else "",
        "amount": amount,
    }
    waits = rule.award == "period_end"
    return _Award(rule.id, period.label, amount, at, usable_from(at, programme), version, why, waits)


def reached_at(orders: Sequence[Contribution], minimum: int) -> datetime | None:
    """When the order was paid that brought the sum to the minimum, in the order of payment."""
    total = 0
    for item in orders:
        total += item.turnover
        if total >= max(minimum, 1):
            return item.paid_at
    return None


# --- regularity: a run is governed by the version in force when its first period began ------------


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which one regularity rule stood unchanged; its bounds are moments, None is open."""

    rule: Regularity
    version: Version
    start: datetime | None
    end: datetime | None

    def holds(self, moment: datetime) -> bool:
        """Whether a period that begins then counts."""
        return (self.start is None or moment >= self.start) and (self.end is None or moment < self.end)


def _regularity(history: Sequence[Contribution], timeline: Timeline) -> Iterator[_Award]:
    for stretch in stretches(timeline):
        orders = [c for c in history if c.kept and stretch.rule.meant_for(c.group)]
        for period, run in runs(stretch, orders):
            if len(run) == stretch.rule.periods:
                yield _run_award(stretch.rule, period, max(run), _of_run(stretch, period, timeline))


def stretches(timeline: Timeline) -> list[Stretch]:
    """Unchanged rules run on through new versions; a changed one starts anew with its next period."""
    done: list[Stretch] = []
    open_: dict[str, Stretch] = {}
    for i, version in enumerate(timeline.versions):
        start = version.valid_from if i else None
        rules = {rule.id: rule for rule in _rules(version, Regularity)}
        for name, stretch in list(open_.items()):
            if rules.get(name) != stretch.rule:
                done.append(Stretch(stretch.rule, stretch.version, stretch.start, start))
                del open_[name]
        for name, rule in rules.items():
            open_.setdefault(name, Stretch(rule, version, start, None))
    return done + list(open_.values())


def runs(stretch: Stretch, orders: Sequence[Contribution]) -> Iterator[tuple[Period, tuple[datetime, ...]]]:
    """After each period with orders: when each period of the run that it ends was full; empty if it is not.

    A run of the length that the rule asks for is complete, and the next one begins anew.
    """
    rule, zone = stretch.rule, stretch.version.programme.zone
    counted: dict[Period, list[Contribution]] = {}
    for item in orders:
        counted.setdefault(period_of(item.placed, rule.period, zone), []).append(item)
    run: tuple[datetime, ...] = ()
    previous: Period | None = None
    for period in sorted(counted):
        enough = len(counted[period]) >= rule.orders and stretch.holds(midnight(period.start, zone))
        follows = previous is not None and previous.next() == period and len(run) < rule.periods
        run = run if follows else ()
        run = (*run, counted[period][rule.orders - 1].paid_at) if enough else ()
        previous = period
        yield period, run


def _of_run(stretch: Stretch, last: Period, timeline: Timeline) -> Version:
    """The version in force when the first period of a complete run began; it has the same rule."""
    began = midnight(last.back(stretch.rule.periods - 1).start, stretch.version.programme.zone)
    return timeline.governing(began) or stretch.version


def _run_award(rule: Regularity, period: Period, reached: datetime, version: Version) -> _Award:
    why = {
        "what": "regularity",
        "orders": rule.orders,
        "periods": rule.periods,
        "span": rule.period.value,
        "period": period.label,
        "amount": rule.amount,
    }
    usable = usable_from(reached, version.programme)
    return _Award(rule.id, period.label, rule.amount, reached, usable, version, why)


# --- first order and membership: the version in force when the order was placed -------------------


def _first_order(history: Sequence[Contribution], timeline: Timeline) -> Iterator[_Award]:
    kept = [item for item in history if item.kept]
    if not kept:
        return
    first = min(kept, key=lambda c: (c.placed, c.order))
    version = timeline.at(first.placed)
    for rule in _rules(version, FirstOrder):
        if version is not None and rule.meant_for(first.group):
            why = {"what": "first_order", "amount": rule.amount}
            usable = usable_from(first.paid_at, version.programme)
            yield _Award(rule.id, "", rule.amount, first.paid_at, usable, version, why)


def _membership(history: Sequence[Contribution], timeline: Timeline) -> Iterator[_Award]:
    paid: dict[tuple[str, str], _Award] = {}
    for item in history:
        version = timeline.at(item.placed)
        for rule in _rules(version, Membership):
            if version is None or not rule.meant_for(item.group):
                continue
            for bought in item.bought:
                if bought.sku in rule.sku:
                    for award in _months(rule, item, bought, version):
                        key = (award.rule, award.part)
                        if key not in paid or award.at < paid[key].at:
                            paid[key] = award
    yield from paid.values()


def _months(rule: Membership, order: Contribution, bought: Bought, version: Version) -> Iterator[_Award]:
    """The months of one membership: the first at once, the later ones at the start of their day."""
    zone = version.programme.zone
    first = local_day(order.paid_at, zone)
    for number in range(rule.months):
        day = plus_months(first, number)
        start = midnight(day, zone) if number else order.paid_at
        if bought.returned_at is not None and start > bought.returned_at:
            return
        usable = max(start, plus_days(order.paid_at, version.programme.programme.available_after_days, zone))
        why = {"what": "membership", "month": f"{day:%Y-%m}", "amount": rule.amount}
        yield _Award(rule.id, f"{day:%Y-%m}", rule.amount, start, usable, version, why, waits=number > 0)


_KINDS: tuple[Callable[[Sequence[Contribution], Timeline], Iterator[_Award]], ...] = (
    _turnover,
    _regularity,
    _first_order,
    _membership,
)


def _rules(version: Version | None, kind: type[Rule]) -> list[Rule]:
    return [rule for rule in version.programme.bonus if isinstance(rule, kind)] if version else []

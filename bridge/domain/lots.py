"""Lots: what is left of each credit. A pure replay of one account's movements up to a moment.

Contract of the replay:
- Spending takes what is usable then, the soonest expiry first; of two with one last day the one booked first.
- What was overspent waits as a debt and is filled by the next credit that becomes usable.
- Credit that comes back returns to the lots it came from, the latest expiry first; what those lots can no
  longer hold, as they have expired, becomes a lot of its own whose last day is 90 days after the return.
- A lot that is taken back counts as never given, so the replay needs no history of reversals.
- While referral credit is locked it is set aside whole; once let free it can be used for 90 days at least.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bridge.domain.calendar import local_day
from bridge.domain.earning import lapses_at

GRACE_DAYS = 90
"""How long credit can still be used that came back after its lot had expired, or that was locked."""

LOCKED = datetime(9999, 1, 1, tzinfo=UTC)
"""From when credit can be used that is locked until further notice."""

KNOTTED = LOCKED
"""An account that is overspent or was locked, or of which something lies ahead, is always replayed whole."""

_NEVER = date.max
_LOCKABLE = "referral"


@dataclass(frozen=True, slots=True)
class Given:
    """A credit as it stands now: the net of one key, in minor units; ``order`` ranks by first booking."""

    kind: str
    source: str
    amount: int
    usable_at: datetime
    expires_on: date | None
    order: int


@dataclass(frozen=True, slots=True)
class Spent:
    """Credit taken (positive) or come back (negative) at a moment, for one source."""

    source: str
    amount: int
    at: datetime
    order: int


@dataclass(frozen=True, slots=True)
class Gate:
    """From ``at`` on referral credit is locked, or free again."""

    at: datetime
    locked: bool


@dataclass(frozen=True, slots=True)
class Draw:
    """What a spending took from one lot, minor units. Without a ``lot``: what is overspent and not yet filled."""

    source: str
    kind: str
    lot: str
    amount: int


@dataclass(frozen=True, slots=True)
class OpenLot:
    """What is left of one credit; ``order`` ranks by first booking."""

    kind: str
    source: str
    rest: int
    usable_at: datetime
    expires_on: date | None
    order: int


@dataclass(frozen=True, slots=True)
class Lapse:
    """What was left of a lot when it expired, to be booked as expiry."""

    kind: str
    source: str
    amount: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Position:
    """Where an account stands at a moment. ``debt`` is what was overspent and not yet filled.

    ``next_at`` is when time alone changes something: a lot becomes usable or expires, or a movement
    happens that a shop's clock, running ahead of ours, has dated into the future.
    ``fixed_until`` is when a lot was last drawn from, filled or lapsed, None if that was never: whatever is dated
    later can be played onto the open lots alone. It is ``KNOTTED`` where they do not tell enough for that.
    """

    lots: tuple[OpenLot, ...]
    lapses: tuple[Lapse, ...]
    pending: int
    debt: int
    next_at: datetime | None
    fixed_until: datetime | None

    @property
    def usable(self) -> int:
        """What could be spent now, never below zero."""
        return sum(lot.rest for lot in self.lots) - self.pending


@dataclass(slots=True)
class _Lot:
    kind: str
    source: str
    rest: int
    usable_at: datetime
    expires_on: date | None
    order: int
    lapsed: bool = False

    def rank(self) -> tuple[date, int]:
        return (self.expires_on or _NEVER, self.order)


@dataclass(slots=True)
class _Spending:
    """What one source has drawn, lot by lot, and what it still owes."""

    draws: list[tuple[_Lot, int]] = field(default_factory=list)
    owed: int = 0


class Replay:
    """The state while movements are replayed, step by step."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.open: list[_Lot] = []
        self.spendings: dict[str, _Spending] = {}
        self.lapses: list[Lapse] = []
        self.locked = False
        self.aside: list[_Lot] = []
        self.fixed_until: datetime | None = None

    @property
    def usable(self) -> int:
        """What could be spent at this step, less what is owed; below zero when overspent."""
        return sum(lot.rest for lot in self.open) - sum(spending.owed for spending in self.spendings.values())

    def go(self, step: Gate | _Lot | Spent) -> None:
        """One thing that happens."""
        if isinstance(step, Gate):
            self.turn(step)
        elif isinstance(step, _Lot):
            self.give(step)
        elif step.amount < 0:
            self.bring_back(step)
        else:
            self.take(step)

    def lapse_until(self, moment: datetime) -> None:
        """Close every open lot whose last day is over at the moment."""
        while self.open and (day := self.open[0].expires_on) is not None:
            at = lapses_at(day, self.zone)
            if at > moment:
                return
            lot = self.open.pop(0)
            lot.lapsed = True
            if lot.rest:
                self.lapses.append(Lapse(lot.kind, lot.source, lot.rest, at))
                self._fix(at)

    def give(self, lot: _Lot) -> None:
        """A lot becomes usable: it fills what is owed first, the oldest debt first. A locked one is set aside."""
        if self.locked and lot.kind == _LOCKABLE:
            lot.usable_at = LOCKED
            self.aside.append(lot)
            return
        self._fill_debts(lot)
        insort(self.open, lot, key=_Lot.rank)

    def _fill_debts(self, lot: _Lot) -> None:
        for spending in self.spendings.values():
            if spending.owed and lot.rest:
                self._draw(lot, spending, min(lot.rest, spending.owed))
                self._fix(lot.usable_at)

    def turn(self, gate: Gate) -> None:
        """Referral credit is locked, or let free with time enough to use it."""
        self.locked = gate.locked
        moving, self.aside = self.aside, []
        if gate.locked:
            moving += [lot for lot in self.open if lot.kind == _LOCKABLE]
            self.open = [lot for lot in self.open if lot.kind != _LOCKABLE]
        for lot in sorted(moving, key=_Lot.rank):
            self._let_free(lot, gate.at)
            self.give(lot)

    def _let_free(self, lot: _Lot, at: datetime) -> None:
        if self.locked:
            return
        lot.usable_at = at
        if lot.expires_on is not None:
            lot.expires_on = max(lot.expires_on, local_day(at, self.zone) + timedelta(days=GRACE_DAYS))

    def take(self, spent: Spent) -> None:
        """Spend from the open lots; what they cannot give is owed."""
        spending = self.spendings.setdefault(spent.source, _Spending())
        spending.owed += spent.amount
        self._fix(spent.at)
        for lot in self.open:
            if not spending.owed:
                return
            if lot.rest:
                self._draw(lot, spending, min(lot.rest, spending.owed))

    def bring_back(self, spent: Spent) -> None:
        """Credit returns: off the debt, then to the lots it came from, the latest expiry first."""
        spending = self.spendings.setdefault(spent.source, _Spending())
        amount = -spent.amount
        self._fix(spent.at)
        forgiven = min(amount, spending.owed)
        spending.owed -= forgiven
        amount -= forgiven
        homeless = 0
        for i, (lot, drawn) in _latest_first(spending.draws):
            back = min(amount, drawn)
            spending.draws[i] = (lot, drawn - back)
            amount -= back
            if lot.lapsed:
                homeless += back
            else:
                lot.rest += back
        if homeless + amount:
            self._rehouse(spent, homeless + amount)

    def _rehouse(self, spent: Spent, amount: int) -> None:
        """A lot of its own for what came back too late; what comes back on the same day joins it."""
        day = local_day(spent.at, self.zone) + timedelta(days=GRACE_DAYS)
        source = f"{spent.source}/returned:{day.isoformat()}"
        home = next((lot for lot in self.open if lot.source == source), None)
        if home is None:
            self.give(_Lot("redemption", source, amount, spent.at, day, spent.order))
        else:
            home.rest += amount
            self._fill_debts(home)

    def _draw(self, lot: _Lot, spending: _Spending, amount: int) -> None:
        lot.rest -= amount
        spending.owed -= amount
        spending.draws.append((lot, amount))

    def _fix(self, at: datetime) -> None:
        self.fixed_until = max(at, self.fixed_until or at)


def _latest_first(draws: list[tuple[_Lot, int]]) -> list[tuple[int, tuple[_Lot, int]]]:
    return sorted(enumerate(draws), key=lambda d: d[1][0].rank(), reverse=True)


def replay(
    given: Iterable[Given], spent: Iterable[Spent], now: datetime, zone: ZoneInfo, gates: Iterable[Gate] = ()
) -> Position:
    """Where the account stands at ``now``; movements later than that have not happened yet."""
    lots, spent, gates = lots_of(given), list(spent), list(gates)
    state = _run(lots, spent, now, zone, gates)
    ahead = [s.at for s in spent if s.at > now]
    if gates or ahead:
        state.fixed_until = KNOTTED
    return _position(state, [lot for lot in lots if lot.usable_at > now], ahead, zone)


def draws(
    given: Iterable[Given], spent: Iterable[Spent], now: datetime, zone: ZoneInfo, gates: Iterable[Gate] = ()
) -> tuple[Draw, ...]:
    """How each spending was made up, in the order of spending; its parts add up to what it holds at ``now``."""
    state = _run(lots_of(given), list(spent), now, zone, gates)
    found: dict[tuple[str, str, str], int] = defaultdict(int)
    for source, spending in state.spendings.items():
        for lot, amount in spending.draws:
            found[source, lot.kind, lot.source] += amount
        found[source, "", ""] += spending.owed
    return tuple(Draw(*key, amount) for key, amount in found.items() if amount)


def lots_of(given: Iterable[Given]) -> list[_Lot]:
    return [_Lot(g.kind, g.source, g.amount, g.usable_at, g.expires_on, g.order) for g in given]


Happening = Gate | _Lot | Spent
Step = tuple[datetime, int, int, Happening]
"""When something happens, and what of that moment comes first: locks, credits, returns, spendings."""


def timeline(lots: Iterable[_Lot], spent: Iterable[Spent], gates: Iterable[Gate], now: datetime) -> list[Step]:
    """All that has happened by ``now``, in no order."""
    turns = [(gate.at, 0, i, gate) for i, gate in enumerate(gates) if gate.at <= now]
    steps = [(lot.usable_at, 1, lot.order, lot) for lot in lots if lot.usable_at <= now]
    moves = [(s.at, 2 if s.amount < 0 else 3, s.order, s) for s in spent if s.at <= now]
    return [*turns, *steps, *moves]


def _run(lots: list[_Lot], spent: list[Spent], now: datetime, zone: ZoneInfo, gates: Iterable[Gate]) -> Replay:
    state = Replay(zone)
    for at, _, _, step in sorted(timeline(lots, spent, gates, now), key=lambda s: s[:3]):
        state.lapse_until(at)
        state.go(step)
    state.lapse_until(now)
    return state


def _position(state: Replay, waiting: list[_Lot], ahead: list[datetime], zone: ZoneInfo) -> Position:
    left = [lot for lot in state.open if lot.rest]
    moments = [*ahead, *(lot.usable_at for lot in waiting if lot.usable_at < LOCKED)]
    moments += [lapses_at(day, zone) for day in {lot.expires_on for lot in left} if day]
    debt = sum(s.owed for s in state.spendings.values())
    return Position(
        lots=tuple(_open(lot) for lot in [*left, *waiting] if lot.rest),
        lapses=tuple(state.lapses),
        pending=sum(lot.rest for lot in waiting),
        debt=debt,
        next_at=min(moments, default=None),
        fixed_until=KNOTTED if debt else state.fixed_until,
    )


def _open(lot: _Lot) -> OpenLot:
    return OpenLot(lot.kind, lot.source, lot.rest, lot.usable_at, lot.expires_on, lot.order)

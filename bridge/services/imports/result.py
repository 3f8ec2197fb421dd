"""What an import came to. A preview is the import itself, taken back at the end, like one with a problem."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from sqlmodel import Session

from bridge.runtime import Runtime

T = TypeVar("T")

SHOWN = 200
"""Problems that are kept to be shown; all are counted."""

CHUNK = 1000
"""Rows that are looked up and written together."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row cannot be taken."""

    line: int
    sentence: str


@dataclass(slots=True)
class Imported:
    """Rows read, taken, and known from an earlier import. ``total`` is minor units, where rows hold amounts.

    ``refused`` are amounts that are left out on purpose, each with its reason; they stop nothing.
    """

    rows: int = 0
    taken: int = 0
    known: int = 0
    total: int = 0
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    refused: list[Problem] = field(default_factory=list)
    kept: bool = False

    @property
    def ok(self) -> bool:
        """Whether every row can be taken."""
        return not self.problem_count

    def add(self, line: int, sentence: str) -> None:
        """Note a problem."""
        self.problem_count += 1
        if len(self.problems) < SHOWN:
            self.problems.append(Problem(line, sentence))

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "ok": self.ok,
            "kept": self.kept,
            "rows": self.rows,
            "taken": self.taken,
            "known": self.known,
            "problem_count": self.problem_count,
            "problems": [{"line": p.line, "sentence": p.sentence} for p in self.problems],
            "refused": [{"line": p.line, "sentence": p.sentence} for p in self.refused],
        }


class _TakenBack(Exception):
    """Raised to roll back what was only tried."""


@contextmanager
def all_or_nothing(runtime: Runtime, result: Imported, preview: bool) -> Iterator[Session]:
    """One transaction, kept only when nothing stands in the way and more than a preview is wanted."""
    with suppress(_TakenBack), runtime.db.transaction() as session:
        yield session
        if preview or not result.ok:
            raise _TakenBack
        result.kept = True


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """The items in portions."""
    rest = iter(items)
    while part := list(islice(rest, CHUNK)):
        yield part

"""How a list is taken over, all of it or nothing, and what came of it.

On SQLite nobody else can write while one transaction is open, and a shop's message waits a few seconds at most. So
the whole list is tried on a copy of the database first, and then taken over in portions. PostgreSQL lets the
others go on, so one transaction does: it is taken back for a preview, and when a row has a problem.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeAlias, TypeVar

from sqlmodel import Session

from bridge.runtime import Runtime
from bridge.storage import copies

T = TypeVar("T")

SHOWN = 200
"""Problems that are kept to be shown; all are counted."""

CHUNK = 1000
"""Rows that are looked up and written together: about half a second of holding SQLite's write lock."""


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


Portion: TypeAlias = Callable[[Session], None]
"""Some rows, to be taken over in one transaction."""

Reader: TypeAlias = Callable[[Imported], Iterator[Portion]]
"""Reads the list from its beginning; what its portions find is noted in the result that it is given."""


def all_or_nothing(runtime: Runtime, reader: Reader, preview: bool) -> Imported:
    """Take the list over unless a row has a problem, or only a preview is wanted. Raises ``CopyFailed``.

    Where a portion meets what has come about since the trial, that row is a problem and the others are kept. One
    that is broken off is completed by taking the same list over again.
    """
    if not runtime.db.sqlite:
        return _in_one(runtime, reader, preview)
    tried = _tried(runtime, reader)
    return tried if preview or not tried.ok else _in_portions(runtime, reader)


def _tried(runtime: Runtime, reader: Reader) -> Imported:
    result = Imported()
    with copies.private(runtime.db, runtime.settings.data) as copy:
        for portion in reader(result):
            with copy.transaction() as session:
                portion(session)
    return result


def _in_portions(runtime: Runtime, reader: Reader) -> Imported:
    result = Imported(kept=True)
    for portion in reader(result):
        with runtime.db.transaction() as session:
            portion(session)
    return result


def _in_one(runtime: Runtime, reader: Reader, preview: bool) -> Imported:
    result = Imported()
    with suppress(_TakenBack), runtime.db.transaction() as session:
        for portion in reader(result):
            portion(session)
        if preview or not result.ok:
            raise _TakenBack
        result.kept = True
    return result


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """The items in portions."""
    rest = iter(items)
    while part := list(islice(rest, CHUNK)):
        yield part

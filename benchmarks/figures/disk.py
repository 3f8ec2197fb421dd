"""What an entry takes on the disk, with all its indexes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from benchmarks import orders, stage
from benchmarks.apart import once
from benchmarks.figures.settle import settled
from benchmarks.frame import Claim, Contender, Contenders, Figure, Missing, Scale
from benchmarks.stage import Room


@contextmanager
def _stage(scale: Scale) -> Iterator[Contenders]:
    count = scale.of(1000, 20_000)
    with stage.folder() as folder:
        room = stage.sqlite(folder, "disk")
        stage.furnish(room)
        stage.deliver(room, orders.bodies(1, count, count // 10))
        once(settled, room)
        tables = {"entry": ("entry",), "entry, lot, order, facts": ("entry", "lot", "order_state", "fact")}
        yield {name: _contender(room, those, count) for name, those in tables.items()}


def _contender(room: Room, tables: tuple[str, ...], count: int) -> Contender:
    return Contender(lambda _: {"bytes": _bytes(room, tables) / (count * 3)}, lambda: stage.faults(room, count))


def _bytes(room: Room, tables: tuple[str, ...]) -> float:
    """What the tables take with their indexes, whole pages as SQLite fills them."""
    places = ", ".join("?" * len(tables))
    question = (
        "SELECT sum(pgsize) FROM dbstat WHERE aggregate = TRUE AND name IN"  # noqa: S608 - only question marks
        f" (SELECT name FROM sqlite_schema WHERE tbl_name IN ({places}))"
    )
    with closing(sqlite3.connect(room.file)) as db:
        try:
            return float(db.execute(question, tables).fetchone()[0])
        except sqlite3.OperationalError as problem:
            raise Missing(f"this SQLite cannot say what a table takes ({problem})") from None


FIGURE = Figure(
    name="disk",
    title="Disk that an entry takes, with all its indexes",
    unit="entry",
    stage=_stage,
    claims=(Claim("entry", "", "bytes", bound=150, aim=100, most=True),),
    fairness=(
        "In SQLite, as it fills its pages by itself. An entry keeps its reason and its hash in full, words that"
        " recur as one character each; articles have short names here, and what a longer one takes comes on top."
        " The second line adds what is kept beside the entries of an order, by entry, without raw messages."
    ),
    rounds=1,
)

"""Taking in a shop's past from a file with an order a line, against writing the very same rows and no more."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from benchmarks import orders, stage
from benchmarks.apart import Stopwatch, once, peak_memory, worker
from benchmarks.figures.settle import written
from benchmarks.frame import Claim, Contender, Contenders, Figure, Run, Scale, run_of
from benchmarks.stage import Room


@contextmanager
def _stage(scale: Scale) -> Iterator[Contenders]:
    count = scale.of(500, 10_000)
    with stage.folder() as folder, worker() as ours, worker() as limit:
        empty, lines = stage.sqlite(folder, "empty"), folder / "orders.jsonl"
        stage.furnish(empty)
        _write(lines, count)
        ours.call(taken_in, empty.copy("finished"), lines, count)  # whose rows the limit will write
        yield {
            "backfill": Contender(
                lambda _: ours.call(taken_in, empty.copy("ours"), lines, count),
                lambda: _faults(stage.sqlite(folder, "ours"), count),
            ),
            "executemany": Contender(
                lambda _: limit.call(written, empty.copy("limit").file, folder / "finished.db", count),
                lambda: _faults(stage.sqlite(folder, "limit"), count),
            ),
        }


@contextmanager
def _memory_stage(scale: Scale) -> Iterator[Contenders]:
    sizes = {"a long file": scale.of(2_000, 1_000_000), "a tenth of it": scale.of(200, 100_000)}
    with stage.folder() as folder:
        yield {name: _of_size(folder, f"memory{number}", size) for number, (name, size) in enumerate(sizes.items())}


def _of_size(folder: Path, name: str, size: int) -> Contender:
    room, lines = stage.sqlite(folder, name), folder / f"{name}.jsonl"

    def run(_round: int) -> Run:
        stage.furnish(room)
        _write(lines, size)
        return once(taken_in, room, lines, size)

    return Contender(run, lambda: _faults(room, size))


def _write(file: Path, count: int) -> None:
    with file.open("wb") as lines:
        lines.writelines(orders.exported(1, count, max(1, count // 10)))


def taken_in(room: Room, file: Path, count: int) -> Run:
    """Read the file line by line and settle what it says, as a backfill from the shop does page by page."""
    watch = Stopwatch()
    with file.open("rb") as lines:
        stage.seed(room, islice(lines, count))
    return run_of(count, *watch.stop(), memory=peak_memory())


def _faults(room: Room, count: int) -> Iterator[str]:
    yield from stage.quick_faults(room, count * 3)
    yield from stage.faults(room)


FIGURE = Figure(
    name="backfill",
    title="Taking in past orders against writing their rows",
    unit="order",
    stage=_stage,
    claims=(Claim("backfill", "executemany", "rate", bound=0.2, aim=0.5),),
    fairness=(
        "Orders of three lines, two kilobytes each, read from a file with one a line and settled as a"
        " backfill from a shop is. “executemany” writes the rows that came out of it, ready made, as durably"
        " and with all indexes, but without looking up foreign keys."
    ),
)

MEMORY = Figure(
    name="memory",
    title="Memory that a backfill takes, for a file and for a tenth of it",
    unit="order",
    stage=_memory_stage,
    claims=(Claim("a long file", "a tenth of it", "memory", bound=1.3, aim=1.1, most=True),),
    fairness=(
        "Each in a fresh process; its peak counts from the start of Python. Full scale: 1,000,000 orders"
        " against 100,000; small scale: 2,000 against 200."
    ),
    rounds=1,
)

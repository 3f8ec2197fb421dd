"""Trying a programme on the orders that are kept, against settling them in the first place."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import func, select

from benchmarks import orders, stage
from benchmarks.apart import Stopwatch, worker
from benchmarks.figures.settle import settled
from benchmarks.frame import Claim, Contender, Contenders, Figure, Run, Scale, run_of
from benchmarks.stage import Room
from bridge.services.simulate import simulate
from bridge.storage.models import Entry


@contextmanager
def _stage(scale: Scale) -> Iterator[Contenders]:
    count = scale.of(2000, 20_000)
    with stage.folder() as folder, worker() as settling, worker() as trying:
        waiting = stage.sqlite(folder, "waiting")
        stage.furnish(waiting)
        stage.deliver(waiting, orders.bodies(1, count, count // 10))
        kept = waiting.copy("kept")
        settling.call(settled, kept)
        earned: list[int] = []

        def tried(_round: int) -> Run:
            run, found = trying.call(simulated, kept, count)
            earned.append(found)
            return run

        yield {
            "simulate": Contender(tried, lambda: _differs(kept, earned[-1])),
            "settle": Contender(
                lambda _: settling.call(settled, waiting.copy("ours")),
                lambda: stage.faults(stage.sqlite(folder, "ours"), count),
            ),
        }


def simulated(room: Room, count: int) -> tuple[Run, int]:
    """Try the very programme that is in force; what it would have given, in minor units."""
    with room.runtime() as runtime:
        watch = Stopwatch()
        report = simulate(runtime, stage.SHOP, stage.PLAIN)
        return run_of(count, *watch.stop()), report.total.simulated.earned


def _differs(room: Room, earned: int) -> Iterator[str]:
    """The programme in force, tried on its own orders, gives what was booked."""
    with room.runtime() as runtime, runtime.db.reading() as session:
        booked = session.exec(select(func.sum(Entry.amount)).where(Entry.kind == "accrual")).one()
    if earned != booked:
        yield f"the simulation gives {earned}, but the ledger has {booked}"
    yield from stage.faults(room)


FIGURE = Figure(
    name="simulate",
    title="Trying a programme on kept orders against settling them",
    unit="order",
    stage=_stage,
    claims=(Claim("simulate", "settle", "cpu", bound=1.0, aim=0.5, most=True),),
    fairness=(
        "The same orders. Settling also parses each message of ten kilobytes and decides offers; simulating"
        " also copies what is known beside the orders into a ledger of its own, and writes a report."
    ),
)

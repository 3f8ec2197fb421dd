"""Two worker processes on PostgreSQL against one, at the messages of one shop."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from benchmarks import orders, stage
from benchmarks.apart import Worker, worker
from benchmarks.frame import Claim, Contender, Contenders, Figure, Run, Scale
from benchmarks.postgres import Postgres, postgres
from benchmarks.stage import Room
from bridge.services import settle


@contextmanager
def _stage(scale: Scale) -> Iterator[Contenders]:
    count = scale.of(1600, 8000)
    with postgres() as server, worker() as first, worker() as second:
        waiting = server.room("waiting")
        stage.furnish(waiting)
        stage.deliver(waiting, orders.bodies(1, count, count // 3))
        yield {
            "2 processes": _contender(server, "two", [first, second], count),
            "1 process": _contender(server, "one", [first], count),
        }


def _contender(server: Postgres, name: str, workers: Sequence[Worker], count: int) -> Contender:
    def run(_round: int) -> Run:
        room = server.room(name, "waiting")
        begun = time.perf_counter()
        waiting = [process.begin(drained, room) for process in workers]
        for done in waiting:
            done()
        return {"rate": count / (time.perf_counter() - begun)}

    return Contender(run, lambda: stage.faults(server.existing(name), count))


def drained(room: Room) -> None:
    """Settle until nothing waits."""
    with room.runtime() as runtime:
        while settle.drain(runtime, stage.SHOP).states:
            pass


FIGURE = Figure(
    name="workers",
    title="Two worker processes on PostgreSQL against one",
    unit="order",
    stage=_stage,
    claims=(Claim("2 processes", "1 process", "rate", bound=1.6, aim=1.8),),
    fairness=(
        "Both settle the same messages of one shop; two processes share them out between themselves."
        " The database server needs the same cores, so on two of them the second process cannot double the speed."
    ),
)

"""Two worker processes on PostgreSQL against one."""

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks import orders, stage
from benchmarks.apart import Worker, worker
from benchmarks.figures.settle import settled
from benchmarks.frame import Claim, Contender, Contenders, Figure, Run, Scale
from benchmarks.postgres import Postgres, postgres

SHOPS = (stage.SHOP, stage.SHOP + 1)


@contextmanager
def _stage(scale: Scale) -> Iterator[Contenders]:
    count = scale.of(300, 3000)
    with postgres() as server, worker() as first, worker() as second:
        waiting = server.room("waiting")
        stage.furnish(waiting, shops=len(SHOPS))
        for shop in SHOPS:
            stage.deliver(waiting, orders.bodies(1, count, count // 3), shop)
        yield {
            "2 processes": _contender(server, "two", (first, second), count),
            "1 process": _contender(server, "one", (first, first), count),
        }


def _contender(server: Postgres, name: str, workers: tuple[Worker, Worker], count: int) -> Contender:
    def run(_round: int) -> Run:
        room = server.room(name, "waiting")
        begun = [process.begin(settled, room, shop) for process, shop in zip(workers, SHOPS, strict=True)]
        runs = [done() for done in begun]
        times = [count / found["rate"] for found in runs]
        # Of one process the two times follow one another, of two they pass together.
        seconds = sum(times) if workers[0] is workers[1] else max(times)
        return {"rate": count * len(SHOPS) / seconds, "cpu": sum(found["cpu"] for found in runs) / len(runs)}

    return Contender(run, lambda: stage.faults(server.existing(name), count * len(SHOPS)))


FIGURE = Figure(
    name="workers",
    title="Two worker processes on PostgreSQL against one",
    unit="order",
    stage=_stage,
    claims=(Claim("2 processes", "1 process", "rate", bound=1.6, aim=1.8),),
    fairness=(
        "Two shops with the same orders: one process settles them one after the other, two at the same time."
        " The database server needs the same cores, so two of them cannot give twice the speed. One shop's"
        " messages are always settled by one process."
    ),
)

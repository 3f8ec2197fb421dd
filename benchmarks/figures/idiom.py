"""Settling against the idiom of the tutorials: one forked queue job per message, with an ORM session."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import orders, servers, stage
from benchmarks.apart import worker
from benchmarks.figures.settle import settled
from benchmarks.frame import Claim, Contender, Contenders, Figure, Run, Scale
from benchmarks.peers import rq_idiom


@contextmanager
def _stage(scale: Scale) -> Iterator[Contenders]:
    count, jobs = scale.of(400, 4000), scale.of(20, 150)
    with stage.folder() as folder, worker() as ours, worker() as theirs, servers.queue(folder) as queue:
        waiting = stage.sqlite(folder, "waiting")
        stage.furnish(waiting)
        stage.deliver(waiting, orders.bodies(1, count, count // 3))
        booked: list[int] = []

        def idiom(number: int) -> Run:
            booked.append(jobs)
            bodies = list(orders.bodies(1 + number * jobs, jobs, jobs // 3))
            return theirs.call(rq_idiom.work, queue, _database(folder), bodies)

        yield {
            "settle": Contender(
                lambda _: ours.call(settled, waiting.copy("ours")),
                lambda: stage.faults(stage.sqlite(folder, "ours"), count),
            ),
            "a job per message": Contender(idiom, lambda: rq_idiom.faults(_database(folder), sum(booked))),
        }


def _database(folder: Path) -> str:
    return f"sqlite:///{folder}/idiom.db"


FIGURE = Figure(
    name="idiom",
    title="Settling against one queue job per message",
    unit="order",
    stage=_stage,
    claims=(Claim("settle", "a job per message", "economy", bound=100, aim=300),),
    fairness=(
        "“a job per message” is what most tutorials build: RQ's usual worker forks a process for each"
        " message, which parses it and books three lines with an ORM session, as durably. It books less: no"
        " facts, no chain, no lots. “settle” drains what waits in batches; the one job that rings for all of"
        " it is not counted, and takes a few milliseconds however many messages there are."
    ),
)

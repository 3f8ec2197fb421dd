"""Receiving while a worker settles what comes in, against receiving alone."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from benchmarks import servers, stage
from benchmarks.apart import Worker, worker
from benchmarks.figures.receive import Target, kept
from benchmarks.frame import Claim, Contender, Contenders, Figure, Run, Scale
from benchmarks.stage import Room
from bridge import process
from bridge.services import settle

CONNECTIONS = 16


@dataclass(slots=True)
class _Pair:
    """A server of its own with its inbox, and the worker that is at it while it is loaded, if there is one."""

    room: Room
    target: Target
    drainer: Worker | None

    def run(self, _round: int) -> Run:
        if self.drainer is None:
            return self.target.run(CONNECTIONS)
        done = self.drainer.begin(drain_for, self.room, self.target.seconds)
        found = self.target.run(CONNECTIONS)
        done()
        return found

    def check(self) -> Iterator[str]:
        yield from self.target.refused()
        if self.drainer is None:
            yield from kept(self.room, self.target)
        else:
            self.drainer.call(drain_for, self.room, 0.0)
            yield from stage.faults(self.room, self.target.answered)


@contextmanager
def _stage(scale: Scale) -> Iterator[Contenders]:
    seconds = scale.of(4, 20) / 10
    with ExitStack() as opened:
        client, drainer = opened.enter_context(worker()), opened.enter_context(worker())
        at_work = {"alone": None, "beside a worker": drainer}
        yield {name: _contender(opened, client, someone, seconds) for name, someone in at_work.items()}


def _contender(opened: ExitStack, client: Worker, drainer: Worker | None, seconds: float) -> Contender:
    room = stage.sqlite(opened.enter_context(stage.folder()), "beside")
    stage.furnish(room)
    up = opened.enter_context(servers.bridge(room))
    pair = _Pair(room, Target(client, up, stage.HOOK, seconds), drainer)
    return Contender(pair.run, pair.check)


def drain_for(room: Room, seconds: float) -> None:
    """Settle for so long whatever comes in, and then what is left."""
    process.be_patient()
    end = time.monotonic() + seconds
    with room.runtime() as runtime:
        while settle.drain(runtime, stage.SHOP).states or time.monotonic() < end:
            pass


FIGURE = Figure(
    name="beside",
    title="Receiving while a worker drains, against receiving alone",
    unit="message",
    stage=_stage,
    claims=(Claim("beside a worker", "alone", "rate", bound=0.8, aim=0.9),),
    fairness=(
        "A worker in a process of its own settles from the same SQLite file whatever comes in, as fast as it"
        " can. Both share the disk, the write lock and the cores with the client that makes the load, so on"
        " two cores three processes want one each."
    ),
)

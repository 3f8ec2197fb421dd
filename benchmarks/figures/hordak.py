"""Settling on PostgreSQL against django-hordak, a ledger for Django, posting the same credit on the same server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks import orders, stage
from benchmarks.apart import Worker, worker
from benchmarks.figures.settle import settled
from benchmarks.frame import Claim, Contender, Contenders, Figure, Run, Scale, run_of
from benchmarks.peers import hordak
from benchmarks.postgres import Postgres, postgres

AT_ONCE = 100


@contextmanager
def _stage(scale: Scale) -> Iterator[Contenders]:
    count = scale.of(1000, 4000)
    with postgres() as server, worker() as ours, worker() as theirs:
        waiting = server.room("waiting")
        stage.furnish(waiting)
        stage.deliver(waiting, orders.bodies(1, count, count // 3))
        server.room("hordak")
        theirs.call(hordak.prepare, server.named("hordak"))
        peer = _Peer(server, theirs, scale.of(60, 400))
        yield {
            "settle": Contender(
                lambda _: with_server(server, lambda: ours.call(settled, server.room("ours", "waiting")), count),
                lambda: stage.faults(server.existing("ours"), count),
            ),
            "django-hordak": Contender(lambda _: peer.run(1), peer.check),
            f"django-hordak, {AT_ONCE} a commit": Contender(lambda _: peer.run(AT_ONCE), peer.check),
        }


class _Peer:
    """The other ledger, and how many orders it has posted."""

    def __init__(self, server: Postgres, process: Worker, count: int) -> None:
        self._server = server
        self._process = process
        self._count = count
        self._posted = 0

    def run(self, at_once: int) -> Run:
        self._posted += self._count
        return with_server(self._server, lambda: self._process.call(hordak.post, self._count, at_once), self._count)

    def check(self) -> list[str]:
        return self._process.call(hordak.faults, self._posted)


def with_server(server: Postgres, work: Callable[[], Run], units: int) -> Run:
    """A run with the CPU that the database server took for it added."""
    before = server.cpu()
    found = work()
    cpu = found["cpu"] * units / 1e6 + server.cpu() - before
    return run_of(units, units / found["rate"], cpu)


FIGURE = Figure(
    name="hordak",
    title="Settling on PostgreSQL against django-hordak",
    unit="order",
    stage=_stage,
    claims=(Claim("settle", "django-hordak", "economy", bound=8, aim=15),),
    fairness=(
        "Both on the same PostgreSQL, whose CPU is counted in. “settle” does all that it does for a message"
        " of ten kilobytes: parse, facts, targets, three entries with their hash chain, balances, lots, offer;"
        " in batches, since it can. django-hordak only posts, through its own models: a transaction with two"
        " legs for each of three lines, and a commit for each order as in a web application; the last row"
        " gives it our advantage of batches. It has 200 accounts (we: a third of the orders), no message to"
        " parse and no key against booking twice, which favours it; it keeps both sides of every booking,"
        " which we do not, and which favours us."
    ),
)

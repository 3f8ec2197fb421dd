"""One more order in a large ledger, against one in a small ledger."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass

from benchmarks import orders, stage
from benchmarks.apart import Worker, worker
from benchmarks.figures.settle import settled
from benchmarks.frame import RUNS, Claim, Contender, Contenders, Figure, Run, Scale
from benchmarks.stage import Room

LINES = 10
"""Lines of an order of the history, so entries too; the orders that are measured have three."""

PER_ACCOUNT = 12
"""Orders of the history per customer, in a small ledger as in a large one."""

VAST, LARGE, SMALL = "a vast ledger", "a large ledger", "a small ledger"


@dataclass(slots=True)
class Grown:
    """A ledger with a history, to which orders are added and settled."""

    room: Room
    process: Worker
    history: int
    batch: int
    added: int = 0

    def grow(self) -> None:
        """Make the history."""
        stage.furnish(self.room)
        customers = max(1, self.history // PER_ACCOUNT)
        self.process.call(seeded, self.room, self.history, customers)

    def run(self, _round: int) -> Run:
        first, self.added = 900_000_000 + self.added, self.added + self.batch
        stage.deliver(self.room, orders.bodies(first, self.batch, max(1, self.history // PER_ACCOUNT)))
        return {**self.process.call(settled, self.room, stage.SHOP, False), "entries": self.history * LINES}

    def check(self) -> Iterator[str]:
        """The sums after each run; the proof of everything after the last one."""
        yield from stage.unsettled(self.room, self.added)
        yield from stage.quick_faults(self.room, self.history * LINES + self.added * 3)
        if self.added >= self.batch * RUNS:
            yield from stage.faults(self.room)


def seeded(room: Room, count: int, customers: int) -> None:
    """Settle so many orders of the history."""
    stage.seed(room, orders.bodies(1, count, customers, LINES))


def _growing(scale: Scale) -> AbstractContextManager[Contenders]:
    return _stage({LARGE: scale.of(20_000, 1_000_000), SMALL: scale.of(1_000, 10_000)}, scale.of(200, 400))


def _grown(scale: Scale) -> AbstractContextManager[Contenders]:
    return _stage({VAST: scale.of(40_000, 10_000_000), LARGE: scale.of(4_000, 1_000_000)}, scale.of(200, 400))


@contextmanager
def _stage(sizes: Mapping[str, int], batch: int) -> Iterator[Contenders]:
    with ExitStack() as opened:
        folder = opened.enter_context(stage.folder())
        found = {}
        for number, (name, entries) in enumerate(sizes.items()):
            room = stage.sqlite(folder, f"ledger{number}")
            process = opened.enter_context(worker())
            grown = Grown(room, process, entries // LINES, batch)
            grown.grow()
            found[name] = Contender(grown.run, grown.check)
        yield found


_FAIRNESS = (
    f"Both ledgers have {LINES * PER_ACCOUNT} entries per customer, made by settling orders; the larger has more"
    " customers. The orders that are measured are spread over all of them."
)

FIGURE = Figure(
    name="growth",
    title="One more order in a large ledger, against one in a small ledger",
    unit="order",
    stage=_growing,
    claims=(Claim(LARGE, SMALL, "cpu", bound=1.3, aim=1.2, most=True),),
    fairness=f"{_FAIRNESS} Full scale: 1,000,000 entries against 10,000; small scale: 20,000 against 1,000.",
)

VASTLY = Figure(
    name="vast",
    title="One more order in a vast ledger, against one in a large ledger",
    unit="order",
    stage=_grown,
    claims=(Claim(VAST, LARGE, "cpu", bound=1.2, aim=1.2, most=True),),
    fairness=f"{_FAIRNESS} Full scale: 10,000,000 entries against 1,000,000; small scale: 40,000 against 4,000.",
)

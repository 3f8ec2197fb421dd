"""One more order in a large ledger, against one in a small ledger."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from benchmarks import orders, stage
from benchmarks.apart import Worker, worker
from benchmarks.figures.settle import settled
from benchmarks.frame import ROUNDS, Claim, Contender, Contenders, Figure, Run, Scale
from benchmarks.stage import Room

LINES = 12
"""Lines of an order of the history, so entries too; the orders that are measured have three."""

PER_ACCOUNT = 10
"""Orders of the history per customer, in a small ledger as in a large one."""

LARGE, SMALL = "a large ledger", "a small ledger"


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
        return self.process.call(settled, self.room, stage.SHOP, False)

    def check(self) -> Iterator[str]:
        """The sums after each run; the proof of everything after the last one."""
        yield from stage.unsettled(self.room, self.added)
        yield from stage.quick_faults(self.room, self.history * LINES + self.added * 3)
        if self.added >= self.batch * ROUNDS:
            yield from stage.faults(self.room)


def seeded(room: Room, count: int, customers: int) -> None:
    """Settle so many orders of the history."""
    stage.seed(room, orders.bodies(1, count, customers, LINES))


@contextmanager
def _stage(scale: Scale) -> Iterator[Contenders]:
    sizes = {LARGE: scale.of(20_000, 1_000_000), SMALL: scale.of(1_000, 10_000)}
    with ExitStack() as opened:
        folder = opened.enter_context(stage.folder())
        found = {}
        for number, (name, entries) in enumerate(sizes.items()):
            room = stage.sqlite(folder, f"ledger{number}")
            process = opened.enter_context(worker())
            grown = Grown(room, process, entries // LINES, scale.of(200, 400))
            grown.grow()
            found[name] = Contender(grown.run, grown.check)
        yield found


FIGURE = Figure(
    name="growth",
    title="One more order in a large ledger, against one in a small ledger",
    unit="order",
    stage=_stage,
    claims=(Claim(LARGE, SMALL, "cpu", bound=1.3, aim=1.2, most=True),),
    fairness=(
        f"Both ledgers have {LINES * PER_ACCOUNT} entries per customer, made by settling orders; the large one"
        " has more customers. The orders that are measured are spread over all of them. Full scale: 1,000,000"
        " entries against 10,000; small scale: 20,000 against 1,000."
    ),
)

"""One account with a long history against one with a short one: settling an order, and showing the statement."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from sqlmodel import col, select

from benchmarks import orders, stage
from benchmarks.apart import Stopwatch, Worker, worker
from benchmarks.frame import RUNS, Claim, Contender, Contenders, Figure, Run, Scale, run_of
from benchmarks.stage import Room
from bridge.reports.statement import statement
from bridge.services import settle
from bridge.storage.models import Identity

LINES = 10
AT_ONCE = 5
"""Orders, or statements, in one run."""

PAGE = 20
"""Entries on a page of the statement."""

LONG, SHORT = 1, 2
"""The customer with the long history, and the first of those with ten entries."""


@dataclass(slots=True)
class _Ledger:
    """The ledger in which all these customers are, and how far it has come."""

    room: Room
    process: Worker
    entries: int
    ordered: int = 0

    def settle(self, customers: Callable[[int], int]) -> Callable[[int], Run]:
        """Runs of some orders, one after the other; ``customers`` says whose the n-th of all is."""

        def run(number: int) -> Run:
            first = 900_000_000 + self.ordered
            owners = [customers(number * AT_ONCE + one) for one in range(AT_ONCE)]
            self.ordered += AT_ONCE
            self.entries += AT_ONCE * 3
            return self.process.call(one_by_one, self.room, first, owners)

        return run

    def show(self, customer: int) -> Callable[[int], Run]:
        """Runs of some looks at a customer's newest page."""
        return lambda _: self.process.call(shown, self.room, customer)

    def check(self) -> Iterator[str]:
        yield from stage.unsettled(self.room, self.ordered)
        yield from stage.quick_faults(self.room, self.entries)
        if self.ordered >= 2 * AT_ONCE * RUNS:
            yield from stage.faults(self.room)


@contextmanager
def _stage(scale: Scale) -> Iterator[Contenders]:
    history = scale.of(2_000, 100_000) // LINES
    with ExitStack() as opened:
        folder, process = opened.enter_context(stage.folder()), opened.enter_context(worker())
        ledger = _Ledger(stage.sqlite(folder, "accounts"), process, (history + AT_ONCE * RUNS) * LINES)
        stage.furnish(ledger.room)
        process.call(grown, ledger.room, history)
        runs = {
            "settle, long history": ledger.settle(lambda _: LONG),
            "settle, ten entries": ledger.settle(lambda number: SHORT + number),
            "statement, long history": ledger.show(LONG),
            "statement, ten entries": ledger.show(SHORT),
        }
        yield {name: Contender(run, ledger.check) for name, run in runs.items()}


def grown(room: Room, history: int) -> None:
    """One customer with so many orders, and for each order to come one with a single order."""
    stage.seed(room, (orders.body(number, LONG, LINES) for number in range(1, history + 1)))
    others = range(AT_ONCE * RUNS)
    stage.seed(room, (orders.body(800_000_000 + number, SHORT + number, LINES) for number in others))


def one_by_one(room: Room, first: int, customers: list[int]) -> Run:
    """Settle an order of each customer, each in a transaction of its own."""
    cpu = seconds = 0.0
    with room.runtime() as runtime:
        for number, customer in enumerate(customers):
            stage.deliver(room, [orders.body(first + number, customer)])
            watch = Stopwatch()
            settle.drain(runtime, stage.SHOP)
            taken = watch.stop()
            seconds, cpu = seconds + taken[0], cpu + taken[1]
    return run_of(len(customers), seconds, cpu)


def shown(room: Room, customer: int) -> Run:
    """Make the newest page of a customer's statement some times."""
    with room.runtime() as runtime, runtime.db.reading() as session:
        wanted = select(Identity.account_id).where(
            col(Identity.value) == str(customer), Identity.kind == "customer"
        )
        account = session.exec(wanted).one()
        watch = Stopwatch()
        for _ in range(AT_ONCE):
            statement(session, account, stage.NOW, limit=PAGE)
        return run_of(AT_ONCE, *watch.stop())


FIGURE = Figure(
    name="account",
    title="An account with a long history against one with ten entries",
    unit="order or statement",
    stage=_stage,
    claims=tuple(
        Claim(f"{what}, long history", f"{what}, ten entries", "cpu", bound=1.5, aim=1.2, most=True)
        for what in ("settle", "statement")
    ),
    fairness=(
        "Both in the same ledger. Orders are settled one by one, so each pays for a transaction of its own;"
        f" the page of the statement has the newest {PAGE} entries (of ten, for the short one). Full scale:"
        " 100,000 entries; small scale: 2,000."
    ),
)

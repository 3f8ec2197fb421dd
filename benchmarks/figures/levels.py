"""A programme with everything switched on against one that only gives credit for articles."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from itertools import pairwise

from sqlmodel import col, select

from benchmarks import orders, stage
from benchmarks.apart import Worker, worker
from benchmarks.figures.settle import settled
from benchmarks.frame import Claim, Contender, Contenders, Figure, Scale
from benchmarks.stage import Room
from bridge.storage.models import Account, Sponsorship

EVERYTHING = (
    stage.PLAIN
    + """\
[[bonus]]
id = "quarter"
kind = "turnover"
period = "quarter"
minimum = "60.00"
amount = "5.00"
[[bonus]]
id = "regular"
kind = "regularity"
period = "month"
orders = 1
periods = 2
amount = "4.00"
[[bonus]]
id = "first"
kind = "first_order"
amount = "2.00"
[referral]
base = "paid"
levels = ["3", "1", "1", "0.5", "0.5", "0.5"]
[expiry]
months = 12
"""
)

_LATER = 100_000
"""The number of the first order to be settled, which also is the minute in which it was placed."""

_BOUND = orders.START + timedelta(minutes=_LATER // 2)
"""When everybody was bound to a sponsor: after their first order, before those that are measured."""


@contextmanager
def _stage(scale: Scale) -> Iterator[Contenders]:
    count = scale.of(400, 4000)
    with ExitStack() as opened:
        folder = opened.enter_context(stage.folder())
        programmes = {"everything on": ("everything", EVERYTHING), "plain": ("plain", stage.PLAIN)}
        found = {}
        for name, (short, programme) in programmes.items():
            room = stage.sqlite(folder, f"{short}-waiting")
            _prepare(room, programme, count)
            found[name] = _contender(room, f"{short}-run", opened.enter_context(worker()), count)
        yield found


def _contender(room: Room, name: str, process: Worker, count: int) -> Contender:
    return Contender(
        lambda _: process.call(settled, room.copy(name)),
        lambda: stage.faults(stage.sqlite(room.folder, name), count),
    )


def _prepare(room: Room, programme: str, count: int) -> None:
    """Customers with an order each, everybody recommended by the one before, and the orders to be settled."""
    customers = count // 3
    stage.furnish(room, programme)
    stage.seed(room, orders.bodies(1, customers, customers))
    with room.runtime() as runtime, runtime.db.transaction() as session:
        accounts = session.exec(select(Account.id).order_by(col(Account.id))).all()
        for sponsor, account in pairwise(accounts):
            session.add(Sponsorship(account_id=account or 0, since=_BOUND, sponsor_id=sponsor, cause="bench"))
    stage.deliver(room, orders.bodies(_LATER, count, customers))


FIGURE = Figure(
    name="levels",
    title="Six sponsor levels, bonuses and expiry against plain credit",
    unit="order",
    stage=_stage,
    claims=(Claim("everything on", "plain", "cpu", bound=3, aim=2, most=True),),
    fairness=(
        "The same orders of three lines by the same customers, of whom each was recommended by the one"
        " before, so that an order earns six sponsors something: it books 21 entries and more, against three."
    ),
)

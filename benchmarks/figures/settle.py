"""Settling: from stored messages to entries, balances and lots, against writing the very same rows and no more."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from sqlmodel import select

from benchmarks import orders, stage
from benchmarks.apart import Stopwatch, worker
from benchmarks.frame import Claim, Contender, Contenders, Figure, Run, Scale, run_of
from benchmarks.stage import Room
from bridge.domain import offers as domain
from bridge.runtime import Runtime
from bridge.services import settle
from bridge.services.contact import load_shop
from bridge.services.look import wanted_of
from bridge.storage import offers, programmes
from bridge.storage.models import Account

TABLES = ("account", "identity", "person", "order_state", "fact", "contribution", "entry", "lot",
          "month_total", "shop_total")  # fmt: skip
"""What settling writes into, parents first; beside these it judges the messages and moves the sums."""

_JUDGE = "UPDATE delivery SET state = ?, reason = ?, order_id = ?, attempts = ?, settled_at = ? WHERE id = ?"

Rows = Mapping[str, Sequence[Sequence[Any]]]


@contextmanager
def _stage(scale: Scale) -> Iterator[Contenders]:
    count = scale.of(400, 4000)
    with stage.folder() as folder, worker() as ours, worker() as limit:
        waiting = stage.sqlite(folder, "waiting")
        stage.furnish(waiting)
        stage.deliver(waiting, orders.bodies(1, count, count // 3))
        ours.call(settled, waiting.copy("settled"))  # whose rows the limit will write
        yield {
            "settle": Contender(
                lambda _: ours.call(settled, waiting.copy("ours")),
                lambda: stage.faults(stage.sqlite(folder, "ours"), count),
            ),
            "executemany": Contender(
                lambda _: limit.call(written, waiting.copy("limit").file, folder / "settled.db", count),
                lambda: stage.faults(stage.sqlite(folder, "limit"), count),
            ),
        }


def settled(room: Room, shop_id: int = stage.SHOP, offers_too: bool = True) -> Run:
    """Drain everything that waits, and decide what every customer should have in the shop."""
    with room.runtime() as runtime:
        watch = Stopwatch()
        done = settle.drain(runtime, shop_id)
        if offers_too:
            _decide_offers(runtime)
        return run_of(sum(done.states.values()), *watch.stop())


def _decide_offers(runtime: Runtime) -> None:
    """A hundred accounts at a time, without asking or telling a shop."""
    with runtime.db.reading() as session:
        shop = load_shop(runtime, stage.SHOP)
        platform = runtime.platform(shop.platform)
        version = programmes.timeline(session, stage.SHOP).at(stage.NOW)
        accounts = iter([account or 0 for account in session.exec(select(Account.id))])
        while some := list(islice(accounts, 100)):
            for standing in offers.standings(session, some):
                wanted = wanted_of(standing, version.programme if version else None, shop, platform)
                domain.decide(standing.offers, wanted, {}, standing.token)


def written(file: Path, finished: Path, count: int) -> Run:
    """The rows of a finished ledger, written as fast as SQLite takes them: as durable, in as many transactions."""
    rows, verdicts = _rows(finished)
    batches = max(1, count // settle.BATCH)
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536"):
            db.execute(f"PRAGMA {pragma}")
        watch = Stopwatch()
        for batch in range(batches):
            db.execute("BEGIN IMMEDIATE")
            for table, those in rows.items():
                _insert(db, table, _share(those, batch, batches))
            db.executemany(_JUDGE, _share(verdicts, batch, batches))
            db.execute("COMMIT")
        return run_of(count, *watch.stop())


def _rows(file: Path) -> tuple[Rows, Sequence[Sequence[Any]]]:
    with closing(sqlite3.connect(file)) as db:
        rows = {table: db.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}  # noqa: S608
        verdicts = db.execute("SELECT state, reason, order_id, attempts, settled_at, id FROM delivery").fetchall()
    return rows, verdicts


def _insert(db: sqlite3.Connection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    if rows:
        places = ", ".join("?" * len(rows[0]))
        db.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 - names of our own tables


def _share(rows: Sequence[Any], number: int, of: int) -> Sequence[Any]:
    """One of so many equal parts."""
    return rows[len(rows) * number // of : len(rows) * (number + 1) // of]


FIGURE = Figure(
    name="settle",
    title="Settling an order against writing its rows",
    unit="order",
    stage=_stage,
    claims=(Claim("settle", "executemany", "cpu", bound=8, aim=5, most=True),),
    fairness=(
        "“settle” is all that a worker does with a stored message of about ten kilobytes and three lines:"
        " parse, facts, targets, entries with their hash chain, balances, lots, and what the customer's code"
        " should be. “executemany” writes the rows that came out of it, ready made, with the same durability"
        " in as many transactions and with all indexes, but without looking up foreign keys: it is no"
        " programme that anybody could use."
    ),
)

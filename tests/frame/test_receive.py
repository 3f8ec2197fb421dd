"""The inbox's writer: one durable commit for all that arrive together, and nobody waits for ever."""

import dataclasses
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from bridge.errors import Busy, SealBroken
from bridge.runtime import Runtime
from bridge.services.receive import Doors, Writer
from bridge.storage.db import Database
from bridge.storage.inbox import Arrival
from bridge.storage.models import Delivery, Shop
from bridge.vault import Vault
from tests.frame.conftest import NOW, add_shop


def arrival(shop_id: int, body: bytes = b"{}") -> Arrival:
    return Arrival(shop_id, NOW, "order.updated", "", {"x-wc-webhook-topic": "order.updated"}, body)


@pytest.fixture
def shop_id(db: Database, vault: Vault) -> int:
    return add_shop(db, vault)


@pytest.fixture
def writer(db: Database) -> Iterator[Writer]:
    writer = Writer(db)
    yield writer
    writer.close()


@contextmanager
def database_held(db: Database) -> Iterator[None]:
    """Another writer is in the middle of a transaction."""
    with db.transaction():
        yield


def bodies(db: Database) -> dict[int | None, bytes]:
    with db.reading() as session:
        return {row.id: row.body for row in session.exec(select(Delivery)).all()}


def test_what_was_kept_is_in_the_database_under_its_id(db: Database, writer: Writer, shop_id: int) -> None:
    kept = writer.keep(arrival(shop_id, b"raw \xff bytes"))
    with db.reading() as session:
        row = session.get_one(Delivery, kept)
    assert (row.body, row.state, row.received_at) == (b"raw \xff bytes", "received", NOW)
    assert row.headers == {"x-wc-webhook-topic": "order.updated"}


def test_deliveries_that_arrive_together_share_a_commit_and_keep_their_ids(
    db: Database, writer: Writer, shop_id: int
) -> None:
    commits: list[object] = []
    event.listen(db.engine, "commit", commits.append)
    with ThreadPoolExecutor(20) as pool:
        with database_held(db):
            waiting = {n: pool.submit(writer.keep, arrival(shop_id, b"%d" % n)) for n in range(20)}
            while not all(future.running() for future in waiting.values()):
                threading.Event().wait(0.01)
            threading.Event().wait(0.1)
        ids = {n: future.result() for n, future in waiting.items()}
    assert bodies(db) == {ids[n]: b"%d" % n for n in range(20)}
    assert len(commits) <= 3


def test_a_row_that_the_database_refuses_does_not_fail_its_neighbours(
    db: Database, writer: Writer, shop_id: int
) -> None:
    with ThreadPoolExecutor(3) as pool:
        with database_held(db):
            first = pool.submit(writer.keep, arrival(shop_id, b"first"))
            poisoned = pool.submit(writer.keep, arrival(9999))
            last = pool.submit(writer.keep, arrival(shop_id, b"last"))
            threading.Event().wait(0.1)
        with pytest.raises(Busy):
            poisoned.result()
        kept = [first.result(), last.result()]
    assert set(bodies(db)) == set(kept)
    assert set(bodies(db).values()) == {b"first", b"last"}


def test_a_database_that_is_away_fails_every_waiter_and_the_next_one_is_kept(
    db: Database, writer: Writer, shop_id: int
) -> None:
    class Away(Database):
        @contextmanager
        def transaction(self) -> Iterator[Session]:
            raise OSError("no space left")
            yield

    db.__class__ = Away
    with pytest.raises(Busy):
        writer.keep(arrival(shop_id))
    db.__class__ = Database
    assert writer.keep(arrival(shop_id)) in bodies(db)


class Failing(Database):
    """Cannot commit: ``problem`` is raised instead, once somebody lets it."""

    problem: Exception = OSError("no space left")
    may_fail = threading.Event()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        self.may_fail.wait(5)
        raise self.problem
        yield


@pytest.mark.parametrize("problem", [OSError("no space left"), ZeroDivisionError("a fault of ours")])
def test_whatever_happens_to_a_group_happens_to_all_of_it_and_the_next_is_kept(
    db: Database, writer: Writer, shop_id: int, problem: Exception
) -> None:
    db.__class__ = type("Failing", (Failing,), {"problem": problem, "may_fail": threading.Event()})
    with ThreadPoolExecutor(8) as pool:
        attempts = [pool.submit(writer.keep, arrival(shop_id)) for _ in range(8)]
        threading.Event().wait(0.1)
        db.may_fail.set()  # type: ignore[attr-defined]
        assert [type(attempt.exception(2)) for attempt in attempts] == [Busy] * 8
    db.__class__ = Database
    assert bodies(db) == {}
    assert writer.keep(arrival(shop_id)) in bodies(db)


def test_a_full_inbox_and_a_slow_database_answer_busy_instead_of_waiting(db: Database, shop_id: int) -> None:
    writer = Writer(db, capacity=1, patience=0.2)
    with database_held(db), ThreadPoolExecutor(4) as pool:
        attempts = [pool.submit(writer.keep, arrival(shop_id)) for _ in range(4)]
        reasons = [str(attempt.exception()) for attempt in attempts]
    writer.close()
    assert any("no room" in reason for reason in reasons)
    assert any("within 0.2 seconds" in reason for reason in reasons)


def test_closing_keeps_what_waits_and_refuses_what_comes_later(db: Database, shop_id: int) -> None:
    writer = Writer(db)
    with ThreadPoolExecutor(2) as pool:
        with database_held(db):
            waiting = pool.submit(writer.keep, arrival(shop_id))
            threading.Event().wait(0.1)
            closing = pool.submit(writer.close)
        closing.result()
        assert waiting.result() in bodies(db)
    with pytest.raises(Busy, match="closing"):
        writer.keep(arrival(shop_id))


def test_a_known_shop_is_found_without_asking_the_database_again(
    db: Database, runtime: Runtime, shop_id: int
) -> None:
    now = [0.0]
    doors = Doors(runtime, seconds=60, ticks=lambda: now[0])
    door = doors.find("t0ken")
    assert door is not None
    assert (door.shop_id, door.platform, door.secrets) == (shop_id, "toy", ("whsec",))
    with db.transaction() as session:
        session.delete(session.get_one(Shop, shop_id))
    assert doors.find("t0ken") is door
    now[0] = 61
    assert doors.find("t0ken") is None


def test_a_stranger_finds_no_door_and_a_lost_key_is_said(runtime: Runtime, shop_id: int) -> None:
    assert Doors(runtime).find("guess") is None
    with pytest.raises(SealBroken):
        Doors(dataclasses.replace(runtime, vault=Vault([b"x" * 32]))).find("t0ken")
    door = Doors(runtime).look("t0ken")
    assert "whsec" not in repr(door)

"""The doorbell and the workers on a real queue server."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from sqlalchemy import delete
from sqlmodel import select

from bridge import embedded
from bridge.config import Settings
from bridge.doorbell import QUEUES, WORKING_QUEUES, RedisBell, Ringer
from bridge.embedded import QueueServer
from bridge.errors import SettingsError
from bridge.storage.db import Database
from bridge.storage.models import Beat
from tests.patience import eventually


@contextmanager
def started(server: QueueServer) -> Iterator[None]:
    """The server runs, and is killed at the end."""
    process = subprocess.Popen(server.command)
    try:
        assert server.wait(10)
        yield
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def server(tmp_path: Path) -> QueueServer:
    return embedded.prepare(tmp_path / "queue")


@pytest.fixture
def queue(server: QueueServer) -> Iterator[Redis]:
    with started(server), Redis.from_url(server.url) as connection:
        yield connection


def waiting(connection: Redis, name: str) -> int:
    return Queue(name, connection=connection, serializer="json").count


def test_rings_for_the_same_thing_are_one_job_until_it_begins(server: QueueServer, queue: Redis) -> None:
    bell = RedisBell(server.url)
    for _ in range(5):
        bell.ring("drain", 3)
        bell.ring("drain", 4)
    assert waiting(queue, "drain") == 2
    bell.answered("drain", 3)
    bell.ring("drain", 3)
    bell.ring("drain", 4)
    assert waiting(queue, "drain") == 3


def test_a_ring_whose_worker_was_killed_before_it_said_so_is_rung_again_at_once(
    server: QueueServer, queue: Redis
) -> None:
    bell = RedisBell(server.url)
    bell.ring("push", 3)
    assert queue.lpop("rq:queue:push") is not None
    bell.ring("push", 3)
    bell.ring("push", 3)
    assert waiting(queue, "push") == 1


def test_every_task_has_a_queue_with_a_worker_and_jobs_are_no_pickles(server: QueueServer, queue: Redis) -> None:
    bell = RedisBell(server.url)
    for task in QUEUES:
        bell.ring(task, 7)
    jobs = [job for name in WORKING_QUEUES for job in Queue(name, connection=queue, serializer="json").jobs]
    assert {job.func_name for job in jobs} == {f"bridge.tasks.{task}" for task in QUEUES}
    assert {tuple(job.args) for job in jobs} == {(7,)}


def test_the_queue_refuses_whoever_has_not_the_password(server: QueueServer, queue: Redis) -> None:
    assert not RedisBell(f"redis://127.0.0.1:{server.port}/0").reachable()
    assert RedisBell(server.url).reachable()
    assert (server.folder / "queue.conf").stat().st_mode & 0o077 == 0
    assert server.password not in repr(server)


def test_a_queue_that_is_away_costs_a_ring_and_nothing_else(tmp_path: Path) -> None:
    begun = time.monotonic()
    bell = RedisBell(f"redis://127.0.0.1:{embedded.free_port()}/0")
    bell.ring("drain", 1)
    bell.ask_for_beat("drain")
    bell.answered("drain", 1)
    assert not bell.reachable()
    assert time.monotonic() - begun < 2


def test_the_ringer_rings_once_for_what_was_asked_often() -> None:
    rung: list[tuple[str, int]] = []

    class Slow:
        def ring(self, task: str, shop_id: int) -> None:
            time.sleep(0.1)
            rung.append((task, shop_id))

    ringer = Ringer(Slow())
    for _ in range(1000):
        ringer.ring("drain", 1)
    ringer.close()
    assert 1 <= len(rung) <= 2
    assert set(rung) == {("drain", 1)}


def test_without_any_server_the_message_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_bundled", lambda: None)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SettingsError, match="REDIS_URL"):
        embedded.find_binary()


def test_a_worker_works_survives_the_queue_and_ends_quickly(tmp_path: Path, server: QueueServer) -> None:
    settings = Settings.load({"RABATTKONTO_DATA": str(tmp_path / "d"), "REDIS_URL": server.url})
    settings.data.mkdir()
    db = Database(settings.database_url)
    db.migrate()

    def beats() -> int:
        with db.reading() as session:
            return len(session.exec(select(Beat)).all())

    def forget_beats() -> None:
        with db.transaction() as session:
            session.execute(delete(Beat))

    bell = RedisBell(server.url)
    worker = subprocess.Popen(
        [sys.executable, "-m", "bridge.process", "worker", "drain"],
        env=dict(os.environ) | settings.environ(),
    )
    try:
        with started(server):
            bell.ask_for_beat("drain")
            assert eventually(lambda: beats() == 1)
        forget_beats()
        with started(server):
            bell.answered("beat", "drain")
            bell.ask_for_beat("drain")
            assert eventually(lambda: beats() == 1)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(5) == 0
    finally:
        worker.kill()
        worker.wait()
        db.close()

"""The database: one engine, one way to write, one way to read.

SQLite runs in WAL with FULL synchronisation, and every writing transaction begins IMMEDIATE under
one lock for all processes: its own busy handler is unfair and costs seconds. PostgreSQL needs neither.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

try:
    import fcntl
except ImportError:  # not POSIX: SQLite's busy handler alone has to do
    fcntl = None  # type: ignore[assignment]

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=30000",
    "PRAGMA cache_size=-65536",
    "PRAGMA temp_store=MEMORY",
)


class WriteLock:
    """Held around each writing transaction on SQLite, across threads and processes.

    ``pause`` is how seconds are waited in ``give_way``.
    """

    def __init__(self, path: Path | None, pause: Callable[[float], None] = time.sleep) -> None:
        self._path = path
        self._pause = pause
        self._threads = threading.Lock()
        self._wanted = -_MEMORY
        self._courteous_until = 0.0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait in the kernel, not by polling, until this is the only writer."""
        with self._threads:
            if self._path is None or fcntl is None:
                yield
                return
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                free = _taken(handle)
                began = time.monotonic()
                self._wanted = self._wanted if free else began
                yield
                if began - self._wanted < _MEMORY:
                    ended = time.monotonic()
                    self._courteous_until = ended + min(_COURTESY * (ended - began), _LONGEST_COURTESY)
            finally:
                os.close(handle)

    def give_way(self) -> None:
        """Stay away from the lock, in proportion to how long it was held, if another process wanted it too.

        Time that has passed since it was held counts: whoever comes back later owes nothing.
        """
        owed, self._courteous_until = self._courteous_until - time.monotonic(), 0.0
        if owed > 0:
            self._pause(owed)


_COURTESY = 10.0
"""How many times as long as it held the lock a patient writer leaves it to the others."""

_LONGEST_COURTESY = 1.0

_MEMORY = 2.0
"""Seconds for which others count as wanting the lock after it had to be waited for."""


def _taken(handle: int) -> bool:
    """Take the lock; whether nobody else had it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        fcntl.flock(handle, fcntl.LOCK_EX)
        return False
    return True


class Database:
    """The engine for one address, with its two ways in.

    ``url`` is an SQLAlchemy address. For SQLite, ``lock_path`` names the file that all writing
    processes lock; it defaults to a neighbour of the database file. One that is not ``lasting`` is thrown away
    by whoever made it, so nothing waits for the disk.
    """

    def __init__(self, url: str, lock_path: Path | None = None, *, lasting: bool = True) -> None:
        self.engine = _engine(url)
        if not lasting:
            event.listen(self.engine, "connect", _careless)
        self.sqlite = self.engine.dialect.name == "sqlite"
        file = self.engine.url.database if self.sqlite else None
        if lock_path is None and file and file != ":memory:":
            lock_path = Path(f"{file}.lock")
        self._lock = WriteLock(lock_path)
        # PostgreSQL would otherwise show every statement of a reader another moment.
        reading = {"begin": "DEFERRED"} if self.sqlite else {"isolation_level": "REPEATABLE READ"}
        self._reading = self.engine.execution_options(**reading)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A writing transaction: committed at the end, rolled back whole when anything is raised."""
        if self.sqlite:
            with self._lock.held(), self._session(self.engine) as session:
                yield session
        else:
            with self._session(self.engine) as session:
                yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent view for reading only; what is written in it is rolled back."""
        with Session(self._reading, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def _session(self, engine: Engine) -> Iterator[Session]:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def give_way(self) -> None:
        """Between two batches of long work: let those write first who have somebody waiting for an answer.

        On SQLite only one can write, and a message that comes in is answered when it is kept: without this,
        a worker that is always at it would leave two thirds of the messages waiting for its batches.
        """
        self._lock.give_way()

    @contextmanager
    def shredding(self) -> Iterator[Session]:
        """A writing transaction whose deleted content is overwritten in SQLite's files, not only given up."""
        with self.transaction() as session:
            if self.sqlite:
                session.connection().exec_driver_sql("PRAGMA secure_delete=ON")
            yield session
        if self.sqlite:
            raw = self.engine.raw_connection()
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raw.close()

    def migrate(self) -> None:
        """Bring the tables to the newest schema; nothing happens when they are there already."""
        from bridge.storage import migrations

        with self._lock.held():
            migrations.upgrade(self.engine)

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    json: dict[str, Any] = {"json_serializer": _to_json, "json_deserializer": msgspec.json.decode}
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True, **json)
    memory = url in {"sqlite://", "sqlite:///:memory:"}
    options: dict[str, Any] = {"poolclass": StaticPool} if memory else {}
    arguments = {"check_same_thread": False, "timeout": 30}
    engine = create_engine(url, connect_args=arguments, hide_parameters=True, **json, **options)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _to_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _prepare(connection: Any, _record: object) -> None:
    # The driver's own transaction handling begins too late and DEFERRED, which loses updates.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _careless(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("begin", "IMMEDIATE")
    connection.exec_driver_sql(f"BEGIN {mode}")


def remove_files(path: Path) -> None:
    """Delete an SQLite database with its companions; missing ones do not matter."""
    for suffix in ("", "-wal", "-shm", ".lock"):
        with suppress(FileNotFoundError):
            Path(f"{path}{suffix}").unlink()

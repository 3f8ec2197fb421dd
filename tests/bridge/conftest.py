"""What tests of use cases share."""

import os
from pathlib import Path

import pytest
from sqlalchemy import text

from bridge.storage.db import Database
from tests.bridge.world import World, open_world


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    return open_world(database, tmp_path)


@pytest.fixture
def postgres_programs(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copying programs of the very server that is tested: older ones refuse to talk to it."""
    if not database.sqlite:
        with database.engine.connect() as connection:
            folder = connection.scalar(text("SELECT setting FROM pg_config() WHERE name = 'BINDIR'"))
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

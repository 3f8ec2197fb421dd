"""Upgrade: backup, migrate, self-check. A second run changes nothing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from sqlmodel import select

from bridge.errors import CopyFailed
from bridge.runtime import Runtime
from bridge.services.backup import read_manifest
from bridge.services.upgrade import bring_up_to_date, upgrade
from bridge.storage import migrations
from bridge.storage.db import Database
from bridge.storage.models import Account
from tests.bridge.history import bought, earning, happens
from tests.bridge.world import World


@pytest.fixture(autouse=True)
def _programs(postgres_programs: None) -> None:
    """PostgreSQL is copied by its own programs."""


def test_a_backup_comes_first_and_the_books_are_proven(world: World) -> None:
    happens(earning(world), bought(1))
    done = upgrade(world.runtime)
    assert done.backup is not None
    assert read_manifest(done.backup).counts["account"] == 1
    assert (done.before, done.now) == (migrations.newest(), migrations.newest())
    assert done.findings == []


def test_a_second_run_changes_nothing(world: World) -> None:
    happens(earning(world), bought(1))
    first = upgrade(world.runtime)
    world.clock.forward(minutes=1)
    second = upgrade(world.runtime)
    assert second.backup is not None
    assert first.backup is not None
    assert read_manifest(second.backup).heads == read_manifest(first.backup).heads


def test_a_database_without_tables_is_made(world: World, tmp_path: Path) -> None:
    fresh = Database(f"sqlite:///{tmp_path / 'fresh.db'}")
    done = upgrade(replace(world.runtime, db=fresh))
    assert (done.before, done.now, done.backup) == (None, migrations.newest(), None)
    fresh.close()


@pytest.fixture
def old(world: World, tmp_path: Path) -> Iterator[Runtime]:
    """An installation from the first release."""
    db = Database(f"sqlite:///{tmp_path / 'old.db'}")
    with db.engine.begin() as connection:
        command.upgrade(migrations._config(connection), "0001")
    yield replace(world.runtime, db=db)
    db.close()


def test_a_start_backs_up_before_it_changes_the_schema(old: Runtime) -> None:
    saved = bring_up_to_date(old)
    assert saved is not None
    assert read_manifest(saved).schema == "0001"
    assert migrations.current(old.db.engine) == migrations.newest()
    assert bring_up_to_date(old) is None


def test_a_start_leaves_backups_to_whom_they_were_left(old: Runtime) -> None:
    assert bring_up_to_date(replace(old, settings=replace(old.settings, backup_days=0))) is None
    assert migrations.current(old.db.engine) == migrations.newest()


def test_a_start_that_cannot_back_up_changes_nothing(old: Runtime) -> None:
    old.settings.data.joinpath("backups").write_text("in the way")
    with pytest.raises((CopyFailed, OSError)):
        bring_up_to_date(old)
    assert migrations.current(old.db.engine) == "0001"


def test_what_does_not_add_up_is_said(world: World) -> None:
    world.change(Account, world.account(0), balance=5)
    assert {finding.invariant for finding in upgrade(world.runtime).findings} == {"I1", "I8"}


def test_without_a_backup_nothing_is_migrated(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    migrated: list[bool] = []
    monkeypatch.setattr(Database, "migrate", lambda _: migrated.append(True))
    world.runtime.settings.data.joinpath("backups").write_text("in the way")
    with pytest.raises((CopyFailed, OSError)):
        upgrade(world.runtime)
    assert migrated == []
    with world.runtime.db.reading() as session:
        assert session.exec(select(Account)).all() == []

"""Backup: a whole and consistent copy while everything runs, kept for a while, without the keys."""

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlmodel import col, select

from bridge import __version__
from bridge.errors import CopyFailed
from bridge.services.backup import backup, nightly, read_manifest
from bridge.services.night import is_due, night
from bridge.storage import migrations
from bridge.storage.db import Database
from bridge.storage.models import Account, Shop
from tests.bridge.history import bought, earning, happens
from tests.bridge.world import World


def lasting(world: World, days: int) -> World:
    settings = replace(world.runtime.settings, backup_days=days)
    return replace(world, runtime=replace(world.runtime, settings=settings))


@pytest.fixture(autouse=True)
def _programs(postgres_programs: None) -> None:
    """PostgreSQL is copied by its own programs."""


def files(world: World) -> list[Path]:
    return sorted((world.runtime.settings.data / "backups").glob("*.zip"))


def test_an_archive_says_what_it_holds(world: World) -> None:
    happens(earning(world), bought(1), bought(2, "8"))
    made = backup(world.runtime)
    manifest = read_manifest(made.file)
    assert manifest == made.manifest
    assert (manifest.schema, manifest.version) == (migrations.newest(), __version__)
    assert manifest.created == world.clock.now
    assert (manifest.counts["shop"], manifest.counts["account"], manifest.counts["order_state"]) == (1, 2, 2)
    assert made.size == made.file.stat().st_size


def test_the_heads_in_the_manifest_change_with_every_entry(world: World) -> None:
    happens(earning(world), bought(1))
    first = backup(world.runtime).manifest.heads
    assert backup(world.runtime, world.runtime.settings.data / "again").manifest.heads == first
    happens(world, bought(2))
    assert backup(world.runtime).manifest.heads != first


def test_neither_key_nor_access_can_be_read_from_an_archive(world: World) -> None:
    (world.runtime.settings.data / "secret.key").write_text("the-key-itself")
    with ZipFile(backup(world.runtime).file) as packed:
        assert sorted(packed.namelist()) == ["database", "erasures.jsonl", "manifest.json"]
        content = b"".join(packed.read(name) for name in packed.namelist())
    assert b"the-key-itself" not in content
    assert b'"secret": "secret"' not in content


def test_an_archive_is_readable_by_its_owner_only(world: World) -> None:
    assert backup(world.runtime).file.stat().st_mode & 0o077 == 0


def test_a_copy_taken_while_others_write_is_of_one_moment(world: World, tmp_path: Path) -> None:
    """The writer keeps two accounts equal; a copy that mixed two moments would show them apart."""
    if not world.runtime.db.sqlite:
        pytest.skip("a dump of PostgreSQL is read by PostgreSQL only")
    ids = [world.account(0, customer="7"), world.account(0, customer="8")]
    ended = threading.Event()

    def write() -> None:
        while not ended.is_set():
            with world.runtime.db.transaction() as session:
                for account in session.exec(select(Account).where(col(Account.id).in_(ids))):
                    account.entries += 1

    writing = threading.Thread(target=write)
    writing.start()
    made = [backup(world.runtime, tmp_path / f"{number}.zip") for number in range(3)]
    ended.set()
    writing.join()
    counts = [_entries(each.file, tmp_path) for each in made]
    assert all(first == second for first, second in counts)
    assert counts[0] < counts[-1]


def _entries(archive: Path, folder: Path) -> tuple[int, ...]:
    with ZipFile(archive) as packed:
        copy = packed.extract("database", folder)
    with closing(sqlite3.connect(copy)) as connection:
        return tuple(row[0] for row in connection.execute("SELECT entries FROM account ORDER BY id"))


def test_a_named_file_is_used_as_it_is_and_a_folder_is_filled(world: World, tmp_path: Path) -> None:
    assert backup(world.runtime, tmp_path / "mine.zip").file == tmp_path / "mine.zip"
    assert backup(world.runtime, tmp_path / "there").file.parent == tmp_path / "there"


def test_nothing_is_left_behind_by_a_backup_that_fails(world: World, tmp_path: Path) -> None:
    broken = replace(world.runtime, db=Database(f"sqlite:///{tmp_path / 'no folder' / 'ledger.db'}"))
    with pytest.raises(CopyFailed):
        backup(broken)
    assert list((world.runtime.settings.data / "backups").iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"{}"])
def test_what_is_no_backup_is_called_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(CopyFailed, match="is not a backup"):
        read_manifest(tmp_path / "x.zip")


# --- every night ------------------------------------------------------------------------------------------


def test_a_copy_is_made_each_night_and_kept_for_two_weeks(world: World) -> None:
    for _ in range(20):
        nightly(world.runtime)
        world.clock.forward(days=1)
    assert len(files(world)) == 15
    assert all(file.name.startswith("nightly-") for file in files(world))


def test_the_nights_of_two_shops_make_one_copy(world: World) -> None:
    assert nightly(world.runtime) is not None
    world.clock.forward(hours=3)
    assert nightly(world.runtime) is None


def test_the_nightly_copy_can_be_switched_off(world: World) -> None:
    assert nightly(lasting(world, 0).runtime) is None
    assert files(world) == []


def test_copies_made_by_hand_are_never_thrown_away(world: World) -> None:
    backup(world.runtime)
    world.clock.forward(days=100)
    nightly(world.runtime)
    world.clock.forward(days=100)
    nightly(world.runtime)
    assert [file.name[:8] for file in files(world)] == ["20260301", "nightly-"]


def test_the_night_is_due_once_after_each_midnight_of_the_shop(world: World) -> None:
    """The shop keeps UTC; the world begins at noon."""
    assert not is_due(world.get(Shop, 1), world.clock.now)
    world.clock.forward(hours=13)
    assert is_due(world.get(Shop, 1), world.clock.now)
    night(world.runtime, 1)
    assert not is_due(world.get(Shop, 1), world.clock.now)
    assert len(files(world)) == 1


def test_without_the_programs_of_postgresql_a_sentence_says_what_to_install(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    if world.runtime.db.sqlite:
        pytest.skip("SQLite copies itself")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CopyFailed, match="postgresql-client"):
        backup(world.runtime)


def test_a_night_that_fails_becomes_a_case_and_is_tried_again(world: World) -> None:
    path = world.runtime.settings.data / "backups"
    path.write_text("a file where the folder should be")
    world.clock.forward(days=1)
    night(world.runtime, 1)
    assert ["backup" in case.sentence for case in world.cases()] == [True]
    path.unlink()
    world.clock.forward(days=1)
    night(world.runtime, 1)
    assert world.cases() == []
    assert len(files(world)) == 1

"""Restore: an older database, and a shop that has gone on since. Nobody loses credit and nobody gets it twice."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from filelock import FileLock
from sqlmodel import col, select

from bridge.errors import CopyFailed, Refused, ShopAway
from bridge.ports import ShopCode
from bridge.services.backup import backup
from bridge.services.push import push
from bridge.services.reconcile import reconcile
from bridge.services.restore import Restored, restore
from bridge.services.verify import verify
from bridge.storage.db import Database
from bridge.storage.models import (
    Account,
    ApiToken,
    LoginSession,
    NewsRound,
    Offer,
    OutgoingMail,
    Shop,
    ShopStatus,
    Ticket,
    User,
)
from bridge.vault import Vault
from tests.bridge.history import BEN, bought, catch_up, code_of, earning, happens, live_codes
from tests.bridge.world import World


@pytest.fixture(autouse=True)
def _programs(postgres_programs: None) -> None:
    """PostgreSQL is copied by its own programs."""


@pytest.fixture
def archive(world: World) -> Path:
    """A backup from when Anna had bought once and had a code over 10.00."""
    happens(earning(world), bought(1))
    return backup(world.runtime).file


def put_back(world: World, archive: Path) -> Restored:
    world.clock.forward(minutes=5)
    return restore(world.runtime, archive)


def balances(world: World) -> dict[str, int]:
    with world.runtime.db.reading() as session:
        return {account.token: account.balance for account in session.exec(select(Account))}


def changed(archive: Path, folder: Path, name: str, content: bytes) -> Path:
    """The archive with another content in one of its members."""
    made = folder / "changed.zip"
    with ZipFile(archive) as old, ZipFile(made, "w") as new:
        for member in old.namelist():
            new.writestr(member, content if member == name else old.read(member))
    return made


def manifest(archive: Path, **values: object) -> bytes:
    with ZipFile(archive) as packed:
        return json.dumps({**json.loads(packed.read("manifest.json")), **values}).encode()


# --- the file ---------------------------------------------------------------------------------------------


def test_the_database_is_what_it_was(world: World, archive: Path) -> None:
    before = balances(world)
    happens(world, bought(2))
    assert balances(world) != before
    done = put_back(world, archive)
    assert balances(world) == before
    assert (done.shops, done.erased, done.locked) == ([1], 0, [])


def test_the_database_from_before_is_kept_and_never_overwritten(world: World, archive: Path) -> None:
    formers = {put_back(world, archive).former for _ in range(2)}
    assert len(formers) == 2
    assert all(former is not None and former.exists() and "before-restore" in former.name for former in formers)


def test_a_restore_can_be_undone(world: World, archive: Path) -> None:
    happens(world, bought(2))
    latest = balances(world)
    former = put_back(world, archive).former
    assert former is not None
    if world.runtime.db.sqlite:
        kept = Database(f"sqlite:///{former}")
        with kept.reading() as session:
            assert {a.token: a.balance for a in session.exec(select(Account))} == latest
        kept.close()
    else:
        put_back(world, former)
        assert balances(world) == latest


def test_it_is_refused_while_rabattkonto_runs(world: World, archive: Path) -> None:
    happens(world, bought(2))
    before = balances(world)
    with FileLock(world.runtime.settings.running_lock), pytest.raises(Refused, match="is running"):
        put_back(world, archive)
    assert balances(world) == before


def test_it_is_refused_while_somebody_else_uses_the_server(world: World, archive: Path, database_url: str) -> None:
    if world.runtime.db.sqlite:
        pytest.skip("a file cannot tell who reads it")
    other = Database(database_url)
    with other.reading() as session:
        session.exec(select(Account)).all()
        with pytest.raises(Refused, match="1 other connections"):
            put_back(world, archive)
    other.close()


def test_a_newer_schema_is_refused(world: World, archive: Path, tmp_path: Path) -> None:
    newer = changed(archive, tmp_path, "manifest.json", manifest(archive, schema="9999", version="7.0"))
    with pytest.raises(Refused, match=r"9999, made by rabattkonto 7\.0, which is newer"):
        put_back(world, newer)


def test_a_backup_of_another_kind_of_database_is_refused(world: World, archive: Path, tmp_path: Path) -> None:
    other = changed(archive, tmp_path, "manifest.json", manifest(archive, kind="oracle"))
    with pytest.raises(Refused, match="is of a oracle database"):
        put_back(world, other)


def test_a_damaged_copy_is_refused_and_nothing_is_changed(world: World, archive: Path, tmp_path: Path) -> None:
    with ZipFile(archive) as packed:
        whole = packed.read("database")
    before = balances(world)
    for broken in (whole[: len(whole) // 2], b"", b"\0" * len(whole)):
        with pytest.raises(CopyFailed, match="Nothing was changed"):
            put_back(world, changed(archive, tmp_path, "database", broken))
        assert balances(world) == before


def test_a_database_that_is_not_the_one_in_the_manifest_is_refused(
    world: World, archive: Path, tmp_path: Path
) -> None:
    if not world.runtime.db.sqlite:
        pytest.skip("what a dump holds is only known once it is put back")
    with pytest.raises(CopyFailed, match="not the one that was put in"):
        put_back(world, changed(archive, tmp_path, "manifest.json", manifest(archive, heads="0" * 64)))


def test_a_lost_database_is_restored_as_well(world: World, archive: Path) -> None:
    if not world.runtime.db.sqlite:
        pytest.skip("the server keeps the database")
    before = balances(world)
    world.runtime.db.close()
    for file in world.runtime.settings.data.glob("*.db*"):
        file.unlink()
    assert put_back(world, archive).former is None
    assert balances(world) == before


def test_old_logins_tickets_tokens_and_mails_end(world: World) -> None:
    with world.runtime.db.transaction() as session:
        session.add(User(id=1, name="anna", password="x", created_at=world.clock.now))
        session.flush()
        now = world.clock.now
        session.add(LoginSession(token_hash=b"t", user_id=1, created_at=now, seen_at=now))
        session.add(Ticket(token_hash=b"t", purpose="key approval", made_at=now, ends_at=now))
        session.add(OutgoingMail(key="statement:1", content=b"", kept_at=now, due_at=now))
        session.add(ApiToken(id=1, shop_id=1, name="x", token_hash=b"t", scopes=[], made_at=now))
        session.add(NewsRound(shop_id=1, entry_id=1, told_until=now))
    put_back(world, backup(world.runtime).file)
    assert world.get(User, 1) is not None
    assert world.get(LoginSession, b"t") is None
    assert world.get(Ticket, b"t") is None
    assert world.get(OutgoingMail, 1).state == "failed"
    assert world.get(ApiToken, 1).revoked_at is not None
    assert world.get(NewsRound, 1) is None


# --- the shop ---------------------------------------------------------------------------------------------


def test_nothing_is_pushed_before_the_shop_was_read(world: World, archive: Path) -> None:
    happens(world, bought(2, code=code_of(world, "anna@example.org"), taken=1000))
    put_back(world, archive)
    world.shop.writes.clear()
    world.bell.rung.clear()
    push(world.runtime, 1)
    assert world.shop.writes == []
    assert world.bell.rung == [("reconcile", 1)]


def test_what_happened_since_is_booked_and_offered_again_to_the_cent(world: World, archive: Path) -> None:
    """Anna spent her code and got another one; Ben came, got a code, spent it and got another one."""
    happens(world, bought(2, code=code_of(world, "anna@example.org"), taken=400))
    happens(world, bought(3, "8", BEN))
    happens(world, bought(4, "8", BEN, code=code_of(world, "ben@example.org"), taken=300))
    books, codes = balances(world), {code.code for code in world.shop.live()}
    offered = live_codes(world)
    assert len(offered) == 2
    put_back(world, archive)
    assert balances(world) != books
    catch_up(world)
    assert balances(world) == books
    assert live_codes(world) == offered
    assert {code.code for code in world.shop.live()} == codes
    assert verify(world.runtime) == []
    assert world.cases() == []


def test_no_number_of_a_code_is_used_twice(world: World, archive: Path) -> None:
    for number in (2, 3, 4):
        happens(world, bought(number, code=code_of(world, "anna@example.org"), taken=500))
    issued = set(world.shop.codes_)
    put_back(world, archive)
    catch_up(world)
    happens(world, bought(5, code=code_of(world, "anna@example.org"), taken=500))
    (fresh,) = set(world.shop.codes_) - issued
    assert code_of(world, "anna@example.org") == fresh
    with world.runtime.db.reading() as session:
        numbers = [offer.sequence for offer in session.exec(select(Offer).order_by(col(Offer.id)))]
    assert numbers == [1, 2, 3, 4, 5]
    assert verify(world.runtime) == []


def test_a_code_used_in_an_order_under_way_is_waited_for(world: World, archive: Path) -> None:
    happens(world, bought(2, code=code_of(world, "anna@example.org"), taken=400))
    put_back(world, archive)
    late = bought(3, code=code_of(world, "anna@example.org"), taken=1500)
    world.shop.use(late.order.codes[0].code)
    catch_up(world)
    assert world.shop.live() == []
    world.shop.pages.append([late])
    world.shop.now_orders[late.order.id] = late
    world.clock.forward(minutes=5)
    catch_up(world)
    assert sum(live_codes(world).values()) == sum(balances(world).values())
    assert verify(world.runtime) == []


def test_a_code_of_an_account_that_nobody_knows_any_more_is_withdrawn(world: World, archive: Path) -> None:
    stray = ShopCode("guthaben-stray", "99", 700, ("eve@example.org",), 0, 1, False, "an-owner-unknown")
    world.shop.codes_[stray.code] = stray
    put_back(world, archive)
    catch_up(world)
    assert world.shop.codes_[stray.code].expired
    assert "eve@example.org" not in live_codes(world)


def test_a_code_that_does_not_follow_from_our_key_is_known_all_the_same(world: World, archive: Path) -> None:
    owner = next(iter(balances(world)))
    world.shop.codes_["guthaben-old"] = ShopCode(
        "guthaben-old", "98", 700, ("anna@example.org",), 0, 1, False, owner
    )
    put_back(world, archive)
    catch_up(world)
    assert live_codes(world) == {"anna@example.org": 1000}
    assert len(world.shop.live()) == 1


def test_an_order_deleted_since_is_taken_back(world: World) -> None:
    happens(earning(world), bought(0))
    put_back(world, backup(world.runtime).file)
    world.shop.pages.clear()
    world.shop.now_orders.clear()
    catch_up(world)
    assert list(balances(world).values()) == [0]
    assert world.shop.live() == []


def test_a_shop_that_is_away_is_read_once_it_is_back(world: World, archive: Path) -> None:
    put_back(world, archive)
    world.shop.away = ShopAway("The shop does not answer.")
    catch_up(world)
    assert world.get(Shop, 1).restored_from is not None
    world.shop.away = None
    world.clock.forward(hours=2)
    catch_up(world)
    assert world.get(Shop, 1).restored_from is None
    assert live_codes(world) == {"anna@example.org": 1000}


def test_a_reading_from_a_later_moment_does_not_count_as_one(world: World, archive: Path) -> None:
    happens(world, bought(2))
    books = balances(world)
    put_back(world, archive)
    world.shop.asked_since.clear()
    reconcile(world.runtime, 1, since=world.clock.now)
    assert world.shop.asked_since[0] < world.clock.now
    assert balances(world) == books


def test_without_the_key_the_shop_rests_and_the_books_are_there(world: World, archive: Path) -> None:
    books = balances(world)
    elsewhere = replace(world, runtime=replace(world.runtime, vault=Vault([bytes(31) + b"?"])))
    assert put_back(elsewhere, archive).locked == [1]
    assert balances(elsewhere) == books
    assert world.get(Shop, 1).status == ShopStatus.LOCKED
    assert verify(elsewhere.runtime) == []


def _folders(root: Path) -> Iterator[Path]:
    return (path for path in root.iterdir() if path.name.startswith(".restore-"))


def test_the_workshop_is_cleared_away(world: World, archive: Path) -> None:
    put_back(world, archive)
    shutil.copy(archive, archive.with_name("again.zip"))
    assert list(_folders(world.runtime.settings.data)) == []

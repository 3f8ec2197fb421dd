"""Privacy: a person is forgotten everywhere, and the books are as whole as before."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bridge.errors import NotFound, Refused
from bridge.ports import Contact, CustomerSeen, Envelope, Nothing, OrderSeen, Reading, ShopTerms
from bridge.reports.person import dossier
from bridge.services import bodies, privacy
from bridge.services.adjust import adjust
from bridge.services.backup import backup
from bridge.services.push import push
from bridge.services.replay import replay
from bridge.services.restore import restore
from bridge.services.verify import verify
from bridge.storage.models import Account, Delivery, EntryText, OrderState, Person, Shop, VoucherBatch
from tests.bridge.history import ANNA, BEN, bought, catch_up, earning, happens, live_codes
from tests.bridge.world import World

TRACES = (b"anna@example.org", b"Anna Amsel", b"moved to the seaside")


class Telling:
    """A platform whose deliveries say what a test wrote down for their bodies."""

    def __init__(self, world: World) -> None:
        self._readings: dict[bytes, Reading] = {}
        self._world = world
        world.platform.understand = self._understand  # type: ignore[attr-defined]

    def _understand(self, envelope: Envelope, raw: bytes, terms: ShopTerms) -> Reading:
        return self._readings.get(raw, Nothing("of no use"))

    def keep(self, reading: Reading, body: bytes, **values: Any) -> int:
        self._readings[body] = reading
        with self._world.runtime.db.transaction() as session:
            row = Delivery(
                shop_id=1,
                received_at=self._world.clock.now,
                topic="any",
                body=body,
                **{"state": "settled", **values},
            )
            session.add(row)
            session.flush()
            return row.id or 0


@pytest.fixture
def shop(world: World) -> World:
    """Anna and Ben have bought once, and Anna was given something by hand."""
    happens(earning(world), bought(1), bought(2, "8", BEN))
    adjust(world.runtime, 1, "7", 300, "moved to the seaside", "clerk")
    catch_up(world)
    return world


def anna(world: World) -> int:
    return privacy.find(world.runtime, 1, customer="7")


def files(world: World) -> bytes:
    """Everything that is stored, byte by byte."""
    url = world.runtime.db.engine.url
    if world.runtime.db.sqlite:
        return b"".join(path.read_bytes() for path in Path(url.database or "").parent.glob("*.db*"))
    with world.runtime.db.reading() as session:
        tables = [Person, EntryText, Delivery, OrderState, Account, Shop]
        return repr([row.model_dump() for table in tables for row in session.exec(select(table))]).encode()


# --- finding ----------------------------------------------------------------------------------------------


def test_a_person_is_found_by_number_and_by_address_in_any_case(shop: World) -> None:
    assert privacy.find(shop.runtime, 1, email=" Anna@Example.ORG ") == anna(shop)


def test_an_address_that_two_customers_have_names_neither(shop: World) -> None:
    happens(shop, bought(3, "9", ANNA))
    with pytest.raises(Refused, match="--customer"):
        privacy.find(shop.runtime, 1, email="anna@example.org")


def test_nobody_is_said_to_be_nobody(shop: World) -> None:
    with pytest.raises(NotFound):
        privacy.find(shop.runtime, 1, email="eve@example.org")


# --- erasing ----------------------------------------------------------------------------------------------


def test_no_trace_of_an_erased_person_is_left_in_the_files(shop: World) -> None:
    order = bought(1)
    Telling(shop).keep(order, b'{"order": "of anna@example.org, Anna Amsel"}', order_id="id1")
    assert all(trace in files(shop) for trace in TRACES)
    privacy.erase(shop.runtime, anna(shop))
    push(shop.runtime, 1)
    assert [trace for trace in TRACES if trace in files(shop)] == []
    assert b"ben@example.org" in files(shop)


def test_the_books_stay_and_prove_themselves(shop: World) -> None:
    account = anna(shop)
    before = shop.get(Account, account)
    done = privacy.erase(shop.runtime, account)
    push(shop.runtime, 1)
    after = shop.get(Account, account)
    assert (after.balance, after.head, after.entries) == (before.balance, before.head, before.entries)
    assert (done.balance, done.currency) == (1300, "EUR")
    assert verify(shop.runtime) == []


def test_the_shop_has_neither_code_nor_data_of_an_erased_person(shop: World) -> None:
    privacy.erase(shop.runtime, anna(shop))
    assert ("push", 1) in shop.bell.rung
    push(shop.runtime, 1)
    assert live_codes(shop) == {"ben@example.org": 1000}
    assert shop.shop.views["7"].statement == ""
    assert shop.shop.views["8"].statement != ""


def test_credit_that_is_left_waits_for_the_merchant(shop: World) -> None:
    privacy.erase(shop.runtime, anna(shop))
    (case,) = [case for case in shop.cases() if case.reason == privacy.ERASED]
    assert "13.00 EUR" in case.sentence
    privacy.erase(shop.runtime, anna(shop))
    assert len(shop.cases()) == 1


def test_a_later_return_still_finds_the_account_and_brings_nobody_back(shop: World) -> None:
    account = anna(shop)
    privacy.erase(shop.runtime, account)
    order = bought(1)
    line = replace(order.order.lines[0], refunded=10000, refunded_quantity=1)
    later = replace(order.order, lines=(line,), updated=shop.clock.now)
    shop.clock.forward(minutes=1)
    happens(shop, OrderSeen(later, ANNA, read_at=shop.clock.now))
    assert shop.get(Account, account).balance == 300
    assert (shop.get(Person, account).email, shop.get(Person, account).name) == ("", "")
    assert verify(shop.runtime) == []


def test_messages_about_the_person_are_found_without_an_order(shop: World) -> None:
    told = Telling(shop)
    about = told.keep(CustomerSeen("7", ANNA), b"customer 7")
    moved = told.keep(CustomerSeen("70", Contact("ANNA@example.org")), b"customer 70")
    waiting = told.keep(bought(5), b"order 5", state="received")
    other = told.keep(CustomerSeen("8", BEN), b"customer 8")
    assert privacy.erase(shop.runtime, anna(shop)).deliveries == 3
    states = {i: (shop.get(Delivery, i).body, shop.get(Delivery, i).state) for i in (about, moved, waiting, other)}
    emptied = {about: (b"", "settled"), moved: (b"", "settled"), waiting: (b"", "ignored")}
    assert states == {**emptied, other: (b"customer 8", "settled")}


def test_a_restore_erases_again(shop: World) -> None:
    archive = backup(shop.runtime).file
    privacy.erase(shop.runtime, anna(shop))
    shop.clock.forward(minutes=5)
    assert restore(shop.runtime, archive).erased == 1
    assert shop.get(Person, anna(shop)).email == ""
    catch_up(shop)
    assert [trace for trace in TRACES[:2] if trace in files(shop)] == []
    assert live_codes(shop) == {"ben@example.org": 1000}
    assert verify(shop.runtime) == []


def test_a_restore_also_erases_whoever_came_after_the_backup(world: World) -> None:
    happens(earning(world), bought(2, "8", BEN))
    archive = backup(world.runtime).file
    happens(world, bought(3))
    privacy.erase(world.runtime, anna(world))
    push(world.runtime, 1)
    world.clock.forward(minutes=5)
    restore(world.runtime, archive)
    catch_up(world)
    assert [trace for trace in TRACES if trace in files(world)] == []
    assert live_codes(world) == {"ben@example.org": 1000}
    assert verify(world.runtime) == []


def test_the_log_of_erasures_names_nobody(shop: World) -> None:
    privacy.erase(shop.runtime, anna(shop))
    log = (shop.runtime.settings.data / "erasures.jsonl").read_bytes()
    token = shop.get(Account, anna(shop)).token.encode()
    assert log.count(b"\n") == 1
    assert [part for part in (*TRACES, token) if part in log] == []


@pytest.fixture(autouse=True)
def _programs(postgres_programs: None) -> None:
    """PostgreSQL is copied by its own programs."""


# --- what is known ------------------------------------------------------------------------------------------


def test_a_person_is_told_everything(shop: World) -> None:
    Telling(shop).keep(CustomerSeen("7", ANNA), b"customer 7")
    found = dossier(shop.runtime, anna(shop))
    assert found.data["person"] == {"name": "Anna Amsel", "email": "anna@example.org", "customer": "7"}
    assert [order["number"] for order in found.data["orders"]] == ["1"]
    assert found.data["account"]["balance"] == "13.00"
    assert [code["for"] for code in found.data["codes"]] == ["anna@example.org"]
    assert [message["content"] for message in found.data["messages"]] == ["customer 7"]


@pytest.mark.parametrize(("language", "words"), [("de", "Stand: 13,00\xa0€"), ("en", "Balance: €13.00")])
def test_the_statement_can_be_read(shop: World, language: str, words: str) -> None:
    text = dossier(shop.runtime, anna(shop), language).as_text(language)
    assert words in text
    assert "moved to the seaside" in text
    assert "Ben" not in text


# --- raw bodies ---------------------------------------------------------------------------------------------


def test_old_bodies_are_thrown_away_and_what_they_were_can_be_told(shop: World) -> None:
    told = Telling(shop)
    old = told.keep(Nothing("x"), b"raw", order_id="id1")
    shop.clock.forward(days=29)
    young = told.keep(Nothing("x"), b"young")
    assert bodies.purge(shop.runtime, 1) == 0
    shop.clock.forward(days=2)
    assert bodies.purge(shop.runtime, 1) == 1
    row = shop.get(Delivery, old)
    assert (row.body, row.order_id, row.topic, row.state) == (b"", "id1", "any", "settled")
    assert row.body_hash == hashlib.sha256(b"raw").digest()
    assert shop.get(Delivery, young).body == b"young"


@pytest.mark.parametrize("state", ["received", "waiting", "attention"])
def test_a_body_that_somebody_still_needs_is_kept(shop: World, state: str) -> None:
    delivery = Telling(shop).keep(Nothing("x"), b"raw", state=state)
    shop.clock.forward(days=400)
    assert bodies.purge(shop.runtime, 1) == 0
    assert shop.get(Delivery, delivery).body == b"raw"


def test_a_message_without_its_body_is_replayed_from_what_was_made_of_it(shop: World) -> None:
    delivery = Telling(shop).keep(Nothing("x"), b"raw", order_id="id1")
    shop.clock.forward(days=31)
    bodies.purge(shop.runtime, 1)
    assert replay(shop.runtime, delivery=delivery).states == {"settled": 1}
    assert verify(shop.runtime) == []


def test_the_address_on_a_promotional_code_is_erased_and_the_code_becomes_nobody_elses(world: World) -> None:
    account = world.account(email="Anna@example.org")
    with world.runtime.db.transaction() as session:
        made = {"made_at": world.clock.now, "last_day": world.clock.now.date(), "value": 500}
        session.add(VoucherBatch(shop_id=world.shop_id, email="anna@Example.org", **made))
        session.add(VoucherBatch(shop_id=world.shop_id, email="", **made))
    privacy.erase(world.runtime, account)
    with world.runtime.db.reading() as session:
        assert sorted(batch.email for batch in session.exec(select(VoucherBatch))) == ["", "erased"]

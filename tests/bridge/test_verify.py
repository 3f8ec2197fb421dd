"""Verify: clean books are proven clean, and whatever is changed in them is found and named."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update
from sqlmodel import Session, col, select

from bridge.domain.orders import State
from bridge.reports.liability import liability
from bridge.services import adjust
from bridge.services.scenario.run import Teller
from bridge.services.scenario.story import read
from bridge.services.verify import verify
from bridge.storage.db import Database
from bridge.storage.models import Account, Contribution, Delivery, Entry, EntryText, Lot, OrderState
from tests.bridge.told import TEN_PERCENT, Told, told
from tests.builders import line, order

FILES = sorted((Path(__file__).parents[1] / "scenarios").rglob("*.toml"))
STORIES = {path.stem: read(path.read_text("utf-8")) for path in FILES}


@pytest.fixture
def books() -> Iterator[Told]:
    """Anna has earned 10.00 and spent 4.00, with 5.00 by hand; Ben has earned 2.00."""
    with told() as ledger:
        ledger.tell(order(line()))
        ledger.offer(1000)
        ledger.tell(order(line(paid=1600, credit=400, code="guthaben-anna-1"), id="1002", state=State.OPEN))
        ledger.tell(order(line(paid=2000), id="1003", customer="ben"))
        adjust.adjust(ledger.runtime, ledger.shop_id, "anna", 500, "Kulanz", "test")
        yield ledger


def found(books: Told) -> set[tuple[str, str]]:
    return {(finding.invariant, finding.subject) for finding in books.verify()}


def only(session: Session, *conditions: object) -> Entry:
    return session.exec(select(Entry).where(*conditions)).one()  # type: ignore[arg-type]


def anna(books: Told) -> str:
    return f"account {books.account('anna').token}"


def test_clean_books_are_proven_clean(books: Told) -> None:
    assert books.entries() == [("accrual", 1000), ("redemption", -400), ("adjustment", 500)]
    assert books.verify() == []


def test_an_empty_database_is_clean() -> None:
    with told() as ledger:
        assert ledger.verify() == []


@pytest.mark.parametrize("name", [name for name, story in STORIES.items() if not story.error])
def test_the_books_are_clean_after_every_scenario(name: str) -> None:
    teller = Teller(STORIES[name])
    list(teller.tell())
    assert verify(teller.runtime) == []
    teller.close()


def test_proving_changes_nothing(books: Told) -> None:
    before = books.statement().as_json()
    books.verify()
    assert books.statement().as_json() == before


# --- I1: what is stored beside the entries ----------------------------------------------------------


def test_a_stored_balance_that_is_not_the_sum_is_named(books: Told) -> None:
    with books.tampered() as session:
        session.execute(text("UPDATE account SET balance = balance + 1 WHERE id = 1"))
    assert ("I1", anna(books)) in found(books)
    assert "11.01 EUR" in books.verify()[0].sentence


def test_a_stored_pending_sum_that_is_not_the_entries_is_named(books: Told) -> None:
    with books.tampered() as session:
        session.execute(text("UPDATE account SET pending = 7 WHERE id = 1"))
    assert found(books) == {("I1", anna(books)), ("I8", "shop 1, pending")}


@pytest.mark.parametrize(
    "change", [("rest", "rest - 1"), ("expires_on", "'2026-05-01'"), ("usable_at", "usable_at + 1")]
)
def test_an_open_lot_that_is_not_what_the_entries_leave_is_named(books: Told, change: tuple[str, str]) -> None:
    with books.tampered() as session:
        hers = (col(Lot.kind) == "accrual", col(Lot.account_id) == 1)
        session.execute(update(Lot).where(*hers).values({change[0]: text(change[1])}))
    assert found(books) == {("I1", anna(books))}
    assert "line:1/rule:all" in books.verify()[0].sentence


def test_a_lot_too_many_is_named(books: Told) -> None:
    with books.tampered() as session:
        session.add(
            Lot(account_id=1, number=99, kind="accrual", source="nowhere", rest=5, usable_at=books.clock.now)
        )
    assert "nowhere should not be there" in books.verify()[0].sentence


def test_credit_that_has_become_usable_and_waits_for_the_sweep_is_no_fault() -> None:
    with told(TEN_PERCENT.replace("days = 0", "days = 14")) as ledger:
        ledger.tell(order(line()))
        ledger.clock.forward(days=30)
        assert ledger.account().pending == 1000
        assert ledger.verify() == []


# --- I2: what should be booked ----------------------------------------------------------------------


def test_an_order_whose_state_asks_for_something_else_is_named(books: Told) -> None:
    with books.tampered() as session:
        state = session.get_one(OrderState, (1, "1001"))
        state.body = state.body.replace(b'"paid":10000', b'"paid":9000')
    assert found(books) == {("I2", "order 1001")}
    assert "-1.00 EUR on accrual shop:1/order:1001/line:1/rule:all" in books.verify()[0].sentence


def test_an_order_that_waits_for_being_settled_says_so(books: Told) -> None:
    with books.tampered() as session:
        state = session.get_one(OrderState, (1, "1001"))
        state.body = state.body.replace(b'"paid":10000', b'"paid":9000')
        state.dirty = True
    assert "work --until-empty" in books.verify()[0].sentence


def test_a_waiting_order_for_which_nothing_follows_is_no_fault(books: Told) -> None:
    with books.tampered() as session:
        session.execute(text("UPDATE order_state SET dirty = 1"))
    assert books.verify() == []


def test_an_entry_of_an_unknown_order_is_named(books: Told) -> None:
    with books.tampered() as session:
        session.execute(text("DELETE FROM order_state WHERE order_id = '1003'"))
    assert ("I2", "order 1003") in found(books)


def test_turnover_that_is_not_the_orders_is_named(books: Told) -> None:
    with books.tampered() as session:
        session.get_one(Contribution, (1, "1003")).turnover = 1
    assert found(books) == {("I2", "order 1003")}


BONUS = '[[bonus]]\nid = "first"\nkind = "first_order"\namount = "5.00"\n'


def test_a_bonus_that_is_not_due_is_named() -> None:
    with told(TEN_PERCENT + BONUS) as ledger:
        ledger.tell(order(line()))
        assert ledger.verify() == []
        with ledger.tampered() as session:
            session.execute(text("DELETE FROM contribution"))
        assert ("I2", anna(ledger)) in found(ledger)


# --- I4: codes --------------------------------------------------------------------------------------


def test_a_second_live_code_is_named(books: Told) -> None:
    books.offer(100, sequence=2)
    books.offer(100, "planned", sequence=3)
    assert found(books) == {("I4", anna(books))}


def test_a_live_code_above_what_can_be_used_is_named(books: Told) -> None:
    books.offer(1101, sequence=2)
    assert "worth 11.01 EUR, but only 11.00 EUR" in books.verify()[0].sentence


def test_a_live_code_of_an_account_that_waits_for_its_push_is_no_fault(books: Told) -> None:
    books.offer(1101, sequence=2)
    with books.tampered() as session:
        session.execute(text("UPDATE account SET stale = 1"))
    assert books.verify() == []


# --- I5: deliveries ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "minutes", "due", "stuck"),
    [
        ("received", 9, None, False),
        ("received", 11, None, True),
        ("waiting", 59, None, False),
        ("waiting", 61, None, True),
        ("waiting", 500, 5, False),
        ("waiting", 500, -61, True),
        ("settled", 9999, None, False),
        ("attention", 9999, None, False),
        ("lost", 0, None, True),
    ],
)
def test_a_delivery_that_is_stuck_is_named(
    books: Told, state: str, minutes: int, due: int | None, stuck: bool
) -> None:
    now = books.clock.now
    due_at = None if due is None else now + timedelta(minutes=due)
    delivery = Delivery(shop_id=1, topic="t", body=b"", state=state, due_at=due_at, received_at=now)
    delivery.received_at -= timedelta(minutes=minutes)
    with books.db.transaction() as session:
        session.add(delivery)
    assert found(books) == ({("I5", "delivery 1")} if stuck else set())


# --- I6: the chain ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change", ["amount = amount + 1", "cause = 'me'", "booked_at = booked_at + 1", "moves = 1"]
)
def test_a_changed_entry_is_named(books: Told, change: str) -> None:
    with books.tampered() as session:
        session.execute(text("UPDATE entry SET " + change + " WHERE id = 2"))  # noqa: S608
    first = books.verify()[0]
    assert (first.invariant, first.subject) == ("I6", "entry 2")
    assert "number 2" in first.sentence


def test_a_deleted_last_entry_is_found_by_the_head(books: Told) -> None:
    with books.tampered() as session:
        session.execute(text("DELETE FROM entry_text"))
        session.execute(delete(Entry).where(col(Entry.kind) == "adjustment"))
    assert ("I6", anna(books)) in found(books)


def test_entries_that_were_all_deleted_are_found_by_the_head(books: Told) -> None:
    with books.tampered() as session:
        session.execute(text("DELETE FROM entry WHERE account_id = 2"))
    assert ("I6", f"account {books.account('ben').token}") in found(books)


def test_a_changed_reason_is_named_and_an_erased_one_is_not(books: Told) -> None:
    with books.db.transaction() as session:
        session.exec(select(EntryText)).one().text = "Geschenk"
    assert found(books) == {("I6", "entry 4")}
    with books.db.transaction() as session:
        session.execute(text("DELETE FROM entry_text"))
    assert books.verify() == []


def test_a_missing_trigger_is_named(books: Told) -> None:
    with books.db.transaction() as session:
        session.execute(text("DROP TRIGGER entry_no_UPDATE"))
    assert found(books) == {("I6", "trigger entry_no_UPDATE")}


# --- I8 and I9: sums --------------------------------------------------------------------------------


def test_balances_that_are_not_what_the_months_leave_are_named(books: Told) -> None:
    with books.tampered() as session:
        session.execute(text("UPDATE account SET balance = balance + 1 WHERE id = 2"))
    assert ("I8", "shop 1") in found(books)


def test_an_entry_that_hides_from_the_statement_is_named(books: Told) -> None:
    with books.tampered() as session:
        only(session, col(Entry.kind) == "redemption").moves = True
    assert ("I9", anna(books)) in found(books)


# --- either database --------------------------------------------------------------------------------


def test_the_books_read_alike_on_both_databases(database: Database) -> None:
    books = Told(database)
    books.open(TEN_PERCENT)
    books.tell(order(line()), order(line(), id="1002", customer="ben"))
    adjust.adjust(books.runtime, books.shop_id, "anna", 500, "Kulanz", "test")
    assert books.verify() == []
    assert [shown.entry.balance_after for shown in books.statement().lines] == [1000, 1500]
    with database.transaction() as session:
        session.execute(text("UPDATE account SET pending = 7 WHERE balance = 1500"))
        assert liability(session, books.shop_id, books.clock.now).month.kinds == {
            "accrual": 2000,
            "adjustment": 500,
        }
    assert found(books) == {("I1", anna(books)), ("I8", "shop 1, pending")}


def test_what_is_booked_during_a_proof_does_not_disturb_it(database: Database) -> None:
    books = Told(database)
    books.open(TEN_PERCENT)
    with database.reading() as session:
        before = len(session.exec(select(Account)).all())
        books.tell(order(line()))
        assert len(session.exec(select(Account)).all()) == before
    assert books.verify() == []


def test_a_missing_trigger_is_named_on_both_databases(database: Database) -> None:
    with database.transaction() as session:
        sqlite = "DROP TRIGGER entry_no_DELETE"
        session.execute(text(sqlite if database.sqlite else "DROP TRIGGER entry_append_only ON entry"))
    missing = [finding.subject for finding in Told(database).verify()]
    assert missing == ["trigger entry_no_DELETE" if database.sqlite else "trigger entry_append_only"]


# --- how it is told ---------------------------------------------------------------------------------


def test_the_list_ends_where_it_would_help_nobody(books: Told) -> None:
    with books.db.transaction() as session:
        for number in range(30):
            session.add(
                Delivery(shop_id=1, topic="t", body=b"", state=f"lost {number}", received_at=books.clock.now)
            )
    assert len(books.verify()) == 20


def test_more_accounts_than_a_page_are_all_looked_at(books: Told) -> None:
    books.tell(*(order(line(), id=f"2{n:03}", customer=f"many-{n}") for n in range(250)))
    with books.tampered() as session:
        account = session.get_one(Account, 240)
        account.pending = 1
        token = account.token
    assert found(books) == {("I1", f"account {token}"), ("I8", "shop 1, pending")}


def test_an_order_row_that_differs_from_its_state_is_named(books: Told) -> None:
    with books.tampered() as session:
        session.get_one(OrderState, (1, "1001")).state = "cancelled"
    (found,) = [finding for finding in verify(books.runtime) if finding.invariant == "I2"]
    assert found.subject == "order 1001"
    assert "somebody has changed one" in found.sentence


def test_a_state_that_cannot_be_read_is_a_finding_and_stops_nothing(books: Told) -> None:
    with books.tampered() as session:
        session.get_one(OrderState, (1, "1001")).body = b"{"
    (found,) = [finding for finding in verify(books.runtime) if finding.invariant == "I2"]
    assert "cannot be read" in found.sentence

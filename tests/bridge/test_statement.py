"""The statement: what the customer reads is what the ledger holds, with a reason for every entry."""

from collections.abc import Iterator

import pytest

from bridge.domain.orders import State
from bridge.errors import NotFound
from bridge.ports import Contact
from bridge.reports.statement import find_account, find_by_email, statement
from bridge.services.adjust import adjust
from bridge.services.contact import find_shop
from bridge.storage import people
from tests.bridge.told import TEN_PERCENT, Told, told
from tests.builders import line, order


@pytest.fixture
def books() -> Iterator[Told]:
    """Anna has earned 10.00, used 4.00 of it and got 2.50 by hand."""
    with told() as ledger:
        ledger.tell(order(line(name="Mantel")))
        ledger.offer(1000)
        used = line(paid=0, credit=400, code="guthaben-anna-1")
        ledger.tell(order(used, id="1002", clock="2026-03-02 11:00", state=State.OPEN))
        adjust(ledger.runtime, ledger.shop_id, "anna", 250, "Kulanz", "test")
        yield ledger


def test_the_statement_for_machines(books: Told) -> None:
    books.offer(850, sequence=2)
    found = books.statement().as_json()
    entries = found.pop("entries")
    assert found == {
        "account": books.account().token,
        "currency": "EUR",
        "balance": "8.50",
        "pending": "0.00",
        "available": "8.50",
        "offer": {"code": "guthaben-anna-2", "amount": "8.50", "state": "live"},
        "goals": [],
    }
    assert [(e["kind"], e["amount"], e["balance_after"]) for e in entries] == [
        ("accrual", "10.00", "10.00"),
        ("redemption", "-4.00", "6.00"),
        ("adjustment", "2.50", "8.50"),
    ]
    first = entries[0]
    assert {k: first[k] for k in ("source", "revision", "happened_at", "booked_at", "usable_at", "expires_on")} == {
        "source": "shop:1/order:1001/line:1/rule:all",
        "revision": 1,
        "happened_at": "2026-03-02T09:00:00+00:00",
        "booked_at": "2026-03-02T11:00:00+00:00",
        "usable_at": "2026-03-02T09:00:00+00:00",
        "expires_on": None,
    }
    assert first["why"]["what"] == "percent"


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("de", ["Mantel: 10\u00a0% von 100,00\u00a0€ = 10,00\u00a0€", "In Bestellung 1002 verrechnet"]),
        ("en", ["Mantel: 10% of €100.00 = €10.00", "Counted in order 1002"]),
    ],
)
def test_every_entry_says_why_in_either_language(books: Told, language: str, sentences: list[str]) -> None:
    said = [line.explanation for line in books.statement(language=language).lines]
    assert said[:2] == sentences
    assert said[2].endswith("– Kulanz")


def test_an_erased_reason_leaves_the_entry(books: Told) -> None:
    with books.tampered() as session:
        session.connection().exec_driver_sql("DELETE FROM entry_text")
    assert books.statement().lines[-1].explanation == "Korrektur: 2,50\u00a0€"


def test_pages_go_into_the_past_and_keep_their_balances(books: Told) -> None:
    with books.db.reading() as session:
        account = find_account(session, books.shop_id, "anna")
        newest = statement(session, account, books.clock.now, limit=2).lines
        older = statement(session, account, books.clock.now, limit=2, before=newest[0].entry.id).lines
    assert [line.entry.balance_after for line in newest] == [600, 850]
    assert [line.entry.balance_after for line in older] == [1000]


def test_credit_that_waits_is_pending_until_its_time_also_before_the_sweep_comes() -> None:
    with told(TEN_PERCENT.replace("days = 0", "days = 14")) as books:
        books.tell(order(line()))
        assert (books.statement().pending, books.statement().available) == (1000, 0)
        books.clock.forward(days=15)
        assert (books.statement().pending, books.statement().available) == (0, 1000)


def test_a_date_that_moves_is_shown_where_it_belongs_and_is_no_line_of_its_own() -> None:
    with told(TEN_PERCENT.replace("days = 0", "days = 14")) as books:
        books.tell(order(line(), paid_at=None))
        earlier = order(line(), clock="2026-03-02 11:00")
        paid = order(line(), clock="2026-03-02 10:00").placed
        books.tell(order(line(), updated=earlier.updated, paid_at=paid.replace(day=1)))
        assert books.entries() == [("accrual", 1000)]
        usable = books.statement().lines[0].entry.usable_at
        assert usable == books.account().due_at
        assert books.verify() == []


def test_the_balance_may_be_below_zero_but_nothing_below_zero_is_available(books: Told) -> None:
    adjust(books.runtime, books.shop_id, "anna", -2000, "Irrtum", "test")
    found = books.statement()
    assert (found.balance, found.available) == (-1150, 0)


@pytest.mark.parametrize("state", ["used", "retired", "withdrawn"])
def test_a_code_that_cannot_be_used_any_more_is_no_offer(state: str) -> None:
    with told() as books:
        books.tell(order(line()))
        books.offer(1000, state)
        assert books.statement().offer is None


def test_a_guest_is_found_by_the_mailbox() -> None:
    with told() as books:
        books.tell(order(line(), customer=None), email="Guest@Example.org")
        mailbox = books.runtime.vault.fingerprint(" guest@example.org")
        with books.db.reading() as session:
            account = find_account(session, books.shop_id, email_fingerprint=mailbox)
            assert statement(session, account, books.clock.now).balance == 1000


def test_nobody_unknown_has_a_statement(books: Told) -> None:
    with books.db.reading() as session:
        with pytest.raises(NotFound, match="no account for customer zoe"):
            find_account(session, books.shop_id, "zoe")
        with pytest.raises(NotFound, match="this e-mail address"):
            find_account(session, books.shop_id, email_fingerprint="0" * 32)
        with pytest.raises(NotFound, match="no shop 99"):
            find_account(session, 99, "anna")
        with pytest.raises(NotFound):
            statement(session, 99, books.clock.now)


def test_a_registered_customer_is_found_by_the_address_the_shop_knows(books: Told) -> None:
    with books.db.transaction() as session:
        account = find_account(session, books.shop_id, "anna")
        contacts = {account: ("anna", Contact("Anna@kunden.example"))}
        people.remember(session, contacts, books.clock.now, override=True)
        assert find_by_email(session, books.shop_id, "anna@KUNDEN.example", "0" * 32) == account
        shop, twin = find_shop(session, books.shop_id), people.Name(people.CUSTOMER, "anna2")
        other = people.find_or_open(session, shop, [twin], books.clock.now)[twin]
        contacts = {other: ("anna2", contacts[account][1])}
        people.remember(session, contacts, books.clock.now, override=True)
        with pytest.raises(NotFound, match="anna, anna2 share"):
            find_by_email(session, books.shop_id, "anna@kunden.example", "0" * 32)

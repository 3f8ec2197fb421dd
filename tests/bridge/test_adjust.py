"""Entries by hand: with a reason, once, and for customers who exist."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlmodel import select

from bridge.errors import NotFound, Refused
from bridge.services.adjust import adjust, opening
from bridge.storage.models import Account, Entry, EntryText
from tests.bridge.told import TEN_PERCENT, Told, told
from tests.builders import line, order


@pytest.fixture
def books() -> Iterator[Told]:
    with told(TEN_PERCENT + "[expiry]\nmonths = 12\n") as ledger:
        ledger.tell(order(line()))
        yield ledger


def by_hand(books: Told, amount: int, reason: str = "Kulanz", customer: str = "anna") -> int:
    return adjust(books.runtime, books.shop_id, customer, amount, reason, "test")


def take_over(books: Told, amount: int, expires: date | None = None, name: str = "old:1") -> int:
    return opening(books.runtime, books.shop_id, "clara", amount, expires, name)


def accounts(books: Told) -> int:
    with books.db.reading() as session:
        return len(session.exec(select(Account)).all())


def test_a_correction_is_usable_at_once_and_expires_as_the_programme_says(books: Told) -> None:
    account = by_hand(books, 500)
    entry = books.statement().lines[-1].entry
    assert account == books.account().id
    assert (entry.kind, entry.amount, entry.usable_at) == ("adjustment", 500, books.clock.now)
    assert entry.expires_on == date(2027, 3, 2)
    assert books.statement().available == 1500


def test_a_correction_downwards_is_spent_from_what_is_there(books: Told) -> None:
    by_hand(books, -300)
    assert (books.statement().balance, books.statement().lines[-1].entry.expires_on) == (700, None)
    assert books.verify() == []


def test_the_reason_is_kept_where_it_can_be_erased(books: Told) -> None:
    by_hand(books, 500, "  für die Geduld ")
    with books.db.reading() as session:
        entry = session.exec(select(Entry).where(Entry.kind == "adjustment")).one()
        assert session.exec(select(EntryText)).one().text == "für die Geduld"
    assert "Geduld" not in f"{entry.explanation} {entry.source} {entry.cause}"
    assert (entry.cause, len(entry.commitment or b"")) == ("test", 32)


def test_the_same_correction_twice_is_two_entries(books: Told) -> None:
    by_hand(books, 500)
    by_hand(books, 500)
    assert books.entries() == [("accrual", 1000), ("adjustment", 500), ("adjustment", 500)]


@pytest.mark.parametrize(("amount", "reason"), [(500, ""), (500, "  "), (0, "Kulanz")])
def test_a_correction_without_reason_or_of_nothing_is_refused(books: Told, amount: int, reason: str) -> None:
    with pytest.raises(Refused, match="Nothing was booked"):
        by_hand(books, amount, reason)
    assert books.entries() == [("accrual", 1000)]


def test_a_customer_whom_nobody_knows_gets_no_account(books: Told) -> None:
    with pytest.raises(NotFound, match="knows a customer ben"):
        by_hand(books, 500, customer="ben")
    assert accounts(books) == 1


def test_a_customer_whom_only_the_shop_knows_gets_an_account(books: Told) -> None:
    books.meet("ben")
    by_hand(books, 500, customer="ben")
    assert books.entries("ben") == [("adjustment", 500)]


def test_a_correction_asks_for_a_look_at_the_code(books: Told) -> None:
    by_hand(books, 500)
    assert books.bell.rung[-1] == ("push", books.shop_id)
    assert books.account().stale


def test_an_opening_opens_the_account_and_is_booked_once(books: Told) -> None:
    assert take_over(books, 800, date(2026, 12, 31)) == take_over(books, 800, date(2026, 12, 31))
    entry = books.statement("clara").lines[-1].entry
    assert books.entries("clara") == [("opening", 800)]
    assert (entry.source, entry.expires_on) == ("shop:1/opening:old:1", date(2026, 12, 31))


def test_an_opening_without_a_last_day_expires_as_the_programme_says(books: Told) -> None:
    take_over(books, 800)
    assert books.statement("clara").lines[-1].entry.expires_on == date(2027, 3, 2)


def test_an_opening_that_says_another_amount_the_second_time_is_refused(books: Told) -> None:
    take_over(books, 800)
    with pytest.raises(Refused, match=r"“old:1” was taken over before with 8\.00 and now says 9\.00"):
        take_over(books, 900)
    assert books.entries("clara") == [("opening", 800)]


@pytest.mark.parametrize("amount", [0, -1])
def test_an_opening_that_is_not_above_zero_is_refused(books: Told, amount: int) -> None:
    with pytest.raises(Refused, match="not above zero"):
        take_over(books, amount)
    assert accounts(books) == 1


def test_an_opening_whose_last_day_is_over_is_booked_and_expires(books: Told) -> None:
    take_over(books, 800, date(2026, 1, 31))
    assert books.entries("clara") == [("opening", 800), ("expiry", -800)]
    assert books.verify() == []

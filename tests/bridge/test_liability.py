"""Liability: what is owed now, and that every month and day leads from its opening to its closing."""

from collections.abc import Iterator

import pytest

from bridge.domain.orders import State
from bridge.errors import NotFound
from bridge.reports.liability import Liability, days, liability
from bridge.services import adjust
from tests.bridge.told import TEN_PERCENT, Told, told
from tests.builders import at, line, order


def figures(books: Told, month: str | None = None) -> Liability:
    with books.db.reading() as session:
        return liability(session, books.shop_id, books.clock.now, at(month) if month else None)


def test_open_credit_is_what_customers_have_and_what_they_overspent_lowers_nothing() -> None:
    with told() as books:
        books.tell(order(line(paid=10000)), order(line(paid=3000), id="1002", customer="ben"))
        adjust.adjust(books.runtime, books.shop_id, "ben", -500, "Irrtum", "test")
        found = figures(books)
        assert (found.accounts, found.owed, found.usable, found.pending) == (2, 1000, 1000, 0)
        assert found.overspent == -200


def test_pending_credit_is_owed_but_not_usable() -> None:
    with told(TEN_PERCENT.replace("days = 0", "days = 14")) as books:
        books.tell(order(line(paid=10000)))
        assert (figures(books).owed, figures(books).usable, figures(books).pending) == (1000, 0, 1000)


def test_what_was_overspent_waits_for_pending_credit_so_only_the_rest_is_owed() -> None:
    with told(TEN_PERCENT.replace("days = 0", "days = 14")) as books:
        books.tell(order(line(paid=10000)))
        adjust.adjust(books.runtime, books.shop_id, "anna", -400, "Irrtum", "test")
        assert (figures(books).owed, figures(books).usable, figures(books).pending) == (600, 0, 600)


@pytest.fixture
def spring() -> Iterator[Told]:
    """Something is booked in March, an order of March is cancelled in April."""
    with told() as books:
        books.tell(order(line(paid=10000)))
        books.clock.now = at("2026-03-31 23:59")
        books.tell(order(line(paid=2000), id="1002", clock="2026-03-31 23:00"))
        books.clock.now = at("2026-04-01 00:00")
        books.tell(order(line(paid=2000), id="1002", clock="2026-04-01 00:00", state=State.CANCELLED))
        yield books


def test_a_month_leads_from_its_opening_to_its_closing(spring: Told) -> None:
    march, april = figures(spring, "2026-03-15 12:00").month, figures(spring).month
    assert (march.label, march.opening, march.kinds, march.closing) == ("2026-03", 0, {"accrual": 1200}, 1200)
    assert (april.label, april.opening, april.kinds, april.closing) == ("2026-04", 1200, {"accrual": -200}, 1000)


def test_days_are_the_shops_and_follow_on_each_other(spring: Told) -> None:
    with spring.db.reading() as session:
        march = days(session, spring.shop_id, at("2026-03-15 12:00"))
    assert [(day.label, day.opening, day.closing) for day in march] == [
        ("2026-03-02", 0, 1000),
        ("2026-03-31", 1000, 1200),
    ]


def test_the_figures_for_machines_name_every_kind(spring: Told) -> None:
    found = figures(spring).as_json()
    assert found["owed"] == "10.00"
    assert found["month"]["kinds"]["accrual"] == "-2.00"
    assert found["month"]["kinds"]["expiry"] == "0.00"


def test_a_shop_that_does_not_exist_is_said(spring: Told) -> None:
    with spring.db.reading() as session, pytest.raises(NotFound):
        liability(session, 99, spring.clock.now)

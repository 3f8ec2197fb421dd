"""Days and periods at the shop's clock: nights that are an hour longer or shorter, and where years end."""

from datetime import UTC, date, datetime

import pytest

from bridge.domain.calendar import Period, Span, local_day, midnight, period_of, plus_days, plus_months
from tests.builders import BERLIN, at


def test_a_day_begins_at_the_shops_midnight() -> None:
    assert midnight(date(2026, 1, 15), BERLIN) == datetime(2026, 1, 14, 23, tzinfo=UTC)
    assert midnight(date(2026, 7, 15), BERLIN) == datetime(2026, 7, 14, 22, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hours"), [(29, 23), (30, 24)])
def test_the_day_of_the_spring_change_has_twenty_three_hours(day: int, hours: int) -> None:
    length = midnight(date(2026, 3, day + 1), BERLIN) - midnight(date(2026, 3, day), BERLIN)
    assert length.total_seconds() == hours * 3600


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-03-28 10:00", 1, "2026-03-29 10:00"),
        ("2026-10-24 10:00", 1, "2026-10-25 10:00"),
        ("2026-12-31 23:30", 1, "2027-01-01 23:30"),
        ("2028-02-28 10:00", 1, "2028-02-29 10:00"),
        ("2026-03-02 10:00", 0, "2026-03-02 10:00"),
    ],
)
def test_days_are_calendar_days_at_the_same_clock_time(start: str, days: int, end: str) -> None:
    assert plus_days(at(start), days, BERLIN) == at(end)


def test_a_clock_time_that_does_not_exist_is_the_moment_an_hour_later() -> None:
    assert plus_days(at("2026-03-28 02:30"), 1, BERLIN) == at("2026-03-29 03:30")


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 5, 31), 12, date(2027, 5, 31)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_months_last(start: date, months: int, end: date) -> None:
    assert plus_months(start, months) == end


@pytest.mark.parametrize(
    ("clock", "span", "label", "start", "end"),
    [
        ("2026-03-31 23:59", Span.MONTH, "2026-03", date(2026, 3, 1), date(2026, 4, 1)),
        ("2026-04-01 00:00", Span.MONTH, "2026-04", date(2026, 4, 1), date(2026, 5, 1)),
        ("2026-12-31 23:59", Span.MONTH, "2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026-06-30 23:59", Span.QUARTER, "2026-Q2", date(2026, 4, 1), date(2026, 7, 1)),
        ("2026-06-30 23:59", Span.HALF_YEAR, "2026-H1", date(2026, 1, 1), date(2026, 7, 1)),
        ("2026-07-01 00:00", Span.HALF_YEAR, "2026-H2", date(2026, 7, 1), date(2027, 1, 1)),
        ("2027-01-01 00:00", Span.YEAR, "2027", date(2027, 1, 1), date(2028, 1, 1)),
    ],
)
def test_a_moment_lies_in_the_period_of_the_shops_calendar(
    clock: str, span: Span, label: str, start: date, end: date
) -> None:
    period = period_of(at(clock), span, BERLIN)
    assert (period.label, period.start, period.end) == (label, start, end)


def test_new_year_in_berlin_is_still_the_old_year_in_utc() -> None:
    moment = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert local_day(moment, BERLIN) == date(2027, 1, 1)
    assert period_of(moment, Span.YEAR, BERLIN).label == "2027"


def test_periods_follow_each_other_over_the_year() -> None:
    period = Period(date(2026, 7, 1), Span.HALF_YEAR)
    assert period.next() == Period(date(2027, 1, 1), Span.HALF_YEAR)
    assert period < period.next()

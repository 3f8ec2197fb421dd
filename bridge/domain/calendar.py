"""Days and periods in the shop's time zone. A day is a calendar day, whatever the clocks do in its night."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Span(StrEnum):
    """The lengths of a period that a programme can name."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


_MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.HALF_YEAR: 6, Span.YEAR: 12}
_LABEL = {
    Span.MONTH: "{year}-{number:02}",
    Span.QUARTER: "{year}-Q{number}",
    Span.HALF_YEAR: "{year}-H{number}",
    Span.YEAR: "{year}",
}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A stretch of whole calendar months: from its first day up to, not including, ``end``."""

    start: date
    span: Span

    @property
    def end(self) -> date:
        """The first day that no longer belongs to the period."""
        return plus_months(self.start, _MONTHS[self.span])

    @property
    def label(self) -> str:
        """``2026-03``, ``2026-Q1``, ``2026-H1`` or ``2026``."""
        number = (self.start.month - 1) // _MONTHS[self.span] + 1
        return _LABEL[self.span].format(year=self.start.year, number=number)

    def back(self, periods: int) -> "Period":
        """The period that began so many periods before."""
        return Period(plus_months(self.start, -periods * _MONTHS[self.span]), self.span)

    def next(self) -> "Period":
        """The period that follows."""
        return Period(self.end, self.span)


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The shop's calendar day of a moment."""
    return moment.astimezone(zone).date()


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which a shop's day begins."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def plus_days(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same shop clock time so many calendar days later, as UTC."""
    local = moment.astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
    return local.replace(tzinfo=zone).astimezone(UTC)


def plus_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def period_of(moment: datetime, span: Span, zone: ZoneInfo) -> Period:
    """The period in which a moment lies, by the shop's calendar."""
    day = local_day(moment, zone)
    months = _MONTHS[span]
    return Period(date(day.year, (day.month - 1) // months * months + 1, 1), span)

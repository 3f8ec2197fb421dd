"""Liability: what a shop owes in open credit now, and how a month led from one figure to the next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case
from sqlmodel import Session, col, func, select

from bridge.domain import money
from bridge.domain.calendar import Period, Span, local_day, midnight, period_of
from bridge.domain.targets import Kind
from bridge.services.contact import find_shop
from bridge.storage import programmes
from bridge.storage.books import shop_sums
from bridge.storage.models import Account


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was booked from ``start`` up to, not including, ``end``: opening + all kinds = closing, minor units."""

    label: str
    start: datetime
    end: datetime
    opening: int
    kinds: dict[str, int]

    @property
    def closing(self) -> int:
        """What was owed at the end, customers below zero counted against it."""
        return self.opening + sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class Liability:
    """What is owed now, minor units. ``usable`` and ``pending`` are parts of ``owed``.

    ``owed`` is the sum of all balances above zero, ``overspent`` of those below (a figure below zero);
    nobody has to pay it back, so it lowers nothing that is owed to others.
    """

    currency: str
    accounts: int
    owed: int
    usable: int
    pending: int
    overspent: int
    month: Stretch
    days: tuple[Stretch, ...]

    def as_json(self) -> dict[str, Any]:
        """The figures for machines; amounts are texts like those of the programme document."""
        return {
            "currency": self.currency,
            "accounts": self.accounts,
            **{name: money.plain(getattr(self, name), self.currency) for name in _FIGURES},
            "month": self._stretch(self.month),
            "days": [self._stretch(day) for day in self.days],
        }

    def _stretch(self, stretch: Stretch) -> dict[str, Any]:
        return {
            "label": stretch.label,
            "opening": money.plain(stretch.opening, self.currency),
            "kinds": {kind: money.plain(amount, self.currency) for kind, amount in stretch.kinds.items()},
            "closing": money.plain(stretch.closing, self.currency),
        }


_FIGURES = ("owed", "usable", "pending", "overspent")


def liability(session: Session, shop_id: int, now: datetime, month: datetime | None = None) -> Liability:
    """The shop's figures of now, with those of the month in which ``month`` lies (the current one if None).

    Months and days are the shop's, and an entry belongs to the day on which it was booked: what is over never
    changes. Days on which nothing was booked are left out. Raises ``NotFound`` for an unknown shop.
    """
    shop = find_shop(session, shop_id)
    zone = programmes.zone(programmes.timeline(session, shop_id), shop)
    period = period_of(month or now, Span.MONTH, zone)
    accounts, owed, pending, overspent = _balances(session, shop_id)
    return Liability(
        currency=shop.currency,
        accounts=accounts,
        owed=owed,
        usable=owed - pending,
        pending=pending,
        overspent=overspent,
        month=_month(session, shop_id, period, zone),
        days=tuple(_days(session, shop_id, period, zone)),
    )


def _balances(session: Session, shop_id: int) -> tuple[int, int, int, int]:
    """(accounts with entries, owed, of it pending, overspent)."""
    balance = col(Account.balance)
    # What was overspent waits for pending credit, so no more than the balance itself is pending.
    pending = case((col(Account.pending) < balance, col(Account.pending)), else_=balance)
    row = session.exec(
        select(
            func.count(),
            func.sum(case((balance > 0, balance), else_=0)),
            func.sum(case((balance > 0, pending), else_=0)),
            func.sum(case((balance < 0, balance), else_=0)),
        ).where(Account.shop_id == shop_id, col(Account.entries) > 0)
    ).one()
    count, owed, waiting, overspent = (int(figure or 0) for figure in row)
    return count, owed, waiting, overspent


def _month(session: Session, shop_id: int, period: Period, zone: ZoneInfo) -> Stretch:
    start, end = midnight(period.start, zone), midnight(period.end, zone)
    opening = sum(shop_sums(session, shop_id, None, start).values())
    return _stretch(session, shop_id, period.label, start, end, opening)


def _days(session: Session, shop_id: int, period: Period, zone: ZoneInfo) -> list[Stretch]:
    found: list[Stretch] = []
    day, opening = period.start, sum(shop_sums(session, shop_id, None, midnight(period.start, zone)).values())
    while day < period.end:
        start, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
        stretch = _stretch(session, shop_id, day.isoformat(), start, end, opening)
        if any(stretch.kinds.values()):
            found.append(stretch)
        day, opening = local_day(end, zone), stretch.closing
    return found


def _stretch(session: Session, shop_id: int, label: str, start: datetime, end: datetime, opening: int) -> Stretch:
    sums = shop_sums(session, shop_id, start, end)
    return Stretch(label, start, end, opening, {kind.value: sums.get(kind.value, 0) for kind in Kind})

"""Liability: what a shop owes in open credit now, and how a month led from one figure to the next."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case
from sqlmodel import Session, col, func, select

from bridge.domain import money
from bridge.domain.calendar import Span, local_day, midnight, period_of
from bridge.domain.targets import Kind
from bridge.services.contact import find_shop
from bridge.storage import programmes
from bridge.storage.books import booked_between, shop_sums
from bridge.storage.models import Account, Shop


@dataclass(frozen=True, slots=True)
class Stretch:
    """A day or a month: opening + what was booked of each kind = closing, minor units."""

    label: str
    opening: int
    kinds: Mapping[str, int]

    @property
    def closing(self) -> int:
        """What was owed at the end, customers below zero counted against it."""
        return self.opening + sum(self.kinds.values())

    def as_json(self, currency: str) -> dict[str, Any]:
        """The stretch for machines, with every kind; amounts are texts."""
        return {
            "label": self.label,
            "opening": money.plain(self.opening, currency),
            "kinds": {kind.value: money.plain(self.kinds.get(kind, 0), currency) for kind in Kind},
            "closing": money.plain(self.closing, currency),
        }


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

    def as_json(self) -> dict[str, Any]:
        """The figures for machines; amounts are texts like those of the programme document."""
        return {
            "currency": self.currency,
            "accounts": self.accounts,
            **{name: money.plain(getattr(self, name), self.currency) for name in _FIGURES},
            "month": self.month.as_json(self.currency),
        }


_FIGURES = ("owed", "usable", "pending", "overspent")


def liability(session: Session, shop_id: int, now: datetime, month: datetime | None = None) -> Liability:
    """The shop's figures of now, with those of the month in which ``month`` lies (the current one if None).

    Months are the shop's, and an entry belongs to the day on which it was booked: what is over never changes.
    Raises ``NotFound`` for an unknown shop.
    """
    shop = find_shop(session, shop_id)
    accounts, owed, pending, overspent = _balances(session, shop_id)
    frame = _Frame(session, shop_id, _zone(session, shop), month or now)
    return Liability(
        currency=shop.currency,
        accounts=accounts,
        owed=owed,
        usable=owed - pending,
        pending=pending,
        overspent=overspent,
        month=Stretch(frame.period.label, frame.opening(), shop_sums(session, shop_id, frame.start, frame.end)),
    )


def days(session: Session, shop_id: int, month: datetime) -> list[Stretch]:
    """The shop's days of the month in which ``month`` lies, without those on which nothing was booked."""
    zone = _zone(session, find_shop(session, shop_id))
    frame = _Frame(session, shop_id, zone, month)
    booked = booked_between(session, shop_id, frame.start, frame.end)
    found, opening = [], frame.opening()
    for day, rows in groupby(booked, lambda row: local_day(row.at, zone)):
        kinds: Counter[str] = Counter()
        for row in rows:
            kinds[row.kind] += row.amount
        found.append(Stretch(day.isoformat(), opening, kinds))
        opening = found[-1].closing
    return found


class _Frame:
    """A month of a shop, from moment to moment."""

    def __init__(self, session: Session, shop_id: int, zone: ZoneInfo, moment: datetime) -> None:
        self._session = session
        self._shop_id = shop_id
        self.period = period_of(moment, Span.MONTH, zone)
        self.start = midnight(self.period.start, zone)
        self.end = midnight(self.period.end, zone)

    def opening(self) -> int:
        """What was owed when the month began."""
        return sum(shop_sums(self._session, self._shop_id, None, self.start).values())


def _zone(session: Session, shop: Shop) -> ZoneInfo:
    return programmes.zone(programmes.timeline(session, shop.id or 0), shop)


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

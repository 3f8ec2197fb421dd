"""Where an account stands: its worth now, what becomes usable and what lapses when, what hangs in the air."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlmodel import Session, col

from bridge.domain.calendar import local_day
from bridge.domain.orders import State
from bridge.reports.statement import LiveOffer, NextGoal, figures, live_offer, next_goals
from bridge.services.contact import find_shop
from bridge.storage import programmes
from bridge.storage.codec import unpack_order
from bridge.storage.models import Account, Lot, Offer, OrderState


@dataclass(frozen=True, slots=True)
class Dated:
    """So many minor units on a day of the shop's."""

    day: date
    amount: int


@dataclass(frozen=True, slots=True)
class Unpaid:
    """An order of the customer's own that nobody has paid yet; its credit counts as used. Minor units."""

    order: str
    number: str
    placed: datetime
    amount: int


@dataclass(frozen=True, slots=True)
class Standing:
    """An account as its owner sees it. Amounts are minor units of ``currency``.

    ``available`` is usable now, never below zero; ``pending`` becomes usable on the days of ``later``.
    ``lapsing`` says what is lost after its day unless it is used, the soonest first.
    """

    account: str
    currency: str
    balance: int
    pending: int
    available: int
    automatic: bool
    offer: LiveOffer | None
    goals: tuple[NextGoal, ...]
    later: tuple[Dated, ...]
    lapsing: tuple[Dated, ...]
    unpaid: tuple[Unpaid, ...]


def standing(session: Session, account: Account, now: datetime, language: str) -> Standing:
    """Where the account stands now, with the goals in “de” or “en”."""
    account_id = account.id or 0
    zone = programmes.zone(programmes.timeline(session, account.shop_id), find_shop(session, account.shop_id))
    pending, available = figures(session, account, now)
    later, lapsing = _days(session, account_id, zone, now)
    return Standing(
        account=account.token,
        currency=account.currency,
        balance=account.balance,
        pending=pending,
        available=available,
        automatic=account.automatic,
        offer=live_offer(session, account_id),
        goals=next_goals(session, account, now, language),
        later=later,
        lapsing=lapsing,
        unpaid=tuple(_unpaid(session, account)),
    )


def _days(
    session: Session, account_id: int, zone: ZoneInfo, now: datetime
) -> tuple[tuple[Dated, ...], tuple[Dated, ...]]:
    """When open credit becomes usable, and what is usable already or later when it lapses."""
    later = _open(session, account_id, col(Lot.usable_at), now)
    lapsing = _open(session, account_id, col(Lot.expires_on), local_day(now, zone) - timedelta(days=1))
    return _summed((local_day(moment, zone), rest) for moment, rest in later), _summed(lapsing)


def _open(session: Session, account_id: int, when: Any, after: datetime | date) -> list[tuple[Any, int]]:
    """What is left of the account's credit whose date is later than that, summed by date."""
    rows = session.execute(
        select(when, func.sum(col(Lot.rest)))
        .where(col(Lot.account_id) == account_id, col(Lot.rest) > 0, when > after)
        .group_by(when)
    )
    return [(found, int(rest)) for found, rest in rows]


def _summed(dated: Iterable[tuple[date, int]]) -> tuple[Dated, ...]:
    sums: dict[date, int] = defaultdict(int)
    for day, amount in dated:
        sums[day] += amount
    return tuple(Dated(day, amount) for day, amount in sorted(sums.items()))


def _unpaid(session: Session, account: Account) -> Iterable[Unpaid]:
    """Somebody else may have used the code too: their order is nobody's business but theirs."""
    rows = session.execute(
        select(col(OrderState.body))
        .where(col(OrderState.account_id) == account.id, col(OrderState.state) == State.OPEN.value)
        .order_by(col(OrderState.placed))
    ).scalars()
    for order in (unpack_order(body) for body in rows):
        mine = _own_codes(session, account, {part.code for line in order.lines for part in line.credits})
        amount = sum(part.amount for line in order.lines for part in line.credits if part.code in mine)
        if amount:
            yield Unpaid(order.id, order.number, order.placed, amount)


def _own_codes(session: Session, account: Account, codes: Iterable[str]) -> set[str]:
    rows = session.execute(
        select(col(Offer.code)).where(col(Offer.account_id) == account.id, col(Offer.code).in_(list(codes)))
    )
    return set(rows.scalars())

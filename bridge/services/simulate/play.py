"""Plays the stored orders into a ledger of its own, through the same settlement, in the order of placing."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import select, tuple_
from sqlmodel import Session, col

from bridge.domain.calendar import local_day, midnight
from bridge.domain.earning import kept
from bridge.domain.orders import Order, State
from bridge.domain.programme import Programme
from bridge.ports import OrderSeen
from bridge.runtime import Runtime
from bridge.services import budget, settle
from bridge.services.contact import find_shop
from bridge.services.settlement import Settlement
from bridge.services.simulate import baskets
from bridge.services.simulate.figures import month_of
from bridge.storage.codec import unpack_order
from bridge.storage.db import Database
from bridge.storage.facts import ALWAYS
from bridge.storage.models import Account, Entry, OrderState

BATCH = 200
"""Orders in one transaction."""


Advance = Callable[[int], None]
"""Told how many more orders are done."""


class Quiet:
    """A bell that nobody hears."""

    def ring(self, task: str, shop_id: int) -> None:
        """A simulation has no workers."""


class Play:
    """One run. Without a budget everything is settled as of now; with one, time passes night by night.

    ``orders`` were paid, and ``turnover`` by month is what was paid and kept for them, gross minor units.
    ``runtime`` is that of the simulated ledger.
    """

    def __init__(self, runtime: Runtime, target: Database, shop_id: int, programme: Programme) -> None:
        self._source = runtime.db
        self._target = target
        self._shop_id = shop_id
        self._programme = programme
        self._closes = programme.budget is not None and programme.bonuses_wait
        self._end = runtime.clock()
        self._now = self._end if programme.budget is None else ALWAYS
        self.runtime = replace(runtime, db=target, bell=Quiet(), clock=lambda: self._now)
        self.orders = 0
        self.turnover: Counter[str] = Counter()

    def run(self, since: datetime | None, advance: Advance) -> None:
        """Settle every order placed since then, and let pass what time is left."""
        for page in self._orders(since):
            for _, orders in groupby(page, key=self._day):
                self._settle(list(orders))
            advance(len(page))
        self._now = self._end
        self._turn_over()

    def _day(self, seen: OrderSeen) -> object:
        """Where nights matter, the orders of a day belong together; else all do."""
        return local_day(seen.order.placed, self._programme.zone) if self._programme.budget else None

    def _orders(self, since: datetime | None) -> Iterator[list[OrderSeen]]:
        """The shop's orders, page by page, each page in a look of its own so that nothing is held up."""
        last: tuple[datetime, str] | None = None
        while True:
            with self._source.reading() as session:
                rows = _page(session, self._shop_id, since, last)
            if not rows:
                return
            yield [OrderSeen(unpack_order(body), read_at=read_at) for _, _, body, read_at in rows]
            last = rows[-1][0], rows[-1][1]

    def _settle(self, seen: Sequence[OrderSeen]) -> None:
        if self._programme.budget is not None:
            self._night(seen[0].order.placed)
        self._count(seen)
        with self._target.transaction() as session:
            settlement = self._settlement(session)
            settlement.take(seen)
            baskets.keep(session, settlement.outcome.settled, self._programme)
            self._count_bonuses(settlement)

    def _count_bonuses(self, settlement: Settlement) -> None:
        """A budget counts bonuses night by night; only where they wait for time are whole accounts looked at."""
        if self._closes:
            settlement.close()
        else:
            settlement.put_off(bonuses_of=settlement.moved if self._programme.budget else ())

    def _night(self, placed: datetime) -> None:
        """The midnight that begins the day of an order: a budget is decided from what is known by then."""
        at = midnight(local_day(placed, self._programme.zone), self._programme.zone)
        if at > self._now:
            self._now = at
            settle.settle_marked(self.runtime, self._shop_id, put_off=not self._closes)
            settle.settle_accounts(self.runtime, self._shop_id, self._due() if self._closes else [])
            budget.decide(self.runtime, self._shop_id)
        self._now = max(self._now, placed)

    def _due(self) -> list[int]:
        """Accounts for which time alone has changed something."""
        with self._target.reading() as session:
            due = select(col(Account.id)).where(
                col(Account.shop_id) == self._shop_id, col(Account.due_at) <= self._now
            )
            return [account for account in session.execute(due).scalars() if account is not None]

    def _count(self, seen: Sequence[OrderSeen]) -> None:
        for order in (item.order for item in seen):
            if order.state is State.PAID and not order.test:
                self.orders += 1
                month = month_of(order.placed, self._programme.zone)
                self.turnover[month] += _turnover(order, self._programme)

    def _turn_over(self) -> None:
        """Settle what depends on other orders, then give every account its bonuses and take what has expired.

        Nobody asks for balances here, so accounts on which nothing can have expired are not closed.
        """
        settle.settle_marked(self.runtime, self._shop_id, put_off=not self._closes)
        for accounts in account_pages(self._target, self._shop_id):
            with self._target.transaction() as session:
                self._settlement(session).put_off(bonuses_of=accounts)
                expiring = _expiring(session, accounts, local_day(self._now, self._programme.zone))
            settle.settle_accounts(self.runtime, self._shop_id, expiring)

    def _settlement(self, session: Session) -> Settlement:
        shop = find_shop(session, self._shop_id)
        return Settlement(session, shop, self.runtime.vault.fingerprint, self._now, "simulation")


def _turnover(order: Order, programme: Programme) -> int:
    """What was paid and kept, whatever a programme excludes: the same figure for every programme."""
    return sum(item.money for item in kept(order, programme, ""))


def _expiring(session: Session, accounts: Sequence[int], today: date) -> list[int]:
    """Those of the accounts that ever had credit whose last day is over."""
    rows = session.execute(
        select(col(Entry.account_id))
        .where(col(Entry.account_id).in_(accounts), col(Entry.expires_on) < today)
        .distinct()
    )
    return list(rows.scalars())


Row = tuple[datetime, str, bytes, datetime | None]


def _page(session: Session, shop_id: int, since: datetime | None, last: tuple[datetime, str] | None) -> list[Row]:
    key = (col(OrderState.placed), col(OrderState.order_id))
    statement = select(*key, col(OrderState.body), col(OrderState.read_at)).where(
        col(OrderState.shop_id) == shop_id
    )
    if since is not None:
        statement = statement.where(col(OrderState.placed) >= since)
    if last is not None:
        statement = statement.where(tuple_(*key) > last)
    return [(r[0], r[1], r[2], r[3]) for r in session.execute(statement.order_by(*key).limit(BATCH))]


def account_pages(db: Database, shop_id: int) -> Iterator[list[int]]:
    """The accounts of a shop in the order of their ids, some hundred at a time."""
    last = 0
    while True:
        with db.reading() as session:
            statement = select(col(Account.id)).where(col(Account.shop_id) == shop_id, col(Account.id) > last)
            rows = session.execute(statement.order_by(col(Account.id)).limit(BATCH)).scalars()
            accounts = [account for account in rows if account is not None]
        if not accounts:
            return
        yield accounts
        last = accounts[-1]

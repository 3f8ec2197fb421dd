"""Try it first: replay a shop's own orders under another programme, in a ledger of its own.

The simulation settles the stored orders with the facts that are known of them through the very settlement that
deliveries take, in a temporary SQLite file that is gone afterwards. The shop's own ledger is only read.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from heapq import merge, nlargest
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.domain import document
from bridge.domain.appetite import Basket, basket, full_use
from bridge.domain.orders import Order
from bridge.domain.programme import Programme
from bridge.errors import Refused
from bridge.runtime import Runtime
from bridge.services.contact import find_shop
from bridge.services.simulate.copy import Advance, activate, copy_by_hand, copy_shop
from bridge.services.simulate.figures import Months, by_account, by_month, month_of
from bridge.services.simulate.play import Play, Volume, account_pages
from bridge.services.simulate.report import AccountChange, BudgetStop, Month, Report, Side
from bridge.storage import catalogue, gates, ledger
from bridge.storage.codec import unpack_order
from bridge.storage.db import Database
from bridge.storage.facts import BUDGET, Facts
from bridge.storage.models import Account, Case, OrderState, Person

_MOST_CHANGED = 10
"""How many accounts are named that gain, and that lose, the most."""


def simulate(
    runtime: Runtime,
    shop_id: int,
    text: str,
    since: datetime | None = None,
    advance: Advance = lambda _more: None,
) -> Report:
    """What a document would have made of the orders placed since a moment (UTC), None for all that are stored.

    ``advance`` is told how many more orders are done. Raises ``document.ProgrammeError`` for a document that is
    wrong, ``NotFound`` without the shop, ``Refused`` for a programme in another currency.
    """
    programme = document.read(text)
    with runtime.db.reading() as session:
        shop = find_shop(session, shop_id)
    if programme.currency != shop.currency:
        raise Refused(
            f"The programme is in {programme.currency}, but the shop sells in {shop.currency}. Nothing was"
            f" simulated; write currency = “{shop.currency}” under [programme]."
        )
    with TemporaryDirectory(prefix="rabattkonto-") as folder:
        target = Database(f"sqlite:///{Path(folder) / 'simulation.db'}")
        try:
            target.migrate()
            return _Simulation(runtime, target, shop_id, programme, text, since).run(advance)
        finally:
            target.close()


class _Simulation:
    """The steps of one simulation, and the questions asked of both ledgers at its end."""

    def __init__(
        self,
        runtime: Runtime,
        target: Database,
        shop_id: int,
        programme: Programme,
        text: str,
        since: datetime | None,
    ) -> None:
        self._runtime = runtime
        self._target = target
        self._shop_id = shop_id
        self._programme = programme
        self._text = text
        self._since = since

    @property
    def _zone(self) -> ZoneInfo:
        return self._programme.zone

    def run(self, advance: Advance) -> Report:
        now = self._runtime.clock()
        with self._runtime.db.reading() as source:
            copy_shop(source, self._target, self._shop_id)
            activate(self._target, self._shop_id, self._text, self._since, now)
            copy_by_hand(source, self._target, self._shop_id, self._zone, self._since, now)
        play = Play(self._runtime, self._target, self._shop_id, self._programme)
        play.run(self._since, advance)
        with self._runtime.db.reading() as real, self._target.reading() as simulated:
            return self._report(real, simulated, play.volume)

    def _report(self, real: Session, simulated: Session, volume: Volume) -> Report:
        now, then = (by_month(s, self._shop_id, self._zone, self._since) for s in (real, simulated))
        fully = self._full_use()
        changes = list(self._changed(real, simulated))
        return Report(
            currency=self._programme.currency,
            since=self._since,
            orders=volume.orders,
            months=tuple(_months(volume.turnover, then, now, fully)),
            gains=self._named(real, nlargest(_MOST_CHANGED, (c for c in changes if c[1] > c[2]), key=_gain)),
            losses=self._named(real, nlargest(_MOST_CHANGED, (c for c in changes if c[1] < c[2]), key=_loss)),
            budget=self._stops(simulated),
            lapsed=0,
        )

    # --- the budget -------------------------------------------------------------------------------

    def _stops(self, simulated: Session) -> tuple[BudgetStop, ...] | None:
        """When the budget had run out, period by period; None for a programme without one."""
        if self._programme.budget is None:
            return None
        cases = select(Case).where(col(Case.shop_id) == self._shop_id, col(Case.subject) == BUDGET)
        facts = Facts(simulated, self._shop_id, [BUDGET])
        found = []
        for case in simulated.execute(cases.order_by(col(Case.opened_at))).scalars():
            spent = next(f.value for f in facts.history(BUDGET, "decided") if f.at == case.opened_at)
            found.append(BudgetStop(case.reason, case.opened_at, *spent))
        return tuple(found)

    # --- who gains, who loses ---------------------------------------------------------------------

    def _changed(self, real: Session, simulated: Session) -> Iterator[Change]:
        """Accounts that would have earned another sum; both ledgers are read side by side."""
        new = ((account, amount, 0) for account, amount in by_account(simulated, self._shop_id, self._since))
        old = ((account, 0, amount) for account, amount in by_account(real, self._shop_id, self._since))
        for account, rows in groupby(merge(new, old, key=_account), key=_account):
            both = list(rows)
            then, now = sum(row[1] for row in both), sum(row[2] for row in both)
            if then != now:
                yield account, then, now

    def _named(self, real: Session, changes: list[Change]) -> tuple[AccountChange, ...]:
        """With the account's token and the initials of whom it belongs to, as far as that is known."""
        ids = [account for account, _, _ in changes]
        rows = real.execute(
            select(col(Account.id), col(Account.token), col(Person.name))
            .join(Person, col(Person.account_id) == col(Account.id), isouter=True)
            .where(col(Account.id).in_(ids))
        )
        known = {row.id: (row.token, _initials(row.name or "")) for row in rows}
        return tuple(AccountChange(*known[account], then, now) for account, then, now in changes)

    # --- at full use --------------------------------------------------------------------------------

    def _full_use(self) -> Counter[str]:
        """By month, what would be redeemed if everybody always used all they may."""
        used: Counter[str] = Counter()
        for accounts in account_pages(self._target, self._shop_id):
            with self._target.reading() as session:
                movements = ledger.load_movements(session, accounts)
                baskets = self._baskets(session, [a for a in accounts if a in movements])
                locks = gates.of_shop(session, self._shop_id)
            for account, wanted in baskets.items():
                given, spent = movements[account]
                by_hand = [item for item in spent if "/order:" not in item.source]
                for item in full_use(given, by_hand, wanted, self._zone, locks):
                    used[month_of(item.at, self._zone)] += item.amount
        return used

    def _baskets(self, session: Session, accounts: list[int]) -> Mapping[int, list[Basket]]:
        facts = Facts(session, self._shop_id, [f"account:{account}" for account in accounts])
        rows = session.execute(
            select(col(OrderState.account_id), col(OrderState.order_id), col(OrderState.body)).where(
                col(OrderState.shop_id) == self._shop_id, col(OrderState.account_id).in_(accounts)
            )
        ).all()
        articles = Facts(session, self._shop_id, [f"order:{row.order_id}" for row in rows])
        found: dict[int, list[Basket]] = {}
        for row in rows:
            order = _with_articles(unpack_order(row.body), articles)
            group = facts.at(f"account:{row.account_id}", "group", order.placed) or ""
            wanted = basket(order, self._programme, group)
            if wanted is not None:
                found.setdefault(row.account_id, []).append(wanted)
        return found


Change = tuple[int, int, int]
"""An account, what it earns in the simulation, and what it has earned."""


def _account(change: Change) -> int:
    return change[0]


def _gain(change: Change) -> int:
    return change[1] - change[2]


def _loss(change: Change) -> int:
    return change[2] - change[1]

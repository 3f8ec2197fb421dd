"""The budget: decided once at each shop midnight from the figures then known, and never lifted.

A stop is a fact of the shop. Orders placed after it in the same period earn nothing, for nobody.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from bridge.domain.calendar import Period, local_day, midnight, period_of
from bridge.domain.money import plain
from bridge.domain.programme import Budget, Programme
from bridge.domain.targets import Kind
from bridge.runtime import Runtime
from bridge.services.contact import find_shop
from bridge.storage import orders, programmes
from bridge.storage.cases import open_case
from bridge.storage.facts import BUDGET, Dated, Facts, write
from bridge.storage.models import Contribution, Entry, OrderState, Shop

_DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Spending:
    """What a programme has cost in a period, and the turnover it belongs to; minor units."""

    cost: int
    turnover: int

    def exceeds(self, budget: Budget) -> bool:
        """Whether the cost is above its share of the turnover."""
        return self.cost > self.turnover * budget.max_percent_of_turnover


def decide(runtime: Runtime, shop_id: int) -> None:
    """Look at the budget as of the last midnight, once; nothing happens without a budget."""
    now = runtime.clock()
    with runtime.db.transaction() as session:
        version = programmes.timeline(session, shop_id).at(now)
        if version is None or version.programme.budget is None:
            return
        programme, budget = version.programme, version.programme.budget
        at = midnight(local_day(now, programme.zone), programme.zone)
        facts = Facts(session, shop_id, [BUDGET])
        if any(fact.at == at for fact in facts.history(BUDGET, _DECIDED)):
            return
        period = period_of(at, budget.period, programme.zone)
        spending = _spending(session, shop_id, period, programme)
        write(session, shop_id, [Dated(BUDGET, _DECIDED, at, [spending.cost, spending.turnover])])
        if spending.exceeds(budget) and not facts.history(BUDGET, period.label):
            _exceeded(session, find_shop(session, shop_id), budget, period, spending, at)


def _exceeded(
    session: Session, shop: Shop, budget: Budget, period: Period, spending: Spending, at: datetime
) -> None:
    shop_id = shop.id or 0
    cost, turnover = plain(spending.cost, shop.currency), plain(spending.turnover, shop.currency)
    told = f"The programme has cost {cost} {shop.currency} of {turnover} {shop.currency} in {period.label}"
    if budget.action == "stop":
        write(session, shop_id, [Dated(BUDGET, period.label, at, [spending.cost, spending.turnover])])
        orders.flag_dirty_since(session, shop_id, at)
        told += ", more than its budget: orders placed from now on in this period earn nothing."
    else:
        told += ", more than its budget. Nothing was stopped; look at the rules."
    open_case(session, shop_id, BUDGET, period.label, told, at)


def _spending(session: Session, shop_id: int, period: Period, programme: Programme) -> Spending:
    start, end = midnight(period.start, programme.zone), midnight(period.end, programme.zone)
    earned = (
        select(func.coalesce(func.sum(col(Entry.amount)), 0))
        .join(
            OrderState,
            (col(OrderState.shop_id) == col(Entry.shop_id)) & (col(OrderState.order_id) == col(Entry.order_id)),
        )
        .where(col(Entry.shop_id) == shop_id, col(Entry.kind).in_([Kind.ACCRUAL.value, Kind.REFERRAL.value]))
        .where(col(OrderState.placed) >= start, col(OrderState.placed) < end)
    )
    bonuses = select(func.coalesce(func.sum(col(Entry.amount)), 0)).where(
        col(Entry.shop_id) == shop_id,
        col(Entry.kind) == Kind.BONUS.value,
        col(Entry.happened_at) >= start,
        col(Entry.happened_at) < end,
    )
    turnover = select(func.coalesce(func.sum(col(Contribution.turnover)), 0)).where(
        col(Contribution.shop_id) == shop_id,
        col(Contribution.placed) >= start,
        col(Contribution.placed) < end,
    )
    cost = int(session.execute(earned).scalar_one()) + int(session.execute(bonuses).scalar_one())
    return Spending(cost, int(session.execute(turnover).scalar_one()))

"""What a ledger says of the orders placed since a moment: by month and kind, and by account. Reads only.

The shop's own ledger and that of a simulation are asked the same questions.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, col

from bridge.domain.calendar import Span, period_of
from bridge.domain.targets import Kind
from bridge.storage.columns import Moment
from bridge.storage.models import Entry, OrderState

EARNED = (Kind.ACCRUAL, Kind.BONUS, Kind.REFERRAL)
"""Kinds by which a programme gives credit."""

_PAGE = 1000

_ITS_ORDER = and_(col(OrderState.shop_id) == col(Entry.shop_id), col(OrderState.order_id) == col(Entry.order_id))

Months = dict[str, Counter[str]]
"""Minor units by month (``2026-03``) and kind."""


def month_of(moment: datetime, zone: ZoneInfo) -> str:
    """The month of a moment, by the shop's calendar."""
    return period_of(moment, Span.MONTH, zone).label


def by_month(session: Session, shop_id: int, zone: ZoneInfo, since: datetime | None) -> Months:
    """The sums of each kind: an order's in the month in which it was placed, the others' when they began.

    A bonus that was taken back later is nothing in its own month: a simulation knows the newest states only.
    """
    months: Months = defaultdict(Counter)
    of_orders = (
        select(col(OrderState.placed), col(Entry.kind), func.sum(col(Entry.amount)))
        .join(OrderState, _ITS_ORDER)
        .where(_counted(shop_id, since))
        .group_by(col(Entry.order_id), col(OrderState.placed), col(Entry.kind))
    )
    others = (
        select(func.min(col(Entry.happened_at), type_=Moment()), col(Entry.kind), func.sum(col(Entry.amount)))
        .join(OrderState, _ITS_ORDER, isouter=True)
        .where(_counted(shop_id, since), col(Entry.order_id).is_(None))
        .group_by(col(Entry.account_id), col(Entry.kind), col(Entry.source))
    )
    for statement in (of_orders, others):
        for moment, kind, amount in session.execute(statement, execution_options={"yield_per": _PAGE}):
            months[month_of(moment, zone)][kind] += int(amount)
    return months


def by_account(session: Session, shop_id: int, since: datetime | None) -> Iterator[tuple[int, int]]:
    """(account, minor units earned) in the order of accounts; those that earned nothing are left out."""
    statement = (
        select(col(Entry.account_id), func.sum(col(Entry.amount)))
        .join(OrderState, _ITS_ORDER, isouter=True)
        .where(_counted(shop_id, since), col(Entry.kind).in_([kind.value for kind in EARNED]))
        .group_by(col(Entry.account_id))
        .order_by(col(Entry.account_id))
    )
    for account, amount in session.execute(statement, execution_options={"yield_per": _PAGE}):
        yield account, int(amount)


def _counted(shop_id: int, since: datetime | None) -> ColumnElement[bool]:
    within = col(Entry.shop_id) == shop_id
    if since is None:
        return within
    later = or_(
        col(OrderState.placed) >= since, and_(col(Entry.order_id).is_(None), col(Entry.happened_at) >= since)
    )
    return and_(within, later)

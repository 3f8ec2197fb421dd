"""What the status page shows: per shop whether it works, what is owed, and what needs a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from bridge.runtime import Runtime
from bridge.services import health
from bridge.storage import inbox
from bridge.storage.inbox import Told
from bridge.storage.models import Account, Case, Delivery, Shop, ShopStatus

NEWEST = 25
_CASES = 50


class Mood(StrEnum):
    """How a shop does; the page has a sentence and a colour for each."""

    FINE = "fine"
    CASES = "cases"
    AWAY = "away"
    BROKEN = "broken"
    RESTING = "resting"


@dataclass(frozen=True, slots=True)
class Owed:
    """Open credit in minor units: what customers have, what of it is usable now, and what some have overspent."""

    open: int = 0
    usable: int = 0
    overspent: int = 0
    accounts: int = 0


@dataclass(frozen=True, slots=True)
class ShopView:
    """One shop at a glance. ``detail`` is the technical sentence behind a mood that is not fine."""

    id: int
    name: str
    url: str
    currency: str
    timezone: str
    mood: Mood
    detail: str
    deliveries: Mapping[str, int]
    owed: Owed
    cases: Sequence[Case]
    reconciled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the status page. ``obstacles`` are about the installation itself, one sentence each."""

    shops: Sequence[ShopView]
    newest: Sequence[Told]
    obstacles: Sequence[str]


def overview(runtime: Runtime) -> Overview:
    """How things stand right now."""
    obstacles = health.obstacles(runtime)
    with runtime.db.reading() as session:
        shops = session.execute(select(Shop).order_by(col(Shop.id))).scalars()
        views = [_shop(session, shop) for shop in shops]
        return Overview(views, inbox.newest(session, limit=NEWEST), obstacles)


def _shop(session: Session, shop: Shop) -> ShopView:
    shop_id = shop.id or 0
    cases = _cases(session, shop_id)
    deliveries = _deliveries(session, shop_id)
    return ShopView(
        id=shop_id,
        name=shop.name,
        url=shop.url,
        currency=shop.currency,
        timezone=shop.timezone,
        mood=_mood(shop, cases, deliveries),
        detail=shop.problem,
        deliveries=deliveries,
        owed=_owed(session, shop_id),
        cases=cases,
        reconciled_at=shop.reconciled_at,
    )


def _mood(shop: Shop, cases: Sequence[Case], deliveries: Mapping[str, int]) -> Mood:
    # A case about the shop itself is a refusal: it stays until somebody does something.
    if any(case.subject == "shop" for case in cases):
        return Mood.BROKEN
    if shop.status != ShopStatus.ACTIVE:
        return Mood.RESTING
    if shop.problem:
        return Mood.AWAY
    return Mood.CASES if cases or deliveries.get("attention") else Mood.FINE


def _cases(session: Session, shop_id: int) -> list[Case]:
    question = (
        select(Case)
        .where(col(Case.shop_id) == shop_id, col(Case.closed_at).is_(None))
        .order_by(col(Case.opened_at).desc())
        .limit(_CASES)
    )
    return list(session.execute(question).scalars())


def _deliveries(session: Session, shop_id: int) -> dict[str, int]:
    question = (
        select(col(Delivery.state), func.count())
        .where(col(Delivery.shop_id) == shop_id)
        .group_by(col(Delivery.state))
    )
    counted = {row[0]: row[1] for row in session.execute(question)}
    return {state: counted.get(state, 0) for state in inbox.STATES}


def _owed(session: Session, shop_id: int) -> Owed:
    balance, pending = col(Account.balance), col(Account.pending)
    usable = case((balance > pending, balance - pending), else_=0)
    question = select(
        func.coalesce(func.sum(case((balance > 0, balance), else_=0)), 0),
        func.coalesce(func.sum(usable), 0),
        func.coalesce(func.sum(case((balance < 0, -balance), else_=0)), 0),
        func.count(),
    ).where(col(Account.shop_id) == shop_id)
    held, free, overspent, accounts = session.execute(question).one()
    return Owed(int(held), int(free), int(overspent), int(accounts))

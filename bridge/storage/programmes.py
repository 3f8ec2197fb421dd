"""The versions of a shop's programme as they are stored: immutable, numbered, each with its beginning."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from bridge.domain import document
from bridge.domain.programme import Programme, Timeline, Version
from bridge.storage.models import Account, OrderState, ProgrammeVersion, Shop


@lru_cache(maxsize=64)
def _programme(text: str) -> Programme:
    return document.read(text)


def timeline(session: Session, shop_id: int) -> Timeline:
    """All versions of the shop's programme, oldest first; empty before the first was activated."""
    rows = session.exec(
        select(ProgrammeVersion).where(ProgrammeVersion.shop_id == shop_id).order_by(col(ProgrammeVersion.number))
    )
    return Timeline([Version(row.number, row.valid_from, _programme(row.document)) for row in rows])


def zone(timeline: Timeline, shop: Shop) -> ZoneInfo:
    """The zone in which the shop's days are counted: the programme's, the shop's before there is one."""
    newest = timeline.versions[-1:]
    return newest[0].programme.zone if newest else ZoneInfo(shop.timezone)


def add(session: Session, shop_id: int, text: str, valid_from: datetime | None, now: datetime, by: str) -> int:
    """Store a new version and ask for settling again what was placed in its time; its number."""
    newest = session.exec(
        select(func.max(ProgrammeVersion.number)).where(ProgrammeVersion.shop_id == shop_id)
    ).one()
    number = (newest or 0) + 1
    session.add(
        ProgrammeVersion(
            shop_id=shop_id,
            number=number,
            valid_from=valid_from,
            document=text,
            activated_at=now,
            activated_by=by,
        )
    )
    session.flush()
    orders = update(OrderState).where(col(OrderState.shop_id) == shop_id)
    if valid_from is not None:
        orders = orders.where(col(OrderState.placed) >= valid_from)
    session.execute(orders.values(dirty=True))
    # Bonuses of periods that began in its time are looked at again with the next sweep.
    session.execute(update(Account).where(col(Account.shop_id) == shop_id).values(stale=True, dirty=True))
    return number

"""The versions of a shop's programme as they are stored: immutable, numbered, each with its beginning."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, update
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from bridge.domain import document
from bridge.domain.programme import Programme, Timeline, Version
from bridge.storage.models import Account, OrderState, ProgrammeVersion, Shop


@lru_cache(maxsize=64)
def _programme(text: str) -> Programme:
    return document.read(text)


def timeline(session: Session, shop_id: int) -> Timeline:
    """All versions of the shop's programme, oldest first; empty before the first was activated."""
    rows = session.execute(_VERSIONS, {"the_shop": shop_id})
    return Timeline([Version(number, valid_from, _programme(text)) for number, valid_from, text in rows])


_VERSIONS = (
    sa_select(col(ProgrammeVersion.number), col(ProgrammeVersion.valid_from), col(ProgrammeVersion.document))
    .where(col(ProgrammeVersion.shop_id) == bindparam("the_shop"))
    .order_by(col(ProgrammeVersion.number))
)
"""Asked for by most jobs and pages, so it is put together once."""


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

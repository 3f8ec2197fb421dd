"""What the checks share: the finding, and walking through shops and accounts page by page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from bridge.domain import money
from bridge.domain.programme import Timeline
from bridge.runtime import Runtime
from bridge.storage import programmes
from bridge.storage.models import Account, Shop

PAGE = 200
"""Rows that are looked at together, so that memory does not grow with the books."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An invariant that does not hold: which one (``I1``), of what, and what is wrong in one sentence."""

    invariant: str
    subject: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Scope:
    """A shop with what its figures depend on, and the moment of the check (UTC)."""

    shop: Shop
    timeline: Timeline
    zone: ZoneInfo
    now: datetime

    @property
    def shop_id(self) -> int:
        """The shop's number."""
        return self.shop.id or 0

    def plain(self, amount: int) -> str:
        """Minor units as they are written in sentences."""
        return f"{money.plain(amount, self.shop.currency)} {self.shop.currency}"


def scopes(runtime: Runtime) -> list[Scope]:
    """Every shop."""
    now = runtime.clock()
    with runtime.db.reading() as session:
        shops = session.exec(select(Shop).order_by(col(Shop.id))).all()
        timelines = [programmes.timeline(session, shop.id or 0) for shop in shops]
    return [
        Scope(shop, timeline, programmes.zone(timeline, shop), now)
        for shop, timeline in zip(shops, timelines, strict=True)
    ]


def account_pages(runtime: Runtime, shop_id: int) -> Iterator[tuple[Session, list[Account]]]:
    """The shop's accounts, each page with the reading transaction in which it was seen."""
    last = 0
    while True:
        with runtime.db.reading() as session:
            page = session.exec(
                select(Account)
                .where(Account.shop_id == shop_id, col(Account.id) > last)
                .order_by(col(Account.id))
                .limit(PAGE)
            ).all()
            if not page:
                return
            yield session, list(page)
        last = page[-1].id or 0


def name_of(account: Account) -> str:
    """How a finding calls an account."""
    return f"account {account.token}"

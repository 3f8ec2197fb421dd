"""What partners see of their recommendations. Others appear by their initials, never with what they bought."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlmodel import Session, col

from bridge.domain.calendar import local_day, midnight, period_of
from bridge.domain.programme import Timeline
from bridge.reports import partners
from bridge.services.contact import find_shop
from bridge.storage import partners as store
from bridge.storage import programmes
from bridge.storage.models import Account, Contribution, Partner, Person, Sponsorship

MOST = 100
"""People that are listed; how many there are on each level is always told."""


class How(StrEnum):
    """By what somebody was bound; the order itself is nobody's business but theirs."""

    LINK = "link"
    COUPON = "coupon"
    SHOP = "shop"


@dataclass(frozen=True, slots=True)
class Level:
    """One level: how many stand there now, and what it has earned, net of what was taken back."""

    number: int
    people: int
    earned: int


@dataclass(frozen=True, slots=True)
class Bound:
    """Somebody below, by initials (empty where nobody is known): since when, and by what."""

    initials: str
    level: int
    since: datetime
    how: How


@dataclass(frozen=True, slots=True)
class Qualification:
    """What the partner must buy in a period to earn on others' orders. Minor units; ``until`` is its last day."""

    minimum: int
    bought: int
    until: date

    @property
    def missing(self) -> int:
        """What is still to go, 0 when it is reached."""
        return max(0, self.minimum - self.bought)


@dataclass(frozen=True, slots=True)
class PartnerPage:
    """Everything on the page. ``own`` is when and by what the partner was bound to somebody, if they are."""

    code: str
    address: str
    levels: tuple[Level, ...]
    bound: tuple[Bound, ...]
    more: int
    qualification: Qualification | None
    own: tuple[datetime, How] | None
    years: tuple[int, ...]


def partner_page(session: Session, account: Account, partner: Partner, now: datetime) -> PartnerPage:
    """The page of one partner."""
    account_id = account.id or 0
    shop = find_shop(session, account.shop_id)
    timeline = programmes.timeline(session, account.shop_id)
    zone = programmes.zone(timeline, shop)
    below = partners.standing_below(session, account_id, now)
    newest = sorted(below.items(), key=lambda item: item[1][1].since, reverse=True)[:MOST]
    return PartnerPage(
        code=partner.code,
        address=f"{shop.url}/?ref={partner.code}",
        levels=_levels(Counter(level for level, _ in below.values()), partners.earned(session, account_id)),
        bound=_named(session, newest),
        more=len(below) - len(newest),
        qualification=_qualification(session, account_id, timeline, now, zone),
        own=_own(store.bindings(session, [account_id]).get(account_id, []), now),
        years=tuple(range(local_day(now, zone).year, local_day(partner.since, zone).year - 1, -1)),
    )


def _levels(people: Counter[int], earned: dict[int, int]) -> tuple[Level, ...]:
    numbers = sorted({*people, *earned})
    return tuple(Level(number, people[number], earned.get(number, 0)) for number in numbers)


def _named(session: Session, below: list[tuple[int, tuple[int, Sponsorship]]]) -> tuple[Bound, ...]:
    rows = session.execute(
        select(col(Person.account_id), col(Person.name)).where(
            col(Person.account_id).in_([account for account, _ in below])
        )
    )
    names = {row.account_id: row.name for row in rows}
    return tuple(
        Bound(initials(names.get(account, "")), level, row.since, how(row.cause)) for account, (level, row) in below
    )


def initials(name: str) -> str:
    """“A. M.” for Anna Muster."""
    return " ".join(f"{part[0].upper()}." for part in name.split())


def how(cause: str) -> How:
    """What a stored cause comes to, without the order that it names."""
    if cause.startswith("referral code "):
        return How.LINK
    return How.COUPON if cause.startswith("coupon ") else How.SHOP


def _own(bindings: list[Sponsorship], now: datetime) -> tuple[datetime, How] | None:
    held = [row for row in bindings if row.since <= now]
    return (held[-1].since, how(held[-1].cause)) if held and held[-1].sponsor_id is not None else None


def _qualification(
    session: Session, account_id: int, timeline: Timeline, now: datetime, zone: ZoneInfo
) -> Qualification | None:
    version = timeline.at(now)
    rule = version.programme.referral.own_turnover if version and version.programme.referral else None
    if rule is None:
        return None
    period = period_of(now, rule.period, zone)
    bought = session.execute(
        select(func.sum(col(Contribution.turnover))).where(
            col(Contribution.account_id) == account_id,
            col(Contribution.placed) >= midnight(period.start, zone),
            col(Contribution.placed) < midnight(period.end, zone),
        )
    ).scalar_one()
    return Qualification(rule.minimum, int(bought or 0), period.end - timedelta(days=1))

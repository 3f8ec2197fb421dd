"""What partners bring: who stands below them, what each level earned them, and how much is sold to outsiders."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlmodel import Session, col

from bridge.domain import money
from bridge.domain.targets import Kind
from bridge.services.contact import find_shop
from bridge.storage import partners, people, programmes
from bridge.storage.models import Account, Contribution, Entry, Partner, Person, Sponsorship

_LEVEL = re.compile(r"/level:(\d+)$")
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Below:
    """Somebody who stands below a partner now, and how they were bound. ``turnover`` is paid and kept, gross."""

    account: int
    level: int
    since: datetime
    cause: str
    by: str
    turnover: int
    partner: bool


@dataclass(frozen=True, slots=True)
class Share:
    """Turnover of all and of outsiders, who are no partners themselves; gross minor units."""

    turnover: int
    outside: int

    @property
    def percent(self) -> str:
        """The outsiders' share with one decimal, empty without turnover."""
        return f"{100 * self.outside / self.turnover:.1f}" if self.turnover else ""


@dataclass(frozen=True, slots=True)
class Year:
    """A partner's figures of a year in the shop's time, for the yearly statement; minor units.

    ``earned`` is what was booked by level, ``taken_back`` what was taken back of it (positive) by any cause.
    """

    year: int
    earned: dict[int, int]
    taken_back: int
    redeemed: int
    own_turnover: int
    downline: Share

    @property
    def net(self) -> int:
        """What the year's recommendations came to."""
        return sum(self.earned.values()) - self.taken_back

    def as_json(self, currency: str) -> dict[str, Any]:
        """Amounts as texts."""
        plain = {level: money.plain(amount, currency) for level, amount in sorted(self.earned.items())}
        return {
            "year": self.year,
            "currency": currency,
            "earned": {str(level): amount for level, amount in plain.items()},
            "taken_back": money.plain(self.taken_back, currency),
            "net": money.plain(self.net, currency),
            "redeemed": money.plain(self.redeemed, currency),
            "own_turnover": money.plain(self.own_turnover, currency),
            "downline_turnover": money.plain(self.downline.turnover, currency),
            "outside_percent": self.downline.percent,
        }


def downline(session: Session, account_id: int, now: datetime) -> list[Below]:
    """Everybody below the account now, nearest first."""
    found = standing_below(session, account_id, now)
    sums = _turnovers(session, found, None, None)
    who = _partners(session, found)
    return [
        Below(account, level, row.since, row.cause, row.by, sums.get(account, 0), account in who)
        for account, (level, row) in found.items()
    ]


def standing_below(session: Session, account_id: int, now: datetime) -> dict[int, tuple[int, Sponsorship]]:
    """Everybody below the account now with their level and the binding that holds; nobody's turnover is read."""
    found: dict[int, tuple[int, Sponsorship]] = {}
    level, above = 1, {account_id}
    while above:
        standing = _standing_below(session, above, now)
        fresh = {i: row for i, row in standing.items() if i not in found and i != account_id}
        found |= {account: (level, row) for account, row in fresh.items()}
        level, above = level + 1, set(fresh)
    return found


def _standing_below(session: Session, above: Collection[int], now: datetime) -> dict[int, Sponsorship]:
    """Who has one of these for a sponsor now, by the binding that holds."""
    found: dict[int, Sponsorship] = {}
    for part in _parts(above):
        ever = set(
            session.execute(
                select(col(Sponsorship.account_id)).where(col(Sponsorship.sponsor_id).in_(part))
            ).scalars()
        )
        for some in _parts(ever):
            gone = {guest for guest, now_in in people.survivors(session, some).items() if guest != now_in}
            for account, rows in partners.bindings(session, some).items():
                held = [row for row in rows if row.since <= now]
                if account not in gone and held and held[-1].sponsor_id in above:
                    found[account] = held[-1]
    return found


def earned(
    session: Session, account_id: int, start: datetime | None = None, end: datetime | None = None
) -> dict[int, int]:
    """What each level has brought the account, net of what was taken back, by the day of booking."""
    sums: dict[int, int] = defaultdict(int)
    for level, amount in _referrals(session, account_id, start, end):
        sums[level] += amount
    return dict(sorted(sums.items()))


def outside(session: Session, shop_id: int, start: datetime | None = None, end: datetime | None = None) -> Share:
    """How much of the shop's turnover people pay who are no partners themselves."""
    asked = _within(select(col(Contribution.account_id), func.sum(col(Contribution.turnover))), start, end)
    rows = session.execute(asked.where(col(Contribution.shop_id) == shop_id).group_by(col(Contribution.account_id)))
    return _share(session, {account: int(total) for account, total in rows})


def year(session: Session, account_id: int, number: int, now: datetime) -> Year:
    """The figures of one calendar year of the shop."""
    account = session.get_one(Account, account_id)
    zone = programmes.zone(programmes.timeline(session, account.shop_id), find_shop(session, account.shop_id))
    start, end = _calendar_year(number, zone)
    up: dict[int, int] = defaultdict(int)
    down = 0
    for level, amount in _referrals(session, account_id, start, end):
        if amount > 0:
            up[level] += amount
        else:
            down -= amount
    below = standing_below(session, account_id, now)
    return Year(
        year=number,
        earned=dict(up),
        taken_back=down,
        redeemed=-_booked(session, account_id, Kind.REDEMPTION, start, end),
        own_turnover=_turnovers(session, [account_id], start, end).get(account_id, 0),
        downline=_share(session, _turnovers(session, below, start, end)),
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A partner as the merchant's list shows it."""

    account: int
    code: str
    customer: str
    name: str
    since: datetime


def listed(session: Session, shop_id: int) -> list[Listed]:
    """The partners with a referral code, by code."""
    rows = session.execute(
        select(Partner, Person)
        .join(Person, col(Person.account_id) == col(Partner.account_id), isouter=True)
        .where(col(Partner.shop_id) == shop_id)
        .order_by(col(Partner.code))
    )
    return [
        Listed(p.account_id, p.code, who.customer if who else "", who.name if who else "", p.since)
        for p, who in rows
    ]


# --- reading ------------------------------------------------------------------------------------------


def _referrals(
    session: Session, account_id: int, start: datetime | None, end: datetime | None
) -> Iterator[tuple[int, int]]:
    """(level, amount) of every referral entry that is more than a move of dates; memory does not grow with them."""
    statement = select(col(Entry.source), col(Entry.amount)).where(
        col(Entry.account_id) == account_id, col(Entry.kind) == Kind.REFERRAL.value, col(Entry.moves).is_(False)
    )
    if start is not None:
        statement = statement.where(col(Entry.booked_at) >= start)
    if end is not None:
        statement = statement.where(col(Entry.booked_at) < end)
    for source, amount in session.execute(statement.execution_options(yield_per=_PAGE)):
        level = _LEVEL.search(source)
        yield (int(level[1]) if level else 0), amount


def _booked(session: Session, account_id: int, kind: Kind, start: datetime, end: datetime) -> int:
    total = session.execute(
        select(func.sum(col(Entry.amount))).where(
            col(Entry.account_id) == account_id,
            col(Entry.kind) == kind.value,
            col(Entry.booked_at) >= start,
            col(Entry.booked_at) < end,
        )
    ).scalar_one()
    return int(total or 0)


def _turnovers(
    session: Session, accounts: Collection[int], start: datetime | None, end: datetime | None
) -> dict[int, int]:
    found: dict[int, int] = {}
    for part in _parts(accounts):
        asked = _within(select(col(Contribution.account_id), func.sum(col(Contribution.turnover))), start, end)
        rows = session.execute(
            asked.where(col(Contribution.account_id).in_(part)).group_by(col(Contribution.account_id))
        )
        found |= {account: int(total) for account, total in rows}
    return found


def _within(statement: Any, start: datetime | None, end: datetime | None) -> Any:
    """Orders are counted by the day on which they were placed."""
    if start is not None:
        statement = statement.where(col(Contribution.placed) >= start)
    return statement if end is None else statement.where(col(Contribution.placed) < end)


def _share(session: Session, turnovers: dict[int, int]) -> Share:
    who = _partners(session, turnovers)
    return Share(sum(turnovers.values()), sum(t for account, t in turnovers.items() if account not in who))


def _partners(session: Session, accounts: Collection[int]) -> set[int]:
    return {found for part in _parts(accounts) for found in partners.those_who_are(session, part)}


def _parts(accounts: Collection[int]) -> Iterator[list[int]]:
    """Portions that a database takes in one question."""
    wanted = sorted(accounts)
    for start in range(0, len(wanted), _PAGE):
        yield wanted[start : start + _PAGE]


def _calendar_year(number: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    start, end = (datetime(n, 1, 1, tzinfo=zone).astimezone(UTC) for n in (number, number + 1))
    return start, end

"""Effect: what the programme does for the business, from the shop's own orders and books. Read once a night.

Whoever orders again would perhaps have done so anyway. The comparison here therefore looks at two groups at the
same point, a fixed time after a purchase, and the page says beside each picture what it does not show.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from bridge.domain.targets import Kind
from bridge.storage import partners
from bridge.storage.models import Account, Contribution, Entry, Lot, Partner

SETTLED = timedelta(days=30)
"""After a purchase: whoever has not come back by then is looked at, by whether there is credit to use."""

FOLLOWED = timedelta(days=90)
"""How long from then on another order is waited for."""

YEAR = timedelta(days=365)

_DAY = timedelta(days=1)

AGES = (30, 90, 180, 365)
"""The borders of ages of open credit, in days since it became usable."""

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Group:
    """Purchases after which nobody came back at once: how many, how many were followed by another, after how long.

    ``days`` is the median from the purchase to the next order, of those that came; None where none did.
    """

    purchases: int = 0
    returned: int = 0
    days: int | None = None

    @property
    def rate(self) -> float:
        """The share of purchases that were followed by another, 0 without any."""
        return self.returned / self.purchases if self.purchases else 0.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What a rule gave in a year, net of what was taken back; minor units."""

    kind: str
    rule: str
    amount: int


@dataclass(frozen=True, slots=True)
class Age:
    """Open credit (minor units) that became usable in a stretch of days; ``days`` None is not usable yet."""

    days: int | None
    amount: int
    lots: int


@dataclass(frozen=True, slots=True)
class Effect:
    """The figures of the last year, or of what there is of it.

    ``turnover`` is what was paid and kept, gross minor units; ``outside`` the part that people paid who are no
    partners themselves.
    """

    since: datetime
    until: datetime
    with_credit: Group
    without_credit: Group
    turnover: int
    costs: tuple[Cost, ...]
    ages: tuple[Age, ...]
    partners: int
    outside: int

    def as_json(self) -> dict[str, Any]:
        """The figures as they are kept."""
        return {**asdict(self), "since": self.since.isoformat(), "until": self.until.isoformat()}

    @classmethod
    def of_json(cls, value: dict[str, Any]) -> "Effect":
        """What was kept."""
        return cls(
            since=datetime.fromisoformat(value["since"]),
            until=datetime.fromisoformat(value["until"]),
            with_credit=Group(**value["with_credit"]),
            without_credit=Group(**value["without_credit"]),
            turnover=value["turnover"],
            costs=tuple(Cost(**cost) for cost in value["costs"]),
            ages=tuple(Age(**age) for age in value["ages"]),
            partners=value["partners"],
            outside=value["outside"],
        )


def effect(session: Session, shop_id: int, now: datetime) -> Effect:
    """The figures of now. Every entry and purchase of the shop is read once, some hundred accounts at a time."""
    since = now - YEAR
    tally = _Tally(now)
    for accounts in _account_pages(session, shop_id):
        bought = _purchases(session, accounts)
        booked = _booked(session, accounts)
        insiders = partners.those_who_are(session, accounts)
        for account in accounts:
            tally.count(bought.get(account, ()), booked.get(account, ()))
            tally.count_turnover(bought.get(account, ()), inside=account in insiders)
    return Effect(
        since=since,
        until=now,
        with_credit=tally.group(True),
        without_credit=tally.group(False),
        turnover=tally.turnover,
        costs=tally.costs(),
        ages=_ages(session, shop_id, now),
        partners=_partners(session, shop_id),
        outside=tally.outside,
    )


# --- counting -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Booking:
    """An entry as far as it counts here; minor units."""

    kind: str
    source: str
    amount: int
    happened_at: datetime
    usable_at: datetime


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order's place in its buyer's history: what was paid and kept of it, gross minor units."""

    placed: datetime
    turnover: int
    kept: bool


@dataclass(slots=True)
class _Tally:
    now: datetime
    _purchases: Counter[bool] = field(default_factory=Counter)
    _days: dict[bool, list[int]] = field(default_factory=lambda: defaultdict(list))
    _costs: Counter[tuple[str, str]] = field(default_factory=Counter)
    turnover: int = 0
    outside: int = 0

    def count_turnover(self, bought: Sequence[Purchase], *, inside: bool) -> None:
        """What an account has bought in the last year, and whether a partner did."""
        spent = sum(purchase.turnover for purchase in bought if purchase.placed >= self.now - YEAR)
        self.turnover += spent
        self.outside += 0 if inside else spent

    def count(self, bought: Sequence[Purchase], booked: Sequence[Booking]) -> None:
        """One account: its purchases, oldest first, and its entries."""
        kept = [purchase.placed for purchase in bought if purchase.kept]
        for seen in followed(kept, booked, self.now):
            self._purchases[seen.credit] += 1
            if seen.days is not None:
                self._days[seen.credit].append(seen.days)
        for entry in booked:
            if entry.kind in _GIVEN and entry.happened_at >= self.now - YEAR:
                self._costs[entry.kind, rule_of(entry)] += entry.amount

    def group(self, credit: bool) -> Group:
        days = self._days[credit]
        return Group(self._purchases[credit], len(days), round(median(days)) if days else None)

    def costs(self) -> tuple[Cost, ...]:
        found = [Cost(kind, rule, amount) for (kind, rule), amount in self._costs.items() if amount]
        return tuple(sorted(found, key=lambda cost: (-cost.amount, cost.kind, cost.rule)))


_GIVEN = frozenset({Kind.ACCRUAL.value, Kind.BONUS.value, Kind.REFERRAL.value})

_RULE = re.compile(r"/(?:rule:|bonus:)([^/]+)")
_LEVEL = re.compile(r"/level:(\d+)$")


def rule_of(entry: Booking) -> str:
    """The rule that gave an entry; of a referral its level."""
    if entry.kind == Kind.REFERRAL:
        level = _LEVEL.search(entry.source)
        return level[1] if level else ""
    found = _RULE.search(entry.source)
    return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Followed:
    """A purchase that was looked at: whether there was credit to use, and the days to the next order, if any."""

    credit: bool
    days: int | None


def followed(bought: Sequence[datetime], booked: Sequence[Booking], now: datetime) -> Iterator[Followed]:
    """The purchases of one account of the last year whose time of waiting is over.

    Both groups are entered at the same time after a purchase. Otherwise whoever comes back before any credit is
    usable would count against it, and credit would look good merely for needing time.
    """
    for at, following in zip(bought, [*bought, None][1:], strict=True):
        looked = at + SETTLED
        if at < now - YEAR or looked + FOLLOWED > now or (following is not None and following <= looked):
            continue
        came = following is not None and following <= looked + FOLLOWED
        days = round((following - at) / _DAY) if came and following is not None else None
        yield Followed(usable(booked, looked) > 0, days)


def usable(booked: Iterable[Booking], at: datetime) -> int:
    """What could be used at that moment by the entries that had happened, minor units."""
    return sum(entry.amount for entry in booked if max(entry.happened_at, entry.usable_at) <= at)


# --- reading ------------------------------------------------------------------------------------------------


def _account_pages(session: Session, shop_id: int) -> Iterator[list[int]]:
    last = 0
    while True:
        rows = session.execute(
            select(col(Account.id))
            .where(col(Account.shop_id) == shop_id, col(Account.id) > last, col(Account.entries) > 0)
            .order_by(col(Account.id))
            .limit(_PAGE)
        ).scalars()
        page = [account for account in rows if account is not None]
        if not page:
            return
        yield page
        last = page[-1]


def _purchases(session: Session, accounts: Sequence[int]) -> dict[int, list[Purchase]]:
    found: dict[int, list[Purchase]] = defaultdict(list)
    rows = session.execute(
        select(
            col(Contribution.account_id),
            col(Contribution.placed),
            col(Contribution.turnover),
            col(Contribution.kept),
        )
        .where(col(Contribution.account_id).in_(accounts))
        .order_by(col(Contribution.account_id), col(Contribution.placed))
    )
    for account, *purchase in rows:
        found[account].append(Purchase(*purchase))
    return found


def _booked(session: Session, accounts: Sequence[int]) -> dict[int, list[Booking]]:
    found: dict[int, list[Booking]] = defaultdict(list)
    rows = session.execute(
        select(
            col(Entry.account_id),
            col(Entry.kind),
            col(Entry.source),
            col(Entry.amount),
            col(Entry.happened_at),
            col(Entry.usable_at),
        ).where(col(Entry.account_id).in_(accounts))
    )
    for account, *entry in rows:
        found[account].append(Booking(*entry))
    return found


def _ages(session: Session, shop_id: int, now: datetime) -> tuple[Age, ...]:
    """Open credit by the time for which it could have been used."""
    borders = [now, *(now - timedelta(days=days) for days in AGES)]
    stretches: list[tuple[int | None, datetime | None, datetime | None]] = [(None, now, None)]
    stretches += [
        (days, younger, older)
        for days, older, younger in zip((0, *AGES), borders, [*borders[1:], None], strict=True)
    ]
    return tuple(_age(session, shop_id, *stretch) for stretch in stretches)


def _age(session: Session, shop_id: int, days: int | None, after: datetime | None, until: datetime | None) -> Age:
    """Credit that became usable after the one moment and not after the other."""
    statement = (
        select(func.coalesce(func.sum(col(Lot.rest)), 0), func.count())
        .join(Account, col(Account.id) == col(Lot.account_id))
        .where(col(Account.shop_id) == shop_id)
    )
    if after is not None:
        statement = statement.where(col(Lot.usable_at) > after)
    if until is not None:
        statement = statement.where(col(Lot.usable_at) <= until)
    amount, lots = session.execute(statement).one()
    return Age(days, int(amount), lots)


def _partners(session: Session, shop_id: int) -> int:
    question = select(func.count()).select_from(Partner).where(col(Partner.shop_id) == shop_id)
    return int(session.execute(question).scalar_one())

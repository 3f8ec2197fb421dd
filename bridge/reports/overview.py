"""What the status page shows: per shop whether it works, what is owed, and what needs a decision.

Every figure is looked up, none is added up: the page costs the same with ten entries and with a million.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, ScalarSelect, TextClause, bindparam, func, inspect, select, text
from sqlmodel import Session, SQLModel, col

from bridge.domain.calendar import Span, period_of
from bridge.domain.programme import Timeline
from bridge.domain.targets import Kind
from bridge.domain.troubles import Remedy, Trouble, of_case
from bridge.runtime import Runtime
from bridge.services import health, setup
from bridge.services.figures import LIVE, PROOF
from bridge.services.figures.live import Live
from bridge.storage import cases, inbox, programmes, tallies, totals
from bridge.storage.columns import Moment
from bridge.storage.inbox import Told
from bridge.storage.models import Case, Delivery, Figure, Proposal, Shop, ShopStatus, Tally
from bridge.storage.totals import Stand

NEWEST = 5
"""Messages of the shop on the status page; the rest has a page of its own."""

_MONTHS = 12
_STUCK = timedelta(minutes=15)
_SILENT = timedelta(hours=1)


class Mood(StrEnum):
    """How a shop does; the page has a sentence and a colour for each."""

    FINE = "fine"
    CASES = "cases"
    AWAY = "away"
    BROKEN = "broken"
    RESTING = "resting"


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the shop (``2026-03``), minor units: what was given, redeemed and lapsed, and what was open then.

    ``earned`` is net of what was taken back; ``redeemed`` and ``lapsed`` are positive.
    """

    label: str
    earned: int
    redeemed: int
    lapsed: int
    closing: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits: messages of the shop and since when, those nobody could understand, open cases, proposals."""

    messages: int
    oldest: datetime | None
    attention: int
    cases: int
    proposals: int


@dataclass(frozen=True, slots=True)
class ShopView:
    """One shop at a glance. ``months`` end with the one that runs.

    ``connected`` until the shop is removed; ``next`` is the step that its setup has come to, empty at the end.
    ``live`` is what the night worked out at ``live_at``, None before the first night; ``proof`` is how the books
    came out when they were last calculated anew. ``healed`` are orders that only reading the shop has brought.
    """

    id: int
    name: str
    url: str
    currency: str
    timezone: str
    mood: Mood
    troubles: Sequence[Trouble]
    owed: Stand
    months: Sequence[Month]
    waiting: Waiting
    accounts: int
    reconciled_at: datetime | None
    round_done_at: datetime | None
    healed: Tally | None
    proof: Figure | None
    live: Live | None
    live_at: datetime | None
    newest: Sequence[Told]
    connected: bool
    observing: bool
    next: str


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the status page. ``obstacles`` are about the installation itself, one sentence each."""

    shops: Sequence[ShopView]
    obstacles: Sequence[str]


def overview(runtime: Runtime) -> Overview:
    """How things stand right now."""
    obstacles = health.obstacles(runtime)
    now = runtime.clock()
    with runtime.db.reading() as session:
        shops = session.execute(_SHOPS).scalars().all()
        return Overview([_shop(session, shop, now) for shop in shops], obstacles)


_SHOPS = select(Shop).order_by(col(Shop.id))


def _shop(session: Session, shop: Shop, now: datetime) -> ShopView:
    shop_id = shop.id or 0
    waiting = _waiting(session, shop_id)
    timeline = programmes.timeline(session, shop_id)
    troubles = [*_of_shop(shop, timeline, waiting, now), *_to_decide(session, shop_id, waiting)]
    owed = totals.stand(session, shop_id)
    live, live_at = _live(session, shop_id)
    return ShopView(
        id=shop_id,
        name=shop.name,
        url=shop.url,
        currency=shop.currency,
        timezone=shop.timezone,
        mood=mood(shop, troubles),
        troubles=troubles,
        owed=owed,
        months=_months(session, shop, programmes.zone(timeline, shop), owed, now),
        waiting=waiting,
        accounts=owed.accounts - totals.merged(session, shop_id),
        reconciled_at=shop.reconciled_at,
        round_done_at=shop.round_done_at,
        healed=tallies.found(session, shop_id, tallies.HEALED),
        proof=session.get(Figure, (shop_id, PROOF)),
        live=live,
        live_at=live_at,
        newest=inbox.newest(session, limit=NEWEST, shop_id=shop_id),
        connected=shop.status != ShopStatus.REMOVED,
        observing=shop.observing,
        next=setup.next_step(shop),
    )


# --- does it work? ------------------------------------------------------------------------------------------


def mood(shop: Shop, troubles: Sequence[Trouble]) -> Mood:
    """The light of a shop: red is what stays until somebody does something."""
    if any(trouble.grave for trouble in troubles):
        return Mood.BROKEN
    if shop.status != ShopStatus.ACTIVE:
        return Mood.RESTING
    if shop.problem:
        return Mood.AWAY
    return Mood.CASES if troubles else Mood.FINE


def _of_shop(shop: Shop, timeline: Timeline, waiting: Waiting, now: datetime) -> Iterator[Trouble]:
    """What the rows of the shop say is wrong, apart from its cases."""
    if shop.status != ShopStatus.ACTIVE:
        if shop.status != ShopStatus.LOCKED:
            yield Trouble("resting")
        return
    if shop.problem:
        yield Trouble("away", detail=shop.problem, remedy=Remedy.RECONCILE)
    if not timeline.versions:
        yield Trouble("no programme", remedy=Remedy.PROGRAMME)
    if waiting.oldest is not None and now - waiting.oldest > _STUCK and not shop.problem:
        yield Trouble("stuck", str(waiting.messages))
    if waiting.attention:
        yield Trouble("attention", str(waiting.attention), remedy=Remedy.REPLAY)
    if not shop.problem and now - (shop.reconciled_at or shop.added_at) > _SILENT:
        yield Trouble("silent", remedy=Remedy.RECONCILE)


def _to_decide(session: Session, shop_id: int, waiting: Waiting) -> Iterator[Trouble]:
    """Cases about the shop itself speak for themselves, the others are counted; so are entries that wait."""
    of_shop = cases.open_about(session, shop_id, "shop") if waiting.cases else []
    yield from (of_case(case.subject, case.reason, "", case.sentence) for case in of_shop)
    if others := waiting.cases - len(of_shop):
        yield Trouble("cases", str(others), remedy=Remedy.CASES)
    if waiting.proposals:
        yield Trouble("proposals", str(waiting.proposals), remedy=Remedy.PROPOSALS)


def _counted(table: type[SQLModel], which: TextClause) -> ScalarSelect[int]:
    """How many rows of the shop; written out as in the index for them, or SQLite would read the whole table."""
    return select(func.count()).select_from(table).where(_of_the_shop(table), which).scalar_subquery()


def _of_the_shop(table: type[SQLModel]) -> ColumnElement[bool]:
    mine: ColumnElement[bool] = inspect(table).local_table.c.shop_id == bindparam("the_shop")
    return mine


_OPEN = text("state IN ('received', 'waiting')")

_WAITING = select(
    _counted(Delivery, _OPEN),
    select(func.min(col(Delivery.received_at), type_=Moment()))
    .where(_of_the_shop(Delivery), _OPEN)
    .scalar_subquery(),
    _counted(Delivery, text("state = 'attention'")),
    _counted(Case, text("closed_at IS NULL")),
    _counted(Proposal, text("state = 'waiting'")),
)
"""Everything that waits, in one look."""


def _waiting(session: Session, shop_id: int) -> Waiting:
    return Waiting(*session.execute(_WAITING, {"the_shop": shop_id}).one())


def _live(session: Session, shop_id: int) -> tuple[Live | None, datetime | None]:
    found = session.get(Figure, (shop_id, LIVE))
    return (Live(**found.value), found.at) if found else (None, None)


# --- what is owed? ------------------------------------------------------------------------------------------


def _months(session: Session, shop: Shop, zone: ZoneInfo, owed: Stand, now: datetime) -> tuple[Month, ...]:
    """The last twelve months. What was open at the end of each is counted back from what is open now."""
    shop_id = shop.id or 0
    period = period_of(now, Span.MONTH, zone)
    labels = [period.back(back).label for back in range(_MONTHS)]
    booked = totals.months(session, shop_id, since=labels[-1])
    closing, found = owed.owed + owed.overspent, []
    for label in labels:
        kinds = booked.get(label, Counter())
        found.append(_month(label, kinds, closing))
        closing -= sum(kinds.values())
    return tuple(reversed(found))


_EARNED = (Kind.ACCRUAL, Kind.BONUS, Kind.REFERRAL)


def _month(label: str, kinds: Mapping[str, int], closing: int) -> Month:
    earned = sum(kinds.get(kind, 0) for kind in _EARNED)
    return Month(label, earned, -kinds.get(Kind.REDEMPTION, 0), -kinds.get(Kind.EXPIRY, 0), closing)

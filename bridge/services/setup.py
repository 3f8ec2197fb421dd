"""The way from a connected shop to one whose customers earn: what is done, what comes next, what to try."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import islice
from urllib.parse import urlsplit

from sqlalchemy import func
from sqlmodel import col, select

from bridge.errors import ShopAway, ShopError
from bridge.ports import Access, Recognises
from bridge.runtime import Runtime
from bridge.services import address, contact, health, shops
from bridge.services.connect import client_of
from bridge.services.settle import absorb
from bridge.services.simulate import simulate
from bridge.storage.models import Account, Beat, Delivery, Entry, OrderState, Shop, ShopStatus
from bridge.storage.offers import look_at_all

STEPS = ("life", "paid", "programme", "plugin", "live")
"""What follows once a shop is connected, in this order."""

LOOKS_BACK = timedelta(days=30)
_PAGES = 3
"""Of a hundred orders each: enough to see what a programme costs, and quickly read."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Found:
    """What was found at an address. ``platform`` is empty when no kind of shop was recognised.

    ``failure`` is why nothing could be asked there, None when something answered.
    """

    url: str
    platform: str = ""
    failure: ShopError | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """Whether the shop has reached us. ``obstacles`` are reasons why it may not ("loopback", "silent", …).

    ``detail`` holds the technical sentences behind them.
    """

    heard: bool
    obstacles: Sequence[str] = ()
    detail: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What a programme would have given on the orders at hand. Minor units; ``share`` of the turnover."""

    orders: int
    turnover: int
    earned: int
    share: Fraction
    since: datetime | None = None


def is_known(runtime: Runtime, url: str) -> bool:
    """Whether the shop at this address is connected already."""
    with runtime.db.reading() as session:
        same = select(Shop.id).where(Shop.url == url, Shop.status != ShopStatus.REMOVED)
        return session.exec(same.limit(1)).first() is not None


def recognise(runtime: Runtime, url: str) -> Found:
    """Which platform answers at an address (``shops.normal_url``)."""
    access = Access(url, "", "", runtime.settings.allow_private_shops)
    failure: ShopError | None = None
    for name in runtime.platforms:
        adapter = runtime.platform(name)
        try:
            if isinstance(adapter, Recognises) and adapter.recognises(access):
                return Found(url, name)
        except ShopError as problem:
            # A site that is no shop of this kind refuses or answers with a page; only silence is the same for all.
            failure = problem if failure is None or isinstance(problem, ShopAway) else failure
    return Found(url, failure=failure)


def next_step(shop: Shop) -> str:
    """The first step that is not done; empty when the shop is set up."""
    done = shop.answers.get("setup", ())
    return next((step for step in STEPS if step not in done), "")


@dataclass(frozen=True, slots=True)
class Observed:
    """A shop in observe mode. ``next`` is the step that its setup has come to, empty at the end."""

    id: int
    name: str
    next: str


def observed(runtime: Runtime) -> list[Observed]:
    """The shops that are not live yet."""
    with runtime.db.reading() as session:
        rows = select(Shop).where(col(Shop.observing), Shop.status != ShopStatus.REMOVED).order_by(col(Shop.id))
        return [Observed(shop.id or 0, shop.name, next_step(shop)) for shop in session.exec(rows)]


def finish(runtime: Runtime, shop_id: int, step: str) -> Shop:
    """Note that a step is done; it can be done again at any time."""
    with runtime.db.transaction() as session:
        shop = contact.find_shop(session, shop_id)
        done = [*shop.answers.get("setup", ()), step]
        shop.answers = {**shop.answers, "setup": sorted(set(done), key=STEPS.index)}
        session.add(shop)
    return shop


def unfinished(runtime: Runtime) -> Observed | None:
    """The newest shop whose way was begun and is not at its end."""
    begun = [shop for shop in observed(runtime) if shop.next]
    return begun[-1] if begun else None


# --- the sign of life ---------------------------------------------------------------------------------------


def life(runtime: Runtime, shop: Shop, *, look: bool) -> Life:
    """Whether the shop has reached us; with ``look`` we find out why not, which asks the shop and ourselves."""
    if _heard(runtime, shop):
        return Life(heard=True)
    return _obstacles(runtime, shop) if look else Life(heard=False)


def _heard(runtime: Runtime, shop: Shop) -> bool:
    with runtime.db.reading() as session:
        if session.get(Beat, health.ping_of(shop.id or 0)) is not None:
            return True
        return session.exec(select(Delivery.id).where(Delivery.shop_id == shop.id).limit(1)).first() is not None


def _obstacles(runtime: Runtime, shop: Shop) -> Life:
    found, detail = [], []
    ours, theirs = urlsplit(runtime.settings.public_url).hostname, urlsplit(shop.url).hostname
    if ours in _LOOPBACK and theirs not in _LOOPBACK:
        found.append("loopback")
    if findings := address.knock(shops.webhook_url(runtime, shop)):
        found.append("silent")
        detail += [f"{finding.sentence} {finding.remedy}" for finding in findings]
    try:
        unsound = client_of(runtime, shop).unsound(shops.webhook_url(runtime, shop))
    except ShopError as problem:
        found.append("shop")
        detail.append(str(problem))
    else:
        found += ["webhooks"] if unsound else []
        detail += unsound
    return Life(False, tuple(found), tuple(detail))


# --- trying a programme -------------------------------------------------------------------------------------


def sample(runtime: Runtime, shop_id: int) -> int:
    """Read some of the shop's last orders, once; how many. Placed before any programme, they earn nothing."""
    shop = contact.load_shop(runtime, shop_id)
    if "sampled" in shop.answers:
        return int(shop.answers["sampled"])
    client, count, problem = client_of(runtime, shop), 0, ""
    try:
        shop = contact.introduced(runtime, shop, client)
        for page in islice(client.changed_since(runtime.clock() - LOOKS_BACK), _PAGES):
            absorb(runtime, shop, page, "sample")
            count += len(page)
    except ShopError as error:
        problem = str(error)
    with runtime.db.transaction() as session:
        known = contact.find_shop(session, shop_id)
        known.answers = {**known.answers, "sampled": count, "sample_problem": problem}
        session.add(known)
    return count


def preview(runtime: Runtime, shop_id: int, text: str) -> Preview:
    """What a programme would have given on the orders that are known here.

    Raises ``document.ProgrammeError`` for a document that is wrong and ``Refused`` for another currency.
    """
    report = simulate(runtime, shop_id, text)
    total = report.total
    return Preview(report.orders, total.turnover, total.simulated.earned, total.simulated.cost)


@dataclass(frozen=True, slots=True)
class Seen:
    """What observing has brought so far."""

    deliveries: int
    orders: int
    accounts: int
    entries: int


def seen(runtime: Runtime, shop_id: int) -> Seen:
    """How much of the shop is in the books by now."""
    with runtime.db.reading() as session:
        counts = [
            session.exec(select(func.count()).select_from(table).where(table.shop_id == shop_id)).one()
            for table in (Delivery, OrderState, Account, Entry)
        ]
    return Seen(*counts)


def go_live(runtime: Runtime, shop_id: int) -> None:
    """From now on the shop is told what its customers may use."""
    with runtime.db.transaction() as session:
        contact.find_shop(session, shop_id).observing = False
        look_at_all(session, shop_id)
    finish(runtime, shop_id, "live")
    runtime.bell.ring("push", shop_id)

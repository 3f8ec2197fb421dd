"""What a shop's answers say about the shop itself: it is away, it refuses us, or all is well again.

Whatever waits for it stays where it is; only the next attempt is put off.
"""

import random
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from bridge.errors import AccessLost, NotFound, ShopAway, ShopError, ShopRefused
from bridge.ports import ShopClient, ShopProfile
from bridge.runtime import Runtime
from bridge.services.connect import unseal
from bridge.storage.cases import close_cases, open_case
from bridge.storage.models import Shop, ShopStatus
from bridge.storage.offers import look_at_all

log = structlog.get_logger(__name__)

LONGEST = timedelta(hours=1)
"""No wait is longer: what could be healed within a day must not need a restart."""

RESTING = frozenset({ShopStatus.PAUSED, ShopStatus.LOCKED, ShopStatus.REMOVED})

_FIRST = timedelta(seconds=5)
_PROFILE_KEEPS = timedelta(days=1)


def backoff(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: twice as long each time, spread by chance."""
    wait: timedelta = min(LONGEST, _FIRST * 2 ** min(failures - 1, 20))
    return wait * random.uniform(0.5, 1.0)  # noqa: S311 - it spreads retries and guards nothing


def find_shop(session: Session, shop_id: int) -> Shop:
    """The stored shop; ``NotFound`` when there is none."""
    shop = session.get(Shop, shop_id)
    if shop is None:
        raise NotFound(f"There is no shop {shop_id} here; `rabattkonto shop list` shows those there are.")
    return shop


def load_shop(runtime: Runtime, shop_id: int) -> Shop:
    """The stored shop, to be read only."""
    with runtime.db.reading() as session:
        return find_shop(session, shop_id)


def is_waiting(runtime: Runtime, shop: Shop) -> bool:
    """Whether the shop is to be left in peace for now."""
    return is_resting(shop) or (shop.retry_at is not None and shop.retry_at > runtime.clock())


def is_resting(shop: Shop) -> bool:
    """Whether nothing is settled for the shop, read from it or pushed to it until somebody says so."""
    return shop.status in RESTING


def failed(runtime: Runtime, shop_id: int, error: ShopError) -> None:
    """Keep why a call to the shop failed, and when to try again. A lost access also becomes a case."""
    now = runtime.clock()
    with runtime.db.transaction() as session:
        shop = find_shop(session, shop_id)
        shop.failures += 1
        shop.problem = str(error)
        wait = backoff(shop.failures)
        if isinstance(error, ShopAway) and error.after is not None:
            wait = min(max(wait, timedelta(seconds=error.after)), LONGEST)
        shop.retry_at = now + wait
        if not isinstance(error, ShopAway):
            open_case(session, shop_id, "shop", _reason(error), str(error), now)
    log.warning("shop call failed", shop=shop_id, kind=type(error).__name__, retry_in=round(wait.total_seconds()))


def worked(runtime: Runtime, shop: Shop) -> None:
    """The shop did what it was asked: earlier failures are forgotten and their cases closed."""
    if not shop.failures and not shop.problem:
        return
    with runtime.db.transaction() as session:
        known = find_shop(session, shop.id or 0)
        known.failures, known.problem, known.retry_at = 0, "", None
        session.add(known)
        close_cases(session, known.id or 0, ["shop"], _REASONS, runtime.clock())


def introduced(runtime: Runtime, shop: Shop, client: ShopClient) -> Shop:
    """The shop with what it says of itself, asked anew once a day. May raise any ``ShopError``."""
    now = runtime.clock()
    if _is_fresh(shop, now):
        return shop
    profile = client.profile()
    refusal = _register_late(runtime, shop, client)
    with runtime.db.transaction() as session:
        known = find_shop(session, shop.id or 0)
        if refusal:
            open_case(session, known.id or 0, "shop", "webhooks", refusal, now)
        before = (known.prices_include_tax, known.highest_rate)
        learn(known, profile, now)
        session.add(known)
        if before != (known.prices_include_tax, known.highest_rate):
            look_at_all(session, known.id or 0)
    return known


def _register_late(runtime: Runtime, shop: Shop, client: ShopClient) -> str:
    """Make the webhooks that a shop was not there for when it was added; why it refused them, if it did."""
    if not shop.profile.get("register"):
        return ""
    try:
        client.register(runtime.settings.webhook_url(shop.platform, shop.token), unseal(runtime, shop).webhook[0])
    except ShopRefused as error:
        return f"The webhooks could not be made: {error} `rabattkonto shop check` says what is missing."
    return ""


def learn(shop: Shop, profile: ShopProfile, now: datetime) -> None:
    """Take over what the shop says of itself. Accounts keep their currency, so only the first answer sets it."""
    if "read_at" not in shop.profile:
        shop.currency = profile.currency
    shop.timezone = profile.timezone
    shop.prices_include_tax = profile.prices_include_tax
    shop.highest_rate = profile.highest_rate
    shop.profile = {
        "name": profile.name,
        "currency": profile.currency,
        "version": profile.version,
        "codes_enabled": profile.codes_enabled,
        "home": profile.home,
        "order_page": profile.order_page,
        "read_at": now.isoformat(),
    }


def _is_fresh(shop: Shop, now: datetime) -> bool:
    """Switched-off codes are asked about each time, so that switching them on is noticed at once."""
    read_at = shop.profile.get("read_at")
    if read_at is None or not shop.profile.get("codes_enabled"):
        return False
    return now - datetime.fromisoformat(read_at) < _PROFILE_KEEPS


_REASONS = ("access lost", "refused")


def _reason(error: ShopError) -> str:
    return "access lost" if isinstance(error, AccessLost) else "refused"

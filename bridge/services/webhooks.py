"""What we keep up in the shop every quarter of an hour: sound webhooks, and a storefront that knows what holds."""

from datetime import datetime, timedelta

import structlog

from bridge.errors import ShopError
from bridge.ports import ShopClient
from bridge.runtime import Runtime
from bridge.services import contact, storefront
from bridge.services.connect import Secrets, client_of, seal, unseal
from bridge.services.shops import new_webhook_secret, webhook_url
from bridge.storage.cases import close_case, close_cases, open_case
from bridge.storage.models import Shop

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=15)

_KEPT = 2
"""Old secrets that go on being accepted: what was signed before the change is still on its way."""

_CASE = ("shop", "webhooks repaired")


def is_due(shop: Shop, now: datetime) -> bool:
    """Whether it is time to look."""
    return "read_at" in shop.profile and (shop.watched_at is None or shop.watched_at + EVERY <= now)


def keep_healthy(runtime: Runtime, shop_id: int) -> list[str]:
    """Look at the webhooks and repair them, and furnish the storefront; what was wrong, in sentences.

    Webhooks that somebody else looks after are left alone. One that failed too often is never set active again:
    the shop keeps its count of failures (measured).
    """
    shop = contact.load_shop(runtime, shop_id)
    if not is_due(shop, runtime.clock()) or contact.is_waiting(runtime, shop):
        return []
    client = client_of(runtime, shop)
    try:
        found = client.unsound(webhook_url(runtime, shop)) if shop.answers.get("register", True) else []
        if found:
            shop = _renew(runtime, shop, client)
        storefront.furnish(runtime, shop, client)
        contact.worked(runtime, shop)
    except ShopError as error:
        contact.failed(runtime, shop_id, error)
        return []
    _note(runtime, shop_id, found)
    return found


def recreate(runtime: Runtime, shop_id: int) -> None:
    """Make the webhooks anew because somebody asks for it. Raises any ``ShopError``."""
    shop = contact.load_shop(runtime, shop_id)
    client = client_of(runtime, shop)
    storefront.furnish(runtime, _renew(runtime, shop, client), client)
    contact.worked(runtime, shop)
    now = runtime.clock()
    with runtime.db.transaction() as session:
        known = contact.find_shop(session, shop_id)
        known.watched_at = now
        known.answers = {name: value for name, value in known.answers.items() if name != "renewing"}
        session.add(known)
        close_cases(session, shop_id, ["shop"], ["webhooks", _CASE[1]], now)
    runtime.bell.ring("reconcile", shop_id)


def _renew(runtime: Runtime, shop: Shop, client: ShopClient) -> Shop:
    """The new secret is accepted here before the shop hears of it, so that nothing in between is refused."""
    chosen = not runtime.platform(shop.platform).signs_with_access
    if chosen and not shop.answers.get("renewing"):
        shop = _with_new_secret(runtime, shop)
    client.register(webhook_url(runtime, shop), unseal(runtime, shop).webhook[0])
    return shop


def _with_new_secret(runtime: Runtime, shop: Shop) -> Shop:
    """An attempt that breaks off is repeated with the same secret: else the ones in use would be pushed out."""
    with runtime.db.transaction() as session:
        known = contact.find_shop(session, shop.id or 0)
        old = unseal(runtime, known)
        new = Secrets(old.key, old.secret, (new_webhook_secret(), *old.webhook[:_KEPT]))
        known.secrets = seal(runtime, known.token, new)
        known.answers = {**known.answers, "renewing": True}
        session.add(known)
    return known


def _note(runtime: Runtime, shop_id: int, found: list[str]) -> None:
    """Say what was repaired; the next look that finds nothing takes it back."""
    now = runtime.clock()
    with runtime.db.transaction() as session:
        shop = contact.find_shop(session, shop_id)
        shop.watched_at = now
        shop.answers = {name: value for name, value in shop.answers.items() if name != "renewing"}
        session.add(shop)
        if found:
            sentence = f"{' '.join(found)} They were made anew; what was missed meanwhile is read from the shop."
            open_case(session, shop_id, *_CASE, sentence, now)
        else:
            close_case(session, shop_id, *_CASE, now)
    if found:
        log.warning("webhooks made anew", shop=shop_id, findings=len(found))
        runtime.bell.ring("reconcile", shop_id)

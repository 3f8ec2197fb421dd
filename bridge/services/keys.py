"""Keys: sealing every shop's access with the newest one, and what follows when none of them opens it."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from bridge.errors import Refused, SealBroken
from bridge.runtime import Runtime
from bridge.services import contact, mail, shop_tokens, storefront
from bridge.services.connect import Secrets, client_of, seal, unseal
from bridge.services.shops import new_webhook_secret, webhook_url
from bridge.storage.cases import close_case, open_case
from bridge.storage.models import Shop, ShopStatus

LOCKED = "locked"
"""The reason of the case about a shop whose access no key opens."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """The shops whose access is sealed with the newest key now, and those that no key opens."""

    renewed: list[int]
    locked: list[int]


def rotate(runtime: Runtime) -> Rotated:
    """Seal the access of all shops, and mails, with the first key. Keys between first and last may go then.

    The last key must stay for good: guests' accounts and codes are recognised with it.
    """
    locked = examine(runtime)
    with runtime.db.transaction() as session:
        shops = [shop for shop in _with_access(session) if shop.id not in locked]
        for shop in shops:
            shop.secrets = runtime.vault.renew(shop.secrets)
        mail.renew(session, runtime)
    return Rotated([shop.id or 0 for shop in shops], locked)


def examine(runtime: Runtime) -> list[int]:
    """Let every shop rest whose access no key opens, and wake those whose key is back; the numbers of the resting.

    The books need no key: they are whole and can be read.
    """
    with runtime.db.transaction() as session:
        shops = _with_access(session)
        broken = [shop for shop in shops if not _opens(runtime, shop)]
        for shop in broken:
            _lock(runtime, session, shop)
        for shop in shops:
            if shop.status == ShopStatus.LOCKED and shop not in broken:
                _unlock(runtime, session, shop)
    return [shop.id or 0 for shop in broken]


def enter_access(runtime: Runtime, shop_id: int, key: str, secret: str, webhook_secret: str = "") -> list[str]:
    """Give a shop a new key of its interface, and its webhooks a secret; the topics that were made anew.

    Raises any ``ShopError``: nothing is kept of an access that the shop does not take.
    """
    shop = contact.load_shop(runtime, shop_id)
    if shop.status == ShopStatus.REMOVED:
        raise Refused(f"Shop {shop_id} was removed; `rabattkonto shop add` connects it anew.")
    signs = runtime.platform(shop.platform).signs_with_access
    fresh = Secrets(key, secret, _webhook_secrets(runtime, shop, secret if signs else webhook_secret))
    with runtime.db.transaction() as session:
        shop_tokens.forget(session, shop)
    shop.secrets = seal(runtime, shop.token, fresh)
    client = client_of(runtime, shop)
    client.profile()
    with runtime.db.transaction() as session:
        known = contact.find_shop(session, shop_id)
        known.secrets = shop.secrets
        _unlock(runtime, session, known)
    contact.worked(runtime, shop)
    # Kept before the shop is told: what it signs with the new secret must be recognised at once.
    topics = client.register(webhook_url(runtime, shop), fresh.webhook[0])
    storefront.furnish(runtime, shop, client)
    runtime.bell.ring("reconcile", shop_id)
    return topics


def _with_access(session: Session) -> list[Shop]:
    statement = select(Shop).where(col(Shop.status) != ShopStatus.REMOVED).order_by(col(Shop.id)).with_for_update()
    return list(session.exec(statement))


def _opens(runtime: Runtime, shop: Shop) -> bool:
    try:
        unseal(runtime, shop)
    except SealBroken:
        return False
    return True


def _lock(runtime: Runtime, session: Session, shop: Shop) -> None:
    shop_id = shop.id or 0
    shop.status = ShopStatus.LOCKED
    shop.problem = (
        "The access to this shop cannot be opened with the keys at hand. The books are whole and can be read. Give"
        " SECRET_KEY (or secret.key in the data folder) the key it had, or enter the access again:"
        f" rabattkonto shop access {shop_id} --key … --secret …"
    )
    open_case(session, shop_id, "shop", LOCKED, shop.problem, runtime.clock())


def _unlock(runtime: Runtime, session: Session, shop: Shop) -> None:
    if shop.status == ShopStatus.LOCKED:
        shop.status, shop.problem = ShopStatus.ACTIVE, ""
        close_case(session, shop.id or 0, "shop", LOCKED, runtime.clock())


def _webhook_secrets(runtime: Runtime, shop: Shop, given: str) -> tuple[str, ...]:
    """The new one first; those that still open go on signing what is under way."""
    old = unseal(runtime, shop).webhook if _opens(runtime, shop) else ()
    new = given or new_webhook_secret()
    return (new, *[secret for secret in old if secret != new][:1])

"""From a stored shop to its adapter: the terms to read bodies by, and a client that talks to the shop."""

import json
from dataclasses import dataclass

from bridge.ports import Access, Means, Ruling, ShopClient, ShopTerms
from bridge.runtime import Runtime
from bridge.services.shop_tokens import KeptTokens
from bridge.storage.models import Shop


@dataclass(frozen=True, slots=True)
class Secrets:
    """A shop's secrets, unsealed. ``webhook`` holds all that may sign deliveries, the newest first."""

    key: str
    secret: str
    webhook: tuple[str, ...]

    def __repr__(self) -> str:
        return "Secrets(…)"


def seal(runtime: Runtime, token: str, secrets: Secrets) -> bytes:
    """The secrets as they are stored, readable only with the operator's key and for this shop."""
    text = json.dumps({"key": secrets.key, "secret": secrets.secret, "webhook": secrets.webhook})
    return runtime.vault.seal(token, "secrets", text)


def unseal(runtime: Runtime, shop: Shop) -> Secrets:
    """The secrets of a stored shop."""
    value = json.loads(runtime.vault.unseal(shop.token, "secrets", shop.secrets))
    return Secrets(value["key"], value["secret"], tuple(value["webhook"]))


def terms_of(shop: Shop) -> ShopTerms:
    """What the adapter must know to read this shop's bodies."""
    return ShopTerms(currency=shop.currency, code_prefix=shop.code_prefix, paid=rulings_of(shop))


def rulings_of(shop: Shop) -> tuple[Ruling, ...]:
    """The merchant's answers to what this shop's statuses mean."""
    return tuple(Ruling(status, method, Means(means)) for status, method, means in shop.answers.get("paid", ()))


def client_of(runtime: Runtime, shop: Shop) -> ShopClient:
    """A client for the shop. Nothing is sent yet."""
    secrets = unseal(runtime, shop)
    private = runtime.settings.allow_private_shops
    # A shop that is not stored yet keeps its token in memory: there is no row to keep it at.
    tokens = KeptTokens(runtime, shop.id, shop.token) if shop.id is not None else None
    access = Access(shop.url, secrets.key, secrets.secret, private, tokens)
    return runtime.platform(shop.platform).connect(access, terms_of(shop))

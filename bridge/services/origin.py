"""Whose delivery is it? A copy of the shop (staging, a backup) signs with the same secret under another address."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from bridge.runtime import Runtime
from bridge.services.contact import find_shop
from bridge.storage.models import Delivery, Shop


def refusal(shop: Shop, origin: str) -> str:
    """Why a genuine delivery from there must not be booked; empty when it may."""
    if not origin or place(origin) in _homes(shop):
        return ""
    return (
        f"This was sent by a copy of the shop at {origin[:100]}, not by {shop.url}. It was set aside, nothing was"
        " booked. Remove our webhooks from that copy; if the shop has moved there, add it under its new address."
    )


def remember(runtime: Runtime, shop: Shop, deliveries: Sequence[Delivery]) -> Shop:
    """The shop, with the first genuine sender as its home where the shop itself has not named one yet.

    A shop behind a proxy, or one that was away since it was added, can sign under another name than it is
    reached by.
    """
    first = next((delivery.origin for delivery in deliveries if delivery.origin), "")
    if not first or shop.profile.get("home") or shop.answers.get("home"):
        return shop
    with runtime.db.transaction() as session:
        known = find_shop(session, shop.id or 0)
        known.answers = {**known.answers, "home": known.answers.get("home") or first}
        session.add(known)
    return known


def place(address: str) -> tuple[str, str]:
    """Host and path: schemes and ports change on the way through proxies, and slashes mean nothing."""
    parts = urlsplit(address)
    return (parts.hostname or "").lower(), parts.path.rstrip("/")


def _homes(shop: Shop) -> set[tuple[str, str]]:
    named = (shop.url, shop.profile.get("home"), shop.answers.get("home"))
    return {place(address) for address in named if address}

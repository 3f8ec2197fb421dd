"""What is done to a shop once: see what it is, subscribe to what it tells, end that again."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from adapters.documents import text
from adapters.shopify.connection import Connection, understood
from bridge.errors import AccessLost
from bridge.ports import ShopProfile

TOPICS = (
    "ORDERS_CREATE",
    "ORDERS_PAID",
    "ORDERS_UPDATED",
    "ORDERS_CANCELLED",
    "ORDERS_EDITED",
    "ORDERS_DELETE",
    "REFUNDS_CREATE",
    "CUSTOMERS_CREATE",
    "CUSTOMERS_UPDATE",
    "CUSTOMERS_DELETE",
    "CUSTOMERS_MERGE",
    "CUSTOMER_TAGS_ADDED",
    "CUSTOMER_TAGS_REMOVED",
    "PRODUCTS_CREATE",
    "PRODUCTS_UPDATE",
    "APP_UNINSTALLED",
)
"""The compliance topics are missing: they can only be entered in the app's own configuration."""

NEEDED = ("read_orders", "read_customers", "write_customers", "read_products", "write_discounts")
"""Scopes without which nothing works; a scope to write holds the one to read."""

USEFUL = {
    "read_all_orders": "orders older than 60 days cannot be read, so a backfill ends there",
    "read_customer_merge": "merged customers are not told, so their credit stays in two accounts",
    "write_app_proxy": "the theme cannot ask for a customer's code through the shop",
}

_CAUTIOUS = Decimal(27)
"""The highest value added tax in Europe: assumed in a shop with net prices that has sold nothing yet."""


def profile(shop: Connection) -> ShopProfile:
    """What the shop says of itself; ``AccessLost`` with the scopes that the app lacks."""
    found = shop.ask("InstalledAs")
    if lacking := lacking_scopes(found):
        raise AccessLost(
            f"The app lacks the scopes {', '.join(lacking)}. Add them to a version of the app in the Dev Dashboard,"
            " release it, and install it in the shop again."
        )
    about = found["shop"]
    included = bool(about["taxesIncluded"])
    return ShopProfile(
        name=text(about["name"]),
        currency=text(about["currencyCode"]),
        timezone=text(about["ianaTimezone"]),
        prices_include_tax=included,
        highest_rate="0" if included else _highest_rate(shop),
        version=shop.served,
        home=f"https://{text(about['myshopifyDomain'])}",
    )


def scopes(found: Any) -> set[str]:
    """What the app may do."""
    return {str(each["handle"]) for each in found["currentAppInstallation"]["accessScopes"]}


def lacking_scopes(found: Any) -> list[str]:
    """The scopes that are needed and were not given."""
    given = scopes(found)
    held = given | {each.replace("write_", "read_", 1) for each in given}
    return [each for each in NEEDED if each not in held]


def register(shop: Connection, address: str) -> list[str]:
    """Subscribe to what is missing, and end what is doubled or leads elsewhere; the topics subscribed to.

    Sound subscriptions are left alone: they are signed with the app's own secret, and nothing about them ages.
    """
    found = ours(shop, address)
    sound = {each["topic"] for each in found if _is_here(each, address)}
    missing = [topic for topic in TOPICS if topic not in sound]
    for topic in missing:
        webhook = {"uri": address, "format": "JSON", "name": _name(address)}
        shop.change("MakeWebhook", topic=topic, webhook=webhook)
    seen: set[str] = set()
    for each in found:
        if not _is_here(each, address) or each["topic"] in seen:
            shop.change("RemoveWebhook", id=each["id"])
        else:
            seen.add(each["topic"])
    return missing


def unregister(shop: Connection, address: str) -> None:
    """End every subscription that delivers to ``address``."""
    for each in ours(shop, address):
        shop.change("RemoveWebhook", id=each["id"])


def ours(shop: Connection, address: str) -> list[Any]:
    """The subscriptions that deliver to ``address``, and those of ours that lead elsewhere."""
    found = [each for page in shop.pages("Webhooks", "webhookSubscriptions") for each in page]
    return [each for each in found if understood(_is_here, each, address) or each["name"] == _name(address)]


def unsound(shop: Connection, address: str) -> list[str]:
    """What is wrong with our subscriptions, a sentence each. Shopify deletes one after eight failures."""
    return list(_complaints(ours(shop, address), address))


def _complaints(found: list[Any], address: str) -> Iterator[str]:
    here = [each["topic"] for each in found if _is_here(each, address)]
    if missing := [topic for topic in TOPICS if topic not in here]:
        yield f"The shop does not tell us about: {_listed(missing)}."
    if len(here) < len(found):
        yield "A subscription of ours leads to another address, so what it tells goes to somebody else."
    if doubled := sorted(topic for topic, count in Counter(here).items() if count > 1):
        yield f"The shop tells us twice about: {_listed(doubled)}."


def _listed(topics: list[str]) -> str:
    return ", ".join(topic.lower().replace("_", "/", 1) for topic in topics)


def _is_here(webhook: Any, address: str) -> bool:
    return str(webhook["uri"]).rstrip("/") == address.rstrip("/")


def _name(address: str) -> str:
    """By it we know our subscriptions under another address; the digest of the token tells nobody the address."""
    token = address.rstrip("/").rpartition("/")[2]
    return f"rabattkonto-{hashlib.sha256(token.encode()).hexdigest()[:8]}"


def _highest_rate(shop: Connection) -> str:
    """The highest tax on recent orders in percent: what a net amount can at most take off a gross total.

    Shopify has no list of rates to read. A rate that comes up later is learnt within a day.
    """
    orders = shop.ask("RecentTaxes")["orders"]["nodes"]
    found = [sum(Decimal(str(tax["ratePercentage"] or 0)) for tax in each["taxLines"]) for each in orders]
    highest = max(found, default=Decimal(0)) if orders else _CAUTIOUS
    return f"{Decimal(highest).normalize():f}"

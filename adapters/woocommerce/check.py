"""What is wrong with a shop, in sentences: one finding and one remedy each."""

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from adapters.woocommerce.connection import Connection
from adapters.woocommerce.setup import TOPICS, option, ours, profile
from bridge.errors import AccessLost, ShopAway, ShopError, ShopRefused
from bridge.ports import Finding, ShopProfile

_PORTS = (None, 80, 443, 8080)
"""WordPress delivers to no other port, unless it is the shop's own host and port (measured)."""


def check(shop: Connection, url: str, currency: str, address: str) -> list[Finding]:
    """Everything we can see from here; only the connection itself, when that is what is broken."""
    try:
        seen = profile(shop)
        return [
            *_settings(seen, currency),
            *_hold(shop),
            *_write_access(shop),
            *_webhooks(shop, address),
            *_address(urlsplit(address), urlsplit(url)),
        ]
    except ShopError as error:
        return [_connection(error)]


def _connection(error: ShopError) -> Finding:
    match error:
        case AccessLost():
            remedy = "Make a new key with read and write access in WooCommerce, under Settings, Advanced, REST API."
        case ShopRefused(code="rest_no_route" | "redirect"):
            remedy = "Use the shop's final address, and any permalink structure but “Plain” in WordPress."
        case ShopAway():
            remedy = "Open the shop in a browser. If it is there, ask its host about a firewall."
        case _:
            remedy = "Look into the shop's own log for this request."
    return Finding("connection", str(error), remedy)


def _settings(seen: ShopProfile, currency: str) -> Iterator[Finding]:
    if not seen.codes_enabled:
        yield Finding(
            "codes",
            "Coupons are switched off in the shop, so no credit can be redeemed.",
            "Switch on “Enable the use of coupon codes” in WooCommerce's general settings.",
        )
    if seen.currency != currency:
        yield Finding(
            "currency",
            f"The shop now sells in {seen.currency}, the accounts are kept in {currency}.",
            "Set the shop's currency back, or add it as a new shop.",
        )


def _hold(shop: Connection) -> Iterator[Finding]:
    try:
        minutes = option(shop, "products", "woocommerce_hold_stock_minutes")
    except AccessLost:
        raise
    except ShopRefused:
        return
    if minutes.strip() in ("", "0"):
        yield Finding(
            "hold",
            "“Hold stock (minutes)” is empty, so two orders placed at once can use the same code.",
            "Enter 60 in WooCommerce's settings for products, inventory.",
            serious=False,
        )


def _write_access(shop: Connection) -> Iterator[Finding]:
    try:
        shop.batch("/coupons")
    except AccessLost as error:
        yield Finding(
            "key",
            f"The key may read but not write. {error}",
            "Make a new key with the permission “Read/Write”.",
        )


def _webhooks(shop: Connection, address: str) -> Iterator[Finding]:
    found = {webhook.topic: webhook.status for webhook in ours(shop, address)}
    if missing := [topic for topic in TOPICS if topic not in found]:
        yield Finding(
            "webhooks",
            f"The shop does not tell us about: {', '.join(missing)}.",
            "Register the webhooks again.",
        )
    if stopped := [topic for topic in TOPICS if found.get(topic, "active") != "active"]:
        yield Finding(
            "webhooks",
            f"The shop has stopped telling us about: {', '.join(stopped)} (after seven failures in a row).",
            "Register the webhooks again; setting them active by hand keeps the count of failures.",
        )


def _address(ours: SplitResult, shops: SplitResult) -> Iterator[Finding]:
    """What the shop's WordPress refuses to deliver to, and what should not travel in the open."""
    if (ours.hostname, ours.port) == (shops.hostname, shops.port):
        return
    if ours.port not in _PORTS or _is_inner(ours.hostname or ""):
        yield Finding(
            "address",
            f"WordPress does not deliver to {ours.netloc}: it refuses private hosts and unusual ports.",
            "Give PUBLIC_URL a public name on port 443, or allow the host in the shop by a filter.",
        )
    if ours.scheme != "https":
        yield Finding(
            "address",
            "Deliveries come to us without encryption.",
            "Give PUBLIC_URL an address that begins with https://.",
            serious=False,
        )


def _is_inner(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost"

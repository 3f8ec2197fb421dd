"""What is wrong with a shop, in sentences: one finding and one remedy each."""

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from adapters.woocommerce.connection import Connection
from adapters.woocommerce.plugins import OTHERS, names, numbers
from adapters.woocommerce.setup import option, profile, unsound
from bridge.errors import AccessLost, ShopAway, ShopError, ShopRefused
from bridge.ports import Finding, ShopProfile

_PORTS = (None, 80, 443, 8080)
"""WordPress delivers to no other port, unless it is the shop's own host and port (measured)."""

_HOLDS_CODES = (9, 5, 2)
"""The first WooCommerce that holds a code in a checkout even where stock is not held."""


def check(shop: Connection, url: str, currency: str, address: str, neighbours: bool) -> list[Finding]:
    """Everything we can see from here; only the connection itself, when that is what is broken."""
    try:
        seen = profile(shop)
        return [
            *_settings(seen, currency),
            *_surroundings(shop),
            *_home(seen, urlsplit(url)),
            *_hold(shop, seen.version),
            *_write_access(shop),
            *_webhooks(shop, address),
            *_address(urlsplit(address), urlsplit(url), neighbours),
        ]
    except ShopError as error:
        return [_connection(error)]


def _connection(error: ShopError) -> Finding:
    match error:
        case AccessLost():
            remedy = "Make a new key with read and write access in WooCommerce, under Settings, Advanced, REST API."
        case ShopRefused(code="rest_no_route" | "redirect"):
            remedy = (
                "Use the shop's final address, where a browser ends up, and any permalink structure but “Plain”"
                " (in WordPress under Settings, Permalinks)."
            )
        case ShopAway():
            remedy = (
                "Open the shop in a browser. If it works there, ask its host whether a firewall stops this machine."
            )
        case _:
            remedy = "Look in WooCommerce under Status, Logs, or ask the host for the server's log."
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

    if not seen.prices_include_tax:
        yield Finding(
            "prices",
            "The shop's prices are net, and it adds the tax to what a code takes off. Codes are made out in net, so"
            " that they never take more than the credit; a rest of some cents can stay.",
            "Nothing has to be done. With prices that include tax every cent can be used at once.",
            serious=False,
        )


def _surroundings(shop: Connection) -> Iterator[Finding]:
    """What runs beside us in the shop, and whether its clock does."""
    status = shop.ask("GET", "/system_status", _fields="active_plugins,environment")
    environment = status.get("environment") if isinstance(status, dict) else None
    if isinstance(environment, dict) and environment.get("wp_cron") is False:
        yield Finding(
            "cron",
            "WordPress's own timer is switched off (DISABLE_WP_CRON), and webhooks are sent by it.",
            "Let the server's cron call wp-cron.php of the shop every minute. Until then orders arrive a minute"
            " late, when we read the shop; none is lost.",
            serious=False,
        )
    for other in sorted({OTHERS[folder] for name in names(status) if (folder := name.partition("/")[0]) in OTHERS}):
        yield Finding(
            "plugins",
            f"The plugin “{other}” can give customers credit as well; they would see two balances.",
            "Keep only one of them for credit, or switch that part of the other one off.",
            serious=False,
        )


def _home(seen: ShopProfile, known: SplitResult) -> Iterator[Finding]:
    home = urlsplit(seen.home)
    if home.hostname and (home.hostname, home.path.rstrip("/")) != (known.hostname, known.path.rstrip("/")):
        yield Finding(
            "home",
            f"The shop calls itself {seen.home}, but is reached at {known.geturl()}. Its deliveries are taken under"
            " both names; those of any other copy are set aside.",
            "If this is a staging copy, remove it here and add the real shop.",
            serious=False,
        )


def _hold(shop: Connection, version: str) -> Iterator[Finding]:
    """Older shops hold a code as long as stock; newer ones at least for the minute that a race takes (measured)."""
    if numbers(version) >= _HOLDS_CODES:
        return
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
            "Enter 60 in WooCommerce under Settings, Products, Inventory.",
            serious=False,
        )


def _write_access(shop: Connection) -> Iterator[Finding]:
    try:
        shop.batch("/coupons")
    except AccessLost as error:
        yield Finding(
            "key",
            f"The key may read but not write, so no credit can reach a customer. {error}",
            "Make a new key with the permission “Read/Write” in WooCommerce under Settings, Advanced, REST API, and"
            " enter it: `rabattkonto shop access ID --key … --secret …`.",
        )


def _webhooks(shop: Connection, address: str) -> Iterator[Finding]:
    for sentence in unsound(shop, address):
        yield Finding(
            "webhooks",
            sentence,
            "Nothing has to be done: they are made anew within a quarter of an hour. Do not set them active by"
            " hand: the shop keeps its count of failures and would stop again at the next one.",
        )


def _address(ours: SplitResult, shops: SplitResult, neighbours: bool) -> Iterator[Finding]:
    """What the shop's WordPress refuses to deliver to, and what should not travel in the open.

    ``neighbours``: the operator allowed the shop's private host, so that an inner address of ours is meant.
    """
    if (ours.hostname, ours.port) == (shops.hostname, shops.port):
        return
    inner = _is_inner(ours.hostname or "")
    if ours.port not in _PORTS or inner:
        yield Finding(
            "address",
            f"WordPress does not deliver to {ours.netloc} by itself: it refuses private hosts and unusual ports.",
            "The companion plugin opens exactly this address (`rabattkonto shop plugin` writes it for this bridge)."
            " Without it, give PUBLIC_URL a public name on port 443.",
            serious=not neighbours,
        )
    if ours.scheme != "https" and not (inner and neighbours):
        yield Finding(
            "address",
            "The shop's messages travel to us in the open, with names and addresses in them.",
            "Give PUBLIC_URL an address that begins with https://.",
            serious=False,
        )


def _is_inner(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost"

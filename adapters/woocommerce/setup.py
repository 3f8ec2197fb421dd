"""What is done to a shop once: see what it is, put our webhooks in, take them out."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from adapters.documents import text, typed
from adapters.woocommerce.connection import Connection, understood
from adapters.woocommerce.shapes import WebhookBody
from bridge.errors import ShopAway
from bridge.ports import ShopProfile

TOPICS = (
    "order.created",
    "order.updated",
    "order.deleted",
    "order.restored",
    "customer.created",
    "customer.updated",
    "customer.deleted",
    "product.created",
    "product.updated",
    "product.deleted",
)
"""No coupon topics: our own writes would only come back to us."""


def profile(shop: Connection) -> ShopProfile:
    """What the shop says of itself, from five small reads."""
    status = _object(shop.ask("GET", "/system_status", _fields="environment,settings,pages"))
    environment = _object(status.get("environment"))
    site = _object(shop.about())
    return ShopProfile(
        name=text(str(site.get("name", ""))),
        currency=text(str(_object(status.get("settings")).get("currency", ""))),
        timezone=_timezone(site),
        prices_include_tax=option(shop, "tax", "woocommerce_prices_include_tax") == "yes",
        highest_rate=_highest_rate(shop),
        version=text(str(environment.get("version", ""))),
        codes_enabled=option(shop, "general", "woocommerce_enable_coupons") == "yes",
        home=text(str(environment.get("home_url") or "")),
        order_page=_order_page(text(str(environment.get("home_url") or "")), status.get("pages")),
    )


def _order_page(home: str, pages: Any) -> str:
    """Where the account page shows an order; by the page's number, since its address is in the shop's language.

    WooCommerce reads ``view-order`` from the query as well as from the path, and leads on to the account page
    where a shop has given that another name.
    """
    for page in pages if isinstance(pages, list) else ():
        if isinstance(page, dict) and page.get("shortcode") == "[woocommerce_my_account]" and page.get("page_id"):
            return f"{home}/?page_id={page['page_id']}&view-order={{order}}"
    return ""


def register(shop: Connection, address: str, secret: str) -> list[str]:
    """Make every webhook anew with our secret, then remove the ones that stood there; the topics made.

    A secret cannot be read back, and setting a disabled webhook active keeps its count of failures, so an
    old webhook is never trusted. The new ones come first: between old and new nothing is lost.
    """
    old = ours(shop, address)
    for topic in TOPICS:
        made = {"name": _name(topic, address), "topic": topic, "delivery_url": address, "secret": secret}
        shop.ask("POST", "/webhooks", made)
    _remove(shop, old)
    return list(TOPICS)


def unregister(shop: Connection, address: str) -> None:
    """Remove every webhook that delivers to ``address``."""
    _remove(shop, ours(shop, address))


def ours(shop: Connection, address: str) -> list[WebhookBody]:
    """The webhooks in the shop that deliver to ``address``, and those of ours that were turned elsewhere."""
    found = [understood(typed, WebhookBody, body) for body in shop.every("/webhooks")]
    return [hook for hook in found if _is_here(hook, address) or hook.name == _name(hook.topic, address)]


def unsound(shop: Connection, address: str) -> list[str]:
    """What is wrong with our webhooks, a sentence each.

    How often a webhook has failed cannot be read, so only what the shop has already switched off is seen.
    """
    return list(_complaints(ours(shop, address), address))


def _complaints(found: list[WebhookBody], address: str) -> Iterator[str]:
    here = [hook for hook in found if _is_here(hook, address)]
    statuses = {hook.topic: hook.status for hook in sorted(here, key=lambda hook: hook.status == "active")}
    if missing := [topic for topic in TOPICS if topic not in statuses]:
        yield f"The shop does not tell us about: {', '.join(missing)}."
    if stopped := [topic for topic in TOPICS if statuses.get(topic, "active") != "active"]:
        yield f"The shop has stopped telling us about: {', '.join(stopped)} (after seven failures in a row)."
    if len(here) < len(found):
        yield "A webhook of ours was turned to another address, so what it tells goes to somebody else."
    if doubled := sorted(topic for topic, count in Counter(hook.topic for hook in here).items() if count > 1):
        yield f"The shop tells us twice about: {', '.join(doubled)}."


def _is_here(hook: WebhookBody, address: str) -> bool:
    return hook.delivery_url.rstrip("/") == address.rstrip("/")


def _name(topic: str, address: str) -> str:
    """A webhook's name: by it we know ours again under another address, and not for another installation's.

    The last part of the address is the shop's token here; its digest tells nobody the address.
    """
    token = address.rstrip("/").rpartition("/")[2]
    return f"rabattkonto {topic} {hashlib.sha256(token.encode()).hexdigest()[:8]}"


def option(shop: Connection, group: str, name: str) -> str:
    """One of the shop's settings."""
    return str(_object(shop.ask("GET", f"/settings/{group}/{name}")).get("value", ""))


def _remove(shop: Connection, webhooks: list[WebhookBody]) -> None:
    for webhook in webhooks:
        shop.ask("DELETE", f"/webhooks/{webhook.id}", force="true")


def _highest_rate(shop: Connection) -> str:
    """The highest tax rate in percent: what a net amount can at most take off a gross total."""
    if option(shop, "general", "woocommerce_calc_taxes") != "yes":
        return "0"
    rates = [_rate(_object(tax).get("rate", "0")) for tax in shop.every("/taxes")]
    return f"{max(rates, default=Decimal(0)).normalize():f}"


def _rate(stated: Any) -> Decimal:
    try:
        rate = Decimal(str(stated))
    except InvalidOperation:
        rate = Decimal("NaN")
    if not rate.is_finite() or not 0 <= rate <= 1000:
        raise ShopAway("The shop's tax rates cannot be read: one is not a percentage. We ask again later.")
    return rate


def _timezone(site: dict[str, Any]) -> str:
    """The shop's time zone by name; where only an offset was chosen, the zone with that many whole hours."""
    name = site.get("timezone_string")
    if isinstance(name, str) and name:
        return text(name)
    offset = _hours(site.get("gmt_offset", 0))
    # The signs of these zones are the other way round: Etc/GMT-1 lies one hour ahead of UTC.
    return f"Etc/GMT{-offset:+d}" if offset and -12 <= offset <= 14 else "UTC"


def _hours(stated: Any) -> int:
    try:
        return int(Decimal(str(stated)))
    except (ArithmeticError, ValueError):
        return 0


def _object(found: Any) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise ShopAway("The shop described itself in a form that we do not know. We ask again later.")
    return found

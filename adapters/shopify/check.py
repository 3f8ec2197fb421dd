"""What is wrong with a shop, in sentences: one finding and one remedy each."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from adapters.documents import text
from adapters.shopify.codes import OURS
from adapters.shopify.connection import VERSION, Connection
from adapters.shopify.setup import USEFUL, profile, scopes, unsound
from bridge.errors import AccessLost, ShopAway, ShopError
from bridge.ports import Finding, ShopProfile

_NAMED = 5
"""Discounts that are named; the others are counted."""


def check(shop: Connection, currency: str, address: str) -> list[Finding]:
    """Everything we can see from here; only the connection itself, when that is what is broken."""
    try:
        seen = profile(shop)
        return [
            *_settings(seen, currency),
            *_scopes(shop),
            *_version(shop),
            *_combinations(shop),
            *_webhooks(shop, address),
            *_address(address),
        ]
    except ShopError as error:
        return [_connection(error)]


def _connection(error: ShopError) -> Finding:
    match error:
        case AccessLost():
            remedy = "Look at the app in the Dev Dashboard: its scopes, and whether it is installed in this shop."
        case ShopAway():
            remedy = "Look at Shopify's status page. If all is well there, ask your own network."
        case _:
            remedy = "Use the address that ends in .myshopify.com, and look whether the shop is open."
    return Finding("connection", str(error), remedy)


def _settings(seen: ShopProfile, currency: str) -> Iterator[Finding]:
    if seen.currency != currency:
        yield Finding(
            "currency",
            f"The shop now sells in {seen.currency}, the accounts are kept in {currency}.",
            "Set the shop's currency back, or add it as a new shop.",
        )
    if not seen.prices_include_tax:
        yield Finding(
            "prices",
            "The shop's prices are net, and it adds the tax to what a code takes off. Codes are made out in net, at"
            f" the highest rate seen lately ({seen.highest_rate} %), so that they never take more than the credit.",
            "Nothing has to be done. With prices that include tax every cent can be used at once.",
            serious=False,
        )


def _scopes(shop: Connection) -> Iterator[Finding]:
    given = scopes(shop.ask("InstalledAs"))
    for scope, consequence in USEFUL.items():
        if scope not in given:
            yield Finding("scopes", f"Without the scope {scope} {consequence}.", f"Add {scope}.", serious=False)


def _version(shop: Connection) -> Iterator[Finding]:
    if shop.served != VERSION:
        yield Finding(
            "version",
            f"We ask for version {VERSION} of Shopify's interface, and {shop.served} answers: ours is no longer"
            " served.",
            "Update rabattkonto.",
        )


def _combinations(shop: Connection) -> Iterator[Finding]:
    """Both sides have to allow it: ours always do."""
    alone = [
        name
        for page in shop.pages("OtherDiscounts", "discountNodes", query="status:active")
        for name in _alone(page)
    ]
    if not alone:
        return
    rest = f" and {len(alone) - _NAMED} more" if len(alone) > _NAMED else ""
    yield Finding(
        "discounts",
        f"These discounts do not combine with credit: {', '.join(alone[:_NAMED])}{rest}. A customer gets"
        " whichever of the two is better, and keeps the credit.",
        "If both shall count, tick “Order discounts” under “Combinations” of each of them.",
        serious=False,
    )


def _alone(page: list[Any]) -> Iterator[str]:
    for node in page:
        found = node["discount"]
        combines = found.get("combinesWith")
        if combines and not combines["orderDiscounts"] and OURS not in found.get("tags", ()):
            yield f"“{text(found['title'])}”"


def _webhooks(shop: Connection, address: str) -> Iterator[Finding]:
    for sentence in unsound(shop, address):
        yield Finding("webhooks", sentence, "What is missing is subscribed to anew within a quarter of an hour.")


def _address(address: str) -> Iterator[Finding]:
    if urlsplit(address).scheme != "https":
        yield Finding(
            "address",
            "Shopify delivers to https addresses only.",
            "Give PUBLIC_URL an address that begins with https:// and can be reached from the internet.",
        )

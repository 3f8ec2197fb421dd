"""Shopify: signed webhooks in, GraphQL out."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.shopify import deliveries, signature, states
from adapters.shopify.api import ShopifyShop
from adapters.shopify.storefront import theme_zip
from bridge.domain.orders import Order, State
from bridge.ports import Access, Envelope, Meaning, Platform, Reading, ShopClient, ShopTerms, Visitor


class Shopify:
    """The ``Platform`` of Shopify; see ``bridge.ports.Platform`` for what every call promises."""

    name = "shopify"
    usual: Sequence[tuple[str, str]] = states.USUAL
    offline: Sequence[str] = states.SENT_BY_CUSTOMER
    signs_with_access = True
    ties_guests = False

    def describe(self, headers: Mapping[str, str]) -> Envelope:
        """What the headers of a delivery say."""
        return signature.describe(headers)

    def is_ping(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        """Never: Shopify sends nothing unsigned."""
        return False

    def verify(self, raw: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> None:
        """Raise ``SignatureError`` unless one of the secrets signed these bytes."""
        signature.verify(raw, headers, secrets)

    def visitor(self, query: Sequence[tuple[str, str]], secrets: Sequence[str], now: datetime) -> Visitor:
        """The customer on whose behalf the app proxy asks."""
        return signature.visitor(query, secrets, now)

    def holder(self, customer: str, email: str) -> str:
        """A discount is for a customer; addresses change, and two customers can share one."""
        return customer

    def understand(self, envelope: Envelope, raw: bytes, terms: ShopTerms) -> Reading:
        """What a kept body says."""
        return deliveries.understand(envelope, raw, terms)

    def meaning(self, status: str, method: str, terms: ShopTerms) -> Meaning:
        """A row of the paid table."""
        return states.meaning(status, method, terms.paid)

    def state(self, order: Order, terms: ShopTerms) -> State | None:
        """The state of a known order by the present table; what was deleted stays so."""
        return State.GONE if order.state is State.GONE else states.state(order.status, order.method, terms.paid)

    def storefront(self, bridge_host: str) -> bytes:
        """The theme's snippet and app embed, as a ZIP with instructions."""
        return theme_zip()

    def connect(self, access: Access, terms: ShopTerms) -> ShopClient:
        """A client for one shop; opens no connection yet."""
        return ShopifyShop(access, terms)


PLATFORM: Platform = Shopify()

"""WooCommerce: signed webhooks in, REST v3 out."""

from collections.abc import Mapping, Sequence

from adapters.woocommerce import approval, deliveries, signature, states
from adapters.woocommerce.api import WooShop, utc_now
from adapters.woocommerce.connection import Connection
from adapters.woocommerce.storefront import plugin_zip
from bridge.domain.orders import Order, State
from bridge.ports import Access, Envelope, Granted, Meaning, Platform, Reading, ShopClient, ShopTerms


class WooCommerce:
    """The ``Platform`` of WooCommerce; see ``bridge.ports.Platform`` for what every call promises."""

    name = "woocommerce"
    usual: Sequence[tuple[str, str]] = states.USUAL
    offline: Sequence[str] = states.SENT_BY_CUSTOMER

    def describe(self, headers: Mapping[str, str]) -> Envelope:
        """What the headers of a delivery say."""
        return signature.describe(headers)

    def is_ping(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        """Whether this is the unsigned form that the shop sends when a webhook is made."""
        return signature.is_ping(raw, headers)

    def verify(self, raw: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> None:
        """Raise ``SignatureError`` unless one of the secrets signed these bytes."""
        signature.verify(raw, headers, secrets)

    def understand(self, envelope: Envelope, raw: bytes, terms: ShopTerms) -> Reading:
        """What a kept body says."""
        return deliveries.understand(envelope, raw, terms)

    def meaning(self, status: str, method: str, terms: ShopTerms) -> Meaning:
        """A row of the paid table."""
        return states.meaning(status, method, terms.paid)

    def state(self, order: Order, terms: ShopTerms) -> State | None:
        """The state of a known order by the present table; what was trashed or deleted stays so."""
        if order.state is State.GONE:
            return State.GONE
        return states.state(order.status, order.method, order.paid_at, terms.paid)

    def storefront(self, bridge_host: str) -> bytes:
        """The companion plugin as the ZIP that WordPress takes."""
        return plugin_zip(bridge_host)

    def recognises(self, access: Access) -> bool:
        """Whether WordPress answers there and offers WooCommerce's interface."""
        return Connection(access, utc_now).offers_shop()

    def approval(self, shop: str, state: str, back: str, answer: str) -> str:
        """The shop's page on which its owner lets us in."""
        return approval.address(shop, state, back, answer)

    def granted(self, raw: bytes) -> Granted | None:
        """The key that the shop has made for us."""
        return approval.granted(raw)

    def connect(self, access: Access, terms: ShopTerms) -> ShopClient:
        """A client for one shop; opens no connection yet."""
        return WooShop(access, terms)


PLATFORM: Platform = WooCommerce()

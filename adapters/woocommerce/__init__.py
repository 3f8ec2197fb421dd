"""WooCommerce: signed webhooks in, REST v3 out."""

from collections.abc import Mapping, Sequence

from adapters.woocommerce import deliveries, signature
from adapters.woocommerce.api import WooShop
from bridge.ports import Access, Envelope, Platform, Reading, ShopClient, ShopTerms


class WooCommerce:
    """The ``Platform`` of WooCommerce; see ``bridge.ports.Platform`` for what every call promises."""

    name = "woocommerce"

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

    def connect(self, access: Access, terms: ShopTerms) -> ShopClient:
        """A client for one shop; opens no connection yet."""
        return WooShop(access, terms)


PLATFORM: Platform = WooCommerce()

"""A toy shop for tests: a clock that is told the time, a postbox for deliveries, a client on the interface."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.shopify import PLATFORM
from adapters.shopify.api import ShopifyShop
from adapters.shopify.sandbox import Customer, Product, ToyShop, ToyTransport, Webhook
from adapters.shopify.setup import TOPICS
from bridge.ports import Access, CodeRef, CodeWrite, Reading, ShopTerms, Tokens

HOOK = "https://bridge.example/webhooks/shopify/t0ken"
TERMS = ShopTerms("EUR")
SECRET = "shpss_toy"


@dataclass
class Clock:
    """Says what it was told; sleeping moves it."""

    now: datetime = datetime(2026, 11, 22, 10, tzinfo=UTC)
    slept: float = 0.0

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.now += timedelta(seconds=seconds)

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Postbox:
    """Takes every delivery and answers with ``status``."""

    status: int = 200
    letters: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        self.letters.append((url, headers, body))
        return self.status


class World:
    """A shop with goods and a customer, everything that its deliveries need, and a client."""

    def __init__(self, **settings: Any) -> None:
        self.clock, self.post = Clock(), Postbox()
        self.shop = ToyShop(clock=self.clock, send=self.post, **settings)
        self.tee: Product = self.shop.add_product("Tee", "20.00", sku="TEE", categories=("Shirts",))
        self.pin: Product = self.shop.add_product("Pin", "6.49", sku="PIN")
        self.anna: Customer = self.shop.register("anna@kunden.example", "Anna", "Muster")
        for topic in TOPICS:
            number = self.shop.number("webhook")
            self.shop.webhooks[number] = Webhook(number, topic, HOOK)

    def client(self, key: str = "c11e47", secret: str = SECRET, tokens: Tokens | None = None) -> ShopifyShop:
        access = Access(self.shop.url, key, secret, tokens=tokens)
        transport = ToyTransport(self.shop)
        return ShopifyShop(access, TERMS, self.clock, transport=transport, sleep=self.clock.sleep)

    def code(self, name: str = "guthaben-x", face: int = 1000, **other: Any) -> CodeWrite:
        return CodeWrite(
            **{"ref": CodeRef(name), "face": face, "holders": (str(self.anna.id),), "owner": "acc", **other}
        )

    def read(self) -> list[tuple[str, Reading]]:
        """Run the queue; what arrived, as the adapter understands it."""
        self.shop.run_queue()
        letters, self.post.letters = self.post.letters, []
        found = []
        for _, headers, body in letters:
            PLATFORM.verify(body, headers, [self.shop.settings.client_secret])
            envelope = PLATFORM.describe(headers)
            found.append((envelope.topic, PLATFORM.understand(envelope, body, TERMS)))
        return found

    def newest(self) -> Any:
        """The last state of an order that was delivered."""
        return [reading for topic, reading in self.read() if topic == "orders/updated"][-1]

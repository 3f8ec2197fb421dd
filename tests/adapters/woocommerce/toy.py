"""A toy shop for tests: a clock that is told the time, a postbox for deliveries, a client on the interface."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from adapters.woocommerce.sandbox import Product, ToyShop, ToyTransport

URL = "http://127.0.0.1:8081"
HOOK = "https://bridge.example/hook"
SECRET = "geheim-webhook-2026"
START = datetime(2026, 11, 22, 5, 10, 17, tzinfo=UTC)
TOPICS = tuple(
    f"{kind}.{event}"
    for kind in ("order", "customer", "product", "coupon")
    for event in ("created", "updated", "deleted", "restored")
)


@dataclass
class Clock:
    """Says what it was told."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: int) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Sent:
    """One delivery (or ping) as it arrived."""

    url: str
    headers: dict[str, str]
    raw: bytes

    @property
    def topic(self) -> str:
        """The topic, empty for a ping."""
        return self.headers.get("X-WC-Webhook-Topic", "")

    @property
    def body(self) -> Any:
        """The parsed body."""
        return json.loads(self.raw)


@dataclass
class Postbox:
    """Takes every delivery and answers with ``status``."""

    status: int = 200
    letters: list[Sent] = field(default_factory=list)

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        self.letters.append(Sent(url, dict(headers), body))
        return self.status

    def take(self) -> list[Sent]:
        """What has arrived since the last look."""
        taken, self.letters = self.letters, []
        return taken


@dataclass
class World:
    """A shop with goods, everything that its deliveries need, and its clock."""

    shop: ToyShop
    clock: Clock
    post: Postbox
    goods: dict[str, Product]

    def __getitem__(self, sku: str) -> Product:
        return self.goods[sku]

    def arrive(self) -> list[Sent]:
        """Run the queue; what arrives."""
        self.shop.run_queue()
        return self.post.take()

    def topics(self) -> list[str]:
        """Run the queue; the topics in their order of arrival."""
        return [letter.topic for letter in self.arrive()]


def world(**settings: Any) -> World:
    """The recorded shop's goods, with webhooks for all topics, and nothing waiting."""
    clock, post = Clock(), Postbox()
    shop = ToyShop(**{"url": URL, "clock": clock, "send": post, **settings})
    goods = [
        shop.add_product("T-Shirt Rot", "19.99", sku="TS-ROT", stock=500),
        shop.add_product("Kaffee 250g", "6.49", sku="KAFFEE-250", tax_class="reduced-rate"),
        shop.add_product("E-Book", "12.90", sku="EBOOK-1", virtual=True),
        shop.add_product("Schraube M4", "0.37", sku="SCHR-M4"),
        shop.add_product("Alte Tasse", "5.55", sku="TASSE-1"),
        hoodie := shop.add_product("Hoodie", "49.95", sku="HOODIE"),
        shop.add_variation(hoodie, {"Groesse": "M", "Farbe": "blau"}, "49.00", "HOODIE-M-blau"),
        shop.add_variation(hoodie, {"Groesse": "L", "Farbe": "grau"}, "52.50", "HOODIE-L-grau"),
        shop.add_product(
            "Roman „Gleisdreieck“",
            "21.00",
            sku="ROMAN-1",
            tax_class="reduced-rate",
            categories=["Bücher"],
            credit="0.80",
        ),
    ]
    for topic in TOPICS:
        shop.add_webhook(topic, HOOK, SECRET)
    made = World(shop, clock, post, {product.sku: product for product in goods})
    made.arrive()
    return made


def coupon(made: World, code: str = "gut-anna-1", amount: str = "12.34", **fields: Any) -> dict[str, Any]:
    """A single-use code, made over the interface."""
    asked = {
        "code": code,
        "amount": amount,
        "discount_type": "fixed_cart",
        "usage_limit": 1,
        "email_restrictions": ["anna@kunden.example"],
        **fields,
    }
    shown: dict[str, Any] = call(made, "POST", "coupons", asked)
    return shown


def call(made: World, method: str, path: str, payload: object = None, **query: Any) -> Any:
    """One call of the interface; the parsed answer."""
    return ask(made, method, path, payload, **query).json()


def ask(made: World, method: str, path: str, payload: object = None, **query: Any) -> requests.Response:
    """One call of the interface over https, without a socket."""
    settings = made.shop.settings
    base = settings.url.replace("http://", "https://")
    with requests.Session() as session:
        session.mount(base, ToyTransport(made.shop))
        session.auth = (settings.key, settings.secret)
        return session.request(method, f"{base}/wp-json/wc/v3/{path}", json=payload, params=query)

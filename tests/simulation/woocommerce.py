"""The site of a WooCommerce shop."""

import random
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from adapters.wires import InProcess
from adapters.woocommerce import WooCommerce
from adapters.woocommerce.api import WooShop
from adapters.woocommerce.sandbox import Faults, ToyShop, create_app
from bridge.ports import Access, Platform, ShopClient, ShopTerms
from bridge.services.shops import NewShop
from bridge.storage.models import Person
from tests.simulation import oracle
from tests.simulation.oracle import Name
from tests.simulation.people import OURS, People, is_live, owner_of
from tests.simulation.rules import Rules
from tests.simulation.sites import Around, Clock, Held, Site
from tests.simulation.traps import Wire

URLS = ("https://shop.example", "https://laden.example")
KEY, SECRET, HOOK = "ck_storm_5e1f", "cs_storm_77ab", "hook-geheim-91c4"


class ToyPlatform(WooCommerce):
    """WooCommerce whose client talks to the shops in this process, by our clock."""

    def __init__(self, wires: Mapping[str, Wire], clock: Clock) -> None:
        self._wires = wires
        self._clock = clock

    def connect(self, access: Access, terms: ShopTerms) -> ShopClient:
        return WooShop(access, terms, self._clock.bridge, transport=self._wires[access.url])


class WooSite(Site):
    """A WooCommerce shop and its troubles."""

    rest = ("server_error", "too_many", "html", "unauthorized", "away", "act_then_stall", "truncated",
            "wrong_shape", "redirect")  # fmt: skip
    post = ("lose", "double", "late", "reverse")
    secrets = (KEY, SECRET, HOOK)
    ties_guests = True

    def __init__(self, number: int, around: Around, net_prices: bool) -> None:
        self.shop = ToyShop(
            url=URLS[number], key=KEY, secret=SECRET, clock=around.clock.shop, prices_include_tax=not net_prices,
            plugin=around.rng.random() < 0.5,
        )  # fmt: skip
        self.shop.faults.stall = 0
        self.wire = Wire(create_app(self.shop, InProcess()), around.traps, around.tick)

    @classmethod
    def platform(cls, wires: Mapping[str, Wire], clock: Clock) -> Platform:
        return ToyPlatform(wires, clock)

    def new(self) -> NewShop:
        return NewShop("woocommerce", self.shop.url, KEY, SECRET, HOOK)

    def people(self, rng: random.Random) -> People:
        return People(self.shop, rng)

    def codes(self) -> list[Held]:
        return [
            Held(c.code, owner_of(c), c.amount, c.emails, is_live(c, self.shop), bool(c.usage_count))
            for c in self.shop.coupons.values()
            if c.code.startswith(OURS)
        ]

    def holder(self, person: Person) -> str:
        return person.email.lower()

    def face(self, available: int) -> int:
        if self.shop.settings.prices_include_tax:
            return available
        highest = max(self.shop.settings.rates.values(), default=Decimal(0))
        return int(Fraction(available) / (1 + Fraction(highest) / 100))

    def balances(self, rules: Rules, owners: dict[str, Name], placed_by: Mapping[str, str]) -> dict[Name, int]:
        return oracle.balances(self.shop, rules, owners, placed_by)

    def stop_trouble(self) -> None:
        self.shop.faults = Faults(stall=0)

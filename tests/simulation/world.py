"""One toy shop and one bridge in this process: real database, real services, no socket, no queue, no real clock."""

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

import webhooks
from adapters.wires import InProcess, into_app
from adapters.woocommerce import WooCommerce
from adapters.woocommerce.api import WooShop
from adapters.woocommerce.sandbox import Faults, ToyShop, create_app
from bridge.config import Settings
from bridge.domain import document
from bridge.domain.cautions import cautions
from bridge.ports import Access, Platform, ShopClient, ShopTerms
from bridge.runtime import Runtime
from bridge.services.programmes import activate
from bridge.services.receive import Writer
from bridge.services.shops import NewShop, add_shop
from bridge.storage.db import Database
from bridge.storage.models import Person
from bridge.vault import Vault
from tests.simulation import oracle
from tests.simulation.rules import Rules
from tests.simulation.traps import Traps, Wire

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
URL = "https://shop.example"
KEY, SECRET, HOOK = "ck_storm_5e1f", "cs_storm_77ab", "hook-geheim-91c4"
"""What must never stand in a log."""


@dataclass
class Clock:
    """The shop's time; the bridge's clock may be off by ``skew``."""

    now: datetime = START
    skew: timedelta = timedelta()

    def shop(self) -> datetime:
        return self.now

    def bridge(self) -> datetime:
        return self.now + self.skew

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Bell:
    """A doorbell without a queue: remembers who was rung for, unless it is broken."""

    rung: list[tuple[str, int]] = field(default_factory=list)
    broken: bool = False

    def ring(self, task: str, shop_id: int) -> None:
        if not self.broken and (task, shop_id) not in self.rung:
            self.rung.append((task, shop_id))


class ToyPlatform(WooCommerce):
    """WooCommerce whose client talks to a shop in this process, by our clock."""

    def __init__(self, wire: Wire, clock: Clock) -> None:
        self._wire = wire
        self._clock = clock

    def connect(self, access: Access, terms: ShopTerms) -> ShopClient:
        return WooShop(access, terms, self._clock.bridge, transport=self._wire)


@dataclass(frozen=True)
class Held:
    """A code of ours as the toy shop has it. ``used``: the shop counts a use of it."""

    code: str
    owner: str
    amount: int
    holders: tuple[str, ...]
    live: bool
    used: bool


class World:
    """The shop, the bridge and what lies between them. Another platform's world says what is different there."""

    rest = (
        "server_error",
        "too_many",
        "html",
        "unauthorized",
        "away",
        "act_then_stall",
        "truncated",
        "wrong_shape",
    )
    post = ("lose", "double", "late", "reverse")
    secrets: tuple[str, ...] = (KEY, SECRET, HOOK)
    ties_guests = True

    @property
    def gross(self) -> bool:
        """Whether prices contain the tax."""
        return bool(self.shop.settings.prices_include_tax)

    def __init__(self, folder: Path, rng: random.Random, programme: str, net_prices: bool) -> None:
        self.rng = rng
        self.clock = Clock()
        self.traps = Traps()
        self.bell = Bell()
        self.open(net_prices)
        self._folder = folder
        self.start()
        self.shop_id = add_shop(self.runtime, self.new()).shop_id
        self.put_in_force(programme)

    # --- what a platform has of its own -----------------------------------------------------------

    def open(self, net_prices: bool) -> None:
        """Open the toy shop, and lay the wire to it."""
        self.shop = ToyShop(
            url=URL, key=KEY, secret=SECRET, clock=self.clock.shop, prices_include_tax=not net_prices,
            plugin=self.rng.random() < 0.5,
        )  # fmt: skip
        self.shop.faults.stall = 0
        self._wire = Wire(create_app(self.shop, InProcess()), self.traps, self._tick)

    def new(self) -> NewShop:
        """How the shop is connected."""
        return NewShop("woocommerce", URL, KEY, SECRET, HOOK)

    def platform(self) -> Platform:
        """The adapter, on the wire and by our clock."""
        return ToyPlatform(self._wire, self.clock)

    def people(self) -> Any:
        """Everybody who touches the shop."""
        from tests.simulation.people import People

        return People(self.shop, self.rng)

    def codes(self) -> list[Held]:
        """Every code of ours that the shop has."""
        from tests.simulation.people import OURS, is_live, owner_of

        return [
            Held(c.code, owner_of(c), c.amount, c.emails, is_live(c, self.shop), bool(c.usage_count))
            for c in self.shop.coupons.values()
            if c.code.startswith(OURS)
        ]

    def carried(self) -> set[str]:
        """The codes that orders of the shop show."""
        return {used.code for order in self.shop.orders.values() for used in order.coupons}

    def holder(self, person: Person) -> str:
        """What a code for this person is tied to."""
        return person.email.lower()

    def balances(self, rules: Rules, owners: dict[str, tuple[str, str]]) -> dict[tuple[str, str], int]:
        """What the oracle says."""
        return oracle.balances(self.shop, rules, owners)

    def stop_trouble(self) -> None:
        """From now on the shop behaves."""
        self.shop.faults = Faults(stall=0)

    # --- the bridge ---------------------------------------------------------------------------------

    def _tick(self) -> None:
        """A call takes time: often less than the second that the shop's stamps can tell apart."""
        if self.rng.random() < 0.2:
            self.clock.forward(seconds=self.rng.choice((1, 1, 2, 20)))

    def start(self) -> None:
        """A fresh process over the same database."""
        file = self._folder / "ledger.db"
        if not file.exists():
            file.write_bytes(_template())
        db = Database(f"sqlite:///{file}")
        self.traps.watch(db)
        settings = Settings(self._folder, str(db.engine.url), public_url="https://credit.example", backup_days=0)
        platform = self.platform()
        self.runtime = Runtime(settings, db, Vault([bytes(32)]), lambda _: platform, self.bell, self.clock.bridge)
        self._writer = Writer(db)
        app = Flask("storm")
        app.register_blueprint(webhooks.blueprint(self.runtime, self._writer))
        self.shop.send = into_app(app)

    def put_in_force(self, programme: str) -> None:
        """The merchant activates a programme, and confirms whatever has to be confirmed."""
        activate(self.runtime, self.shop_id, programme, confirmed=_cautions(programme))

    def stop(self) -> None:
        """Everything that lives in memory is gone."""
        self._writer.close()
        self.runtime.db.close()
        self.bell.rung.clear()

    def restart(self) -> None:
        self.stop()
        self.start()


def _cautions(programme: str) -> set[str]:
    """What a merchant would have to type: short expiries make short histories interesting."""
    return {caution.confirm for caution in cautions(document.read(programme), None)}


@contextmanager
def open_world(
    rng: random.Random, programme: str, net_prices: bool = False, kind: type[World] = World
) -> Iterator[World]:
    """A world in a folder of its own, in memory where the machine has such a place."""
    memory = Path("/dev/shm")  # noqa: S108 - a file system in memory, where there is one
    with tempfile.TemporaryDirectory(prefix="storm", dir=memory if memory.is_dir() else None) as folder:
        world = kind(Path(folder), rng, programme, net_prices)
        try:
            yield world
        finally:
            world.traps.disarm()
            world.stop()


@cache
def _template() -> bytes:
    """A migrated, empty database: made once, written out for every history."""
    with tempfile.TemporaryDirectory(prefix="storm") as folder:
        file = Path(folder) / "empty.db"
        db = Database(f"sqlite:///{file}")
        db.migrate()
        db.close()
        return file.read_bytes()

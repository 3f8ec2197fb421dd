"""One toy shop and one bridge in this process: real database, real services, no socket, no queue, no real clock."""

import atexit
import random
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from flask import Flask

import webhooks
from adapters.woocommerce import WooCommerce
from adapters.woocommerce.api import WooShop
from adapters.woocommerce.sandbox import ToyShop, into_app
from bridge import headers
from bridge.config import Settings
from bridge.domain import document
from bridge.domain.cautions import cautions
from bridge.ports import Access, ShopClient, ShopTerms
from bridge.runtime import Runtime
from bridge.services.programmes import activate
from bridge.services.receive import Writer
from bridge.services.shops import NewShop, add_shop
from bridge.storage.db import Database
from bridge.vault import Vault
from tests.simulation.traps import Traps, Wire

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
URLS = ("https://shop.example", "https://laden.example")
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
    """WooCommerce whose client talks to the shops in this process, by our clock."""

    def __init__(self, wires: Mapping[str, Wire], clock: Clock) -> None:
        self._wires = wires
        self._clock = clock

    def connect(self, access: Access, terms: ShopTerms) -> ShopClient:
        return WooShop(access, terms, self._clock.bridge, transport=self._wires[access.url])


@dataclass
class Site:
    """A shop, and its number at the bridge."""

    shop: ToyShop
    shop_id: int


class World:
    """The shops, the bridge and what lies between them."""

    def __init__(
        self, folder: Path, db: Database, rng: random.Random, programme: str, net_prices: bool, shops: int
    ) -> None:
        self.rng = rng
        self.clock = Clock()
        self.traps = Traps()
        self.bell = Bell()
        self.keys = [bytes(32)]
        self.backups: list[Path] = []
        toys = [self._toy(url, net_prices) for url in URLS[:shops]]
        self._wires = {toy.url: Wire(toy, self.traps, self._tick) for toy in toys}
        self._folder = folder
        self._db = db
        self._toys = toys
        self.traps.watch(db)
        self.start()
        self.sites = [Site(toy, self._connect(toy)) for toy in toys]
        for site in self.sites:
            self.put_in_force(site.shop_id, programme)

    @property
    def shop(self) -> ToyShop:
        """The first shop."""
        return self.sites[0].shop

    @property
    def shop_id(self) -> int:
        """The first shop's number."""
        return self.sites[0].shop_id

    def calls(self) -> int:
        """How often the shops were asked for anything so far."""
        return sum(wire.calls for wire in self._wires.values())

    def _toy(self, url: str, net_prices: bool) -> ToyShop:
        toy = ToyShop(
            url=url, key=KEY, secret=SECRET, clock=self.clock.shop, prices_include_tax=not net_prices,
            plugin=self.rng.random() < 0.5,
        )  # fmt: skip
        toy.faults.stall = 0
        return toy

    def _connect(self, toy: ToyShop) -> int:
        return add_shop(self.runtime, NewShop("woocommerce", toy.url, KEY, SECRET, HOOK)).shop_id

    def _tick(self) -> None:
        """A call takes time: often less than the second that the shop's stamps can tell apart."""
        if self.rng.random() < 0.2:
            self.clock.forward(seconds=self.rng.choice((1, 1, 2, 20)))

    def start(self) -> None:
        """A fresh process over the same database: of the database object nothing lives on but its address."""
        address = str(self._db.engine.url)
        settings = Settings(self._folder, address, public_url="https://credit.example", backup_days=0)
        platform = ToyPlatform(self._wires, self.clock)
        vault = Vault(self.keys)
        self.runtime = Runtime(settings, self._db, vault, lambda _: platform, self.bell, self.clock.bridge)
        self._writer = Writer(self._db)
        app = Flask("storm", static_folder=None)
        front = webhooks.Webhooks(self.runtime, self._writer, headers.unstored, app.wsgi_app)
        app.wsgi_app = front  # type: ignore[assignment, method-assign]
        for toy in self._toys:
            toy.send = into_app(app)

    def put_in_force(self, shop_id: int, programme: str) -> None:
        """The merchant activates a programme, and confirms whatever has to be confirmed."""
        activate(self.runtime, shop_id, programme, confirmed=_cautions(programme))

    def stop(self) -> None:
        """Everything that lives in memory is gone."""
        self._writer.close()
        self._db.close()
        self.bell.rung.clear()

    def end(self) -> None:
        """Leave the database to the next history."""
        self.traps.disarm()
        self.stop()
        self.traps.unwatch(self._db)

    def restart(self) -> None:
        self.stop()
        self.start()


def _cautions(programme: str) -> set[str]:
    """What a merchant would have to type: short expiries make short histories interesting."""
    return {caution.confirm for caution in cautions(document.read(programme), None)}


@contextmanager
def open_world(
    rng: random.Random, programme: str, net_prices: bool = False, shops: int = 1, db: Database | None = None
) -> Iterator[World]:
    """A world with a data folder of its own, over ``db`` or over this process's own SQLite file."""
    with tempfile.TemporaryDirectory(prefix="storm", dir=_memory()) as folder:
        world = World(Path(folder), db or _emptied(_database()), rng, programme, net_prices, shops)
        try:
            yield world
        finally:
            world.end()


def _memory() -> Path | None:
    """A file system in memory, where the machine has one."""
    memory = Path("/dev/shm")  # noqa: S108 - nothing predictable is written there
    return memory if memory.is_dir() else None


@cache
def _database() -> Database:
    """The file that this process plays all its histories in: an engine knows the statements it has seen."""
    folder = tempfile.mkdtemp(prefix="storm", dir=_memory())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Database(f"sqlite:///{folder}/ledger.db")


def _emptied(db: Database) -> Database:
    """The database as it was after its migration."""
    file = Path(db.engine.url.database or "")
    for left in file.parent.iterdir():
        left.unlink()
    file.write_bytes(_template())
    return db


@cache
def _template() -> bytes:
    """A migrated, empty database: made once, written out for every history."""
    with tempfile.TemporaryDirectory(prefix="storm") as folder:
        file = Path(folder) / "empty.db"
        db = Database(f"sqlite:///{file}")
        db.migrate()
        db.close()
        return file.read_bytes()

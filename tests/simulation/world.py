"""Toy shops and one bridge in this process: real database, real services, no socket, no queue, no real clock."""

import atexit
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

import webhooks
from adapters.wires import into_app
from bridge import headers
from bridge.config import Settings
from bridge.domain import document
from bridge.domain.cautions import cautions
from bridge.runtime import Runtime
from bridge.services.programmes import activate
from bridge.services.receive import Writer
from bridge.services.shops import add_shop
from bridge.storage.db import Database
from bridge.vault import Vault
from tests.simulation.sites import Around, Clock, Site
from tests.simulation.traps import Traps
from tests.simulation.woocommerce import WooSite


@dataclass
class Bell:
    """A doorbell without a queue: remembers who was rung for, unless it is broken."""

    rung: list[tuple[str, int]] = field(default_factory=list)
    broken: bool = False

    def ring(self, task: str, shop_id: int) -> None:
        if not self.broken and (task, shop_id) not in self.rung:
            self.rung.append((task, shop_id))


class World:
    """The shops, the bridge and what lies between them."""

    def __init__(
        self,
        folder: Path,
        db: Database,
        rng: random.Random,
        programme: str,
        net_prices: bool,
        shops: int,
        kind: type[Site],
    ) -> None:
        self.rng = rng
        self.clock = Clock()
        self.traps = Traps()
        self.bell = Bell()
        self.keys = [bytes(32)]
        self.backups: list[Path] = []
        around = Around(rng, self.clock, self.traps, self._tick)
        self.sites = [kind(number, around, net_prices) for number in range(shops)]
        self._platform = kind.platform({site.shop.url: site.wire for site in self.sites}, self.clock)
        self._folder = folder
        self._db = db
        self.traps.watch(db)
        self.start()
        for site in self.sites:
            site.shop_id = add_shop(self.runtime, site.new()).shop_id
            self.put_in_force(site.shop_id, programme)

    @property
    def shop(self) -> Any:
        """The first shop."""
        return self.sites[0].shop

    @property
    def shop_id(self) -> int:
        """The first shop's number."""
        return self.sites[0].shop_id

    def calls(self) -> int:
        """How often the shops were asked for anything so far."""
        return sum(site.wire.calls for site in self.sites)

    def _tick(self) -> None:
        """A call takes time: often less than the second that the shop's stamps can tell apart."""
        if self.rng.random() < 0.2:
            self.clock.forward(seconds=self.rng.choice((1, 1, 2, 20)))

    def start(self) -> None:
        """A fresh process over the same database: of the database object nothing lives on but its address."""
        address = str(self._db.engine.url)
        settings = Settings(self._folder, address, public_url="https://credit.example", backup_days=0)
        vault = Vault(self.keys)
        self.runtime = Runtime(settings, self._db, vault, lambda _: self._platform, self.bell, self.clock.bridge)
        self._writer = Writer(self._db)
        app = Flask("storm", static_folder=None)
        front = webhooks.Webhooks(self.runtime, self._writer, headers.unstored, app.wsgi_app)
        app.wsgi_app = front  # type: ignore[assignment, method-assign]
        for site in self.sites:
            site.shop.send = into_app(app)

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
    rng: random.Random,
    programme: str,
    net_prices: bool = False,
    shops: int = 1,
    db: Database | None = None,
    kind: type[Site] = WooSite,
) -> Iterator[World]:
    """A world with a data folder of its own, over ``db`` or over this process's own SQLite file."""
    with tempfile.TemporaryDirectory(prefix="storm", dir=_memory()) as folder:
        world = World(Path(folder), db or _emptied(_database()), rng, programme, net_prices, shops, kind)
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

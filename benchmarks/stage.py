"""A bridge over a database of its own, with one made-up shop: what settling figures play on."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import col, func, select

import adapters
from adapters.woocommerce import signature
from benchmarks import orders
from bridge import collector
from bridge.config import Settings
from bridge.doorbell import SilentBell
from bridge.ports import Envelope, OrderSeen
from bridge.runtime import Runtime
from bridge.services.connect import Secrets, seal, terms_of
from bridge.services.contact import load_shop
from bridge.services.settle import absorb
from bridge.services.verify import verify
from bridge.storage import catalogue, inbox
from bridge.storage.db import Database
from bridge.storage.inbox import Arrival
from bridge.storage.models import Account, Delivery, Entry, ProgrammeVersion, Shop
from bridge.vault import Vault

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
"""The moment at which everything settles: long after the orders, so that their credit is usable."""

SHOP, TOKEN = 1, "bench-token"
URL = "https://shop.example"
PUBLIC_URL = "https://credit.example.com"
HOOK = f"/webhooks/woocommerce/{TOKEN}"
"""Where the shop's messages are sent."""

_KEY = bytes(32)

PLAIN = """\
[programme]
currency = "EUR"
[[earn]]
id = "all"
percent = "3"
"""

_CHUNK = 500
_ENVELOPE = Envelope("order.updated")


@dataclass(frozen=True, slots=True)
class Room:
    """A database and a data folder, by names that other processes can be told."""

    url: str
    folder: Path

    @property
    def settings(self) -> Settings:
        """The settings of an installation in it."""
        return Settings(self.folder, self.url, public_url=PUBLIC_URL, keys=(_KEY,), backup_days=0)

    @contextmanager
    def runtime(self) -> Iterator[Runtime]:
        """A runtime in it, without a queue, whose clock stands still."""
        collector.calm()  # as every process of an installation does
        db = Database(self.url)
        try:
            yield Runtime(self.settings, db, Vault([_KEY]), cache(adapters.load), SilentBell(), lambda: NOW)
        finally:
            db.close()

    def copy(self, name: str) -> "Room":
        """A copy of an SQLite room that nobody works in."""
        target = self.folder / f"{name}.db"
        for suffix in ("-wal", "-shm"):
            Path(f"{target}{suffix}").unlink(missing_ok=True)
        shutil.copy(self.file, target)
        return sqlite(self.folder, name)

    @property
    def file(self) -> Path:
        """The file of an SQLite room."""
        return Path(self.url.removeprefix("sqlite:///"))


def sqlite(folder: Path, name: str) -> Room:
    """A room over an SQLite file, which need not exist yet."""
    return Room(f"sqlite:///{folder / name}.db", folder)


@contextmanager
def folder() -> Iterator[Path]:
    """Somewhere on the disk that TMPDIR names; gone afterwards."""
    with TemporaryDirectory(prefix="rabattkonto-bench-", ignore_cleanup_errors=True) as made:
        yield Path(made)


def furnish(room: Room, programme: str = PLAIN, shops: int = 1) -> None:
    """Tables, and shops with a programme and their catalogues."""
    with room.runtime() as runtime:
        runtime.db.migrate()
        for shop in range(SHOP, SHOP + shops):
            with runtime.db.transaction() as session:
                session.add(_shop(runtime, shop))
                session.flush()
                session.add(ProgrammeVersion(shop_id=shop, number=1, document=programme, activated_at=NOW))
                catalogue.keep(session, shop, orders.articles(), NOW)


def _shop(runtime: Runtime, shop: int) -> Shop:
    token = TOKEN if shop == SHOP else f"{TOKEN}-{shop}"
    return Shop(
        id=shop,
        platform="woocommerce",
        name="Bench",
        url=URL,
        token=token,
        currency="EUR",
        timezone="Europe/Berlin",
        added_at=NOW - timedelta(days=1),
        secrets=seal(runtime, token, Secrets("ck", "cs", (orders.SECRET,))),
        profile={"codes_enabled": True, "read_at": NOW.isoformat(), "home": f"{URL}/"},
    )


def deliver(room: Room, bodies: Iterable[bytes], shop: int = SHOP) -> None:
    """Put these messages into a shop's inbox, as receiving them would."""
    waiting = iter(bodies)
    with room.runtime() as runtime:
        while some := list(islice(waiting, _CHUNK)):
            with runtime.db.transaction() as session:
                inbox.keep(session, [_arrival(raw, shop) for raw in some])


def _arrival(raw: bytes, shop: int) -> Arrival:
    envelope = signature.describe(orders.headers(raw))
    return Arrival(shop, NOW, envelope.topic, envelope.source, envelope.kept, raw)


def seed(room: Room, bodies: Iterable[bytes]) -> None:
    """Settle these orders as if they had been read from the shop: history for a ledger, no messages."""
    waiting = iter(bodies)
    with room.runtime() as runtime:
        shop = load_shop(runtime, SHOP)
        platform, terms = runtime.platform(shop.platform), terms_of(shop)
        while some := list(islice(waiting, _CHUNK)):
            seen = [platform.understand(_ENVELOPE, raw, terms) for raw in some]
            absorb(runtime, shop, [each for each in seen if isinstance(each, OrderSeen)], "bench")


def faults(room: Room, settled: int | None = None) -> Iterator[str]:
    """What is wrong with a ledger: all that verifying finds, and messages that were not settled."""
    with room.runtime() as runtime:
        if settled is not None:
            yield from _unsettled(runtime, settled)
        yield from found(runtime)


def found(runtime: Runtime) -> Iterator[str]:
    """All that verifying finds, in sentences."""
    return (f"{each.invariant} {each.subject}: {each.sentence}" for each in verify(runtime))


def unsettled(room: Room, wanted: int) -> Iterator[str]:
    """Whether exactly so many messages are settled."""
    with room.runtime() as runtime:
        yield from _unsettled(runtime, wanted)


def _unsettled(runtime: Runtime, wanted: int) -> Iterator[str]:
    with runtime.db.reading() as session:
        done = session.exec(
            select(func.count()).select_from(Delivery).where(col(Delivery.state) == "settled")
        ).one()
    if done != wanted:
        yield f"{done} messages are settled instead of {wanted}"


def quick_faults(room: Room, entries: int) -> Iterator[str]:
    """The same for a ledger too large to be verified whole after each run: its sums and its entries' number."""
    with room.runtime() as runtime, runtime.db.reading() as session:
        count, booked = session.exec(select(func.count(), func.sum(Entry.amount)).select_from(Entry)).one()
        stored = session.exec(select(func.sum(Account.balance))).one()
    if count != entries:
        yield f"the ledger has {count} entries instead of {entries}"
    if booked != stored:
        yield f"the entries add up to {booked}, but the balances to {stored}"

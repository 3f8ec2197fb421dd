"""A bridge beside a toy shop on a real socket; deliveries are carried over by hand, and the clock can run ahead."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlmodel import col, select

import adapters
from adapters.woocommerce.sandbox import Customer, Order, ToyShop
from bridge.config import Settings
from bridge.runtime import Runtime
from bridge.services import settle
from bridge.services.connect import unseal
from bridge.services.contact import load_shop
from bridge.services.programmes import activate
from bridge.services.push import Pushed, push
from bridge.services.shops import NewShop, add_shop
from bridge.storage import inbox
from bridge.storage.db import Database
from bridge.storage.models import Account, Case, Delivery, Offer, Shop
from bridge.vault import Vault
from tests.fakes import FakeBell

PROGRAMME = '[programme]\ncurrency = "EUR"\navailable_after_days = 0\n[[earn]]\nid = "half"\npercent = "50"\n'


@dataclass
class Ahead:
    """The real time and some more; a quarter of an hour at most, or the shop refuses our signatures."""

    by: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.by


@dataclass
class Till:
    """The parts, and short ways to shop and to look."""

    toy: ToyShop
    database: Database
    clock: Ahead = field(default_factory=Ahead)
    redeem: str = ""
    shop_id: int = 0
    url: str = ""

    def open(self) -> "Till":
        """Connect the toy shop and put a programme in force."""
        allowed = frozenset({urlsplit(self.toy.url).netloc})
        settings = Settings(Path(), "", allow_private_shops=allowed, public_url="https://credit.example.com")
        self.runtime = Runtime(settings, self.database, Vault([bytes(32)]), adapters.load, FakeBell(), self.clock)
        self.toy.send, self.toy.clock = self.carry, self.clock
        added = add_shop(self.runtime, NewShop("woocommerce", self.toy.url, "ck_toy", "cs_toy"))
        self.shop_id, self.url = added.shop_id, added.webhook_url
        activate(self.runtime, self.shop_id, PROGRAMME + self.redeem)
        return self

    def carry(self, url: str, headers: Mapping[str, str], raw: bytes) -> int:
        """What the web part does with a delivery."""
        platform = adapters.load("woocommerce")
        if platform.is_ping(raw, headers):
            return 200
        platform.verify(raw, headers, unseal(self.runtime, self.shop()).webhook)
        envelope = platform.describe(headers)
        arrival = inbox.Arrival(
            self.shop_id, self.clock(), envelope.topic, envelope.source, envelope.kept, raw
        )  # fmt: skip
        with self.database.transaction() as session:
            inbox.keep(session, [arrival])
        return 200

    def turn(self) -> Pushed:
        """Deliver, settle, push, until the shop has said all that follows."""
        pushed = Pushed()
        for _ in range(3):
            self.toy.run_queue()
            settle.drain(self.runtime, self.shop_id)
            done = push(self.runtime, self.shop_id)
            assert done.problem == ""
            pushed.lowered += done.lowered
        return pushed

    def earned(self, email: str = "anna@kunden.example", price: str = "20.00") -> Customer:
        """A customer with half of that price as credit."""
        anna = self.toy.register(email, "Anna", "Muster")
        self.buy(anna, price, "stripe")
        self.turn()
        return anna

    def buy(self, who: Customer, price: str = "30.00", method: str = "bacs", **how: object) -> Order:
        """An order of one piece at this price."""
        goods = self.toy.add_product(f"Piece {price}", price, sku=f"P-{price}", virtual=True)
        return self.toy.checkout(who, [(goods, 1)], method=method, **how)  # type: ignore[arg-type]

    # --- a look ---------------------------------------------------------------------------------

    def shop(self) -> Shop:
        return load_shop(self.runtime, self.shop_id)

    def balance(self) -> int:
        with self.database.reading() as session:
            return sum(session.exec(select(Account.balance)))

    def offers(self) -> list[tuple[str, int]]:
        with self.database.reading() as session:
            return [(row.state, row.face) for row in session.exec(select(Offer).order_by(col(Offer.sequence)))]

    def cases(self) -> dict[str, str]:
        """The sentences of the open cases, by reason."""
        with self.database.reading() as session:
            rows = session.exec(select(Case).where(col(Case.closed_at).is_(None)))
            return {row.reason: row.sentence for row in rows}

    def deliveries(self, state: str) -> list[str]:
        """The reasons of the deliveries in this state."""
        with self.database.reading() as session:
            return list(session.exec(select(Delivery.reason).where(Delivery.state == state)))

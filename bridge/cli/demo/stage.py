"""The stage: a toy shop and a whole bridge on loopback ports, connected the way a real shop is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from adapters.woocommerce.sandbox import Customer, Product, ToyShop, serve
from bridge import supervisor
from bridge.app import build_runtime
from bridge.config import Settings
from bridge.embedded import free_port
from bridge.reports.statement import statement
from bridge.runtime import Runtime
from bridge.services import programmes, shops, users, ways_in
from bridge.storage.models import Account, Person

PROGRAMME = Path(__file__).with_name("programme.toml")
RECONCILE_EVERY = 5
"""Seconds; a real shop is read every minute, but nobody wants to watch a demo for that long."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that the story plays with."""

    shop: ToyShop
    runtime: Runtime
    shop_id: int
    password: str
    anna: Customer
    tee: Product
    mug: Product
    sticker: Product

    @property
    def pages(self) -> str:
        """The address of the bridge's own pages."""
        return self.runtime.settings.public_url

    def statement_pages(self) -> list[str]:
        """Where the customers of the shop read their statements."""
        with self.runtime.db.reading() as session:
            people = session.exec(select(Account.token, Person.email).join(Person).order_by(col(Account.id))).all()
        return [ways_in.link(self.runtime, token, email, ways_in.LINK_KEEPS) for token, email in people]

    def statements(self) -> list[dict[str, Any]]:
        """All accounts as the ledger has them."""
        accounts = self._accounts()
        with self.runtime.db.reading() as session:
            now = self.runtime.clock()
            return [statement(session, account.id or 0, now, language="en").as_json() for account in accounts]

    def _accounts(self) -> list[Account]:
        with self.runtime.db.reading() as session:
            return list(session.exec(select(Account).order_by(col(Account.id))))


@contextmanager
def staged(data: Path, port: int | None) -> Iterator[Stage]:
    """Shop and bridge up, connected and with a programme; both gone afterwards."""
    shop = ToyShop(name="Toy Shop", plugin=True)
    tee = shop.add_product("T-Shirt Red", "19.99", sku="TEE-RED", categories=("Shirts",))
    mug = shop.add_product("Mug", "9.99", sku="MUG")
    sticker = shop.add_product("Sticker", "2.50", sku="STICKER")
    with serve(shop) as url, supervisor.running(_settings(data, port, url)) as settings:
        runtime = build_runtime(settings)
        try:
            shop_id = _connect(runtime, shop)
            password = users.ensure_first_user(runtime) or ""
            anna = shop.register("anna@customers.example", "Anna", "Muster")
            yield Stage(shop, runtime, shop_id, password, anna, tee, mug, sticker)
        finally:
            runtime.db.close()


def _settings(data: Path, port: int | None, shop_url: str) -> Settings:
    """Settings of the demo alone: those of an installation on this machine are none of its business."""
    return Settings.load(
        {
            "RABATTKONTO_DATA": str(data),
            "PORT": str(port or free_port()),
            "ALLOW_PRIVATE_SHOPS": shop_url.removeprefix("http://"),
            "RECONCILE_EVERY": str(RECONCILE_EVERY),
            "LOG_LEVEL": "ERROR",
        }
    )


def _connect(runtime: Runtime, shop: ToyShop) -> int:
    new = shops.NewShop("woocommerce", shop.url, shop.settings.key, shop.settings.secret, name=shop.settings.name)
    shop_id = shops.add_shop(runtime, new).shop_id
    programmes.activate(runtime, shop_id, PROGRAMME.read_text("utf-8"), by="demo")
    return shop_id

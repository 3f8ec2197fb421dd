"""The loop against the toy shop on a real socket: bought, credited, live, used, retired, the rest lives on."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlmodel import col, select

import adapters
from adapters.woocommerce.sandbox import ToyShop, serve
from bridge.config import Settings
from bridge.runtime import Runtime
from bridge.services.programmes import activate
from bridge.services.push import Pushed, push
from bridge.services.reconcile import Reconciled, reconcile
from bridge.services.shops import NewShop, add_shop, check_shop
from bridge.storage.db import Database
from bridge.storage.models import Account, Offer
from bridge.vault import Vault
from tests.fakes import FakeBell

HALF = '[programme]\ncurrency = "EUR"\navailable_after_days = 0\n[[earn]]\nid = "half"\npercent = "50"\n'


@pytest.fixture
def toy() -> Iterator[ToyShop]:
    shop = ToyShop()
    with serve(shop, queue=False):
        yield shop


class Bridge:
    """A connected bridge with short ways to look."""

    def __init__(self, toy: ToyShop, database: Database) -> None:
        settings = Settings(Path(), "", allow_private_shops=frozenset({urlsplit(toy.url).netloc}))
        self.runtime = Runtime(settings, database, Vault([bytes(32)]), adapters.load, FakeBell())
        added = add_shop(self.runtime, NewShop("woocommerce", toy.url, "ck_toy", "cs_toy"))
        self.shop_id = added.shop_id
        activate(self.runtime, self.shop_id, HALF)

    def turn(self) -> tuple[Reconciled, Pushed]:
        read = reconcile(self.runtime, self.shop_id)
        assert read.problem == ""
        return read, push(self.runtime, self.shop_id)

    def offers(self) -> list[tuple[str, int, int]]:
        with self.runtime.db.reading() as session:
            rows = session.exec(select(Offer).order_by(col(Offer.sequence)))
            return [(row.state, row.face, row.taken) for row in rows]

    def live(self) -> str:
        with self.runtime.db.reading() as session:
            return session.exec(select(Offer.code).where(Offer.state == "live")).one()

    def balance(self) -> int:
        with self.runtime.db.reading() as session:
            return session.exec(select(Account.balance)).one()


def test_credit_comes_off_the_next_order_and_its_rest_lives_on(toy: ToyShop, database: Database) -> None:
    bridge = Bridge(toy, database)
    assert [f for f in check_shop(bridge.runtime, bridge.shop_id) if f.subject == "shop"] == []
    tee = toy.add_product("Tee", "20.00", sku="TEE")
    pin = toy.add_product("Pin", "6.49", sku="PIN")
    anna = toy.register("anna@kunden.example", "Anna", "Muster")

    toy.pay(toy.checkout(anna, [(tee, 1)], method="bacs"))
    read, pushed = bridge.turn()
    assert (len(read.healed), pushed.written, pushed.shown) == (1, 1, 1)
    assert bridge.offers() == [("live", 1000, 0)]
    first = bridge.live()

    order = toy.checkout(anna, [(pin, 1)], codes=[first], method="bacs")
    bridge.turn()
    assert bridge.offers() == [("retired", 649, 649), ("live", 351, 0)]

    toy.set_status(order, "cancelled")
    bridge.turn()
    assert bridge.offers() == [("retired", 649, 649), ("live", 1000, 0)]
    assert bridge.balance() == 1000


def test_a_second_turn_writes_nothing(toy: ToyShop, database: Database) -> None:
    bridge = Bridge(toy, database)
    tee = toy.add_product("Tee", "20.00", sku="TEE")
    toy.pay(toy.checkout(toy.register("anna@kunden.example", "Anna", "Muster"), [(tee, 1)], method="bacs"))
    bridge.turn()
    read, pushed = bridge.turn()
    assert (read.healed, pushed.written, pushed.shown) == ([], 0, 0)

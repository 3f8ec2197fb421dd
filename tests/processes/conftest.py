"""A toy shop and a whole bridge in real processes, with the means to kill, wipe and watch them."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from sqlmodel import select

from adapters.woocommerce.sandbox import ToyShop, serve
from bridge import supervisor
from bridge.app import build_runtime
from bridge.config import Settings
from bridge.embedded import free_port
from bridge.runtime import Runtime
from bridge.services.programmes import activate
from bridge.services.shops import NewShop, add_shop
from bridge.services.verify import verify
from bridge.storage.models import Account, Offer

HALF = '[programme]\ncurrency = "EUR"\navailable_after_days = 0\n[[earn]]\nid = "half"\npercent = "50"\n'


class House:
    """The shop, and the bridge's processes beside it."""

    def __init__(self, shop: ToyShop, runtime: Runtime) -> None:
        self.shop = shop
        self.runtime = runtime
        self.shop_id = add_shop(runtime, NewShop("woocommerce", shop.url, "ck_toy", "cs_toy")).shop_id
        activate(runtime, self.shop_id, HALF)
        self.tee = shop.add_product("Tee", "20.00", sku="TEE")
        self.anna = shop.register("anna@kunden.example", "Anna", "Muster")
        self.killed = 0

    def sell(self) -> None:
        """Anna earns 10.00."""
        self.shop.checkout(self.anna, [(self.tee, 1)], method="stripe", declined=True)

    def running(self, part: str) -> list[int]:
        """The processes of a part (``web``, ``worker drain`` …); none in the pause before it is started again."""
        pids = json.loads((self.runtime.settings.data / "processes.json").read_text("ascii"))
        return [pid for pid in pids if f" {part} " in f"{_command(pid)} "]

    def kill(self, part: str) -> None:
        """``kill -9`` the part, wherever it stands in its work."""
        for pid in self.running(part):
            os.kill(pid, signal.SIGKILL)
            self.killed += 1

    def wipe_queue(self) -> None:
        """Everything that the queue holds is gone."""
        assert self.runtime.settings.redis_url is not None
        with Redis.from_url(self.runtime.settings.redis_url) as connection:
            connection.flushall()

    def balances(self) -> list[int]:
        """What all customers have."""
        with self.runtime.db.reading() as session:
            return list(session.exec(select(Account.balance)))

    def live(self) -> list[int]:
        """What the codes that can be used are worth."""
        with self.runtime.db.reading() as session:
            return list(session.exec(select(Offer.face).where(Offer.state == "live")))

    def usable(self) -> list[int]:
        """The same, as the shop has it."""
        now = self.shop.now()
        return [c.amount for c in self.shop.coupons.values() if not (c.expires and c.expires < now)]

    def is_right(self, amount: int) -> bool:
        """Whether the ledger, the offers and the shop all say this amount."""
        return self.balances() == [amount] and self.live() == self.usable() == [amount]

    def proven(self) -> list[object]:
        """What verify finds."""
        return list(verify(self.runtime))


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


@contextmanager
def open_house(tmp_path: Path, **more: str) -> Iterator[House]:
    """A house with ``more`` settings than usual."""
    if sys.platform != "linux":
        pytest.skip("finds processes in /proc")
    shop = ToyShop()
    with serve(shop) as url:
        settings = Settings.load(
            {
                "RABATTKONTO_DATA": str(tmp_path / "data"),
                "PORT": str(free_port()),
                "ALLOW_PRIVATE_SHOPS": url.removeprefix("http://"),
                "RECONCILE_EVERY": "2",
                "LOG_LEVEL": "ERROR",
                **more,
            }
        )
        with supervisor.running(settings) as running:
            runtime = build_runtime(running)
            yield House(shop, runtime)
            runtime.db.close()

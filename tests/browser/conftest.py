"""A whole installation beside a toy shop, and a real Chromium to look at it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from adapters.woocommerce.sandbox import ToyShop, serve
from bridge import supervisor
from bridge.app import build_runtime
from bridge.config import NAMES, Settings
from bridge.embedded import free_port
from bridge.runtime import Runtime
from bridge.services import doors
from tests.requires import need

PICTURES = Path(__file__).parent.parent.parent / "artefacts" / "pages"
"""Screenshots for people to look at; git ignores them."""


@dataclass(frozen=True, slots=True)
class Site:
    """An installation that nobody has set up yet. ``secret`` opens its first start."""

    runtime: Runtime
    shop: ToyShop
    secret: str

    @property
    def address(self) -> str:
        return self.runtime.settings.public_url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = need("chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    shop = ToyShop(name="Teeladen", plugin=True)
    shirt = shop.add_product("T-Shirt Rot", "20.00", sku="TS-ROT")
    anna = shop.register("anna@kunden.example", "Anna", "Muster")
    for _ in range(5):
        shop.checkout(anna, [(shirt, 2)], method="stripe")
    with pytest.MonkeyPatch.context() as patch:
        for name in NAMES:
            patch.delenv(name, raising=False)
        with serve(shop) as url, supervisor.running(_settings(tmp_path_factory.mktemp("site"), url)) as settings:
            runtime = build_runtime(settings)
            yield Site(runtime, shop, doors.open_first(runtime) or "")
            runtime.db.close()


def _settings(data: Path, shop_url: str) -> Settings:
    return Settings.load(
        {
            "RABATTKONTO_DATA": str(data),
            "PORT": str(free_port()),
            "ALLOW_PRIVATE_SHOPS": shop_url.removeprefix("http://"),
            "LOG_LEVEL": "ERROR",
        }
    )

"""What the storefront is told: the tariff that holds, the way in and its key, again and again."""

import hashlib
import hmac
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.domain.document import read
from bridge.domain.tariff import tariff
from bridge.ports import Rate, Tariff
from bridge.services import programmes
from bridge.services.webhooks import keep_healthy
from bridge.storage.db import Database
from bridge.storage.facts import BUDGET, Dated, write
from bridge.storage.models import Shop
from tests.bridge.world import World, open_world

DOCUMENT = """
[programme]
currency = "EUR"
available_after_days = 14
[[earn]]
id = "tee"
sku = ["TEE"]
amount = "1.50"
[[earn]]
id = "rest"
minimum_order = "20.00"
percent = "2.5"
[[exclude]]
category = ["Sale"]
use = false
[[exclude]]
tag = ["voucher"]
earn = false
"""


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    return open_world(database, tmp_path)


def told(world: World) -> Tariff:
    return world.shop.furnished[-1].tariff


def test_a_tariff_says_what_articles_earn_and_which_earn_nothing() -> None:
    said = tariff(read(DOCUMENT))
    assert said.rates == (Rate({"sku": ("TEE",)}, amount=150), Rate({}, minimum_order=2000, percent="2.5"))
    assert (said.excluded, said.days, said.typed) == (({"category": ("Sale",)},), 14, True)


@pytest.mark.parametrize("stopped", [False, True])
def test_where_nothing_is_earned_nothing_is_promised(stopped: bool) -> None:
    ended = DOCUMENT.replace('currency = "EUR"', 'currency = "EUR"\nearning = false')
    assert tariff(read(DOCUMENT if stopped else ended), stopped) == Tariff()
    assert tariff(None) == Tariff()


def test_the_storefront_hears_of_a_new_programme_and_again_every_quarter_of_an_hour(world: World) -> None:
    keep_healthy(world.runtime, 1)
    assert told(world).rates == ()
    programmes.activate(world.runtime, 1, DOCUMENT)
    assert ("watch", 1) in world.bell.rung
    keep_healthy(world.runtime, 1)
    assert len(told(world).rates) == 2
    keep_healthy(world.runtime, 1)
    assert len(world.shop.furnished) == 2, "told anew before its time"
    world.clock.forward(minutes=15)
    keep_healthy(world.runtime, 1)
    assert len(world.shop.furnished) == 3


def test_a_shop_without_the_plugin_is_as_healthy_as_any(world: World) -> None:
    world.shop.no_storefront = "The companion plugin does not run."
    assert keep_healthy(world.runtime, 1) == []
    assert world.get(Shop, 1).watched_at == world.clock.now


def test_a_shop_whose_webhooks_are_somebody_elses_is_furnished_too(world: World) -> None:
    world.change(Shop, 1, answers={"register": False})
    keep_healthy(world.runtime, 1)
    assert world.shop.furnished


def test_while_a_budget_is_used_up_nothing_is_promised(world: World) -> None:
    limited = DOCUMENT + '[budget]\nmax_percent_of_turnover = "3"\nperiod = "month"\naction = "stop"\n'
    programmes.activate(world.runtime, 1, limited)
    with world.runtime.db.transaction() as session:
        write(session, 1, [Dated(BUDGET, "2026-03", world.clock.now - timedelta(hours=1))])
    keep_healthy(world.runtime, 1)
    assert told(world) == Tariff()
    world.clock.forward(days=31)
    keep_healthy(world.runtime, 1)
    assert told(world).rates


def test_the_key_of_the_way_in_moves_on_with_the_webhook_secret(world: World) -> None:
    keep_healthy(world.runtime, 1)
    first = world.shop.furnished[-1]
    assert first.way_in == "https://credit.example.com/in/t0ken"
    assert first.key == hmac.new(b"hook", b"storefront", hashlib.sha256).hexdigest()
    world.clock.forward(minutes=15)
    world.shop.complaints = ["The shop has stopped telling us about: order.updated."]
    keep_healthy(world.runtime, 1)
    secret = world.shop.registered[-1][1]
    assert world.shop.furnished[-1].key == hmac.new(secret.encode(), b"storefront", hashlib.sha256).hexdigest()

"""Webhooks that fall out of order are made anew, and copies of the shop are kept out."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import responses

from adapters.woocommerce.sandbox import ToyShop, deliveries, serve
from bridge.errors import ShopAway
from bridge.services import address, settle
from bridge.services.connect import unseal
from bridge.services.origin import place
from bridge.services.sweep import sweep
from bridge.services.webhooks import keep_healthy
from bridge.storage.db import Database
from bridge.storage.models import Shop
from tests.bridge.till import Till
from tests.bridge.world import World


@pytest.fixture
def till(database: Database) -> Iterator[Till]:
    toy = ToyShop()
    with serve(toy, queue=False):
        yield Till(toy, database).open()


def look(till: Till) -> list[str]:
    """The next look, as if a quarter of an hour had gone by."""
    with till.database.transaction() as session:
        shop = session.get(Shop, till.shop_id)
        assert shop is not None
        shop.watched_at = None
        session.add(shop)
    return keep_healthy(till.runtime, till.shop_id)


def test_sound_webhooks_are_left_alone(till: Till) -> None:
    before = set(till.toy.webhooks)
    assert look(till) == []
    assert set(till.toy.webhooks) == before


def test_a_disabled_webhook_is_replaced_and_said(till: Till) -> None:
    hook = next(iter(till.toy.webhooks.values()))
    hook.status, hook.failures = "disabled", 7
    (sentence,) = look(till)
    assert hook.topic in sentence
    assert {(each.status, each.failures) for each in till.toy.webhooks.values()} == {("active", 0)}
    assert "made anew" in till.cases()["webhooks repaired"]
    assert look(till) == []
    assert till.cases() == {}


def test_a_webhook_that_was_deleted_or_turned_elsewhere_is_made_anew(till: Till) -> None:
    first, second, *_ = till.toy.webhooks.values()
    del till.toy.webhooks[first.id]
    second.url = "https://somebody.example/hook"
    assert len(look(till)) == 2
    assert {each.url for each in till.toy.webhooks.values()} == {till.url}
    assert second.id not in till.toy.webhooks


def test_what_was_signed_with_the_old_secret_is_still_taken(till: Till) -> None:
    (old,) = unseal(till.runtime, till.shop()).webhook
    till.buy(till.toy.register("anna@kunden.example"), method="stripe")
    hooks = dict(till.toy.webhooks)
    till.toy.webhooks.popitem()
    look(till)
    new, kept = unseal(till.runtime, till.shop()).webhook
    assert (new != old, kept) == (True, old)
    assert {hook.secret for hook in till.toy.webhooks.values()} == {new}
    till.toy.webhooks |= hooks
    till.turn()
    assert till.balance() == 1500


def test_a_repair_that_breaks_off_is_repeated_with_the_same_secret(world: World) -> None:
    world.shop.complaints = ["The shop does not tell us about: order.created."]
    real = world.shop.register

    def broken(address: str, secret: str) -> list[str]:
        real(address, secret)
        raise ShopAway("The shop did not answer in time.")

    world.shop.register = broken  # type: ignore[method-assign]
    assert keep_healthy(world.runtime, 1) == []
    world.shop.register = real  # type: ignore[method-assign]
    world.clock.forward(hours=2)
    assert keep_healthy(world.runtime, 1) == world.shop.complaints
    assert len({secret for _, secret in world.shop.registered}) == 1
    assert len(unseal(world.runtime, world.get(Shop, 1)).webhook) == 2


def test_the_sweep_asks_for_a_look_every_quarter_of_an_hour(world: World) -> None:
    world.change(Shop, 1, watched_at=world.clock.now)
    sweep(world.runtime)
    assert ("watch", 1) not in world.bell.rung
    world.clock.forward(minutes=15)
    sweep(world.runtime)
    assert ("watch", 1) in world.bell.rung


def test_webhooks_that_somebody_else_looks_after_are_left_alone(world: World) -> None:
    world.change(Shop, 1, answers={"register": False})
    world.shop.complaints = ["The shop does not tell us about: order.created."]
    assert keep_healthy(world.runtime, 1) == []
    assert world.shop.registered == []


def test_a_shop_that_is_away_is_looked_at_later(world: World) -> None:
    world.shop.away = ShopAway("The shop cannot be reached.")
    assert keep_healthy(world.runtime, 1) == []
    assert world.get(Shop, 1).watched_at is None


# --- copies of the shop -------------------------------------------------------------------------


def test_a_staging_copy_with_the_same_secret_books_nothing(till: Till) -> None:
    anna = till.toy.register("anna@kunden.example")
    till.turn()
    home, till.toy.settings = till.toy.settings, replace(till.toy.settings, url="https://staging.shop.example")
    till.buy(anna, method="stripe")
    till.toy.run_queue()
    till.toy.settings = home
    till.turn()
    assert till.balance() == 0
    reasons = till.deliveries("attention")
    assert reasons
    assert all("copy of the shop at https://staging.shop.example/" in reason for reason in reasons)


def test_the_shop_may_sign_under_the_name_that_it_gives_itself(till: Till) -> None:
    with till.database.transaction() as session:
        shop = session.get(Shop, till.shop_id)
        assert shop is not None
        shop.url, shop.profile = "https://inner.example", {**shop.profile, "home": till.toy.url}
        session.add(shop)
    till.buy(till.toy.register("anna@kunden.example"), method="stripe")
    till.toy.run_queue()
    assert till.deliveries("attention") == []


def test_a_shop_that_has_named_no_home_is_known_by_its_first_sender(till: Till) -> None:
    with till.database.transaction() as session:
        shop = session.get(Shop, till.shop_id)
        assert shop is not None
        shop.url, shop.profile = "https://inner.example", {}
        session.add(shop)
    till.carry(till.url, *_signed(till, till.toy.url))
    till.carry(till.url, *_signed(till, "https://staging.shop.example/"))
    settle.drain(till.runtime, till.shop_id)
    assert till.shop().answers["home"] == till.toy.url
    assert len(till.deliveries("attention")) == 1


def _signed(till: Till, source: str) -> tuple[dict[str, str], bytes]:
    hook = next(hook for hook in till.toy.webhooks.values() if hook.topic == "customer.created")
    raw = b'{"id": 7, "email": "anna@kunden.example"}'
    return {**deliveries.headers(till.toy, hook, raw), "X-WC-Webhook-Source": source}, raw


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://shop.example/", "http://Shop.example:8080", True),
        ("https://shop.example/de", "https://shop.example/de/", True),
        ("https://shop.example", "https://www.shop.example", False),
        ("https://shop.example/de", "https://shop.example/at", False),
    ],
)
def test_a_place_is_a_host_and_a_path(one: str, other: str, same: bool) -> None:
    assert (place(one) == place(other)) is same


# --- our own address ----------------------------------------------------------------------------

HERE = "https://credit.example.com/webhooks/woocommerce/t0ken"


@responses.activate
def test_an_address_that_answers_at_once_is_as_it_should_be() -> None:
    responses.post(HERE, status=401)
    assert address.knock(HERE) == []


@responses.activate
def test_a_redirect_on_the_way_is_found() -> None:
    responses.post(HERE, status=301, headers={"Location": "https://www.credit.example.com/webhooks"})
    (found,) = address.knock(HERE)
    assert (found.serious, "www.credit.example.com" in found.sentence) == (True, True)


@responses.activate
@pytest.mark.parametrize("status", [200, 403, 404, 503])
def test_an_address_that_answers_otherwise_is_found(status: int) -> None:
    responses.post(HERE, status=status)
    (found,) = address.knock(HERE)
    assert (found.serious, str(status) in found.sentence) == (True, True)


@responses.activate
def test_a_login_in_front_of_the_address_is_not_taken_for_our_own_answer() -> None:
    responses.post(HERE, status=401, headers={"WWW-Authenticate": "Basic"})
    assert address.knock(HERE)[0].serious


@responses.activate
def test_an_address_that_is_silent_is_found_but_is_not_serious() -> None:
    (found,) = address.knock(HERE)
    assert not found.serious
    assert "t0ken" not in found.sentence

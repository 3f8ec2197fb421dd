"""Shops and programmes: connecting a shop, also one that is away, and putting a version in force."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.config import Settings
from bridge.domain.document import ProgrammeError
from bridge.errors import AccessLost, NotFound, Refused, ShopAway
from bridge.ports import Finding
from bridge.services import programmes
from bridge.services.connect import unseal
from bridge.services.shops import NewShop, add_shop, check_shop, list_shops, normal_url, register_webhooks
from bridge.storage.models import Account, Shop
from tests.bridge.world import PROGRAMME, World

NEW = NewShop("toy", "https://Other.example/shop/", "ck_1", "cs_1")


def test_a_shop_is_kept_with_what_it_says_of_itself(world: World) -> None:
    added = add_shop(world.runtime, NEW)
    shop = world.get(Shop, added.shop_id)
    assert (shop.url, shop.name, shop.currency) == ("https://other.example/shop", "Toy", "EUR")
    assert (shop.timezone, shop.prices_include_tax, shop.highest_rate) == ("Europe/Berlin", True, "19")
    assert added.webhook_url == f"https://credit.example.com/webhooks/toy/{shop.token}"
    assert added.warnings == ()


def test_the_access_is_kept_encrypted(world: World) -> None:
    shop = world.get(Shop, add_shop(world.runtime, NEW).shop_id)
    assert b"cs_1" not in shop.secrets
    assert (unseal(world.runtime, shop).key, unseal(world.runtime, shop).secret) == ("ck_1", "cs_1")
    assert "cs_1" not in repr(NEW)


def test_the_webhooks_are_registered_with_the_secret_that_verifies_them(world: World) -> None:
    added = add_shop(world.runtime, NEW)
    (secret,) = unseal(world.runtime, world.get(Shop, added.shop_id)).webhook
    assert world.shop.registered == [(added.webhook_url, secret)]
    assert secret.isalnum()
    assert register_webhooks(world.runtime, added.shop_id) == ["order.updated"]


def test_a_webhook_secret_that_is_given_is_taken_and_nothing_registered_unless_wanted(world: World) -> None:
    added = add_shop(world.runtime, replace(NEW, webhook_secret="whsec", register=False))
    assert unseal(world.runtime, world.get(Shop, added.shop_id)).webhook == ("whsec",)
    assert world.shop.registered == []


def test_a_shop_that_is_away_is_added_with_a_warning_and_asked_later(world: World) -> None:
    world.shop.away = ShopAway("The shop cannot be reached.")
    added = add_shop(world.runtime, NEW)
    assert "cannot be reached" in added.warnings[0]
    assert world.shop.registered == []
    world.shop.away = None
    assert check_shop(world.runtime, added.shop_id) == []
    assert world.get(Shop, added.shop_id).profile["version"] == "10.5"
    assert [address for address, _ in world.shop.registered] == [added.webhook_url]


def test_a_shop_that_refuses_the_key_is_not_added(world: World) -> None:
    world.shop.away = AccessLost("The shop does not take the key.")  # type: ignore[assignment]
    with pytest.raises(Refused, match="does not take the key"):
        add_shop(world.runtime, NEW)
    assert len(list_shops(world.runtime)) == 1


def test_the_same_shop_is_not_added_twice(world: World) -> None:
    add_shop(world.runtime, NEW)
    with pytest.raises(Refused, match="already"):
        add_shop(world.runtime, replace(NEW, url="https://other.example/shop"))


def test_an_address_that_only_this_machine_can_reach_is_warned_about(world: World) -> None:
    runtime = replace(world.runtime, settings=Settings(world.runtime.settings.data, ""))
    assert "PUBLIC_URL" in add_shop(runtime, NEW).warnings[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("shop.example", "https://shop.example"),
        (" HTTPS://Shop.Example/ ", "https://shop.example"),
        ("http://localhost:8080/wp/", "http://localhost:8080/wp"),
    ],
)
def test_addresses_have_one_form(text: str, expected: str) -> None:
    assert normal_url(text) == expected


@pytest.mark.parametrize(
    "text", ["", "ftp://shop.example", "https://", "https://a:b@shop.example", "https://x?y=1"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        normal_url(text)


def test_a_check_of_a_shop_that_is_away_says_so_and_keeps_it(world: World) -> None:
    world.shop.away = ShopAway("The shop cannot be reached.")
    assert check_shop(world.runtime, 1) == [Finding("shop", "The shop cannot be reached.")]
    assert world.get(Shop, 1).problem == "The shop cannot be reached."


def test_a_shop_that_does_not_exist_is_named(world: World) -> None:
    with pytest.raises(NotFound, match="no shop 99"):
        check_shop(world.runtime, 99)


# --- programmes -----------------------------------------------------------------------------------------


def test_a_new_version_is_numbered_and_looked_at_by_all_codes(world: World) -> None:
    account = world.account(1000)
    world.change(Account, account, stale=False)
    assert programmes.activate(world.runtime, 1, PROGRAMME, by="anna") == 2
    version = programmes.show(world.runtime, 1)[-1]
    assert (version.number, version.valid_from, version.activated_by) == (2, world.clock.now, "anna")
    assert world.get(Account, account).stale
    assert ("push", 1) in world.bell.rung


def test_a_version_cannot_begin_before_the_newest_one(world: World) -> None:
    programmes.activate(world.runtime, 1, PROGRAMME, world.clock.now)
    with pytest.raises(Refused, match="cannot begin before"):
        programmes.activate(world.runtime, 1, PROGRAMME, world.clock.now - timedelta(days=1))
    programmes.activate(world.runtime, 1, PROGRAMME, world.clock.now)


def test_a_programme_in_another_currency_is_refused(world: World) -> None:
    with pytest.raises(Refused, match="sells in EUR"):
        programmes.activate(world.runtime, 1, '[programme]\ncurrency = "CHF"\n')


def test_a_document_with_a_mistake_changes_nothing(world: World) -> None:
    with pytest.raises(ProgrammeError):
        programmes.activate(world.runtime, 1, PROGRAMME + "[redem]\n")
    assert len(programmes.show(world.runtime, 1)) == 1

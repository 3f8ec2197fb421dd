"""Keys: turned over without anybody noticing, and lost without losing a cent."""

from dataclasses import replace

import pytest
from sqlmodel import select

from bridge.errors import AccessLost, Refused, SealBroken
from bridge.services import keys, leave, webhooks
from bridge.services.connect import unseal
from bridge.services.verify import verify
from bridge.services.ways_in import storefront_key
from bridge.storage.models import Account, Shop, ShopStatus
from bridge.vault import Vault
from tests.bridge.history import bought, earning, happens, live_codes
from tests.bridge.world import World

OLD, NEW, OTHER = bytes(32), bytes(31) + b"n", bytes(31) + b"o"


def with_keys(world: World, *given: bytes) -> World:
    """The same house with another bunch of keys, the newest first."""
    return replace(world, runtime=replace(world.runtime, vault=Vault(given)))


def test_after_a_rotation_the_newest_key_alone_opens_the_access(world: World) -> None:
    assert keys.rotate(with_keys(world, NEW, OLD).runtime) == keys.Rotated([1], [])
    assert unseal(with_keys(world, NEW).runtime, world.get(Shop, 1)).secret == "secret"
    with pytest.raises(SealBroken):
        unseal(with_keys(world, OLD).runtime, world.get(Shop, 1))


def test_a_rotation_changes_neither_codes_nor_fingerprints(world: World) -> None:
    happens(earning(world), bought(1))
    before = live_codes(world)
    rotated = with_keys(world, NEW, OLD)
    keys.rotate(rotated.runtime)
    happens(rotated, bought(2))
    assert live_codes(rotated) == {"anna@example.org": before["anna@example.org"] + 1000}
    assert len(rotated.shop.codes_) == 1


def test_a_shop_that_no_key_opens_rests_and_says_what_to_do(world: World) -> None:
    happens(earning(world), bought(1))
    lost = with_keys(world, OTHER)
    assert keys.rotate(lost.runtime) == keys.Rotated([], [1])
    shop = world.get(Shop, 1)
    assert shop.status == ShopStatus.LOCKED
    assert "rabattkonto shop access 1" in shop.problem
    assert [case.reason for case in world.cases()] == [keys.LOCKED]
    writes = len(lost.shop.writes)
    happens(lost, bought(2))
    assert len(lost.shop.writes) == writes


def test_the_books_can_be_read_without_any_key(world: World) -> None:
    happens(earning(world), bought(1))
    lost = with_keys(world, OTHER)
    keys.examine(lost.runtime)
    with lost.runtime.db.reading() as session:
        assert session.exec(select(Account.balance)).all() == [1000]
    assert verify(lost.runtime) == []


def test_a_key_that_is_found_again_wakes_the_shop(world: World) -> None:
    keys.examine(with_keys(world, OTHER).runtime)
    assert keys.examine(with_keys(world, OTHER, OLD).runtime) == []
    assert (world.get(Shop, 1).status, world.get(Shop, 1).problem) == (ShopStatus.ACTIVE, "")
    assert world.cases() == []


def test_an_access_that_is_entered_again_is_tried_sealed_and_told_to_the_shop(world: World) -> None:
    lost = with_keys(world, OTHER)
    keys.examine(lost.runtime)
    assert keys.enter_access(lost.runtime, 1, "ck_new", "cs_new") == ["order.updated"]
    secrets = unseal(lost.runtime, world.get(Shop, 1))
    assert (secrets.key, secrets.secret) == ("ck_new", "cs_new")
    assert lost.shop.registered == [("https://credit.example.com/webhooks/toy/t0ken", secrets.webhook[0])]
    assert world.get(Shop, 1).status == ShopStatus.ACTIVE
    assert world.cases() == []
    assert ("reconcile", 1) in world.bell.rung


def test_what_the_shop_signed_with_the_former_secret_is_still_taken(world: World) -> None:
    keys.enter_access(world.runtime, 1, "ck_new", "cs_new", "newest")
    assert unseal(world.runtime, world.get(Shop, 1)).webhook == ("newest", "hook")


def test_the_storefront_hears_at_once_of_the_key_that_comes_with_a_new_secret(world: World) -> None:
    keys.enter_access(world.runtime, 1, "ck_new", "cs_new", "newest")
    assert world.shop.furnished[-1].key == storefront_key("newest")
    webhooks.recreate(world.runtime, 1)
    assert world.shop.furnished[-1].key == storefront_key(unseal(world.runtime, world.get(Shop, 1)).webhook[0])
    assert world.shop.furnished[-1].key != storefront_key("newest")


def test_an_access_that_the_shop_does_not_take_is_not_kept(world: World) -> None:
    world.shop.away = AccessLost("The shop does not take the key.")  # type: ignore[assignment]
    with pytest.raises(AccessLost):
        keys.enter_access(world.runtime, 1, "ck_wrong", "cs_wrong")
    assert unseal(world.runtime, world.get(Shop, 1)).key == "key"


def test_a_removed_shop_gets_no_access(world: World) -> None:
    leave.remove(world.runtime, 1)
    with pytest.raises(Refused, match="was removed"):
        keys.enter_access(world.runtime, 1, "ck", "cs")
    assert keys.rotate(world.runtime) == keys.Rotated([], [])

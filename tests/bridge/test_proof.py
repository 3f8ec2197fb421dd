"""A proven mailbox claims what waits under it; an address alone never does."""

import pytest
from sqlmodel import select

from bridge.errors import Refused
from bridge.ports import Contact, CustomerSeen, OrderSeen
from bridge.services import customers, privacy, programmes, proof, settle
from bridge.services.contact import find_shop, load_shop
from bridge.services.settlement import Settlement
from bridge.storage.models import Account
from tests.bridge.world import World
from tests.builders import line, order

TEN_PERCENT = '[programme]\ncurrency = "EUR"\navailable_after_days = 0\n[[earn]]\nid = "all"\npercent = "10"\n'


def _guest_buys(world: World) -> int:
    programmes.activate(world.runtime, world.shop_id, TEN_PERCENT, world.clock.now)
    seen = OrderSeen(order(line(), customer=None, clock="2026-03-02 10:00"), Contact(email="Gerda@Example.org"))
    settle.absorb(world.runtime, load_shop(world.runtime, world.shop_id), [seen], "test")
    with world.runtime.db.reading() as session:
        return max(account.id or 0 for account in session.exec(select(Account)))


def test_a_proven_mailbox_claims_the_guests_credit(world: World) -> None:
    gerda = world.account(email="gerda@example.org", customer="7")
    guest = _guest_buys(world)
    earned = world.get(Account, guest).balance
    assert earned > 0
    assert proof.prove(world.runtime, world.shop_id, gerda)
    assert (world.get(Account, guest).balance, world.get(Account, gerda).balance) == (0, earned)
    assert not proof.prove(world.runtime, world.shop_id, gerda)


def test_without_an_address_there_is_nothing_to_prove(world: World) -> None:
    nobody = world.account(email="")
    with pytest.raises(Refused, match="No e-mail address"):
        proof.prove(world.runtime, world.shop_id, nobody)


def _absorb(world: World, unconfirmed: bool) -> None:
    with world.runtime.db.transaction() as session:
        settlement = Settlement(
            session, find_shop(session, world.shop_id), world.runtime.vault.fingerprint, world.clock.now, "test"
        )
        seen = CustomerSeen("7", Contact("gerda@example.org"), "customer", unconfirmed=unconfirmed)
        customers.absorb(settlement, [seen], trust_registration=True)
        settlement.close()


def test_a_registration_that_the_shop_has_not_confirmed_proves_nothing_until_it_is(world: World) -> None:
    guest = _guest_buys(world)
    earned = world.get(Account, guest).balance
    _absorb(world, unconfirmed=True)
    assert world.get(Account, guest).balance == earned
    registered = privacy.find(world.runtime, world.shop_id, customer="7")
    with pytest.raises(Refused, match="double opt-in"):
        proof.prove(world.runtime, world.shop_id, registered)
    world.clock.forward(minutes=1)
    _absorb(world, unconfirmed=False)
    settle.settle_marked(world.runtime, world.shop_id)
    assert (world.get(Account, guest).balance, world.get(Account, registered).balance) == (0, earned)

"""Vouchers: made, put into the shop, used, withdrawn; apart from the ledger."""

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import select

from bridge.domain.orders import State
from bridge.errors import NotFound, Refused, ShopAway
from bridge.services import push, sweep, vouchers
from bridge.services.vouchers import Wish
from bridge.storage import vouchers as stored
from bridge.storage.models import Entry
from tests.bridge.network import Network, bought
from tests.bridge.world import World

DAY = date(2026, 12, 31)


def states(world: World) -> dict[str, tuple[str, int]]:
    with world.runtime.db.reading() as session:
        return {item.voucher.code: (item.voucher.state, item.used) for item in stored.listed(session, 1)}


def test_many_codes_are_made_up_and_live_in_the_shop(world: World) -> None:
    made = vouchers.create(world.runtime, 1, Wish(500, DAY, count=250, minimum=2000), "owner")
    assert len(set(made.codes)) == 250
    assert all(code.startswith("gutschein-") for code in made.codes)
    assert {state for state, _ in states(world).values()} == {"live"}
    write = world.shop.vouchers[0]
    assert (write.value, write.minimum, write.email, write.uses, write.last_day) == (500, 2000, "", 1, DAY)


def test_a_code_of_ones_own_for_one_address(world: World) -> None:
    vouchers.create(world.runtime, 1, Wish(500, DAY, code="Willkommen", email="New@x.example"), "owner")
    assert world.shop.codes_["willkommen"].holders == ("new@x.example",)
    with pytest.raises(Refused, match="given out before"):
        vouchers.create(world.runtime, 1, Wish(500, DAY, code="willkommen"), "owner")


def test_a_code_whose_address_the_shop_drops_does_not_stay_open_to_everybody(world: World) -> None:
    world.shop.dropped_addresses.add("bad@x")
    vouchers.create(world.runtime, 1, Wish(500, DAY, code="only-you", email="bad@x"), "owner")
    assert states(world)["only-you"][0] == "withdrawn"
    assert world.shop.codes_["only-you"].expired


def test_while_the_shop_is_away_codes_wait_and_follow_by_themselves(world: World) -> None:
    world.shop.away = ShopAway("away")
    made = vouchers.create(world.runtime, 1, Wish(500, DAY), "owner")
    assert made.problem == "away"
    world.shop.away = None
    world.clock.forward(hours=2)
    sweep.sweep(world.runtime)
    assert ("push", 1) in world.bell.rung
    push.push(world.runtime, 1)
    assert states(world)[made.codes[0]] == ("live", 0)


def test_a_code_whose_answer_was_lost_is_found_again_and_a_foreign_one_is_not_taken(world: World) -> None:
    def lost() -> None:
        world.shop.after_write = lambda: None
        raise ShopAway("timed out")

    world.shop.after_write = lost
    vouchers.create(world.runtime, 1, Wish(500, DAY, code="ours"), "owner")
    world.clock.forward(hours=2)
    vouchers.push(world.runtime, 1)
    assert states(world)["ours"] == ("live", 0)
    world.shop.codes_["theirs"] = replace(world.shop.codes_["ours"], code="theirs", voucher="")
    vouchers.create(world.runtime, 1, Wish(500, DAY, code="theirs"), "owner")
    assert states(world)["theirs"][0] == "refused"


def test_uses_are_kept_from_orders_and_given_back_by_a_cancel_and_book_nothing(world: World) -> None:
    network = Network(world)
    vouchers.create(world.runtime, 1, Wish(500, DAY, code="welcome", uses=5), "owner")
    network.settle(network.seen("1", "bea", "2026-03-02 10:00", bought(), coupons=("welcome",)))
    network.settle(network.seen("2", "carl", "2026-03-02 10:00", bought(), coupons=("welcome", "other")))
    assert states(world)["welcome"][1] == 2
    network.settle(
        network.seen("1", "bea", "2026-03-02 11:00", bought(), coupons=("welcome",), state=State.CANCELLED)
    )
    network.settle(network.seen("2", "carl", "2026-03-02 11:00", bought()))
    assert states(world)["welcome"][1] == 0
    network.settle(network.seen("1", "bea", "2026-03-02 12:00", bought(), coupons=("welcome",)))
    assert states(world)["welcome"][1] == 1
    with world.runtime.db.reading() as session:
        assert session.exec(select(Entry)).all() == []


def test_a_batch_is_withdrawn_once(world: World) -> None:
    made = vouchers.create(world.runtime, 1, Wish(500, DAY, count=3), "owner")
    assert vouchers.withdraw(world.runtime, 1, code=made.codes[0].upper()) == 1
    assert vouchers.withdraw(world.runtime, 1, batch=made.batch) == 2
    assert all(world.shop.codes_[code].expired for code in made.codes)
    with pytest.raises(NotFound, match="voucher list"):
        vouchers.withdraw(world.runtime, 1, batch=made.batch)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish(0, DAY), "above zero"),
        (Wish(500, date(2026, 2, 28)), "over already"),
        (Wish(500, DAY, count=0), "1 to"),
        (Wish(500, DAY, code="guthaben-mine"), "are credit"),
        (Wish(500, DAY, code="mine", count=2), "one code"),
        (Wish(500, DAY, code="not this!"), "cannot be a code"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_with_a_sentence(world: World, wish: Wish, said: str) -> None:
    with pytest.raises(Refused, match=said):
        vouchers.create(world.runtime, 1, wish, "owner")
    assert states(world) == {}

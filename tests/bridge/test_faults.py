"""Every fault of a shop's interface, by the toy shop's switches: what we make of it, and that it leaves no trace.

All of them are one of three things: ask again later, a refusal that a person must hear of, a key that is lost.
"""

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import select

from adapters.woocommerce.sandbox import Faults
from bridge.services import work
from bridge.services.contact import LONGEST, load_shop
from bridge.storage.models import Shop
from tests.bridge.test_races import HALF, Race
from tests.simulation.woocommerce import HOOK, KEY, SECRET
from tests.simulation.world import open_world

ALWAYS = 10_000


@pytest.fixture
def race() -> Iterator[Race]:
    with open_world(random.Random(1), HALF.text) as world:
        yield Race(world)


def _shop(race: Race) -> Shop:
    return load_shop(race.world.runtime, race.world.shop_id)


def _earns(race: Race) -> None:
    """There is something to be told to the shop: another code value."""
    race.shop.checkout(race.anna, [(race.tee, 1)], method="stripe")
    race.shop.run_queue()


@pytest.mark.parametrize(
    ("fault", "words", "case"),
    [
        ("server_error", "the shop has a fault", ""),
        ("too_many", "the shop is busy", ""),
        ("html", "something else than data", ""),
        ("away", "the connection failed", ""),
        ("act_then_stall", "no answer came in time", ""),
        ("truncated", "something else than data", ""),
        ("wrong_shape", "something else than a list", ""),
        ("oversized", "larger than", ""),
        ("redirect", "redirected to elsewhere.example", "refused"),
        ("unauthorized", "does not accept our key", "access lost"),
    ],
)
def test_a_fault_is_waited_out_or_told_and_then_everything_is_as_it_should_be(
    race: Race, fault: str, words: str, case: str
) -> None:
    _earns(race)
    setattr(race.shop.faults, fault, ALWAYS)
    work.until_empty(race.world.runtime)
    shop = _shop(race)
    assert words in shop.problem
    assert shop.retry_at is not None
    assert timedelta(0) < shop.retry_at - race.world.clock.now <= LONGEST
    assert race.cases() == ([case] if case else [])
    assert not any(secret in shop.problem for secret in (KEY, SECRET, HOOK))
    asked = race.world.calls()
    work.until_empty(race.world.runtime)
    assert race.world.calls() == asked  # it is left in peace until its time
    race.shop.faults = Faults(stall=0)
    race.rest()
    assert (_shop(race).problem, _shop(race).failures, race.cases()) == ("", 0, [])
    assert (race.balance(), race.code.amount) == (2000, 2000)


@pytest.mark.parametrize(("stated", "least", "most"), [("600", 600, 600), ("", 0, 5), ("99999999", 3600, 3600)])
def test_a_busy_shop_says_how_long_it_wants_to_be_left_alone(
    race: Race, stated: str, least: int, most: int
) -> None:
    _earns(race)
    race.shop.faults.too_many, race.shop.faults.retry_after = 1, stated
    work.until_empty(race.world.runtime)
    until = _shop(race).retry_at
    assert until is not None
    assert least - 60 <= (until - race.world.clock.now).total_seconds() <= most


def test_a_shop_that_stays_away_is_asked_less_and_less_and_never_for_the_last_time(race: Race) -> None:
    _earns(race)
    race.shop.faults.away = ALWAYS
    waits = []
    for _ in range(14):
        work.until_empty(race.world.runtime)
        until = _shop(race).retry_at
        assert until is not None
        waits.append(until - race.world.clock.now)
        race.world.clock.now = until
    assert waits[0] <= timedelta(seconds=5)
    assert LONGEST / 2 <= waits[-1] <= LONGEST
    assert len(set(waits[-3:])) == 3  # spread by chance, so that many installations do not knock together


def test_what_a_shop_did_before_it_fell_silent_is_found_and_not_done_twice(race: Race) -> None:
    """The create call acted and its answer never came: the retry finds its own code."""
    race.shop.coupons.clear()
    _earns(race)
    for _ in range(6):
        race.shop.faults.act_then_stall = 1
        work.until_empty(race.world.runtime)
        race.world.clock.forward(minutes=10)
    race.rest()
    assert len(race.live()) == 1


def test_deliveries_lost_doubled_late_and_reversed_end_in_the_same_sums(race: Race) -> None:
    for fault in ("lose", "double", "late", "reverse"):
        setattr(race.shop.faults, fault, 3)
        race.spend_if_possible()
        _earns(race)
        race.settle()
    race.rest()
    with race.world.runtime.db.reading() as session:
        assert session.exec(select(Shop.failures)).one() == 0

"""Two kinds of credit in one balance: how redemptions were made up, and credit that waits for the adviser."""

from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.domain.lots import LOCKED, Draw, Gate, Given, Spent, draws, replay
from bridge.errors import Refused
from bridge.reports.composition import UNCOVERED, Part, composition
from bridge.services import adviser, partners, verify
from bridge.storage import gates
from bridge.storage.models import Offer
from tests.bridge.network import Network, bought
from tests.bridge.world import World
from tests.builders import BERLIN, at

EARLY = at("2026-01-01 00:00")


@pytest.fixture
def network(world: World) -> Network:
    made = Network(world)
    made.activate()
    partners.enrol(world.runtime, 1, "ada", "ada-k7", since=EARLY)
    return made


def earn_both_kinds(network: Network) -> None:
    """Ada earns 10.00 at 19 percent, 5.00 at 7 percent, and 5.00 by a recommendation at 7 percent."""
    lines = bought(10000), bought(5000, tax="7", line_id="2")
    network.settle(network.seen("1", "ada", "2026-01-02 10:00", *lines))
    network.settle(network.seen("2", "bea", "2026-01-03 10:00", bought(10000, tax="7"), referral="ada-k7"))


def redeem(network: Network, amount: int, clock: str = "2026-02-01 10:00") -> None:
    account = network.account("ada")
    with network.world.runtime.db.transaction() as session:
        session.add(
            Offer(
                shop_id=1, account_id=account, sequence=1, code="guthaben-a", state="live",
                created_at=EARLY,
            )
        )  # fmt: skip
    network.settle(network.seen("9", "ada", clock, bought(100, credit=amount)))


def parts(network: Network) -> tuple[Part, ...]:
    with network.world.runtime.db.reading() as session:
        return composition(session, network.account("ada"), at("2026-06-01 00:00"))["shop:1/order:9"]


def test_a_redemption_tells_kinds_and_rates_of_the_credit_it_took(network: Network) -> None:
    earn_both_kinds(network)
    redeem(network, 1800)
    assert parts(network) == (
        Part("accrual", "19", 1000), Part("accrual", "7", 500), Part("referral", "7", 300),
    )  # fmt: skip


def test_what_no_credit_has_filled_is_told_as_that(network: Network) -> None:
    earn_both_kinds(network)
    redeem(network, 2200)
    assert Part(UNCOVERED, "", 190) in parts(network)
    assert sum(part.amount for part in parts(network)) == 2200


def test_locked_referral_credit_is_pending_until_the_choice_is_recorded(network: Network) -> None:
    earn_both_kinds(network)
    runtime = network.world.runtime
    adviser.lock(runtime, 1, "owner")
    assert (network.standing("ada").balance, network.standing("ada").pending) == (2000, 500)
    with runtime.db.reading() as session:
        assert adviser.standing(session, 1).locked
    assert not verify.verify(runtime)
    network.world.clock.forward(days=1)
    with pytest.raises(Refused, match="--choice"):
        adviser.record(runtime, 1, " ", "owner")
    adviser.record(runtime, 1, "variant A, own account", "Kanzlei Muster")
    assert network.standing("ada").pending == 0
    with runtime.db.reading() as session:
        assert adviser.standing(session, 1).by == "Kanzlei Muster"
        assert len(gates.of_shop(session, 1)) == 2
    assert not verify.verify(runtime)


def test_referral_credit_that_comes_while_it_is_locked_is_locked_too(network: Network) -> None:
    adviser.lock(network.world.runtime, 1, "owner")
    network.world.clock.forward(days=2)
    network.settle(network.seen("2", "bea", "2026-03-02 10:00", bought(), referral="ada-k7"))
    assert network.standing("ada").pending == 500
    assert network.standing("ada").due_at is None


# --- the replay itself --------------------------------------------------------------------------------


def referral(source: str, amount: int, expires: date | None = None, order: int = 1) -> Given:
    return Given("referral", source, amount, EARLY, expires, order)


def test_what_was_spent_before_the_lock_stays_spent_out_of_the_same_credit() -> None:
    given_ = [referral("r", 500), Given("accrual", "a", 500, EARLY, None, 2)]
    spent = [Spent("order:1", 300, at("2026-02-01 10:00"), 10), Spent("order:2", 300, at("2026-04-01 10:00"), 11)]
    lock = [Gate(at("2026-03-01 10:00"), locked=True)]
    assert draws(given_, spent, at("2026-06-01 10:00"), BERLIN, lock) == (
        Draw("order:1", "referral", "r", 300),
        Draw("order:2", "accrual", "a", 300),
    )
    position = replay(given_, spent, at("2026-06-01 10:00"), BERLIN, lock)
    assert {(lot.source, lot.rest) for lot in position.lots} == {("a", 200), ("r", 200)}
    assert (position.pending, position.usable, position.next_at) == (200, 200, None)
    assert next(lot for lot in position.lots if lot.source == "r").usable_at == LOCKED


def test_locked_credit_does_not_expire_and_leaves_time_enough_afterwards() -> None:
    given_ = [referral("r", 500, expires=date(2026, 3, 31))]
    turns = [Gate(at("2026-03-01 10:00"), locked=True), Gate(at("2026-05-01 10:00"), locked=False)]
    assert replay(given_, [], at("2026-04-15 10:00"), BERLIN, turns).lapses == ()
    (lot,) = replay(given_, [], at("2026-05-02 10:00"), BERLIN, turns).lots
    assert lot.expires_on == date(2026, 7, 30)
    assert replay(given_, [], at("2026-08-01 10:00"), BERLIN, turns).lapses[0].amount == 500


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32))
def test_the_parts_of_every_spending_add_up_whatever_happens(seed: int) -> None:
    chance = Random(seed)
    moments = [EARLY + timedelta(days=chance.randrange(300)) for _ in range(30)]
    given_ = [_credit(chance, i, moments[i]) for i in range(12)]
    spent, held = _spendings(chance, moments)
    turns = sorted((Gate(chance.choice(moments), chance.random() < 0.5) for _ in range(3)), key=lambda g: g.at)
    now = EARLY + timedelta(days=400)
    found = draws(given_, spent, now, BERLIN, turns)
    sums: dict[str, int] = dict.fromkeys(held, 0)
    for draw in found:
        assert draw.amount > 0
        sums[draw.source] += draw.amount
    assert sums == held
    assert found == draws(list(given_), list(spent), now, BERLIN, turns)


def _credit(chance: Random, number: int, usable: datetime) -> Given:
    expires = (usable + timedelta(days=chance.randrange(1, 200))).date() if chance.random() < 0.5 else None
    return Given(
        chance.choice(["accrual", "referral"]), f"c{number}", chance.randrange(1, 900), usable, expires, number
    )


def _spendings(chance: Random, moments: list[datetime]) -> tuple[list[Spent], dict[str, int]]:
    """Spendings of which parts come back later, and what each holds in the end."""
    spent, held = [], {}
    for number in range(8):
        amount, taken = chance.randrange(1, 900), moments[number]
        back = chance.randrange(0, amount + 1)
        spent.append(Spent(f"o{number}", amount, taken, 100 + number))
        if back:
            spent.append(Spent(f"o{number}", -back, taken + timedelta(days=chance.randrange(1, 90)), 200 + number))
        held[f"o{number}"] = amount - back
    return spent, held

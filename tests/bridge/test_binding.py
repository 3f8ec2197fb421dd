"""Who is bound to whom by what stands on an order, and when that stands back."""

from itertools import permutations

import pytest

from bridge.domain.orders import State
from bridge.errors import Refused
from bridge.ports import Contact, CustomerSeen
from bridge.services import customers, partners, settle, verify
from bridge.services.contact import find_shop
from bridge.services.settlement import Settlement
from tests.bridge.network import Network, bought
from tests.bridge.world import World
from tests.builders import at

EARLY = at("2026-01-01 00:00")


@pytest.fixture
def network(world: World) -> Network:
    made = Network(world)
    made.activate()
    partners.enrol(world.runtime, 1, "ada", "ada-k7", since=EARLY)
    return made


def proves(network: Network, customer: str, email: str) -> None:
    """The shop says that the customer has proven the mailbox."""
    runtime = network.world.runtime
    with runtime.db.transaction() as session:
        shop = find_shop(session, 1)
        settlement = Settlement(session, shop, runtime.vault.fingerprint, runtime.clock(), "test")
        customers.absorb(settlement, [CustomerSeen(customer, Contact(email), verified=True)], False)
        settlement.close()
    settle.settle_marked(runtime, 1)


def clean(network: Network) -> bool:
    return not verify.verify(network.world.runtime)


def test_the_order_that_a_link_brought_earns_its_partner_already(network: Network) -> None:
    network.settle(network.seen("1", "bea", "2026-03-02 10:00", bought(), referral="ADA-k7"))
    assert network.earned("ada") == ["referral 500"]
    (bound,) = network.bindings("bea")
    assert (bound.sponsor_id, bound.since) == (network.account("ada"), at("2026-03-02 10:00"))
    assert (bound.cause, bound.by, bound.order_id) == ("referral code ada-k7 on order 1", "", "1")
    assert clean(network)


def test_a_partners_coupon_binds_as_a_link_does(network: Network) -> None:
    network.world.clock.now = EARLY
    partners.give_coupon(network.world.runtime, 1, "ada", "ADA10")
    network.settle(network.seen("1", "bea", "2026-03-02 10:00", bought(), coupons=("ada10", "other")))
    assert network.earned("ada") == ["referral 500"]
    assert network.bindings("bea")[0].cause == "coupon ada10 on order 1"


def test_who_has_bought_before_is_no_new_customer(network: Network) -> None:
    network.settle(network.seen("1", "bea", "2026-03-01 10:00", bought()))
    network.settle(network.seen("2", "bea", "2026-03-02 10:00", bought(), referral="ada-k7"))
    assert network.bindings("bea") == []


@pytest.mark.parametrize("way", list(permutations(range(3))))
def test_the_order_of_deliveries_does_not_matter(network: Network, way: tuple[int, ...]) -> None:
    seen = [
        network.seen("1", "bea", "2026-03-01 10:00", bought(), referral="ada-k7"),
        network.seen("2", "bea", "2026-03-02 10:00", bought(20000)),
        network.seen("3", "cleo", "2026-03-03 10:00", bought(), referral="nobody"),
    ]
    for place in way:
        network.settle(seen[place])
    assert sorted(network.earned("ada")) == ["referral 1000", "referral 500"]
    assert clean(network)


def test_an_earlier_order_that_arrives_late_undoes_the_binding_of_a_later_one(network: Network) -> None:
    network.settle(network.seen("2", "bea", "2026-03-02 10:00", bought(), referral="ada-k7"))
    network.settle(network.seen("1", "bea", "2026-03-01 10:00", bought()))
    assert network.bindings("bea") == []
    assert network.earned("ada") == ["referral 500", "referral -500"]
    assert clean(network)


def test_a_cancelled_first_order_still_binds_and_earns_nothing(network: Network) -> None:
    network.settle(network.seen("1", "bea", "2026-03-01 10:00", bought(), referral="ada-k7", state=State.CANCELLED))
    network.settle(network.seen("2", "bea", "2026-03-02 10:00", bought()))
    assert network.earned("ada") == ["referral 500"]


def test_nobody_earns_by_their_own_code(network: Network) -> None:
    network.settle(network.seen("1", "ada", "2026-03-02 10:00", bought(), referral="ada-k7"))
    assert network.earned("ada") == ["accrual 1000"]
    assert "own orders" in network.bindings("ada")[0].cause


def test_the_same_mailbox_is_the_same_person_also_as_a_guest_and_after_the_claim(network: Network) -> None:
    ada = Contact("Ada@example.org", "Ada")
    network.settle(network.seen("1", "ada", "2026-03-01 10:00", bought(), contact=ada))
    guest = network.seen("2", None, "2026-03-02 10:00", bought(), contact=ada, referral="ada-k7")
    network.settle(guest)
    assert network.earned("ada") == ["accrual 1000"]
    proves(network, "ada", "ada@example.org")
    assert network.earned("ada") == ["accrual 1000", "accrual 1000"]
    assert clean(network)


def test_a_guests_binding_moves_with_the_claim_to_the_registered_account(network: Network) -> None:
    guest = network.seen(
        "1", None, "2026-03-02 10:00", bought(), contact=Contact("b@example.org"), referral="ada-k7"
    )
    network.settle(guest)
    proves(network, "bea", "b@example.org")
    assert network.bindings("bea")[0].sponsor_id == network.account("ada")
    network.settle(network.seen("2", "bea", "2026-03-03 10:00", bought()))
    assert network.earned("ada") == ["referral 500", "referral 500"]
    assert clean(network)


def test_likeness_only_asks_for_a_look(network: Network) -> None:
    network.settle(
        network.seen("1", "ada", "2026-03-01 10:00", bought(), contact=Contact("ada@a.example", "Ada B"))
    )
    like = Contact("someone@else.example", "ada  b")
    network.settle(network.seen("2", "bea", "2026-03-02 10:00", bought(), contact=like, referral="ada-k7"))
    assert "referral 500" in network.earned("ada")
    (case,) = network.world.cases()
    assert case.reason == "likeness"
    assert "Ada" not in case.sentence


def test_without_a_referral_part_in_the_programme_nobody_is_bound(world: World) -> None:
    network = Network(world)
    partners.enrol(world.runtime, 1, "ada", "ada-k7", since=EARLY)
    network.settle(network.seen("1", "bea", "2026-03-02 10:00", bought(), referral="ada-k7"))
    assert network.bindings("bea") == []


def test_a_code_says_nothing_of_orders_from_before_it_was_given_out(network: Network) -> None:
    partners.enrol(network.world.runtime, 1, "cleo", "cleo-1")
    network.settle(network.seen("1", "bea", "2026-02-27 10:00", bought(), referral="cleo-1"))
    assert network.bindings("bea") == []


def test_the_first_binding_wins_until_the_merchant_changes_it(network: Network) -> None:
    runtime = network.world.runtime
    partners.enrol(runtime, 1, "cleo", "cleo-1", since=EARLY)
    network.settle(network.seen("1", "bea", "2026-03-01 10:00", bought(), referral="ada-k7"))
    network.settle(network.seen("2", "bea", "2026-03-02 10:00", bought(), referral="cleo-1"))
    assert network.earned("ada") == ["referral 500", "referral 500"]
    partners.bind(runtime, 1, "bea", "cleo", at("2026-03-02 00:00"), "by hand", by="shop owner")
    assert network.earned("cleo") == ["referral 500"]
    assert network.earned("ada") == ["referral 500", "referral 500", "referral -500"]
    assert [row.by for row in network.bindings("bea")] == ["", "shop owner"]
    assert clean(network)


def test_a_binding_by_hand_is_never_changed_by_an_order(network: Network) -> None:
    runtime = network.world.runtime
    partners.bind(runtime, 1, "bea", "cleo", EARLY, "by hand")
    network.settle(network.seen("1", "bea", "2026-03-01 10:00", bought(), referral="ada-k7"))
    assert network.earned("cleo") == ["referral 500"]
    partners.bind(runtime, 1, "bea", None, EARLY, "by hand")
    assert network.earned("cleo") == ["referral 500", "referral -500"]


def test_rings_and_self_sponsoring_are_refused_with_a_sentence(network: Network) -> None:
    runtime = network.world.runtime
    partners.bind(runtime, 1, "bea", "ada", EARLY, "by hand")
    with pytest.raises(Refused, match="own sponsor"):
        partners.bind(runtime, 1, "bea", "bea", EARLY, "by hand")
    with pytest.raises(Refused, match="ring"):
        partners.bind(runtime, 1, "ada", "bea", EARLY, "by hand")
    network.settle(
        network.seen("1", "ada", "2026-03-02 10:00", bought(), referral=partners.enrol(runtime, 1, "bea"))
    )
    assert [row.sponsor_id for row in network.bindings("ada")] == [None]


def test_codes_are_speakable_unique_and_the_merchants_to_choose(network: Network) -> None:
    runtime = network.world.runtime
    made = partners.enrol(runtime, 1, "bea")
    assert len(made) == 9
    assert partners.enrol(runtime, 1, "bea") == made
    assert partners.enrol(runtime, 1, "bea", "Beas-Welt ") == "beas-welt"
    with pytest.raises(Refused, match="another partner's"):
        partners.enrol(runtime, 1, "bea", "ada-k7")
    with pytest.raises(Refused, match="cannot be a code"):
        partners.enrol(runtime, 1, "bea", "mit leer")

"""Another sponsor by hand, and who stands below somebody, level by level."""

import pytest
from sqlalchemy import event
from sqlmodel import select

from bridge.errors import Refused
from bridge.reports import downline
from bridge.services import partners, privacy, verify
from bridge.storage.models import Account, Sponsorship
from tests.bridge.network import Network
from tests.bridge.world import World
from tests.builders import at, line

EARLY = at("2026-01-01 00:00")


@pytest.fixture
def network(world: World) -> Network:
    made = Network(world)
    made.activate()
    for customer in ("ada", "ben", "cleo", "dora"):
        partners.enrol(world.runtime, 1, customer, since=EARLY)
    partners.bind(world.runtime, 1, "cleo", "ben", EARLY, "by hand")
    partners.bind(world.runtime, 1, "dora", "cleo", EARLY, "by hand")
    return made


def levels(network: Network, customer: str) -> dict[int, list[int]]:
    with network.world.runtime.db.reading() as session:
        top, now = network.account(customer), network.world.clock.now
        return {
            number: [each.account for each in downline.level(session, top, number, now, None, 25)]
            for number in downline.counts(session, top, now)
        }


def rebind(network: Network, customer: str, sponsor: str | None, clock: str = "") -> None:
    partners.rebind(
        network.world.runtime,
        network.account(customer),
        network.account(sponsor) if sponsor else None,
        at(clock) if clock else None,
        "Frau Beispiel hat angerufen",
        "Ina",
    )


def test_everybody_below_stands_on_their_level(network: Network) -> None:
    cleo, dora = network.account("cleo"), network.account("dora")
    assert levels(network, "ben") == {1: [cleo], 2: [dora]}
    assert levels(network, "dora") == {}


def test_levels_are_paged_and_cost_one_question_each(network: Network) -> None:
    ben, now = network.account("ben"), network.world.clock.now
    asked: list[str] = []
    runtime = network.world.runtime
    with runtime.db.reading() as session:
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
        downline.counts(session, ben, now)
        (first,) = downline.level(session, ben, 2, now, None, 1)
        assert downline.level(session, ben, 2, now, first.account, 1) == []
    assert (
        len([each for each in asked if each.startswith("WITH")]) == len(asked) - asked.count("BEGIN DEFERRED") == 3
    )
    assert (first.account, first.sponsor) == (network.account("dora"), network.account("cleo"))


def test_a_new_sponsor_earns_from_that_day_on_and_the_old_one_keeps_what_came_before(network: Network) -> None:
    runtime = network.world.runtime
    network.settle(
        network.seen("1", "cleo", "2026-02-01 12:00", line("1", paid=10_000)),
        network.seen("2", "cleo", "2026-02-10 12:00", line("1", paid=20_000)),
    )
    rebind(network, "cleo", "ada", "2026-02-05 00:00")
    earned = {}
    with runtime.db.reading() as session:
        for name in ("ada", "ben"):
            earned[name] = session.get_one(Account, network.account(name)).balance
    assert earned == {"ada": 1000, "ben": 500}
    assert levels(network, "ada") == {1: [network.account("cleo")], 2: [network.account("dora")]}
    assert levels(network, "ben") == {}
    assert not verify.verify(runtime)


def test_what_could_never_be_is_refused_and_changes_nothing(network: Network) -> None:
    rebind(network, "ada", "dora")
    for customer, sponsor, clock, why in (
        ("cleo", "cleo", "", "their own sponsor"),
        ("ben", "ada", "", "a ring"),
        ("ben", "ada", "2099-01-01 00:00", "earlier day"),
        ("cleo", "ada", "2025-06-01 00:00", "later day"),
    ):
        with pytest.raises(Refused, match=why):
            rebind(network, customer, sponsor, clock)
    assert levels(network, "ben")[1] == [network.account("cleo")]


def test_nobody_can_be_the_sponsor(network: Network) -> None:
    rebind(network, "cleo", None)
    assert levels(network, "ben") == {}


def test_an_erased_person_has_no_sponsor_noted_anew_and_no_reason_left(network: Network) -> None:
    runtime, cleo = network.world.runtime, network.account("cleo")
    rebind(network, "cleo", "ada")
    privacy.erase(runtime, cleo)
    with runtime.db.reading() as session:
        causes = {row.cause for row in session.exec(select(Sponsorship).where(Sponsorship.account_id == cleo))}
    assert causes == {"by hand"}
    with pytest.raises(Refused, match="erased"):
        rebind(network, "cleo", "ben")

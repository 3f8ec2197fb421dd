"""What stands behind the daily pages: holds, simulations that were asked for, figures, troubles in words."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import bridge
from bridge.domain.document import ProgrammeError
from bridge.domain.troubles import Remedy, of_case
from bridge.domain.troubles_texts import TEXTS
from bridge.errors import NotFound, Refused
from bridge.reports.overview import Mood, overview
from bridge.services import adjust, figures, hold, proposals, replay, sweep, webhooks
from bridge.services.figures.effect import Booking, Effect, Followed, followed
from bridge.services.push import push
from bridge.services.simulate import jobs
from bridge.storage.cases import open_case
from bridge.storage.models import Figure, Simulation
from tests.bridge.told import TEN_PERCENT, told
from tests.bridge.world import World
from tests.builders import at, line, order


def test_the_code_of_an_account_on_hold_leaves_the_shop_and_comes_back(world: World) -> None:
    account = world.account(available=500)
    push(world.runtime, 1)
    assert [code.face for code in world.shop.live()] == [500]
    hold.pause(world.runtime, account)
    push(world.runtime, 1)
    assert world.shop.live() == []
    hold.resume(world.runtime, account)
    push(world.runtime, 1)
    assert [code.face for code in world.shop.live()] == [500]


def test_an_entry_needs_its_second_person_only_above_the_limit() -> None:
    with told() as books:
        books.tell(order())
        account = books.account().id or 0
        assert proposals.enter(books.runtime, account, 99_999, "ohne Grenze", user=1).booked
        proposals.set_limit(books.runtime, 1, 1000)
        assert proposals.enter(books.runtime, account, -1000, "genau", user=1).booked
        waits = proposals.enter(books.runtime, account, -1001, "darüber", user=1)
        assert not waits.booked
        with pytest.raises(Refused, match="second person"):
            proposals.approve(books.runtime, 1, waits.proposal or 0, user=1)
        proposals.approve(books.runtime, 1, waits.proposal or 0, user=2)
        with pytest.raises(Refused, match="already"):
            proposals.approve(books.runtime, 1, waits.proposal or 0, user=3)
        with pytest.raises(NotFound):
            proposals.refuse(books.runtime, 2, waits.proposal or 0, user=2)
        assert [amount for kind, amount in books.entries() if kind == "adjustment"] == [99_999, -1000, -1001]
        assert books.verify() == []


def test_a_simulation_is_found_by_the_sweep_and_begun_anew_when_its_worker_died() -> None:
    with told() as books:
        books.tell(order(line(paid=10000)))
        with pytest.raises(ProgrammeError):
            jobs.ask(books.runtime, 1, "nonsense", None)
        number = jobs.ask(books.runtime, 1, TEN_PERCENT.replace('"10"', '"20"'), None)
        books.bell.rung.clear()
        sweep.sweep(books.runtime)
        assert (jobs.TASK, 1) in books.bell.rung
        with books.db.transaction() as session:
            running = session.get_one(Simulation, number)
            running.state, running.seen_at = "running", books.clock.now
        jobs.work(books.runtime, 1)
        assert simulation(books.db, number).state == "running"
        books.clock.now += jobs.LOST + timedelta(seconds=1)
        jobs.work(books.runtime, 1)
        done = simulation(books.db, number)
        assert done.report is not None
        assert (done.state, done.report["total"]["simulated"]["earned"]) == ("done", "20.00")


def simulation(db: object, number: int) -> Simulation:
    with db.reading() as session:  # type: ignore[attr-defined]
        found: Simulation = session.get_one(Simulation, number)
        return found


def test_figures_are_worked_out_and_kept_as_they_were() -> None:
    with told() as books:
        books.clock.now = at("2026-03-02 10:00")
        books.tell(order(line(paid=10000)))
        books.clock.now = at("2026-12-01 10:00")
        books.tell(order(line(paid=2000), id="1002", clock="2026-05-01 10:00"))
        adjust.adjust(books.runtime, 1, "anna", 100, "Kulanz", "test")
        figures.refresh(books.runtime, 1)
        figures.refresh(books.runtime, 1)
        with books.db.reading() as session:
            kept = session.get_one(Figure, (1, figures.EFFECT))
            live = session.get_one(Figure, (1, figures.LIVE)).value
        found = Effect.of_json(kept.value)
        assert (found.with_credit.purchases, found.with_credit.returned, found.with_credit.days) == (2, 1, 60)
        assert [(cost.kind, cost.rule, cost.amount) for cost in found.costs] == [("accrual", "all", 1200)]
        assert sum(age.amount for age in found.ages) == 1300
        assert (found.turnover, found.outside) == (12000, 12000)
        assert (live["codes"], live["usable"], live["lacking"]) == (0, 1300, 1)


DAY = timedelta(days=1)
BEGIN = datetime.fromisoformat("2026-01-01T00:00+00:00")


@pytest.mark.parametrize(
    ("days", "usable_on", "expected"),
    [
        ([0], None, [Followed(credit=False, days=None)]),
        ([0], 29, [Followed(credit=True, days=None)]),
        ([0], 31, [Followed(credit=False, days=None)]),
        ([0, 60], 14, [Followed(credit=True, days=60), Followed(credit=True, days=None)]),
        ([0, 30], 14, [Followed(credit=True, days=None)]),
        ([0, 121], 14, [Followed(credit=True, days=None), Followed(credit=True, days=None)]),
        ([300], 14, []),
        ([], 14, []),
    ],
)
def test_both_groups_are_looked_at_the_same_time_after_a_purchase(
    days: list[int], usable_on: int | None, expected: list[Followed]
) -> None:
    usable = BEGIN + DAY * (usable_on or 0)
    booked = [Booking("accrual", "", 100, BEGIN, usable)] if usable_on is not None else []
    assert list(followed([BEGIN + DAY * day for day in days], booked, BEGIN + DAY * 350)) == expected


def test_every_case_that_is_opened_has_its_sentence_in_both_languages() -> None:
    reasons = {
        ("shop:", "access lost"), ("shop:", "locked"), ("shop:", "refused"), ("shop:", "webhooks"),
        ("shop:", "webhooks repaired"), ("order:1", "not settled"), ("order:1", "code used twice"),
        ("order:1", "credit not used"), ("order:1", "customer not told"), ("order:1", "unknown code"),
        ("account:a", "code"), ("account:a", "no address"), ("account:a", "customer deleted"),
        ("account:a", "foreign code"), ("account:a", "likeness"), ("account:a", "erased"),
        ("status:x/y", "paid table"), ("budget", "2026-03"), ("night", "backup"), ("night", "figures"),
    }  # fmt: skip
    for subject, reason in reasons:
        trouble = of_case(subject.removesuffix(":"), reason, "Anna", "detail")
        german, english = trouble.sentence("de"), trouble.sentence("en")
        assert german != TEXTS["unknown"][0], (subject, reason)
        assert german != english
        assert trouble.to_do("de"), (subject, reason)
    unknown = of_case("order:1", "brand new", "1001", "What a later version found.")
    assert (unknown.sentence("en"), unknown.remedy) == (TEXTS["unknown"][1], Remedy.NONE)


def test_the_words_of_troubles_keep_to_the_glossary() -> None:
    said = [text for pair in TEXTS.values() for text in pair]
    assert all(text and not re.search("Gutschrift|gutgeschrieben|Rückforderung|gekappt", text) for text in said)
    sources = Path(bridge.__file__).parent.rglob("*.html")
    assert not any("Gutschrift" in path.read_text("utf-8") for path in sources)


def test_the_light_of_a_shop_follows_what_is_wrong(world: World) -> None:
    def seen() -> tuple[Mood, list[str]]:
        shop = overview(world.runtime).shops[0]
        return shop.mood, [trouble.name for trouble in shop.troubles]

    assert seen() == (Mood.FINE, [])
    world.clock.forward(hours=2)
    assert seen() == (Mood.CASES, ["silent"])
    with world.runtime.db.transaction() as session:
        open_case(session, 1, "order:1", "not settled", "…", world.clock.now)
    assert seen() == (Mood.CASES, ["silent", "cases"])
    with world.runtime.db.transaction() as session:
        open_case(session, 1, "shop", "access lost", "…", world.clock.now)
    assert seen() == (Mood.BROKEN, ["silent", "access lost", "cases"])


def test_webhooks_are_made_anew_on_demand_and_their_case_is_closed(world: World) -> None:
    with world.runtime.db.transaction() as session:
        open_case(session, 1, "shop", "webhooks", "refused", world.clock.now)
    webhooks.recreate(world.runtime, 1)
    assert world.cases() == []
    assert len(world.shop.registered) == 1
    assert ("reconcile", 1) in world.bell.rung


def test_a_replay_that_is_asked_for_leaves_the_work_to_the_workers(world: World) -> None:
    with pytest.raises(NotFound):
        replay.ask(world.runtime, delivery=77)
    assert replay.ask(world.runtime, failed=True, shop_id=1) == 0
    assert world.bell.rung == []

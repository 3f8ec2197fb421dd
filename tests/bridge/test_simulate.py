"""Simulating: the same settlement over the same orders in a ledger of its own; the real one is never marked."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
import tomli_w
from sqlalchemy import select
from sqlmodel import SQLModel

from bridge.errors import NotFound, Refused
from bridge.services.scenario.run import Teller
from bridge.services.scenario.story import ActivateTold, read
from bridge.services.simulate import simulate
from bridge.services.simulate.report import Report

SCENARIOS = Path(__file__).parents[1] / "scenarios"
STORIES = sorted(path for path in SCENARIOS.rglob("*.toml") if "activate" not in path.read_text("utf-8"))
CUSTOMERS = SCENARIOS / "07-sponsor-levels.toml"


@contextmanager
def told(path: Path) -> Iterator[Teller]:
    """A shop to which everything in a scenario has happened."""
    teller = Teller(read(path.read_text("utf-8")))
    try:
        list(teller.tell())
        yield teller
    finally:
        teller.close()


def tried(teller: Teller, document: str, since: datetime | None = None) -> Report:
    return simulate(teller.runtime, teller.shop_id, document, since)


def fingerprint(teller: Teller) -> str:
    """All rows of all tables of the real ledger."""
    found = sha256()
    with teller.runtime.db.reading() as session:
        for table in SQLModel.metadata.sorted_tables:
            for row in session.execute(select(table)):
                found.update(repr(tuple(row)).encode())
    return found.hexdigest()


def own(teller: Teller) -> str:
    return tomli_w.dumps(dict(teller.story.document))


def text(rules: str, basics: str = "available_after_days = 0") -> str:
    return f'[programme]\ncurrency = "EUR"\n{basics}\n{rules}'


@pytest.mark.parametrize(
    "path", [p for p in STORIES if not read(p.read_text("utf-8")).error], ids=lambda path: path.stem
)
def test_simulating_the_running_programme_gives_what_the_ledger_says(path: Path) -> None:
    with told(path) as teller:
        report = tried(teller, own(teller))
    for month in report.months:
        simulated = {kind: amount for kind, amount in month.simulated.kinds.items() if amount}
        assert simulated == {kind: amount for kind, amount in month.running.kinds.items() if amount}
    assert (report.gains, report.losses) == ((), ())


def test_the_real_ledger_is_not_touched() -> None:
    with told(CUSTOMERS) as teller:
        before = fingerprint(teller)
        tried(teller, text('[[earn]]\nid = "all"\npercent = "5"'))
        assert fingerprint(teller) == before


def test_a_dearer_programme_costs_more_and_says_who_gains() -> None:
    with told(CUSTOMERS) as teller:
        report = tried(teller, text('[[earn]]\nid = "all"\npercent = "20"'))
    assert report.orders == 1
    assert report.total.turnover == 96_00
    assert report.total.simulated.earned == 19_20
    assert report.total.running.earned == 16_80
    assert f"{float(report.total.simulated.cost):.2f}" == "0.20"
    assert [(c.simulated, c.running) for c in report.gains] == [(19_20, 10_00)]
    assert [c.running for c in report.losses] == [4_25, 1_70, 85]


def test_initials_say_who_it_is_and_no_name_is_told() -> None:
    with told(CUSTOMERS) as teller:
        report = tried(teller, text('[[earn]]\nid = "all"\npercent = "20"'))
    assert [change.initials for change in report.gains] == ["D."]
    assert "dora" not in str(report.as_json())


def test_orders_placed_before_the_moment_asked_for_are_left_out() -> None:
    with told(CUSTOMERS) as teller:
        report = tried(teller, own(teller), datetime(2026, 3, 3, tzinfo=UTC))
    assert (report.orders, report.months) == (0, ())


def test_full_use_takes_what_was_earned_before_and_no_more_than_the_rules_allow() -> None:
    story = """
    [programme]
    currency = "EUR"
    available_after_days = 0
    [people.anna]
    [[event]]
    at = 2026-03-02T10:00:00+01:00
    order = { id = "1", customer = "anna", state = "paid", lines = [{ id = "1", sku = "A", paid = "100.00" }] }
    [[event]]
    at = 2026-04-02T10:00:00+02:00
    order = { id = "2", customer = "anna", state = "paid", lines = [{ id = "1", sku = "A", paid = "10.00" }] }
    """
    rules = '[[earn]]\nid = "all"\npercent = "10"\n[redeem]\nmax_share_percent = "50"'
    teller = Teller(read(story))
    list(teller.tell())
    report = tried(teller, text(rules))
    teller.close()
    assert [(m.label, m.simulated.fully) for m in report.months] == [("2026-03", 0), ("2026-04", 5_00)]
    assert report.total.simulated.kinds["redemption"] == 0


def test_a_budget_that_stops_says_when_and_what_it_did_not_give() -> None:
    path = SCENARIOS / "more" / "31-budget-stop.toml"
    with told(path) as teller:
        report = tried(teller, own(teller))
        assert report.budget is not None
        assert report.budget.stops
        unstopped = {k: v for k, v in teller.story.document.items() if k != "budget"}
        free = tried(teller, tomli_w.dumps(unstopped))
    assert free.budget is None
    assert report.budget.saved == free.total.simulated.earned - report.total.simulated.earned > 0


def test_a_programme_in_another_currency_is_refused() -> None:
    with told(CUSTOMERS) as teller, pytest.raises(Refused, match="USD"):
        tried(teller, '[programme]\ncurrency = "USD"')


def test_a_shop_that_is_not_here_is_not_found() -> None:
    with told(CUSTOMERS) as teller, pytest.raises(NotFound):
        simulate(teller.runtime, 99, own(teller))


def test_whoever_watches_is_told_of_every_order() -> None:
    seen: list[int] = []
    with told(CUSTOMERS) as teller:
        simulate(teller.runtime, teller.shop_id, own(teller), None, seen.append)
    assert sum(seen) == 1


def test_a_story_with_a_change_of_programme_is_none_of_these() -> None:
    """The first test would be wrong for them: several versions are not one programme."""
    assert not any(
        isinstance(event.what, ActivateTold) for path in STORIES for event in read(path.read_text()).events
    )

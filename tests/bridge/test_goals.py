"""How far it is to the next bonus, and until when."""

from datetime import date

import pytest

from bridge.domain.bonus import Contribution
from bridge.domain.goals import Goal, goals, needed_since, sentence
from bridge.domain.programme import Timeline
from bridge.reports.statement import NextGoal, next_goals
from bridge.storage import contributions
from bridge.storage.db import Database
from tests.bridge.told import Told
from tests.builders import at, line, order, programme, timeline

QUARTER = '[[bonus]]\nid = "q"\nkind = "turnover"\nperiod = "quarter"\nminimum = "100.00"\namount = "10.00"\n'
REGULAR = '[[bonus]]\nid = "r"\nkind = "regularity"\nperiod = "month"\norders = 2\nperiods = 3\namount = "5.00"\n'
FIRST = '[[bonus]]\nid = "f"\nkind = "first_order"\namount = "3.00"\n'
NOW = at("2026-03-20 12:00")
BOTH = f'[programme]\ncurrency = "EUR"\n{QUARTER}{FIRST}'


def bought(clock: str, turnover: int = 2000, group: str = "", kept: bool = True) -> Contribution:
    moment = at(clock)
    return Contribution(clock, moment, moment, turnover, kept, group)


def found(rules: str, *history: Contribution, group: str = "") -> tuple[Goal, ...]:
    return goals(history, group, timeline(programme(rules)), NOW)


def test_what_is_missing_for_a_turnover_bonus_counts_this_period_only() -> None:
    (goal,) = found(QUARTER, bought("2025-12-31 12:00", 9000), bought("2026-01-02 12:00", 8160))
    assert (goal.turnover, goal.until) == (1840, date(2026, 3, 31))
    assert sentence(goal, "de", "EUR").replace("\u00a0", " ") == (
        "noch 18,40 € Einkaufswert bis 31. März 2026 für 10,00 € Guthaben"
    )
    assert sentence(goal, "en", "EUR") == "€18.40 of purchases to go until March 31, 2026 for €10.00 of credit"


def test_a_bonus_that_is_reached_is_no_goal() -> None:
    assert found(QUARTER, bought("2026-01-02 12:00", 10000)) == ()


def test_a_bonus_in_percent_says_the_percentage() -> None:
    (goal,) = found(QUARTER.replace('amount = "10.00"', 'percent = "2.5"'))
    assert sentence(goal, "en", "EUR").endswith("for 2.5% of these purchases of credit")


def test_somebody_of_another_group_has_no_such_goal() -> None:
    rules = QUARTER.replace("amount", 'group = ["vip"]\namount')
    assert found(rules) == ()
    (goal,) = found(rules, bought("2026-03-01 12:00", 4000), bought("2026-03-02 12:00", 4000, "vip"), group="vip")
    assert goal.turnover == 6000


@pytest.mark.parametrize(
    ("months", "orders", "periods"),
    [
        ([], 2, 2),
        (["2026-03"], 1, 2),
        (["2026-02", "2026-02"], 2, 1),
        (["2026-01", "2026-01", "2026-02", "2026-02"], 2, 0),
        (["2025-12"] * 2 + ["2026-01"] * 2 + ["2026-02"] * 2, 2, 2),
        (["2026-01", "2026-01"], 2, 2),
        (["2026-02"], 2, 2),
    ],
)
def test_a_run_of_regular_orders_says_what_this_month_lacks(months: list[str], orders: int, periods: int) -> None:
    (goal,) = found(REGULAR, *(bought(f"{month}-0{n % 2 + 1} 12:00") for n, month in enumerate(months)))
    assert (goal.orders, goal.periods, goal.until) == (orders, periods, date(2026, 3, 31))


def test_a_month_that_has_done_its_part_asks_for_nothing_more() -> None:
    assert found(REGULAR, bought("2026-03-01 12:00"), bought("2026-03-02 12:00")) == ()


def test_a_run_is_said_with_what_comes_after() -> None:
    (goal,) = found(REGULAR, bought("2026-03-01 12:00"))
    assert sentence(goal, "de", "EUR").replace("\u00a0", " ") == (
        "noch 1 Bestellung bis 31. März 2026 und ebenso in 2 weiteren Monaten für 5,00 € Guthaben"
    )


def test_the_first_order_is_a_goal_until_one_is_kept() -> None:
    (goal,) = found(FIRST, bought("2026-03-01 12:00", 0, kept=False))
    assert sentence(goal, "de", "EUR").replace("\u00a0", " ") == "3,00 € Guthaben für Ihre erste Bestellung"
    assert found(FIRST, bought("2026-03-01 12:00")) == ()


def test_the_version_in_force_when_the_period_began_decides() -> None:
    versions = timeline(programme(QUARTER), ("2026-02-01 00:00", programme(QUARTER.replace("100.00", "500.00"))))
    (goal,) = goals([], "", versions, NOW)
    assert goal.turnover == 10000
    (later,) = goals([], "", versions, at("2026-04-01 12:00"))
    assert later.turnover == 50000


def test_without_a_programme_there_is_no_goal() -> None:
    assert goals([], "", Timeline([]), NOW) == ()


@pytest.mark.parametrize("rules", [QUARTER, FIRST, QUARTER + FIRST, REGULAR + FIRST])
@pytest.mark.parametrize("old", [[], ["2019-05-05 12:00"], ["2019-05-05 12:00", "2026-01-01 00:00"]])
@pytest.mark.parametrize("kept", [True, False])
def test_what_has_to_be_known_is_enough(rules: str, old: list[str], kept: bool) -> None:
    history = [bought(clock, kept=kept) for clock in old]
    rows = timeline(programme(rules))
    since = needed_since(rows, NOW)
    recent = [each for each in history if since is None or each.placed >= since]
    before = any(each.kept for each in history if each not in recent)
    assert goals(recent, "", rows, NOW, bought_before=before) == goals(history, "", rows, NOW)


def test_a_turnover_bonus_looks_no_further_back_than_its_period() -> None:
    assert needed_since(timeline(programme(QUARTER)), NOW) == at("2026-01-01 00:00")
    assert needed_since(timeline(programme(FIRST)), NOW) == NOW
    assert needed_since(timeline(programme(QUARTER + REGULAR)), NOW) is None


def test_the_statement_reads_only_the_orders_that_its_goals_need(database: Database) -> None:
    books = Told(database)
    books.open(BOTH)
    books.tell(*(order(line(paid=100), id=str(n), clock="2026-03-01 12:00") for n in range(2000, 2020)))
    books.clock.forward(days=120)
    assert [goal.goal.kind for goal in told(books, rows_read=0)] == ["turnover"]
    books.tell(order(line(paid=3000), id="3000", clock="2026-06-28 12:00"))
    assert [goal.goal.turnover for goal in told(books, rows_read=1)] == [7000]


def told(books: Told, rows_read: int) -> tuple[NextGoal, ...]:
    """The goals of Anna's statement, which reads as many orders as said."""
    account = books.account()
    timeline_ = timeline(programme(QUARTER + FIRST))
    with books.db.reading() as session:
        since = needed_since(timeline_, books.clock.now)
        assert since is not None
        read = contributions.of_accounts(session, [account.id or 0], since).get(account.id or 0, [])
        assert len(read) == rows_read
        return next_goals(session, account, books.clock.now, "de")

"""Bonuses: which are due, since when, and by which version of the programme."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.bonus import Bought, Contribution, due
from bridge.domain.programme import Programme, Timeline
from tests.builders import at, programme, timeline

LATER = at("2030-01-01 00:00")


def bought(number: int, placed: str, turnover: int = 5000, paid: str = "", **values: Any) -> Contribution:
    """An order of Anna's, paid when it was placed unless said."""
    defaults = {"kept": turnover > 0}
    return Contribution(str(number), at(placed), at(paid or placed), turnover, **defaults | values)


def awards(
    rules: Programme | Timeline, *history: Contribution, now: datetime = LATER
) -> dict[str, tuple[int, datetime]]:
    """(minor units, when it was reached) by rule and period."""
    versions = rules if isinstance(rules, Timeline) else timeline(rules)
    found = due(1, "shop:1", history, versions, now)
    return {t.key.source.removeprefix("shop:1/bonus:"): (t.amount, t.happened_at) for t in found.targets}


def amounts(rules: Programme | Timeline, *history: Contribution, now: datetime = LATER) -> dict[str, int]:
    return {name: amount for name, (amount, _) in awards(rules, *history, now=now).items()}


def rule(kind: str, *lines: str) -> str:
    return "\n".join(["[[bonus]]", f'id = "{kind}"', f'kind = "{kind}"', *lines, ""])


# --- turnover ---------------------------------------------------------------------------------------


def turnover(*lines: str, minimum: str = "100.00", period: str = "month") -> str:
    return rule("turnover", f'period = "{period}"', f'minimum = "{minimum}"', *lines)


FIVE = turnover('amount = "5.00"')
TWO_PERCENT = turnover('percent = "2"')


def test_turnover_counts_in_the_period_in_which_the_order_was_placed() -> None:
    march = bought(1, "2026-03-31 23:59", 6000, paid="2026-04-05 10:00")
    april = bought(2, "2026-04-01 00:00", 6000)
    assert amounts(programme(FIVE), march, april) == {}
    assert amounts(programme(FIVE), march, bought(2, "2026-03-01 00:00", 4000)) == {"turnover/2026-03": 500}


def test_a_bonus_is_reached_by_the_payment_that_brings_the_sum_to_the_minimum() -> None:
    orders = [
        bought(1, "2026-03-01 10:00", 6000, paid="2026-03-20 10:00"),
        bought(2, "2026-03-02 10:00", 6000),
        bought(3, "2026-03-25 10:00", 6000),
    ]
    assert awards(programme(FIVE), *orders) == {"turnover/2026-03": (500, at("2026-03-20 10:00"))}


def test_a_percentage_is_of_all_turnover_of_the_period() -> None:
    orders = [bought(1, "2026-03-01 10:00", 10000), bought(2, "2026-03-25 10:00", 2525)]
    assert amounts(programme(TWO_PERCENT), *orders) == {"turnover/2026-03": 251}


@pytest.mark.parametrize(
    ("period", "label"), [("month", "2026-06"), ("quarter", "2026-Q2"), ("half_year", "2026-H1"), ("year", "2026")]
)
def test_every_length_of_period(period: str, label: str) -> None:
    rules = programme(turnover('amount = "5.00"', period=period))
    assert amounts(rules, bought(1, "2026-06-30 23:59", 10000)) == {f"turnover/{label}": 500}


def test_an_award_at_the_periods_end_waits_for_it() -> None:
    rules = programme(turnover('amount = "5.00"', 'award = "period_end"'))
    order = bought(1, "2026-03-02 10:00", 10000)
    before = due(1, "shop:1", [order], timeline(rules), at("2026-03-31 23:59"))
    assert (before.targets, before.next_at) == ((), at("2026-04-01 00:00"))
    assert awards(rules, order) == {"turnover/2026-03": (500, at("2026-04-01 00:00"))}


def test_a_bonus_becomes_usable_days_after_it_was_reached() -> None:
    rules = programme(FIVE, basics="available_after_days = 14")
    (found,) = due(1, "shop:1", [bought(1, "2026-03-20 10:00", 10000)], timeline(rules), LATER).targets
    assert found.usable_at == at("2026-04-03 10:00")


def test_orders_of_other_groups_do_not_count() -> None:
    rules = programme(turnover('amount = "5.00"', 'group = "club"'))
    assert amounts(rules, bought(1, "2026-03-02 10:00", 10000)) == {}
    assert amounts(rules, bought(1, "2026-03-02 10:00", 10000, group="club")) == {"turnover/2026-03": 500}


def test_a_period_is_governed_by_the_version_in_force_when_it_began() -> None:
    versions = timeline(programme(FIVE), ("2026-03-15 00:00", programme(TWO_PERCENT)))
    orders = [bought(1, "2026-03-20 10:00", 10000), bought(2, "2026-04-20 10:00", 10000)]
    assert amounts(versions, *orders) == {"turnover/2026-03": 500, "turnover/2026-04": 200}


def test_the_first_version_governs_periods_that_began_before_it() -> None:
    versions = timeline(("2026-03-15 00:00", programme(FIVE)))
    assert amounts(versions, bought(1, "2026-03-20 10:00", 10000)) == {"turnover/2026-03": 500}


# --- regularity -------------------------------------------------------------------------------------

REGULAR = rule("regularity", 'period = "month"', "orders = 2", "periods = 2", 'amount = "5.00"')


def months(*counts: int, kept: bool = True) -> list[Contribution]:
    """So many orders in January, February, … 2026."""
    return [
        bought(100 * month + n, f"2026-{month:02}-{n + 1:02} 10:00", kept=kept)
        for month, count in enumerate(counts, start=1)
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("counts", "periods"),
    [
        ((2, 2), ["2026-02"]),
        ((2, 1, 2), []),
        ((2, 0, 2), []),
        ((3, 2, 2), ["2026-02"]),
        ((2, 2, 2, 2), ["2026-02", "2026-04"]),
        ((1, 2, 2), ["2026-03"]),
    ],
)
def test_a_run_of_periods_pays_once_and_counts_anew(counts: Sequence[int], periods: list[str]) -> None:
    assert amounts(programme(REGULAR), *months(*counts)) == {f"regularity/{p}": 500 for p in periods}


def test_orders_that_were_wholly_returned_do_not_count() -> None:
    assert amounts(programme(REGULAR), *months(2, 2, kept=False)) == {}


def test_a_run_is_reached_when_the_last_of_its_orders_was_paid() -> None:
    late = bought(9, "2026-01-20 10:00", paid="2026-03-05 10:00")
    found = awards(programme(REGULAR), *months(1, 2), late)
    assert found == {"regularity/2026-02": (500, at("2026-03-05 10:00"))}


def test_a_new_version_with_the_same_rule_lets_a_run_go_on() -> None:
    versions = timeline(programme(REGULAR), ("2026-02-01 00:00", programme(REGULAR + FIVE)))
    assert "regularity/2026-02" in amounts(versions, *months(2, 2))


def test_a_new_version_that_changes_the_rule_starts_a_new_run_with_the_next_period() -> None:
    versions = timeline(programme(REGULAR), ("2026-02-15 00:00", programme(REGULAR.replace("5.00", "7.00"))))
    assert amounts(versions, *months(2, 2, 2, 2)) == {"regularity/2026-02": 500, "regularity/2026-04": 700}
    assert amounts(versions, *months(1, 2, 2, 2)) == {"regularity/2026-04": 700}


# --- first order ------------------------------------------------------------------------------------

FIRST = rule("first_order", 'amount = "3.00"')


def test_the_earliest_placed_order_that_is_kept_brings_the_bonus() -> None:
    orders = [
        bought(1, "2026-03-01 10:00", 0),
        bought(2, "2026-03-02 10:00", paid="2026-03-09 10:00"),
        bought(3, "2026-03-03 10:00"),
    ]
    assert awards(programme(FIRST), *orders) == {"first_order": (300, at("2026-03-09 10:00"))}


def test_the_first_order_is_governed_by_the_version_of_its_moment() -> None:
    versions = timeline(programme(FIRST), ("2026-03-02 00:00", programme()))
    assert amounts(versions, bought(1, "2026-03-01 10:00")) == {"first_order": 300}
    assert amounts(versions, bought(1, "2026-03-02 10:00")) == {}


def test_an_order_from_before_the_first_version_brings_nothing() -> None:
    assert amounts(timeline(("2026-03-02 00:00", programme(FIRST))), bought(1, "2026-03-01 10:00")) == {}


# --- membership -------------------------------------------------------------------------------------

CLUB = rule("membership", 'sku = "CLUB"', 'amount = "2.00"', "months = 3")


def member(number: int, placed: str, returned: str = "") -> Contribution:
    return bought(number, placed, bought=(Bought("1", "CLUB", at(returned) if returned else None),))


def test_a_membership_pays_at_once_and_then_at_the_start_of_its_day() -> None:
    assert awards(programme(CLUB), member(1, "2026-01-31 10:00")) == {
        "membership/2026-01": (200, at("2026-01-31 10:00")),
        "membership/2026-02": (200, at("2026-02-28 00:00")),
        "membership/2026-03": (200, at("2026-03-31 00:00")),
    }


def test_what_comes_later_is_not_due_yet_and_says_when() -> None:
    found = due(1, "shop:1", [member(1, "2026-01-10 10:00")], timeline(programme(CLUB)), at("2026-01-20 10:00"))
    assert (len(found.targets), found.next_at) == (1, at("2026-02-10 00:00"))


def test_giving_the_article_back_keeps_past_months_and_stops_the_coming_ones() -> None:
    found = amounts(programme(CLUB), member(1, "2026-01-10 10:00", returned="2026-02-20 10:00"))
    assert found == {"membership/2026-01": 200, "membership/2026-02": 200}


def test_overlapping_memberships_pay_once_per_month_from_the_earlier_day() -> None:
    orders = [member(1, "2026-01-10 10:00"), member(2, "2026-02-05 10:00")]
    assert awards(programme(CLUB), *orders) == {
        "membership/2026-01": (200, at("2026-01-10 10:00")),
        "membership/2026-02": (200, at("2026-02-05 10:00")),
        "membership/2026-03": (200, at("2026-03-05 00:00")),
        "membership/2026-04": (200, at("2026-04-05 00:00")),
    }


# --- whatever was bought ----------------------------------------------------------------------------

ALL = programme(FIVE + REGULAR + FIRST + CLUB)


@st.composite
def histories(draw: st.DrawFn) -> list[Contribution]:
    days = draw(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 28), st.integers(0, 20000)), max_size=12))
    club = (Bought("1", "CLUB"),)
    return [
        bought(n, f"2026-{month:02}-{day:02} 10:00", paid, bought=club if paid % 7 == 0 else ())
        for n, (month, day, paid) in enumerate(days)
    ]


@given(histories(), st.randoms())
def test_the_order_of_telling_does_not_matter(history: list[Contribution], chance: Any) -> None:
    assert awards(ALL, *chance.sample(history, len(history))) == awards(ALL, *history)


@given(histories(), st.integers(1, 200))
def test_nothing_is_due_before_its_time_and_every_key_once(history: list[Contribution], day: int) -> None:
    now = datetime.fromtimestamp(at("2026-01-01 00:00").timestamp() + day * 86400, at("2026-01-01 00:00").tzinfo)
    found = due(1, "shop:1", history, timeline(ALL), now)
    # What was reached is booked whatever a shop's clock says; only what waits for time has to wait.
    waiting = [target for target in found.targets if target.happened_at > now]
    assert all(target.happened_at in {item.paid_at for item in history} for target in waiting)
    assert found.next_at is None or found.next_at > now
    assert len({target.key for target in found.targets}) == len(found.targets)

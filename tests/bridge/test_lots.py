"""Lots: what is spent first, what waits, what comes back, what lapses."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.domain.lots import GRACE_DAYS, Given, Position, Spent, replay
from tests.builders import BERLIN, at


def credit(
    source: str, amount: int, usable: str = "2026-01-01 00:00", expires: date | None = None, order: int = 0
) -> Given:
    return Given("accrual", source, amount, at(usable), expires, order)


def spend(amount: int, clock: str, source: str = "order:9", order: int = 100) -> Spent:
    return Spent(source, amount, at(clock), order)


def look(given_: list[Given], spent: list[Spent], clock: str = "2026-06-01 12:00") -> Position:
    return replay(given_, spent, at(clock), BERLIN)


def rests(position: Position) -> dict[str, int]:
    return {lot.source: lot.rest for lot in position.lots}


# --- spending ---------------------------------------------------------------------------------------


def test_what_expires_first_is_spent_first() -> None:
    late = credit("late", 500, expires=date(2026, 12, 31), order=1)
    soon = credit("soon", 500, expires=date(2026, 8, 31), order=2)
    never = credit("never", 500, order=3)
    assert rests(look([never, late, soon], [spend(700, "2026-02-01 10:00")])) == {"late": 300, "never": 500}


def test_of_two_with_one_last_day_the_one_booked_first_is_spent_first() -> None:
    day = date(2026, 8, 31)
    lots = [credit("second", 500, expires=day, order=2), credit("first", 500, expires=day, order=1)]
    assert rests(look(lots, [spend(200, "2026-02-01 10:00")])) == {"first": 300, "second": 500}


def test_credit_that_is_not_usable_yet_is_pending_and_cannot_be_spent() -> None:
    position = look([credit("a", 500, usable="2026-07-01 10:00")], [spend(200, "2026-02-01 10:00")])
    assert (position.pending, position.usable, position.debt) == (500, 0, 200)
    assert position.next_at == at("2026-07-01 10:00")


def test_what_was_overspent_is_filled_by_the_next_credit_that_becomes_usable() -> None:
    lots = [credit("a", 500), credit("b", 500, usable="2026-03-01 10:00")]
    position = look(lots, [spend(700, "2026-02-01 10:00")])
    assert (rests(position), position.debt) == ({"b": 300}, 0)


def test_a_movement_in_the_future_has_not_happened_and_says_when_to_look_again() -> None:
    position = look([credit("a", 500)], [spend(200, "2026-06-01 12:05")])
    assert rests(position) == {"a": 500}
    assert position.next_at == at("2026-06-01 12:05")


# --- what comes back --------------------------------------------------------------------------------


def test_credit_comes_back_to_the_lots_it_came_from_the_latest_expiry_first() -> None:
    lots = [credit("soon", 500, expires=date(2026, 8, 31)), credit("late", 500, expires=date(2026, 12, 31))]
    position = look(lots, [spend(800, "2026-02-01 10:00"), spend(-400, "2026-03-01 10:00")])
    assert rests(position) == {"soon": 100, "late": 500}


def test_credit_that_comes_back_first_settles_what_was_owed() -> None:
    position = look([credit("a", 500)], [spend(800, "2026-02-01 10:00"), spend(-400, "2026-03-01 10:00")])
    assert (rests(position), position.debt) == ({"a": 100}, 0)


def test_credit_whose_lot_has_expired_can_be_used_for_ninety_days_more() -> None:
    lots = [credit("a", 500, expires=date(2026, 2, 28))]
    position = look(lots, [spend(500, "2026-02-01 10:00"), spend(-500, "2026-04-01 10:00")])
    assert [(lot.rest, lot.expires_on) for lot in position.lots] == [(500, date(2026, 6, 30))]
    assert date(2026, 4, 1) + timedelta(days=GRACE_DAYS) == date(2026, 6, 30)
    assert not position.lapses


def test_two_returns_of_one_day_after_the_expiry_are_one_lot() -> None:
    lots = [credit("a", 500, expires=date(2026, 2, 28))]
    back = [spend(-200, "2026-04-01 10:00", order=101), spend(-300, "2026-04-01 15:00", order=102)]
    position = look(lots, [spend(500, "2026-02-01 10:00"), *back])
    assert [lot.rest for lot in position.lots] == [500]


def test_the_second_of_two_such_returns_fills_what_was_owed_meanwhile() -> None:
    lots = [credit("a", 500, expires=date(2026, 2, 28))]
    moves = [
        spend(500, "2026-02-01 10:00"),
        spend(-200, "2026-04-01 10:00", order=101),
        spend(250, "2026-04-01 12:00", source="order:10", order=102),
        spend(-300, "2026-04-01 15:00", order=103),
    ]
    position = look(lots, moves)
    assert ([lot.rest for lot in position.lots], position.debt) == ([250], 0)


# --- expiry -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "lapsed"), [("2026-08-31 23:59", []), ("2026-09-01 00:00", [300]), ("2026-09-02 00:00", [300])]
)
def test_a_lot_lapses_at_the_midnight_after_its_last_day(clock: str, lapsed: list[int]) -> None:
    lots = [credit("a", 500, expires=date(2026, 8, 31))]
    position = look(lots, [spend(200, "2026-02-01 10:00")], clock)
    assert [lapse.amount for lapse in position.lapses] == lapsed
    assert all(lapse.at == at("2026-09-01 00:00") for lapse in position.lapses)


def test_a_lot_that_was_spent_whole_does_not_lapse() -> None:
    position = look([credit("a", 500, expires=date(2026, 2, 28))], [spend(500, "2026-02-01 10:00")])
    assert position.lapses == ()


def test_a_lot_that_was_taken_back_takes_its_lapse_with_it() -> None:
    assert look([credit("a", 500, expires=date(2026, 2, 28))], []).lapses
    assert not look([], []).lapses


# --- what holds for any story -----------------------------------------------------------------------

DAYS = st.integers(0, 400)
START = datetime(2025, 1, 1, 9, tzinfo=UTC)
SHIFTS = st.tuples(DAYS, st.one_of(st.none(), st.integers(0, 200)), st.integers(1, 1000))


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[Given], list[Spent]]:
    """Credits with and without expiry, and orders that spend and give back in parts, never more than they took."""
    lots = []
    for number, (day, lasts, amount) in enumerate(draw(st.lists(SHIFTS, max_size=6))):
        usable = START + timedelta(days=day)
        expires = None if lasts is None else usable.date() + timedelta(days=lasts)
        lots.append(Given("accrual", f"lot:{number}", amount, usable, expires, number))
    moves = []
    for number in range(draw(st.integers(0, 4))):
        day, amount = draw(DAYS), draw(st.integers(1, 1500))
        moves.append(Spent(f"order:{number}", amount, START + timedelta(days=day), 100 + 10 * number))
        for part in range(draw(st.integers(0, 2))):
            day += draw(st.integers(0, 60))
            back = draw(st.integers(0, amount))
            amount -= back
            when = START + timedelta(days=day)
            moves.append(Spent(f"order:{number}", -back, when, 101 + 10 * number + part))
    return lots, moves


@settings(max_examples=200, deadline=None)
@given(stories(), DAYS)
def test_nothing_is_lost_and_nothing_is_negative(story: tuple[list[Given], list[Spent]], day: int) -> None:
    lots, moves = story
    now = START + timedelta(days=day)
    position = replay(lots, moves, now, BERLIN)
    moved = sum(lot.amount for lot in lots) - sum(move.amount for move in moves if move.at <= now)
    left = sum(lot.rest for lot in position.lots) - position.debt
    assert left == moved - sum(lapse.amount for lapse in position.lapses)
    assert all(lot.rest > 0 for lot in position.lots)
    assert all(lapse.amount > 0 for lapse in position.lapses)
    assert position.debt >= 0


@settings(max_examples=200, deadline=None)
@given(stories(), DAYS)
def test_every_lot_and_every_lapse_has_a_name_of_its_own(story: tuple[list[Given], list[Spent]], day: int) -> None:
    position = replay(*story, START + timedelta(days=day), BERLIN)
    for items in (position.lots, position.lapses):
        names = [(item.kind, item.source) for item in items]
        assert len(set(names)) == len(names)


@settings(max_examples=200, deadline=None)
@given(stories(), st.randoms(), DAYS)
def test_the_order_of_telling_does_not_matter(
    story: tuple[list[Given], list[Spent]], chance: Random, day: int
) -> None:
    lots, moves = story
    now = START + timedelta(days=day)
    before = replay(lots, moves, now, BERLIN)
    after = replay(chance.sample(lots, len(lots)), chance.sample(moves, len(moves)), now, BERLIN)
    assert (set(after.lots), after.lapses) == (set(before.lots), before.lapses)
    assert (after.debt, after.next_at) == (before.debt, before.next_at)


@settings(max_examples=200, deadline=None)
@given(stories(), DAYS, st.integers(0, 30))
def test_nothing_changes_before_the_moment_that_was_told(
    story: tuple[list[Given], list[Spent]], day: int, later: int
) -> None:
    now = START + timedelta(days=day)
    then = now + timedelta(days=later)
    before = replay(*story, now, BERLIN)
    if before.next_at is None or then < before.next_at:
        after = replay(*story, then, BERLIN)
        assert (after.lots, after.lapses, after.pending) == (before.lots, before.lapses, before.pending)

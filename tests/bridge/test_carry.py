"""Carrying an account on from its open lots: always the same as replaying its whole history, or refused."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

from hypothesis import event, given, settings
from hypothesis import strategies as st

from bridge.domain.carry import News, carried, is_fresh
from bridge.domain.lots import KNOTTED, Position
from bridge.domain.lots import replay as replay_lots
from bridge.domain.targets import Kind
from bridge.storage.movements import movements
from tests.builders import BERLIN

START = datetime(2026, 1, 1, 9, tzinfo=UTC)
NOBODY = Position((), (), 0, 0, None, None)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def credit(source: str, amount: int, usable: int, lasts: int | None = None, **more: object) -> News:
    expires = None if lasts is None else day(usable + lasts).date()
    item = News(Kind.ACCRUAL, source, 1, amount, day(usable), day(usable), expires, False, 0)
    return replace(item, **more)


def spend(source: str, amount: int, at: int, revision: int = 1) -> News:
    return News(Kind.REDEMPTION, source, revision, -amount, day(at), day(at), None, False, 0)


def whole(history: list[News], now: datetime) -> Position:
    return replay_lots(*movements(_Row(item) for item in history), now, BERLIN)


class _Row:
    """An entry as the database gives it back."""

    def __init__(self, item: News) -> None:
        self.kind, self.source, self.amount = item.kind, item.source, item.amount
        self.happened_at, self.usable_at, self.expires_on = item.happened_at, item.usable_at, item.expires_on
        self.number = item.order


def numbered(items: list[News], after: int = 0) -> list[News]:
    return [replace(item, order=number) for item, number in zip(items, count(after + 1))]


def alike(one: Position, other: Position) -> bool:
    """The same lots, figures and next moment; what lapsed before is booked already and not told again."""
    return (set(one.lots), one.pending, one.debt, one.next_at) == (
        set(other.lots), other.pending, other.debt, other.next_at,
    )  # fmt: skip


def test_a_new_credit_needs_no_look_at_anything() -> None:
    assert is_fresh([credit("a", 100, 20)], None)
    assert is_fresh([credit("a", 100, 20)], day(19))
    assert not is_fresh([credit("a", 100, 20)], day(20))
    assert not is_fresh([credit("a", 100, 20), spend("o", 50, 30)], None)


def test_credit_that_comes_back_asks_for_the_history() -> None:
    before = numbered([credit("a", 500, 0), spend("o", 300, 5)])
    stood = whole(before, day(6))
    back = replace(spend("o", -200, 7, revision=2), order=3)
    assert carried(stood.lots, [back], stood.fixed_until, day(8), BERLIN) is None
    assert whole([*before, back], day(8)).fixed_until == day(7)


def test_a_lot_drawn_empty_cannot_grow_unseen() -> None:
    before = numbered([credit("a", 300, 0), credit("b", 500, 1), spend("o", 400, 5)])
    stood = whole(before, day(6))
    more = credit("a", 100, 0, revision=2, order=4)
    assert carried(stood.lots, [more], stood.fixed_until, day(8), BERLIN) is None


# --- what holds for any story -----------------------------------------------------------------------

KINDS = st.sampled_from(["credit", "credit", "credit", "spend", "shrink", "grow", "back", "by hand"])


@st.composite
def stories(draw: st.DrawFn) -> list[list[News]]:
    """Some batches of entries as settling books them: new credits, changes of them, spendings and returns."""
    first: dict[str, News] = {}
    revisions: dict[str, int] = {}
    batches, numbers, clock = [], count(1), 0
    for _ in range(draw(st.integers(1, 5))):
        clock += draw(st.integers(0, 40))
        batch = [item for _ in range(draw(st.integers(0, 4))) if (item := draw(_one(first, revisions, clock)))]
        batches.append([replace(item, order=next(numbers)) for item in batch])
    return batches


@st.composite
def _one(draw: st.DrawFn, first: dict[str, News], revisions: dict[str, int], clock: int) -> News | None:
    what = draw(KINDS)
    at = clock - draw(st.integers(0, 25)) * draw(st.booleans())
    amount = draw(st.integers(1, 500))
    if what in ("credit", "by hand"):
        kind = Kind.ACCRUAL if what == "credit" else Kind.ADJUSTMENT
        lasts = draw(st.one_of(st.none(), st.integers(0, 60)))
        item = credit(f"lot:{len(first)}", amount, at + draw(st.integers(0, 14)), lasts, kind=kind)
        first[item.source] = item
        return item
    if what == "spend":
        name = f"order:{len(revisions)}"
        revisions[name] = 1
        return spend(name, amount, at)
    if what == "back" and revisions:
        name = draw(st.sampled_from(sorted(revisions)))
        return spend(name, -amount, clock, revision=2)
    earned = [source for source, item in first.items() if item.kind is Kind.ACCRUAL]
    if not earned:
        return None
    item = first[draw(st.sampled_from(earned))]
    return replace(item, revision=2, amount=amount if what == "grow" else -min(amount, item.amount))


@settings(max_examples=600, deadline=None)
@given(stories(), st.lists(st.integers(0, 50), min_size=5, max_size=5))
def test_carrying_on_is_replaying_the_whole_history(batches: list[list[News]], passing: list[int]) -> None:
    history: list[News] = []
    stood, clock = NOBODY, 0
    for batch, days in zip(batches, passing, strict=False):
        clock += days
        found = carried(stood.lots, batch, stood.fixed_until, day(clock), BERLIN)
        history += batch
        replayed = whole(history, day(clock))
        if found is not None and stood.fixed_until != KNOTTED:
            event("carried")
            assert alike(found, replayed)
            assert set(found.lapses) == {lapse for lapse in replayed.lapses if lapse.source in _known(stood, batch)}
            stood = found
        else:
            event("replayed")
            stood = replayed


def _known(stood: Position, batch: list[News]) -> set[str]:
    """Lots that an earlier look had left open, or that are new; whatever else lapsed was booked by that look."""
    return {lot.source for lot in stood.lots} | {item.source for item in batch}


def test_the_last_day_of_a_lot_is_kept() -> None:
    item = credit("a", 500, 0, 10, order=1)
    found = carried((), [item], None, day(5), BERLIN)
    assert found is not None
    assert [lot.expires_on for lot in found.lots] == [date(2026, 1, 11)]

"""Carrying an account on: what is new is played onto its open lots, not onto its whole history.

This keeps an order as cheap on an account with a hundred thousand entries as on one with ten. It holds while the
open lots tell everything that still counts: nothing new is dated before the last draw or lapse, and no credit
comes back, since only the history knows which lots it had left. ``None`` is the answer in all other cases; then
the account is replayed whole, with the same result (the property tests compare the two).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bridge.domain.earning import lapses_at
from bridge.domain.lots import Given, OpenLot, Position, Spent
from bridge.domain.lots import replay as _play
from bridge.domain.targets import Kind

_EARNED = frozenset({Kind.ACCRUAL, Kind.BONUS, Kind.REFERRAL})
_BY_HAND = frozenset({Kind.ADJUSTMENT, Kind.OPENING})


@dataclass(frozen=True, slots=True)
class News:
    """An entry that the open lots do not know yet; ``order`` is its place among the account's entries."""

    kind: Kind
    source: str
    revision: int
    amount: int
    happened_at: datetime
    usable_at: datetime
    expires_on: date | None
    moves: bool
    order: int


def is_fresh(news: Iterable[News], fixed_until: datetime | None) -> bool:
    """Whether all of these are new credits that nothing booked so far could have touched."""
    return all(_is_credit(item) and _is_open(item.usable_at, fixed_until) for item in news)


def added(news: Iterable[News], fixed_until: datetime | None, now: datetime, zone: ZoneInfo) -> Position | None:
    """The same as ``carried`` from no lots at all, for new credits of which none has lapsed; else None.

    This is what nearly every order does to nearly every account, so it does without playing anything.
    """
    lots = [_lot(item) for item in news]
    lapses = [lapses_at(day, zone) for day in {lot.expires_on for lot in lots} if day]
    if lapses and min(lapses) <= now:
        return None
    waiting = [lot for lot in lots if lot.usable_at > now]
    moments = [*lapses, *(lot.usable_at for lot in waiting)]
    pending = sum(lot.rest for lot in waiting)
    return Position(tuple(lots), (), pending, 0, min(moments, default=None), fixed_until)


def carried(
    stored: Iterable[OpenLot], news: Iterable[News], fixed_until: datetime | None, now: datetime, zone: ZoneInfo
) -> Position | None:
    """Where the account stands with the news, from its open lots; None where its whole history has to be asked."""
    lots = {(lot.kind, lot.source): lot for lot in stored}
    spent: list[Spent] = []
    for item in news:
        if _is_credit(item) and _is_open(item.usable_at, fixed_until):
            lots[item.kind, item.source] = _lot(item)
        elif item.kind in _EARNED:
            lot = _changed(lots.pop((item.kind, item.source), None), item, fixed_until)
            if lot is None:
                return None
            lots[item.kind, item.source] = lot
        elif _is_spending(item) and (fixed_until or item.happened_at) <= item.happened_at <= now:
            spent.append(Spent(item.source, -item.amount, item.happened_at, item.order))
        else:
            return None
    position = _play([_given(lot) for lot in lots.values() if lot.rest], spent, now, zone)
    known = [moment for moment in (fixed_until, position.fixed_until) if moment is not None]
    return replace(position, fixed_until=max(known, default=None))


def _is_credit(item: News) -> bool:
    """Whether the entry begins a lot."""
    return item.kind in _EARNED | _BY_HAND and item.revision == 1 and item.amount > 0 and not item.moves


def _is_spending(item: News) -> bool:
    taken = item.kind is Kind.REDEMPTION or (item.kind in _BY_HAND and item.revision == 1)
    return taken and item.amount < 0 and not item.moves


def _is_open(usable_at: datetime, fixed_until: datetime | None) -> bool:
    return fixed_until is None or usable_at > fixed_until


def _lot(item: News) -> OpenLot:
    return OpenLot(item.kind, item.source, item.amount, item.usable_at, item.expires_on, item.order)


def _given(lot: OpenLot) -> Given:
    return Given(lot.kind, lot.source, lot.rest, lot.usable_at, lot.expires_on, lot.order)


def _changed(lot: OpenLot | None, item: News, fixed_until: datetime | None) -> OpenLot | None:
    """A lot of another size, as long as nothing can have been drawn from it."""
    same_dates = lot is not None and (lot.usable_at, lot.expires_on) == (item.usable_at, item.expires_on)
    if lot is None or not same_dates or item.moves or not _is_open(lot.usable_at, fixed_until):
        return None
    if not lot.rest or lot.rest + item.amount < 0:
        return None
    return replace(lot, rest=lot.rest + item.amount)

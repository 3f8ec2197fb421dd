"""Who earns with an order above its buyer, and which orders depend on a sponsor's own turnover."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bridge.domain.calendar import midnight, period_of
from bridge.domain.levels import Sponsor
from bridge.domain.programme import Programme, Timeline
from bridge.storage import contributions, facts, orders, people


@dataclass(frozen=True, slots=True)
class Asked:
    """An order's buyer and the moment it was placed, under the programme of that moment."""

    buyer: int
    placed: datetime
    programme: Programme


class Sponsors:
    """The uplines of some orders with their qualification, read in sets."""

    def __init__(self, session: Session, shop_id: int, asked: Iterable[Asked]) -> None:
        self._asked = [a for a in asked if a.programme.referral is not None]
        self._tree = people.Tree(session, {a.buyer for a in self._asked})
        above = self._tree.everybody()
        self._facts = facts.Facts(session, shop_id, [f"account:{i}" for i in above]) if above else None
        self._bought = self._read_turnover(session, above)

    def _read_turnover(self, session: Session, above: Collection[int]) -> dict[int, list[tuple[datetime, int]]]:
        windows = [w for a in self._asked if (w := window(a.programme, a.placed)) is not None]
        if not windows or not above:
            return {}
        start, end = min(w[0] for w in windows), max(w[1] for w in windows)
        return contributions.between(session, above, start, end)

    def upline(self, asked: Asked) -> tuple[Sponsor, ...]:
        """The sponsors of an order, nearest first; nobody ever earns on their own order."""
        if asked.programme.referral is None:
            return ()
        chain = self._tree.upline(asked.buyer, asked.placed)
        return tuple(Sponsor(account, self._qualified(account, asked)) for account in chain)

    def _qualified(self, account: int, asked: Asked) -> bool:
        if self._facts is not None and self._facts.at(f"account:{account}", "employee", asked.placed):
            return False
        referral = asked.programme.referral
        frame = window(asked.programme, asked.placed)
        if referral is None or referral.own_turnover is None or frame is None:
            return True
        own = sum(amount for placed, amount in self._bought.get(account, ()) if frame[0] <= placed < frame[1])
        return own >= referral.own_turnover.minimum


def window(programme: Programme, moment: datetime) -> tuple[datetime, datetime] | None:
    """The period (start, end) in which a sponsor's own turnover counts for an order placed then."""
    if programme.referral is None or programme.referral.own_turnover is None:
        return None
    period = period_of(moment, programme.referral.own_turnover.period, programme.zone)
    return midnight(period.start, programme.zone), midnight(period.end, programme.zone)


def flag_dependents(
    session: Session, shop_id: int, timeline: Timeline, changed: Iterable[tuple[int, datetime]]
) -> None:
    """Ask for settling again what was placed below accounts whose own turnover of a period has moved.

    ``changed`` are (account, placed) of the contributions that moved.
    """
    starts: dict[int, datetime] = {}
    for account, placed in changed:
        version = timeline.at(placed)
        frame = window(version.programme, placed) if version else None
        if frame is not None:
            starts[account] = min(frame[0], starts.get(account, frame[0]))
    if starts:
        below = people.downline(session, starts)
        orders.flag_dirty(session, shop_id, below, min(starts.values()))

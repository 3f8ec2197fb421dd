"""Who earns with an order above its buyer, and which orders depend on a sponsor's own turnover."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
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
    """The uplines of some orders with their qualification, read in sets, only as far up as orders reach."""

    def __init__(self, session: Session, shop_id: int, asked: Iterable[Asked]) -> None:
        self._session = session
        self._shop = shop_id
        self._asked = [a for a in asked if a.programme.referral is not None]
        self._facts: dict[int, facts.Facts] = {}
        self._bought: dict[int, list[tuple[datetime, int]]] = {}
        self._tree = people.Tree(session, {a.buyer for a in self._asked})
        steps = max((_levels(a.programme) for a in self._asked), default=0)
        # With compression whoever does not qualify makes room, so it may take more steps to fill the levels.
        while (above := self._tree.climb(steps)) and self._learn(above):
            pass

    def _learn(self, above: Collection[int]) -> bool:
        """Read about these sponsors; whether an order still looks for more of them."""
        found = facts.Facts(self._session, self._shop, [f"account:{i}" for i in above])
        self._facts |= dict.fromkeys(above, found)
        self._bought |= self._read_turnover(above)
        return any(a.programme.referral and a.programme.referral.compression and not _full(self.upline(a), a)
                   for a in self._asked)  # fmt: skip

    def _read_turnover(self, above: Collection[int]) -> dict[int, list[tuple[datetime, int]]]:
        windows = [w for a in self._asked if (w := window(a.programme, a.placed)) is not None]
        if not windows:
            return {}
        start, end = min(w[0] for w in windows), max(w[1] for w in windows)
        return contributions.between(self._session, above, start, end)

    def upline(self, asked: Asked) -> tuple[Sponsor, ...]:
        """The sponsors whom an order reaches, nearest first; nobody ever earns on their own order."""
        reached: list[Sponsor] = []
        for account in self._tree.upline(asked.buyer, asked.placed):
            if _full(reached, asked):
                break
            reached.append(Sponsor(account, self._qualified(account, asked)))
        return tuple(reached)

    def _qualified(self, account: int, asked: Asked) -> bool:
        if self._facts[account].at(f"account:{account}", "employee", asked.placed):
            return False
        referral = asked.programme.referral
        frame = window(asked.programme, asked.placed)
        if referral is None or referral.own_turnover is None or frame is None:
            return True
        own = sum(amount for placed, amount in self._bought.get(account, ()) if frame[0] <= placed < frame[1])
        return own >= referral.own_turnover.minimum


def _levels(programme: Programme) -> int:
    return len(programme.referral.levels) if programme.referral else 0


def _full(reached: Sequence[Sponsor], asked: Asked) -> bool:
    """Whether nobody further up can earn: the levels are lost where a sponsor does not qualify, or filled up."""
    referral = asked.programme.referral
    taken = sum(each.qualified for each in reached) if referral and referral.compression else len(reached)
    return taken >= _levels(asked.programme)


def window(programme: Programme, moment: datetime) -> tuple[datetime, datetime] | None:
    """The period (start, end) in which a sponsor's own turnover counts for an order placed then."""
    if programme.referral is None or programme.referral.own_turnover is None:
        return None
    period = period_of(moment, programme.referral.own_turnover.period, programme.zone)
    return midnight(period.start, programme.zone), midnight(period.end, programme.zone)


Moved = tuple[int, datetime, int]
"""An account, when it bought, and by how much (minor units) its turnover of that moment has moved."""


def flag_dependents(session: Session, shop_id: int, timeline: Timeline, moved: Iterable[Moved]) -> None:
    """Ask for settling again what was placed below accounts whose own turnover crossed what a sponsor needs."""
    by_window: dict[tuple[datetime, datetime, int, int | None], dict[int, int]] = defaultdict(
        lambda: defaultdict(int)
    )
    for account, placed, amount in moved:
        version = timeline.at(placed)
        frame = window(version.programme, placed) if version else None
        if version is not None and frame is not None:
            by_window[*frame, _minimum(version.programme), _reach(version.programme)][account] += amount
    for (start, end, minimum, reach), deltas in by_window.items():
        crossed = _crossed(session, start, end, minimum, deltas)
        if crossed:
            orders.flag_dirty(session, people.downline(session, crossed, reach), start, end)


def _minimum(programme: Programme) -> int:
    referral = programme.referral
    return referral.own_turnover.minimum if referral and referral.own_turnover else 0


def _reach(programme: Programme) -> int | None:
    """How many steps below a sponsor an order can earn it something; with compression there is no limit."""
    referral = programme.referral
    return len(referral.levels) if referral and not referral.compression else None


def _crossed(session: Session, start: datetime, end: datetime, minimum: int, deltas: Mapping[int, int]) -> set[int]:
    """The accounts that qualify now and did not before, or the other way round."""
    bought = contributions.between(session, list(deltas), start, end)
    crossed = set()
    for account, delta in deltas.items():
        now = sum(amount for _, amount in bought.get(account, ()))
        if (now >= minimum) != (now - delta >= minimum):
            crossed.add(account)
    return crossed

"""What would be redeemed if everybody used all the credit they could: the upper bound of what a programme costs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from bridge.domain.earning import kept
from bridge.domain.lots import Gate, Given, Happening, Replay, Spent, lots_of, timeline
from bridge.domain.orders import LIVE, Article, Order
from bridge.domain.programme import Programme

_BEFORE = timedelta(milliseconds=1)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_LOOK, _SPEND = -1, 3
"""What can be used is looked at before anything else of the moment, and spent when spendings are."""


@dataclass(frozen=True, slots=True)
class Basket:
    """A later purchase: ``most`` is what credit may take off it, minor units."""

    order: str
    placed: datetime
    most: int


def basket(order: Order, programme: Programme, group: str) -> Basket | None:
    """How much credit an order could have used under a programme; None where it could use none."""
    if order.state not in LIVE or order.test:
        return None
    worth = [(item, item.money + int(item.line.credit * item.share)) for item in kept(order, programme, group)]
    allowed = sum(value for item, value in worth if _may_use(programme, item.line.article, group))
    share = programme.redeem.max_share_percent
    most = min(
        allowed if share is None else int(Fraction(allowed) * share),
        sum(value for _, value in worth) - programme.redeem.min_payable,
    )
    return Basket(order.id, order.placed, most) if most > 0 and most >= programme.redeem.minimum else None


def _may_use(programme: Programme, article: Article, group: str) -> bool:
    return not any(rule.use and rule.matches(article, group) for rule in programme.exclude)


def full_use(
    given: Iterable[Given],
    lost: Iterable[Spent],
    baskets: Iterable[Basket],
    zone: ZoneInfo,
    gates: Iterable[Gate] = (),
) -> list[Spent]:
    """What an account redeems, basket by basket, if it always uses all it may.

    ``lost`` is credit taken by hand. What an order itself earned is never used on it.
    """
    wanted = sorted(baskets, key=lambda b: (b.placed, b.order))
    steps: list[tuple[datetime, int, int, Basket | Happening]] = []
    for number, item in enumerate(wanted):
        steps += [(item.placed, _LOOK, number, item), (item.placed, _SPEND, number, item)]
    end = max((item.placed for item in wanted), default=_NEVER)
    steps += timeline(lots_of(given), lost, gates, end)
    state, used = Replay(zone), [0] * len(wanted)
    for at, phase, number, step in sorted(steps, key=lambda s: s[:3]):
        if not isinstance(step, Basket):
            state.lapse_until(at)
            state.go(step)
        elif phase == _LOOK:
            state.lapse_until(at - _BEFORE)
            used[number] = min(max(0, state.usable), step.most)
        elif used[number]:
            state.lapse_until(at)
            state.take(Spent(step.order, used[number], at, number))
    return [Spent(b.order, used[n], b.placed, n) for n, b in enumerate(wanted) if used[n]]

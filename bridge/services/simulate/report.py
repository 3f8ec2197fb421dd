"""What a simulation says: month by month and in all, against the programme that runs. Amounts are minor units."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from bridge.domain import money
from bridge.domain.targets import Kind
from bridge.services.simulate.figures import EARNED, Months


@dataclass(frozen=True, slots=True)
class Side:
    """What one ledger says of a stretch of time. Each figure is a sum of entries, so takings stand below zero.

    ``fully`` is what would be redeemed if everybody always used all they may; 0 for the ledger that runs.
    """

    kinds: Counter[str]
    turnover: int
    fully: int = 0

    @property
    def earned(self) -> int:
        """What the programme gave: credit for articles, bonuses, referrals."""
        return sum(self.kinds[kind.value] for kind in EARNED)

    @property
    def open(self) -> int:
        """What is left of everything booked: the liability that the stretch has added."""
        return sum(self.kinds.values())

    @property
    def cost(self) -> Fraction:
        """What was earned as a part of the turnover; 0 without any."""
        return Fraction(self.earned, self.turnover) if self.turnover else Fraction(0)

    def as_json(self, currency: str) -> dict[str, Any]:
        """The figures for machines; amounts and percentages are texts."""
        kinds = {kind.value: money.plain(self.kinds[kind.value], currency) for kind in Kind}
        return {
            "earned": money.plain(self.earned, currency),
            "kinds": kinds,
            "redeemed": money.plain(-self.kinds[Kind.REDEMPTION.value], currency),
            "redeemed_fully": money.plain(self.fully, currency),
            "expired": money.plain(-self.kinds[Kind.EXPIRY.value], currency),
            "open": money.plain(self.open, currency),
            "cost_percent": f"{float(self.cost * 100):.2f}",
        }


@dataclass(frozen=True, slots=True)
class Month:
    """A month, or all of them (an empty ``label``): the turnover, and what both programmes make of it."""

    label: str
    turnover: int
    simulated: Side
    running: Side

    def as_json(self, currency: str) -> dict[str, Any]:
        """The month for machines."""
        return {
            "month": self.label or None,
            "turnover": money.plain(self.turnover, currency),
            "simulated": self.simulated.as_json(currency),
            "running": self.running.as_json(currency),
        }


@dataclass(frozen=True, slots=True)
class AccountChange:
    """An account that would have earned another sum; ``initials`` are empty where nobody is known."""

    account: str
    initials: str
    simulated: int
    running: int

    def as_json(self, currency: str) -> dict[str, Any]:
        """The account for machines."""
        return {
            "account": self.account,
            "initials": self.initials,
            "simulated": money.plain(self.simulated, currency),
            "running": money.plain(self.running, currency),
            "difference": money.plain(self.simulated - self.running, currency),
        }


@dataclass(frozen=True, slots=True)
class Stop:
    """A period whose budget had run out at a midnight, with the figures known then."""

    period: str
    at: datetime
    cost: int
    turnover: int


@dataclass(frozen=True, slots=True)
class BudgetReport:
    """When the budget had run out, and what stopping then did not give, where the programme stops."""

    stops: tuple[Stop, ...]
    saved: int = 0

    def as_json(self, currency: str) -> dict[str, Any]:
        """The budget for machines."""
        stops = [
            {
                "period": stop.period,
                "at": stop.at.isoformat(),
                "cost": money.plain(stop.cost, currency),
                "turnover": money.plain(stop.turnover, currency),
            }
            for stop in self.stops
        ]
        return {"stops": stops, "not_given": money.plain(self.saved, currency)}


@dataclass(frozen=True, slots=True)
class Report:
    """The whole answer. ``budget`` is None for a programme without one."""

    shop: int
    currency: str
    since: datetime | None
    orders: int
    months: tuple[Month, ...]
    gains: tuple[AccountChange, ...]
    losses: tuple[AccountChange, ...]
    budget: BudgetReport | None

    @property
    def total(self) -> Month:
        """All months together."""
        turnover = sum(month.turnover for month in self.months)
        simulated, running = (
            Side(_added(s.kinds for s in sides), turnover, sum(s.fully for s in sides))
            for sides in ([m.simulated for m in self.months], [m.running for m in self.months])
        )
        return Month("", turnover, simulated, running)

    def as_json(self) -> dict[str, Any]:
        """The report for machines."""
        return {
            "shop": self.shop,
            "currency": self.currency,
            "since": self.since.isoformat() if self.since else None,
            "orders": self.orders,
            "months": [month.as_json(self.currency) for month in self.months],
            "total": self.total.as_json(self.currency),
            "gains": [change.as_json(self.currency) for change in self.gains],
            "losses": [change.as_json(self.currency) for change in self.losses],
            "budget": self.budget.as_json(self.currency) if self.budget else None,
        }


def months(turnover: Counter[str], simulated: Months, running: Months, fully: Counter[str]) -> tuple[Month, ...]:
    """The months in which anything happened, oldest first."""
    labels = sorted({*turnover, *simulated, *running, *fully})
    return tuple(
        Month(
            label,
            turnover[label],
            Side(simulated.get(label, Counter()), turnover[label], fully[label]),
            Side(running.get(label, Counter()), turnover[label]),
        )
        for label in labels
    )


def _added(parts: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return total

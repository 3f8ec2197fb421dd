"""A shop in a history: the toy, the wire to it, everybody who touches it, and what it holds of ours."""

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from bridge.ports import Platform
from bridge.services.shops import NewShop
from bridge.storage.models import Person
from tests.simulation.oracle import Name
from tests.simulation.rules import Rules
from tests.simulation.traps import Traps, Wire

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass
class Clock:
    """The shops' time; the bridge's clock may be off by ``skew``."""

    now: datetime = START
    skew: timedelta = timedelta()

    def shop(self) -> datetime:
        return self.now

    def bridge(self) -> datetime:
        return self.now + self.skew

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass(frozen=True)
class Held:
    """A code of ours as the toy shop has it. ``used``: the shop counts a use of it."""

    code: str
    owner: str
    amount: int
    holders: tuple[str, ...]
    live: bool
    used: bool


@dataclass
class Around:
    """What lies between a shop and the bridge: the clock, the traps, and time that calls take."""

    rng: random.Random
    clock: Clock
    traps: Traps
    tick: Callable[[], None] = field(repr=False)


class Site(ABC):
    """One shop; each platform's site says what is different there. ``shop_id`` is its number at the bridge."""

    rest: ClassVar[tuple[str, ...]]
    """The troubles that the shop's interface can have."""

    post: ClassVar[tuple[str, ...]]
    """The troubles that its deliveries can have."""

    secrets: ClassVar[tuple[str, ...]]
    """What must never stand in a log."""

    ties_guests: ClassVar[bool]
    shop: Any
    wire: Wire
    shop_id: int = 0

    @abstractmethod
    def __init__(self, number: int, around: Around, net_prices: bool) -> None:
        """Open the toy shop with this number, and lay the wire to it."""

    @classmethod
    @abstractmethod
    def platform(cls, wires: Mapping[str, Wire], clock: Clock) -> Platform:
        """The adapter, on these wires (by the shops' addresses) and by our clock."""

    @abstractmethod
    def new(self) -> NewShop:
        """How the shop is connected."""

    @abstractmethod
    def people(self, rng: random.Random) -> Any:
        """Everybody who touches the shop."""

    @abstractmethod
    def codes(self) -> list[Held]:
        """Every code of ours that the shop has."""

    @abstractmethod
    def holder(self, person: Person) -> str:
        """What a code for this person is tied to."""

    @abstractmethod
    def face(self, available: int) -> int:
        """What a code must be worth as the shop states it, for so much credit."""

    @abstractmethod
    def balances(self, rules: Rules, owners: dict[str, Name], placed_by: Mapping[str, str]) -> dict[Name, int]:
        """What the oracle says, from the shop's own data."""

    @abstractmethod
    def stop_trouble(self) -> None:
        """From now on the shop behaves."""

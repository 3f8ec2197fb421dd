"""One seeded history: people, workers and trouble at random; then calm, and the invariants.

The same seed gives the same history: ``python3 -m bridge simulate-faults --seed N`` repeats it.
"""

import random
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.exc import OperationalError

from bridge.errors import BridgeError
from bridge.services import partners, settle, work
from bridge.services.adjust import adjust
from bridge.services.push import push
from bridge.services.reconcile import reconcile
from bridge.services.sweep import sweep
from tests.simulation.checks import problems
from tests.simulation.ears import indiscreet, overheard
from tests.simulation.rules import Rules, rich, simple
from tests.simulation.shopify import ShopifyWorld
from tests.simulation.traps import Crash, Traps
from tests.simulation.world import World, open_world

WORLDS: dict[str, type[World]] = {"woocommerce": World, "shopify": ShopifyWorld}
STEPS = 45
ROUNDS = 12
"""Rounds of calm after which nothing may be left to do: the bound of I11."""


@dataclass
class History:
    """What was done, and what turned out to be wrong."""

    seed: int
    platform: str = "woocommerce"
    story: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def tell(self) -> str:
        """Everything that somebody needs who looks into it."""
        return "\n".join([f"seed {self.seed} ({self.platform}):", *self.problems, "story:", *self.story])


class Driver:
    """Draws what happens next, and does it."""

    def __init__(self, world: World, rng: random.Random, history: History, rules: Rules) -> None:
        self.world = world
        self.rng = rng
        self.rules = rules
        self.history = history
        self.people = world.people()
        world.traps.meanwhile = self._meanwhile
        self._steps: list[tuple[Callable[[], str], int]] = [
            (self.people.act, 30), (self._deliver, 10), (self._work, 16), (self._trouble, 8), (self._time, 8),
            (self._restart, 2), (self._decide, 0 if rules.simple else 4),
        ]  # fmt: skip

    def begin(self) -> None:
        """Everybody has bought something, so that there are codes to be used from the start."""
        for customer in self.people.customers:
            self.world.shop.checkout(customer, [(self.people.goods[-1], 1)], method="stripe")
        self.world.shop.run_queue()
        work.until_empty(self.world.runtime)

    def step(self) -> None:
        """One thing happens. A crash on the way ends the process, and another one begins."""
        steps, weights = zip(*self._steps, strict=True)
        chosen = self.rng.choices(steps, weights)[0]
        self._note(self.guarded(chosen))
        self._look_at_codes()

    def _look_at_codes(self) -> None:
        """I4 holds at every moment: unless the merchant meddles, nobody ever has two codes that can be used."""
        if self.people.meddled:
            return
        owners = Counter(code.owner for code in self.world.codes() if code.live)
        for owner, count in owners.items():
            if count > 1:
                self.history.problems.append(
                    f"I4 {owner} has {count} live codes at {self.world.clock.now:%H:%M:%S}"
                )

    def guarded(self, job: Callable[[], str]) -> str:
        """As the job edge: a database that fails ends the job, a kill ends the process."""
        try:
            return job()
        except OperationalError:
            return "database failed"
        except Crash:
            self.world.restart()
            return "killed"

    def _meanwhile(self) -> None:
        self._note(f"meanwhile {self.people.act()}")

    def _note(self, what: str) -> None:
        self.history.story.append(f"{self.world.clock.now:%m-%d %H:%M:%S} {what}")

    def _deliver(self) -> str:
        return f"delivered {self.world.shop.run_queue()}"

    def _work(self) -> str:
        name, job = self.rng.choice(_JOBS)
        return f"{name}: {job(self.world)}"

    def _trouble(self) -> str:
        match self.rng.randrange(8):
            case 0 | 1:
                name = self.rng.choice(self.world.rest)
                setattr(self.world.shop.faults, name, self.rng.choice((1, 1, 2, 4)))
            case 2 | 3:
                name = self.rng.choice(self.world.post)
                setattr(self.world.shop.faults, name, self.rng.choice((1, 2, 6)))
            case 4 | 5 | 6:
                name = self.rng.choice(Traps.names())
                self.world.traps.arm(name, self.rng.choice((1, 2, 3, 5, 8, 20)))
            case _:
                name = "bell or clock"
                self.world.bell.broken = self.rng.random() < 0.5
                self.world.clock.skew = timedelta(seconds=self.rng.choice((0, 0, -90, 45)))
        return f"trouble: {name}"

    def _time(self) -> str:
        span = self.rng.choice((1, 30, 120, 700, 4000, 90_000))
        self.world.clock.forward(seconds=span)
        return f"{span} s later"

    def _restart(self) -> str:
        self.world.restart()
        return "restart"

    def _decide(self) -> str:
        """What the merchant decides at the bridge: sponsors, bookings by hand, another programme."""
        decision = self.rng.choice((self._bind, self._adjust, self._new_programme))
        try:
            return f"{decision.__name__}: {decision()}"
        except BridgeError as refusal:
            return f"{decision.__name__}: refused ({refusal})"

    def _bind(self) -> str:
        world, (below, above) = self.world, self.rng.choices(self.people.customers, k=2)
        since = world.clock.bridge() - timedelta(hours=self.rng.choice((0, 0, 30)))
        partners.bind(world.runtime, world.shop_id, str(below.id), str(above.id), since, "by hand")
        return f"{below.id} below {above.id}"

    def _adjust(self) -> str:
        customer, amount = self.rng.choice(self.people.customers), self.rng.choice((500, -700, 1))
        adjust(self.world.runtime, self.world.shop_id, str(customer.id), amount, "Kulanz", "storm")
        return f"{amount} for {customer.id}"

    def _new_programme(self) -> str:
        self.world.put_in_force(rich(self.rng, like=self.rules).text)
        return "another one"


_JOBS: tuple[tuple[str, Callable[[World], object]], ...] = (
    ("drain", lambda w: settle.drain(w.runtime, w.shop_id)),
    ("push", lambda w: push(w.runtime, w.shop_id)),
    ("reconcile", lambda w: reconcile(w.runtime, w.shop_id)),
    ("audit", lambda w: reconcile(w.runtime, w.shop_id, full=True)),
    ("sweep", lambda w: sweep(w.runtime)),
    ("all", lambda w: work.until_empty(w.runtime)),
)


def run(seed: int, steps: int = STEPS, platform: str = "woocommerce") -> History:
    """Play one history and check it. Any exception that no job edge would expect is a problem, too."""
    kind = WORLDS[platform]
    rng = random.Random(seed)
    random.seed(seed)  # the product draws its pauses from here
    history = History(seed, platform)
    rules = simple(rng) if rng.random() < 0.6 else rich(rng)
    net = rng.random() < 0.25
    with overheard() as lines, open_world(rng, rules.text, net, kind) as world:
        driver = Driver(world, rng, history, rules)
        try:
            driver.begin()
            for _ in range(steps):
                driver.step()
            history.problems += calm(world, history)
            history.problems += problems(world, rules)
            history.problems += indiscreet(lines, kind.secrets)
        except Exception as error:  # noqa: BLE001 - any failure is a finding here
            history.problems.append(_described(error))
    return history


def calm(world: World, history: History) -> list[str]:
    """Nothing goes wrong any more; whatever was lost is found, within a bounded number of rounds."""
    world.traps.disarm()
    world.stop_trouble()
    world.bell.broken = False
    world.clock.skew = timedelta()
    world.restart()
    before: object = None
    for _ in range(ROUNDS):
        world.clock.forward(minutes=61)
        while world.shop.run_queue():
            pass
        left = work.until_empty(world.runtime)
        read = reconcile(world.runtime, world.shop_id, full=True)
        left += work.until_empty(world.runtime)
        history.story.append(f"calm: {left} {read}")
        now = (left, read.healed, read.problem)
        if not world.shop.waiting and not read.healed and not read.problem and now == before:
            return []
        before = now
    return [f"I11 not at rest after {ROUNDS} rounds: {before}"]


def shrink(history: History, steps: int) -> tuple[History, int]:
    """The same history cut in halves for as long as it still fails, and its length."""
    while steps > 1:
        shorter = run(history.seed, steps // 2, history.platform)
        if not shorter.problems:
            break
        history, steps = shorter, steps // 2
    return history, steps


def told(history: History, steps: int = STEPS) -> str:
    """A failed history in its shortest form, with the command that repeats it."""
    shortest, steps = shrink(history, steps)
    command = f"python3 -m bridge simulate-faults --seed {history.seed} --steps {steps} --shop {history.platform}"
    return f"{shortest.tell()}\nrepeat it with: {command}"


def _described(error: Exception) -> str:
    places = traceback.extract_tb(error.__traceback__)[-4:]
    way = " > ".join(f"{place.filename.rpartition('/')[2]}:{place.lineno}" for place in places)
    return f"{type(error).__name__}: {error} at {way}"

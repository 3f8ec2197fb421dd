"""One seeded history: people, workers and trouble at random; then calm, and the invariants.

The same seed gives the same history: ``python3 -m bridge simulate-faults --seed N`` repeats it.
"""

import random
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy.exc import OperationalError

from bridge.errors import BridgeError
from bridge.runtime import Runtime
from bridge.services import backup, keys, partners, privacy, proof, restore, settle, work
from bridge.services.adjust import adjust
from bridge.services.push import push
from bridge.services.reconcile import reconcile
from bridge.services.sweep import sweep
from tests.simulation.checks import problems
from tests.simulation.ears import indiscreet, overheard
from tests.simulation.rules import Rules, rich, simple
from tests.simulation.shopify import ShopifySite
from tests.simulation.sites import Site
from tests.simulation.traps import Crash, Traps
from tests.simulation.woocommerce import WooSite
from tests.simulation.world import World, open_world

SITES: dict[str, type[Site]] = {"woocommerce": WooSite, "shopify": ShopifySite}

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
        self.crowds = [site.people(rng) for site in world.sites]
        world.traps.meanwhile = self._meanwhile
        self._steps: list[tuple[Callable[[], str], int]] = [
            (self._act, 30), (self._deliver, 10), (self._work, 16), (self._trouble, 8), (self._time, 8),
            (self._restart, 2), (self._keep, 3), (self._decide, 1 if rules.simple else 5),
        ]  # fmt: skip

    def begin(self) -> None:
        """Everybody has bought something, so that there are codes to be used from the start."""
        for people in self.crowds:
            for customer in people.customers:
                people.shop.checkout(customer, [(people.goods[-1], 1)], method="stripe")
            people.shop.run_queue()
        work.until_empty(self.world.runtime)

    def step(self) -> None:
        """One thing happens. A crash on the way ends the process, and another one begins."""
        steps, weights = zip(*self._steps, strict=True)
        chosen = self.rng.choices(steps, weights)[0]
        self._note(self.guarded(chosen))
        self._look_at_codes()

    def _look_at_codes(self) -> None:
        """I4 holds at every moment: unless the merchant meddles, nobody ever has two codes that can be used."""
        for site, people in zip(self.world.sites, self.crowds, strict=True):
            owners = Counter(code.owner for code in site.codes() if code.live)
            for owner, count in owners.items():
                if count > 1 and not people.meddled:
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
        self._note(f"meanwhile {self._act()}")

    def _act(self) -> str:
        people = self.rng.choice(self.crowds)
        return f"{people.shop.url[8:12]} {people.act()}" if len(self.crowds) > 1 else people.act()

    def _note(self, what: str) -> None:
        self.history.story.append(f"{self.world.clock.now:%m-%d %H:%M:%S} {what}")

    def _deliver(self) -> str:
        return f"delivered {self.rng.choice(self.crowds).shop.run_queue()}"

    def _work(self) -> str:
        name, job = self.rng.choice(_JOBS)
        return f"{name}: {job(self.world.runtime, self.rng.choice(self.world.sites).shop_id)}"

    def _trouble(self) -> str:
        match self.rng.randrange(8):
            case 0 | 1:
                site = self.rng.choice(self.world.sites)
                name = self.rng.choice(site.rest)
                setattr(site.shop.faults, name, self.rng.choice((1, 1, 2, 4)))
            case 2 | 3:
                site = self.rng.choice(self.world.sites)
                name = self.rng.choice(site.post)
                setattr(site.shop.faults, name, self.rng.choice((1, 2, 6)))
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

    # --- the operator's desk -----------------------------------------------------------------------

    def _keep(self) -> str:
        """What the operator does to the installation: keys, a backup, going back to it."""
        return self._tried(self.rng.choice((self._rotate_keys, self._back_up, self._back_up, self._go_back)))

    def _rotate_keys(self) -> str:
        """A new key in front; those between it and the last one may go once everything is sealed anew."""
        self.world.keys.insert(0, self.rng.randbytes(32))
        self.world.restart()
        keys.rotate(self.world.runtime)
        if self.rng.random() < 0.5:
            del self.world.keys[1:-1]
            self.world.restart()
        return f"{len(self.world.keys)} keys"

    def _back_up(self) -> str:
        self.world.backups.append(backup.backup(self.world.runtime).file)
        return str(len(self.world.backups))

    def _go_back(self) -> str:
        """Any backup is put back; what was entered by hand since is lost with it."""
        if not self.world.backups:
            return "no backup"
        chosen = self.rng.randrange(len(self.world.backups))
        self.world.restart()
        restored = restore.restore(self.world.runtime, self.world.backups[chosen])
        self.world.restart()
        return f"{chosen}, {restored.erased} erased again, {len(restored.locked)} locked"

    # --- the merchant's desk -----------------------------------------------------------------------

    def _decide(self) -> str:
        """What the merchant decides at the bridge: persons always, and what the oracle does not know of."""
        known_to_oracle = (self._erase, self._prove)
        decisions = (self._bind, self._adjust, self._new_programme)
        return self._tried(self.rng.choice(known_to_oracle if self.rules.simple else known_to_oracle + decisions))

    def _tried(self, decision: Callable[[], str]) -> str:
        try:
            return f"{decision.__name__}: {decision()}"
        except BridgeError as refusal:
            return f"{decision.__name__}: refused ({refusal})"

    def _chosen(self) -> tuple[int, Any]:
        place = self.rng.randrange(len(self.crowds))
        return self.world.sites[place].shop_id, self.crowds[place]

    def _erase(self) -> str:
        shop_id, people = self._chosen()
        customer = self.rng.choice(people.customers)
        privacy.erase(self.world.runtime, privacy.find(self.world.runtime, shop_id, str(customer.id)))
        return f"{customer.id} of shop {shop_id}"

    def _prove(self) -> str:
        """The merchant has seen that a mailbox is the customer's: what waits there is claimed."""
        shop_id, people = self._chosen()
        customer = self.rng.choice(people.customers)
        account = privacy.find(self.world.runtime, shop_id, str(customer.id))
        return f"{customer.id} of shop {shop_id}: {proof.prove(self.world.runtime, shop_id, account)}"

    def _bind(self) -> str:
        shop_id, people = self._chosen()
        below, above = self.rng.choices(people.customers, k=2)
        since = self.world.clock.bridge() - timedelta(hours=self.rng.choice((0, 0, 30)))
        partners.bind(self.world.runtime, shop_id, str(below.id), str(above.id), since, "by hand")
        return f"{below.id} below {above.id}"

    def _adjust(self) -> str:
        shop_id, people = self._chosen()
        customer, amount = self.rng.choice(people.customers), self.rng.choice((500, -700, 1))
        adjust(self.world.runtime, shop_id, str(customer.id), amount, "Kulanz", "storm")
        return f"{amount} for {customer.id}"

    def _new_programme(self) -> str:
        shop_id, _ = self._chosen()
        self.world.put_in_force(shop_id, rich(self.rng, like=self.rules).text)
        return "another one"


_JOBS: tuple[tuple[str, Callable[[Runtime, int], object]], ...] = (
    ("drain", settle.drain),
    ("push", push),
    ("reconcile", reconcile),
    ("audit", partial(reconcile, full=True)),
    ("sweep", lambda runtime, _: sweep(runtime)),
    ("all", lambda runtime, _: work.until_empty(runtime)),
)


def run(seed: int, steps: int = STEPS, platform: str = "woocommerce") -> History:
    """Play one history and check it. Any exception that no job edge would expect is a problem, too."""
    rng = random.Random(seed)
    random.seed(seed)  # the product draws its pauses from here
    history = History(seed, platform)
    rules = simple(rng) if rng.random() < 0.6 else rich(rng)
    shops = rng.choice((1, 1, 2))
    net, kind = rng.random() < 0.25, SITES[platform]
    with overheard() as lines, open_world(rng, rules.text, net, shops, kind=kind) as world:
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
    for site in world.sites:
        site.stop_trouble()
    world.bell.broken = False
    world.clock.skew = timedelta()
    world.restart()
    _enter_access_again(world)
    before: object = None
    for _ in range(ROUNDS):
        world.clock.forward(minutes=61)
        for site in world.sites:
            while site.shop.run_queue():
                pass
        left = work.until_empty(world.runtime)
        read = [reconcile(world.runtime, site.shop_id, full=True) for site in world.sites]
        left += work.until_empty(world.runtime)
        history.story.append(f"calm: {left} {read}")
        now = (left, [each.healed for each in read], [each.problem for each in read])
        waiting = any(site.shop.waiting for site in world.sites)
        if not waiting and not any(each.healed or each.problem for each in read) and now == before:
            return []
        before = now
    return [f"I11 not at rest after {ROUNDS} rounds: {before}"]


def _enter_access_again(world: World) -> None:
    """After a restore no key may open what the backup holds; the merchant does as the case says."""
    for shop_id in keys.examine(world.runtime):
        new = next(site.new() for site in world.sites if site.shop_id == shop_id)
        keys.enter_access(world.runtime, shop_id, new.key, new.secret, new.webhook_secret)


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
    command = f"python3 -m bridge simulate-faults --shop {history.platform} --seed {history.seed} --steps {steps}"
    return f"{shortest.tell()}\nrepeat it with: {command}"


def _described(error: Exception) -> str:
    places = traceback.extract_tb(error.__traceback__)[-4:]
    way = " > ".join(f"{place.filename.rpartition('/')[2]}:{place.lineno}" for place in places)
    return f"{type(error).__name__}: {error} at {way}"

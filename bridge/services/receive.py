"""Receive: whose delivery it is, and keeping it durably before it is answered.

One writer thread groups the deliveries that arrive together into one commit: with a sync per commit
that is many times faster than a transaction per request, and it keeps the order of arrival.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import OperationalError, SQLAlchemyError, StatementError
from sqlmodel import select

from bridge.errors import Busy
from bridge.runtime import Runtime
from bridge.services.connect import unseal
from bridge.storage import inbox
from bridge.storage.db import Database
from bridge.storage.inbox import Arrival
from bridge.storage.models import Shop, ShopStatus

log = structlog.get_logger(__name__)

PATIENCE = 4.0
"""Seconds a delivery may wait for its commit: platforms give up after five (WooCommerce, Shopify)."""

_GROUP_ROWS = 64
_GROUP_BYTES = 16 * 1024 * 1024
_CAPACITY = 256

_UNEXPECTED = "Keeping the delivery failed unexpectedly; it was not kept."


class _Waiter:
    """One arrival and what became of it. A bare lock is all that whoever waits for it needs."""

    __slots__ = ("_answered", "_outcome", "arrival")

    def __init__(self, arrival: Arrival) -> None:
        self.arrival = arrival
        self._outcome: int | Busy | None = None
        self._answered = threading.Lock()
        self._answered.acquire()

    def answer(self, outcome: int | Busy) -> None:
        """Say how it ended; only the first word counts."""
        if self._outcome is None:
            self._outcome = outcome
            self._answered.release()

    def wait(self, seconds: float) -> int:
        """The delivery's id; raises the ``Busy`` that it was answered with, or one of its own."""
        if not self._answered.acquire(timeout=seconds):
            raise Busy(f"The database did not keep the delivery within {seconds:g} seconds.")
        if isinstance(self._outcome, int):
            return self._outcome
        raise self._outcome or Busy(_UNEXPECTED)


class Writer:
    """Keeps arrivals, each group in one commit. The thread starts with the first one, anew if it died."""

    def __init__(self, db: Database, capacity: int = _CAPACITY, patience: float = PATIENCE) -> None:
        self._db = db
        self._capacity = capacity
        self._patience = patience
        self._waiting: deque[_Waiter] = deque()
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def keep(self, arrival: Arrival) -> int:
        """The delivery's id once it is committed; ``Busy`` when that cannot be done now."""
        waiter = _Waiter(arrival)
        with self._change:
            if self._closed:
                raise Busy("The inbox is closing; the delivery was not kept.")
            if len(self._waiting) >= self._capacity:
                raise Busy("The inbox has no room for another delivery right now; it was not kept.")
            self._start()
            self._waiting.append(waiter)
            self._change.notify()
        return waiter.wait(self._patience)

    def close(self) -> None:
        """Keep what waits, then end the thread. Later deliveries get ``Busy``."""
        with self._change:
            self._closed = True
            self._change.notify()
        if self._thread is not None:
            self._thread.join()

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while group := self._next_group():
            try:
                self._commit(group)
            except Exception:  # the thread's edge: whoever waits behind this group must not find nobody here
                log.exception("keeping deliveries failed")
            finally:
                # Whatever went wrong, nobody may wait for an answer that never comes.
                for waiter in group:
                    waiter.answer(Busy(_UNEXPECTED))

    def _next_group(self) -> list[_Waiter]:
        """One waiter and all others that are there already, within bounds; empty when it is time to end."""
        group: list[_Waiter] = []
        size = 0
        with self._change:
            self._change.wait_for(lambda: self._waiting or self._closed)
            while self._waiting and len(group) < _GROUP_ROWS and size < _GROUP_BYTES:
                group.append(self._waiting.popleft())
                size += len(group[-1].arrival.body)
        return group

    def _commit(self, group: list[_Waiter]) -> None:
        try:
            with self._db.transaction() as session:
                ids = inbox.keep(session, [waiter.arrival for waiter in group])
        except (SQLAlchemyError, OSError) as problem:
            self._recover(group, problem)
            return
        for waiter, delivery in zip(group, ids, strict=True):
            waiter.answer(delivery)

    def _recover(self, group: list[_Waiter], problem: Exception) -> None:
        """Refused data must not fail its neighbours; a database that is away fails all alike."""
        if len(group) > 1 and _about_data(problem):
            for waiter in group:
                self._commit([waiter])
            return
        log.error("deliveries not kept", count=len(group), problem=type(problem).__name__)
        for waiter in group:
            waiter.answer(Busy("The database did not take the delivery; it was not kept."))


def _about_data(problem: Exception) -> bool:
    return isinstance(problem, StatementError) and not isinstance(problem, OperationalError)


@dataclass(frozen=True, slots=True)
class Door:
    """What a webhook address opens: the shop, its platform and the secrets that may sign. Never logged."""

    shop_id: int
    platform: str
    secrets: tuple[str, ...] = field(repr=False)


class Doors:
    """The shops by their tokens, remembered for a while so that a delivery costs no look-up.

    Only known tokens are remembered; strangers cannot fill the memory.
    """

    def __init__(self, runtime: Runtime, seconds: float = 60, ticks: Callable[[], float] = time.monotonic) -> None:
        self._runtime = runtime
        self._seconds = seconds
        self._ticks = ticks
        self._known: dict[str, tuple[float, Door]] = {}

    def find(self, token: str) -> Door | None:
        """The shop with this token, or None. ``SealBroken`` when its secrets cannot be opened."""
        read, door = self._known.get(token, (0.0, None))
        if door is not None and self._ticks() - read < self._seconds:
            return door
        return self.look(token)

    def look(self, token: str) -> Door | None:
        """The same, read anew: another process may just have changed the secrets."""
        with self._runtime.db.reading() as session:
            shop = session.exec(select(Shop).where(Shop.token == token)).one_or_none()
        if shop is None or shop.id is None or shop.status == ShopStatus.REMOVED:
            self._known.pop(token, None)
            return None
        door = Door(shop.id, shop.platform, unseal(self._runtime, shop).webhook)
        self._known[token] = (self._ticks(), door)
        return door

"""The doorbell: tells the workers that something waits for a shop. It carries ids, never content.

Redis may be away or wiped at any moment: a lost ring is rung again by the sweep.
"""

import threading

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue

from bridge.runtime import Doorbell

log = structlog.get_logger(__name__)

QUEUES = {
    "drain": "drain",
    "push": "push",
    "reconcile": "push",
    "night": "push",
    "watch": "push",
    "mail": "push",
    "news": "push",
    "connect": "push",
    "sample": "push",
}
"""Task → queue. A worker takes exactly one queue: on several, RQ loses a job whose worker is killed early."""

WORKING_QUEUES = tuple(sorted(set(QUEUES.values())))

PATIENCE = 0.5
"""Seconds that a ring may take to connect, and again to be answered."""

_QUIET = 30
"""Seconds in which a second ring for the same thing is swallowed unless the task has begun."""

_JOB_SECONDS = 600
_KEEP_FAILURES = 3600


def connect(redis_url: str) -> Redis:
    """A client that gives up quickly: for everything but the worker's own waiting."""
    return Redis.from_url(
        redis_url,
        socket_connect_timeout=PATIENCE,
        socket_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )


class RedisBell:
    """Rings by way of RQ. Rings for the same task and shop are one job until that job begins."""

    def __init__(self, redis_url: str) -> None:
        self._redis = connect(redis_url)
        self._queues = {name: Queue(name, connection=self._redis, serializer="json") for name in WORKING_QUEUES}

    def ring(self, task: str, shop_id: int) -> None:
        """Ask for a task. Never raises for the queue's sake; blocks about a second at worst."""
        try:
            if self._redis.set(_mark(task, shop_id), 1, nx=True, ex=_QUIET):
                self._enqueue(QUEUES[task], task, shop_id)
        except RedisError as problem:
            log.warning("ring lost, the sweep will repeat it", task=task, problem=type(problem).__name__)

    def ask_for_beat(self, queue: str) -> None:
        """Ask the worker of a queue for a sign of life; like ``ring``, it never raises."""
        try:
            if self._redis.set(_mark("beat", queue), 1, nx=True, ex=_QUIET):
                self._enqueue(queue, "beat", queue)
        except RedisError as problem:
            log.warning("no sign of life asked for", queue=queue, problem=type(problem).__name__)

    def answered(self, task: str, subject: int | str) -> None:
        """A job has begun: whoever rings from now on is heard again."""
        try:
            self._redis.delete(_mark(task, subject))
        except RedisError as problem:
            log.warning("ring mark not cleared, it fades by itself", problem=type(problem).__name__)

    def reachable(self) -> bool:
        """Whether the queue answers right now."""
        try:
            return bool(self._redis.ping())
        except RedisError:
            return False

    def _enqueue(self, queue: str, task: str, subject: int | str) -> None:
        self._queues[queue].enqueue(
            f"bridge.tasks.{task}",
            subject,
            job_timeout=_JOB_SECONDS,
            result_ttl=0,
            failure_ttl=_KEEP_FAILURES,
        )


class SilentBell:
    """For runs without workers: what waits is found by the sweep or by whoever works it off by hand."""

    def ring(self, task: str, shop_id: int) -> None:
        """Nothing happens."""


class Ringer:
    """Rings from a thread of its own, so that an answer to a shop never waits for the queue.

    What waits to be rung is a set: as many as there are shops and tasks, never more.
    """

    def __init__(self, bell: Doorbell) -> None:
        self._bell = bell
        self._wanted: set[tuple[str, int]] = set()
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def ring(self, task: str, shop_id: int) -> None:
        """Have it rung soon. Never raises, never blocks."""
        with self._change:
            self._wanted.add((task, shop_id))
            self._change.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="ringer", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Ring what is still wanted, then end the thread."""
        with self._change:
            self._closed = True
            self._change.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while wanted := self._next():
            for task, shop_id in sorted(wanted):
                self._bell.ring(task, shop_id)

    def _next(self) -> set[tuple[str, int]]:
        with self._change:
            self._change.wait_for(lambda: self._wanted or self._closed)
            wanted, self._wanted = self._wanted, set()
        return wanted


def _mark(task: str, subject: int | str) -> str:
    return f"rabattkonto:rung:{task}:{subject}"

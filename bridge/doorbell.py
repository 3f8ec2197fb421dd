"""The doorbell: tells the workers that something waits for a shop. It carries ids, never content.

Redis may be away or wiped at any moment: a lost ring is rung again by the sweep.
"""

import secrets
import threading
from functools import cache

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.utils import as_text

from bridge.runtime import Doorbell

log = structlog.get_logger(__name__)

QUEUES = {
    "drain": "drain",
    "push": "push",
    "reconcile": "push",
    "watch": "push",
    "mail": "push",
    "news": "push",
    "connect": "push",
    "night": "long",
    "figures": "long",
    "simulate": "long",
    "sample": "push",
}
"""Task → queue. A worker takes exactly one queue: on several, RQ loses a job whose worker is killed early.

What may take minutes has a queue of its own: no customer's code waits for a simulation.
"""

WORKING_QUEUES = tuple(sorted(set(QUEUES.values())))

PATIENCE = 0.5
"""Seconds that a ring may take to connect, and again to be answered."""

_BREATH = 0.02
"""Seconds between two rounds of ringing: at a thousand deliveries a second one ring stands for twenty of them."""

_JOB_SECONDS = 600

_LONG_JOB_SECONDS = 4 * 3600

_QUIET = _JOB_SECONDS
"""Seconds after which a ring is heard although its job still waits: the longest that one job may hold a worker."""

_KEEP_FAILURES = 3600


def connect(redis_url: str) -> Redis:
    """A client that gives up quickly: for everything but the worker's own waiting."""
    return Redis.from_url(
        redis_url,
        socket_connect_timeout=PATIENCE,
        socket_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )


@cache
def _asking(redis_url: str) -> Redis:
    """The client for asking whether the queue answers; its connection stays open."""
    return connect(redis_url)


def reachable(redis_url: str) -> bool:
    """Whether the queue answers right now. A connection that broke since the last question is opened anew."""
    for _ in range(2):
        try:
            return bool(_asking(redis_url).ping())
        except RedisError:
            continue
    return False


class RedisBell:
    """Rings by way of RQ. Rings for the same task and shop are one job until that job begins."""

    def __init__(self, redis_url: str) -> None:
        self._redis = connect(redis_url)
        self._queues = {name: Queue(name, connection=self._redis, serializer="json") for name in WORKING_QUEUES}

    def ring(self, task: str, shop_id: int) -> None:
        """Ask for a task. Never raises for the queue's sake; blocks about a second at worst."""
        try:
            self._enqueue(QUEUES[task], task, shop_id)
        except RedisError as problem:
            log.warning("ring lost, the sweep will repeat it", task=task, problem=type(problem).__name__)

    def ask_for_beat(self, queue: str) -> None:
        """Ask the worker of a queue for a sign of life; like ``ring``, it never raises."""
        try:
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
        job = f"{task}-{subject}-{secrets.token_hex(6)}"
        if not self._claim(queue, _mark(task, subject), job):
            return
        self._queues[queue].enqueue(
            f"bridge.tasks.{task}",
            subject,
            job_id=job,
            job_timeout=_LONG_JOB_SECONDS if queue == "long" else _JOB_SECONDS,
            result_ttl=0,
            failure_ttl=_KEEP_FAILURES,
        )

    def _claim(self, queue: str, mark: str, job: str) -> bool:
        """Whether this job is the one to be queued: not while an earlier one for the same thing still waits.

        A mark alone proves nothing: the worker that took its job may have been killed before it said so.
        """
        if self._redis.set(mark, job, nx=True, ex=_QUIET):
            return True
        earlier = self._redis.get(mark)
        if earlier is not None and self._queues[queue].get_job_position(as_text(earlier)) is not None:
            return False
        self._redis.set(mark, job, ex=_QUIET)
        return True


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
            if (task, shop_id) in self._wanted:
                return
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
            with self._change:
                self._change.wait_for(lambda: self._closed, _BREATH)

    def _next(self) -> set[tuple[str, int]]:
        with self._change:
            self._change.wait_for(lambda: self._wanted or self._closed)
            wanted, self._wanted = self._wanted, set()
        return wanted


def _mark(task: str, subject: int | str) -> str:
    return f"rabattkonto:rung:{task}:{subject}"

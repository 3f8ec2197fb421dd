"""What the workers run: each job takes an id and calls one use case, and is harmless to run twice or never."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker

from bridge.app import build_runtime
from bridge.config import Settings
from bridge.doorbell import QUEUES, RedisBell
from bridge.runtime import Runtime
from bridge.services import approvals, health, setup, webhooks
from bridge.services import figures as figuring
from bridge.services import mail as mails
from bridge.services import news as tidings
from bridge.services import night as nights
from bridge.services import push as pushing
from bridge.services import reconcile as reconciling
from bridge.services import work as work_
from bridge.services.simulate import jobs as simulations

log = structlog.get_logger(__name__)

_LONGEST_PAUSE = 5.0
_WAIT_FOR_JOB = 45
"""Seconds until a worker's wait for a job ends and begins anew: a queue that vanished is noticed by then."""

_runtime: Runtime | None = None


def drain(shop_id: int) -> None:
    """Settle what waits for a shop."""
    _do("drain", shop_id, work_.drain)


def push(shop_id: int) -> None:
    """Bring the shop's codes in line with its accounts."""
    _do("push", shop_id, pushing.push)


def reconcile(shop_id: int) -> None:
    """Read from the shop what its webhooks may have missed."""
    _do("reconcile", shop_id, reconciling.reconcile)


def night(shop_id: int) -> None:
    """Do a shop's nightly work."""
    _do("night", shop_id, nights.night)


def figures(shop_id: int) -> None:
    """Work out the figures over all orders of a shop."""
    _do("figures", shop_id, figuring.refresh)


def simulate(shop_id: int) -> None:
    """Run the simulations that were asked for."""
    _do("simulate", shop_id, simulations.work)


def watch(shop_id: int) -> None:
    """Look after the webhooks in a shop."""
    _do("watch", shop_id, webhooks.keep_healthy)


def mail(shop_id: int) -> None:
    """Send the mails that are due."""
    _do("mail", shop_id, mails.send)


def news(shop_id: int) -> None:
    """Write today's letters to a shop's customers."""
    _do("news", shop_id, tidings.tell)


def connect(shop_id: int) -> None:
    """Connect the shops whose owners have let us in."""
    _do("connect", shop_id, approvals.connect)


def sample(shop_id: int) -> None:
    """Read a shop's last orders, for the programme to be tried on them."""
    _do("sample", shop_id, setup.sample)


def beat(queue: str) -> None:
    """The sign of life of the worker on this queue."""
    runtime = here()
    _answered(runtime, "beat", queue)
    health.beat(runtime, f"worker {queue}")


def here() -> Runtime:
    """This process's runtime, built at its first job."""
    global _runtime
    if _runtime is None:
        _runtime = build_runtime(Settings.load(os.environ, Path(".env")))
    return _runtime


def work(settings: Settings, queue: str) -> None:
    """Take jobs from one queue until SIGTERM or Ctrl-C; a queue that goes away is waited for."""
    global _runtime
    if settings.redis_url is None:
        raise ValueError("a worker needs REDIS_URL; `rabattkonto serve` gives its workers the embedded one")
    _runtime = build_runtime(settings)
    pause = 0.2
    while True:
        started = time.monotonic()
        if _work_until_broken(settings.redis_url, queue):
            return
        pause = 0.2 if time.monotonic() - started > 60 else min(pause * 2, _LONGEST_PAUSE)
        time.sleep(pause)


def _work_until_broken(redis_url: str, queue: str) -> bool:
    """Whether the worker ended because it was asked to."""
    worker: _Worker | None = None
    try:
        connection = Redis.from_url(redis_url, socket_connect_timeout=5)
        worker = _Worker([Queue(queue, connection=connection, serializer="json")], serializer="json",
                         connection=connection, worker_ttl=_WAIT_FOR_JOB)  # fmt: skip
        worker.work(logging_level="WARNING")
    except RedisError as problem:
        log.warning("queue lost, trying again", queue=queue, problem=type(problem).__name__)
    return worker is not None and worker.asked_to_stop


class _Worker(SimpleWorker):
    """RQ's worker without a fork per job, which also remembers that it was asked to stop."""

    asked_to_stop = False
    max_connection_wait_time = _LONGEST_PAUSE

    def handle_warm_shutdown_request(self) -> None:
        """RQ's hook for the first SIGTERM."""
        self.asked_to_stop = True


def _do(task: str, shop_id: int, use_case: Callable[[Runtime, int], object]) -> None:
    runtime = here()
    _answered(runtime, task, shop_id)
    try:
        with health.beating(runtime, f"worker {QUEUES[task]}"):
            use_case(runtime, shop_id)
    except Exception:  # the job edge: the sweep rings again, the log says what failed
        log.exception("task failed", task=task, shop=shop_id)


def _answered(runtime: Runtime, task: str, subject: int | str) -> None:
    if isinstance(runtime.bell, RedisBell):
        runtime.bell.answered(task, subject)

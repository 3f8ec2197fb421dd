"""The clock: what has to happen because time passes. One process, whatever the number of workers."""

import time

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bridge.app import build_runtime
from bridge.config import Settings
from bridge.doorbell import WORKING_QUEUES, RedisBell
from bridge.runtime import Runtime
from bridge.services import alarm, health, sweep

log = structlog.get_logger(__name__)

SWEEP_EVERY = 5


def run(settings: Settings) -> None:
    """Tick until the process is ended; a database that is away is waited for."""
    runtime = build_runtime(settings)
    last: dict[str, float] = {}
    while True:
        try:
            tick(runtime, time.monotonic(), last)
        except SQLAlchemyError as problem:
            log.warning("the clock skips a tick", problem=type(problem).__name__)
        time.sleep(1)


def tick(runtime: Runtime, now: float, last: dict[str, float]) -> None:
    """Do what is due. ``last`` keeps, in seconds of ``now``, when each thing was done before."""
    if _due(last, "sweep", now, SWEEP_EVERY):
        sweep.sweep(runtime)
    if _due(last, "beat", now, health.EVERY):
        _beat(runtime)
    if _due(last, "alarm", now, alarm.EVERY):
        alarm.look(runtime)


def _due(last: dict[str, float], thing: str, now: float, every: float) -> bool:
    if thing in last and now - last[thing] < every:
        return False
    last[thing] = now
    return True


def _beat(runtime: Runtime) -> None:
    health.beat(runtime, "clock")
    if isinstance(runtime.bell, RedisBell):
        for queue in WORKING_QUEUES:
            runtime.bell.ask_for_beat(queue)

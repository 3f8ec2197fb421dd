"""Work in a process of its own, which ends with ours: nobody's imports, garbage or memory count for others."""

import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from typing import Any, TypeVar

import psutil

from bridge.lifeline import die_with_parent

T = TypeVar("T")

LONGEST = 3600.0
"""Seconds after which a run is given up: no benchmark runs for ever."""


class Worker:
    """One process that takes calls, one at a time."""

    def __init__(self) -> None:
        self._pool = ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=_begin, initargs=(os.getpid(),)
        )

    def call(self, work: Callable[..., T], *arguments: Any) -> T:
        """What ``work``, a function of a module, returns over there."""
        return self.begin(work, *arguments)()

    def begin(self, work: Callable[..., T], *arguments: Any) -> Callable[[], T]:
        """The same without waiting; call what is returned to wait."""
        waiting = self._pool.submit(work, *arguments)
        return lambda: waiting.result(LONGEST)

    def close(self) -> None:
        """End the process, in the middle of its work if need be."""
        for child in list((self._pool._processes or {}).values()):
            child.terminate()
        self._pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def worker() -> Iterator[Worker]:
    """A process for as long as the block lasts."""
    made = Worker()
    try:
        yield made
    finally:
        made.close()


def once(work: Callable[..., T], *arguments: Any) -> T:
    """Call it in a fresh process."""
    with worker() as made:
        return made.call(work, *arguments)


def _begin(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us sees to our end
    die_with_parent(parent)


class Stopwatch:
    """Seconds, and seconds of CPU of this process and of children that have ended, since it was made."""

    def __init__(self) -> None:
        self._time, self._cpu = time.perf_counter(), _cpu()

    def stop(self) -> tuple[float, float]:
        """(seconds, seconds of CPU)."""
        return time.perf_counter() - self._time, _cpu() - self._cpu


def _cpu() -> float:
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def peak_memory() -> float:
    """Of this process so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 / (1024 if sys.platform == "darwin" else 1)


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process and everything it has started took so far."""
    total = 0.0
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        total += sum(process.cpu_times()[:4])  # with the children that have ended
        for child in process.children():
            total += cpu_of(child.pid)
    return total

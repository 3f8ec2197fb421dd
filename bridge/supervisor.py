"""``serve``: starts the embedded queue, the web server, a worker per queue and the clock, and keeps them alive.

Nothing may survive its end: children are asked to stop, then killed; when the supervisor itself is
killed, the kernel ends them (Linux), and the next start stops whatever is left.
"""

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from types import FrameType

import structlog
from filelock import FileLock, Timeout

from bridge import embedded
from bridge.app import migrate
from bridge.children import Child, stop_leftovers, write_down
from bridge.config import NAMES, Settings
from bridge.doorbell import WORKING_QUEUES
from bridge.embedded import QueueServer
from bridge.errors import SettingsError

log = structlog.get_logger(__name__)

_COME_UP = 20.0


def serve(settings: Settings) -> None:
    """Run everything until SIGTERM, SIGHUP or Ctrl-C. ``SettingsError`` when it cannot start."""
    # Ctrl-C too: a script starts what it puts into the background with that signal ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup means it
        signal.signal(signal.SIGHUP, _leave)
    with contextlib.suppress(KeyboardInterrupt), running(settings):
        log.info("rabattkonto is running", address=settings.public_url)
        while True:
            time.sleep(3600)


@contextlib.contextmanager
def running(settings: Settings) -> Iterator[Settings]:
    """Everything started, watched in the background, and stopped at the end.

    Yields the settings as the parts have them: with the address of the embedded queue.
    """
    with _claimed(settings):
        stop_leftovers(settings.data)
        check_port(settings.host, settings.port)
        migrate(settings)
        with _Family(settings) as family:
            yield family.settings


def check_port(host: str, port: int) -> None:
    """``SettingsError`` when the web server could not listen there: said before anything is started."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except (OSError, UnicodeError) as problem:
            raise SettingsError(
                [f"PORT {port} on HOST {host} cannot be used ({problem}); free it, or choose another"]
            ) from None


@contextlib.contextmanager
def _claimed(settings: Settings) -> Iterator[None]:
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(settings.running_lock, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise SettingsError(
            [f"RABATTKONTO_DATA {settings.data} is in use by a rabattkonto that runs; stop it, or choose another"]
        ) from None
    try:
        yield
    finally:
        lock.release()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


class _Family:
    """The children of one run."""

    def __init__(self, settings: Settings) -> None:
        self._queue = embedded.prepare(settings.data / "queue") if settings.embedded_queue else None
        self.settings = replace(settings, redis_url=self._queue.url) if self._queue else settings
        self._children: list[Child] = []
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def __enter__(self) -> "_Family":
        try:
            if self._queue is not None:
                self._start_queue(self._queue)
            for name, part in _parts(self.settings):
                self._start(name, *part)
            self._await_web()
        except BaseException:
            self._stop_all()
            raise
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        # A second Ctrl-C must not cut the stopping short.
        with _signals_ignored():
            self._stopping.set()
            self._watcher.join()
            self._stop_all()

    def _start(self, name: str, *part: str) -> Child:
        child = Child(name, self.settings.data, part, _environment(self.settings))
        self._children.append(child)
        child.start()
        write_down(self.settings.data, self._children)
        return child

    def _start_queue(self, queue: QueueServer) -> None:
        child = self._start("queue", "exec", *queue.command)
        if queue.wait(3):
            return
        log.warning("the queue did not come up with its old content, starting it empty")
        child.stop()
        queue.forget()
        child.start()
        write_down(self.settings.data, self._children)
        if not queue.wait(_COME_UP):
            raise SettingsError(["the embedded queue does not start; set REDIS_URL to use another one"])

    def _await_web(self) -> None:
        host, end = self.settings.host, time.monotonic() + _COME_UP
        address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), self.settings.port  # noqa: S104
        while True:
            try:
                socket.create_connection(address, timeout=1).close()
            except OSError as problem:
                if time.monotonic() > end:
                    raise SettingsError(
                        [f"the web server did not come up on PORT {address[1]} ({problem})"]
                    ) from None
                time.sleep(0.05)
            else:
                return

    def _watch(self) -> None:
        while not self._stopping.wait(0.1):
            if [child for child in self._children if child.revive()]:
                write_down(self.settings.data, self._children)

    def _stop_all(self) -> None:
        """The queue last, so that the others can end in order."""
        others = [child for child in self._children if child.name != "queue"]
        queue = [child for child in self._children if child.name == "queue"]
        for group in (others, queue):
            for child in group:
                child.ask_to_stop()
            for child in group:
                child.stop()
        write_down(self.settings.data, [])


def _parts(settings: Settings) -> Iterator[tuple[str, list[str]]]:
    yield "web", ["web"]
    for queue in WORKING_QUEUES:
        for number in range(settings.workers):
            yield f"worker {queue} {number + 1}", ["worker", queue]
    yield "clock", ["clock"]


def _environment(settings: Settings) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if name not in NAMES}
    return others | settings.environ()


@contextlib.contextmanager
def _signals_ignored() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)

"""Child processes: starting, restarting and stopping one, and finding those that an earlier run left behind."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

GRACE = 8.0
"""Seconds that a part has to end by itself."""

_STEADY = 30.0
_LONGEST_PAUSE = 10.0


class Child:
    """One part in a process of its own, started anew whenever it ends."""

    def __init__(self, name: str, data: Path, part: Sequence[str], environment: Mapping[str, str]) -> None:
        self.name = name
        self._arguments = ["--child-of", str(os.getpid()), str(data), *part]
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._pause = 0.5
        self._ended: float | None = None

    @property
    def pid(self) -> int | None:
        """Its process id while it was started and not stopped."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches the supervisor only, which then stops in order."""
        self._started, self._ended = time.monotonic(), None
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "bridge.process", *self._arguments],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def revive(self) -> bool:
        """Start it again if it has ended and its pause is over; whether that was done."""
        if self._process is None or self._process.poll() is None:
            return False
        now = time.monotonic()
        if self._ended is None:
            self._ended = now
            steady = now - self._started > _STEADY
            self._pause = 0.5 if steady else min(self._pause * 2, _LONGEST_PAUSE)
            log.warning("a part ended and is started again", part=self.name, status=self._process.returncode)
            self._kill_group()
        if now - self._ended < self._pause - 0.5:
            return False
        self.start()
        return True

    def ask_to_stop(self) -> None:
        """SIGTERM; the part ends its work in order."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def stop(self, grace: float = GRACE) -> None:
        """Ask, wait, then kill it with everything that it started."""
        if self._process is None:
            return
        self.ask_to_stop()
        try:
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            log.warning("a part did not stop in time and is killed", part=self.name)
        self._kill_group()
        self._process.wait()
        self._process = None

    def _kill_group(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)


def write_down(data: Path, children: Sequence[Child]) -> None:
    """Note the process ids for a start after a crash."""
    pids = [child.pid for child in children if child.pid is not None]
    fresh = data / "processes.json.new"
    fresh.write_text(json.dumps(pids), "ascii")
    fresh.replace(data / "processes.json")


def stop_leftovers(data: Path) -> None:
    """End the processes that an earlier, killed run on this data folder left behind."""
    ours = [pid for pid in _written_down(data) if str(data) in _command(pid)]
    for number, patience in ((signal.SIGTERM, GRACE), (signal.SIGKILL, 2.0)):
        for pid in ours:
            log.warning("stopping a leftover of an earlier run", pid=pid, signal=number.name)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        ours = _still_there(ours, data, patience)


def _still_there(pids: list[int], data: Path, seconds: float) -> list[int]:
    end = time.monotonic() + seconds
    while pids and time.monotonic() < end:
        time.sleep(0.05)
        pids = [pid for pid in pids if str(data) in _command(pid)]
    return pids


def _written_down(data: Path) -> list[int]:
    try:
        found = json.loads((data / "processes.json").read_text("ascii"))
    except (OSError, ValueError):
        return []
    return [pid for pid in found if isinstance(pid, int)] if isinstance(found, list) else []


def _command(pid: int) -> str:
    """The command line of a process, empty when it is gone (or a zombie, which holds nothing any more)."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except FileNotFoundError:
        if sys.platform == "linux":
            return ""
    except OSError:
        return ""
    listed = subprocess.run(  # noqa: S603 - a fixed program and a number
        ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return listed.stdout

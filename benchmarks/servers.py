"""Web servers on loopback ports: ours, and others to compare with on the very server that we use.

``python -m benchmarks.servers PARENT NAME PORT`` serves one of ``benchmarks.peers.web``.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from socket import create_connection

from benchmarks.apart import cpu_of
from benchmarks.stage import Room
from bridge import embedded, server
from bridge.embedded import free_port
from bridge.lifeline import die_with_parent

_COME_UP = 20.0


@dataclass(frozen=True, slots=True)
class Up:
    """A server that runs: its port, and the processes that do its work."""

    port: int
    processes: Sequence[int]

    def cpu(self) -> float:
        """Seconds of CPU so far."""
        return sum(map(cpu_of, self.processes))


@contextmanager
def serving(name: str, **environment: str) -> Iterator[Up]:
    """One of the applications to compare with."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.servers", str(os.getpid()), name, str(port)]
    with _running(command, port, environment) as process:
        yield Up(port, [process])


@contextmanager
def queue(folder: Path) -> Iterator[str]:
    """A queue server of its own; its address."""
    made = embedded.prepare(folder / "queue")
    with _running(_child(folder, "exec", *made.command), made.port, {}):
        yield made.url


@contextmanager
def bridge(room: Room) -> Iterator[Up]:
    """Our own web process with its queue, as ``rabattkonto serve`` starts them, but no workers."""
    queue = embedded.prepare(room.folder / "queue")
    settings = replace(room.settings, port=free_port(), redis_url=queue.url)
    with (
        _running(_child(room.folder, "exec", *queue.command), queue.port, {}) as queue_process,
        _running(_child(room.folder, "web"), settings.port, settings.environ()) as web_process,
    ):
        yield Up(settings.port, [queue_process, web_process])


def _child(folder: Path, *part: str) -> list[str]:
    return [sys.executable, "-m", "bridge.process", "--child-of", str(os.getpid()), str(folder), *part]


@contextmanager
def _running(command: Sequence[str], port: int, environment: Mapping[str, str]) -> Iterator[int]:
    """A server as long as the block lasts, from when it can be reached; its process."""
    process = subprocess.Popen(command, env={**os.environ, **environment}, stdin=subprocess.DEVNULL)
    try:
        _await(port)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(port: int) -> None:
    end = time.monotonic() + _COME_UP
    while True:
        try:
            create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


if __name__ == "__main__":
    _parent, _name, _port = sys.argv[1:]
    die_with_parent(int(_parent))
    server.serve(f"benchmarks.peers.web:{_name}", "127.0.0.1", int(_port))

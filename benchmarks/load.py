"""The load: a client of a few lines that keeps so many connections busy for so many seconds, on loopback only."""

import re
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

from benchmarks import orders

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the client saw: answers by status, seconds from the first request to the last answer, milliseconds."""

    statuses: Counter[int]
    seconds: float
    p50: float
    p99: float
    worst: float

    @property
    def good(self) -> int:
        """Requests that were answered with 200."""
        return self.statuses[200]


@dataclass(slots=True)
class _Line:
    """One connection."""

    socket: socket.socket
    asked_at: float = 0.0
    answer: bytes = field(default=b"")


def load(port: int, path: str, first: int, count: int, connections: int, seconds: float) -> Loaded:
    """Post orders, each with its signature, from a number on; after ``count`` of them it begins anew."""
    waiting = cycle([_request(path, raw) for raw in orders.bodies(first, count, max(1, count // 3))])
    lines = [_Line(socket.create_connection(("127.0.0.1", port), _PATIENCE)) for _ in range(connections)]
    try:
        return _play(lines, waiting, seconds)
    finally:
        for line in lines:
            line.socket.close()


def _play(lines: Sequence[_Line], requests: Iterator[bytes], seconds: float) -> Loaded:
    statuses: Counter[int] = Counter()
    times: list[float] = []
    begin = time.perf_counter()
    with selectors.DefaultSelector() as ready:
        for line in lines:
            line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ready.register(line.socket, selectors.EVENT_READ, line)
            _ask(line, next(requests))
        while ready.get_map():
            for key, _ in ready.select(_PATIENCE) or _nobody():
                status = _answered(key.data)
                if status is None:
                    continue
                now = time.perf_counter()
                statuses[status] += 1
                times.append(now - key.data.asked_at)
                if now - begin < seconds:
                    _ask(key.data, next(requests))
                else:
                    ready.unregister(key.fileobj)
    return _loaded(statuses, times, time.perf_counter() - begin)


def _nobody() -> Sequence[tuple[selectors.SelectorKey, int]]:
    raise TimeoutError(f"the server has answered nothing for {_PATIENCE:g} seconds")


def _ask(line: _Line, request: bytes) -> None:
    line.asked_at = time.perf_counter()
    line.socket.sendall(request)


def _answered(line: _Line) -> int | None:
    """The status, once the whole answer is here."""
    part = line.socket.recv(65_536)
    if not part:
        raise ConnectionError("the server has hung up")
    line.answer += part
    head, found, body = line.answer.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    if not found or len(body) < (int(length[1]) if length else 0):
        return None
    line.answer = b""
    return int(head[9:12])


def _request(path: str, raw: bytes) -> bytes:
    headers = {"Host": "127.0.0.1", "Accept": "*/*", "Content-Length": str(len(raw)), **orders.headers(raw)}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + raw


def _loaded(statuses: Counter[int], times: list[float], seconds: float) -> Loaded:
    times.sort()
    at = [times[min(len(times) - 1, int(len(times) * share))] * 1000 for share in (0.5, 0.99, 1.0)]
    return Loaded(statuses, seconds, *at)

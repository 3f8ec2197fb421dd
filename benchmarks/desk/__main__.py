"""``python -m benchmarks.desk [entries [folder]]``: how much longer each page takes than ``/healthz``.

Web server, queue server and ledger are the real ones; a folder is filled once and can be measured again.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from benchmarks.desk.filled import fill
from bridge import embedded
from bridge.app import build_runtime
from bridge.config import Settings
from bridge.services import figures, health, users

ENTRIES = 1_000_000
BOUND = 10
LARGEST = 100_000
ROUNDS = 60
PAGES = (
    "/",
    "/deliveries",
    "/deliveries?before=500000",
    "/deliveries?state=attention",
    "/deliveries/1000",
    "/bound",
    "/accounts",
    "/accounts?before=50000",
    "/accounts?q=m%C3%BCl",
    "/accounts?q=amsel+heike",
    "/accounts?q=4711",
    "/accounts/500",
    "/accounts/500/background",
    "/proposals",
    "/cases",
    "/programme",
    "/articles",
    "/articles?q=sencha",
    "/effect",
)


PASSWORD = "correct horse battery"  # noqa: S105 - of a ledger that nobody owns


def main() -> int:
    """Print one line per page; 1 if any is beyond its bound."""
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    with TemporaryDirectory(prefix="rabattkonto-desk-") as fresh:
        folder = Path(sys.argv[2] if len(sys.argv) > 2 else fresh)
        prepare(folder, entries)
        with served(folder) as port:
            found = [_measured(Visitor(port), page) for page in PAGES]
    print(json.dumps(found, indent=2))
    return int(any(float(row["ratio"]) > BOUND or int(row["bytes"]) > LARGEST for row in found))


def prepare(folder: Path, entries: int) -> None:
    """Fill the ledger in the folder unless that was done before, and work out the figures of its night."""
    folder.mkdir(parents=True, exist_ok=True)
    runtime = build_runtime(Settings.load({"RABATTKONTO_DATA": str(folder)}))
    runtime.db.migrate()
    if users.log_in(runtime, "berta", PASSWORD) is not None:
        return
    begun = time.perf_counter()
    shop_id = fill(runtime, entries)
    print(f"filled {entries} entries in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    begun = time.perf_counter()
    figures.refresh(runtime, shop_id)
    print(f"worked out the figures in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    users.add_user(runtime, "berta", PASSWORD)
    runtime.db.close()


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """Web server and queue over the folder, without workers; the port."""
    queue = embedded.prepare(folder / "queue")
    port = embedded.free_port()
    settings = {"RABATTKONTO_DATA": str(folder), "PORT": str(port), "REDIS_URL": queue.url, "LOG_LEVEL": "ERROR"}
    runtime = build_runtime(Settings.load({"RABATTKONTO_DATA": str(folder)}))
    for part in health.PARTS:
        health.beat(runtime, part)
    web = [sys.executable, "-m", "bridge.process", "web"]
    with subprocess.Popen(queue.command) as valkey, subprocess.Popen(web, env={**os.environ, **settings}) as server:
        try:
            queue.wait(10)
            _wait(port)
            yield port
        finally:
            server.terminate()
            valkey.terminate()


def _wait(port: int) -> None:
    for _ in range(600):
        try:
            HTTPConnection("127.0.0.1", port, timeout=5).request("GET", "/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the web server did not start")


class Visitor:
    """Somebody who is logged in, on one connection that is kept open."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/login")[1].decode())
        assert token
        form = urlencode({"csrf_token": token[1], "name": "berta", "password": PASSWORD})
        assert self._ask("POST", "/login", form, "application/x-www-form-urlencoded")[0] == 302

    def get(self, page: str) -> tuple[int, bytes]:
        """The status and the body."""
        return self._ask("GET", page)

    def _ask(self, method: str, page: str, body: str | None = None, kind: str = "text/plain") -> tuple[int, bytes]:
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        self._connection.request(method, page, body, {"Cookie": cookie, "Content-Type": kind})
        answer = self._connection.getresponse()
        for header in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = header.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, answer.read()


def _measured(visitor: Visitor, page: str) -> dict[str, str | int | float]:
    """Both are asked for in turn, so that whatever else the machine does hits both alike."""
    took: dict[str, list[float]] = {"/healthz": [], page: []}
    for _ in range(ROUNDS):
        for address, times in took.items():
            begun = time.perf_counter()
            status, body = visitor.get(address)
            times.append(time.perf_counter() - begun)
    assert status in (200, 303), (page, status)
    # The tenth that was disturbed least by whatever else runs on the machine.
    whole, health_ms = (quantiles(times, n=10)[0] * 1000 for times in (took[page], took["/healthz"]))
    return {"page": page, "ms": round(whole, 2), "ratio": round(whole / health_ms, 1), "bytes": len(body)}


if __name__ == "__main__":
    sys.exit(main())

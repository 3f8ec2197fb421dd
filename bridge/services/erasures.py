"""The erasure log: who was erased, as keyed hashes that name nobody, so that a restore erases them again.

It is a file in the data folder and not a table, since a restore puts an older database in its place.
"""

import json
import os
from datetime import datetime
from pathlib import Path

from bridge.config import Settings
from bridge.vault import Vault

NAME = "erasures.jsonl"


def mark_of(vault: Vault, account_token: str) -> str:
    """How the log names an account. It stays the same for one that is opened anew after a restore."""
    return vault.token("erased", account_token)


def note(settings: Settings, mark: str, at: datetime) -> None:
    """Add an erasure, durably and before it is done: one that breaks off is made up for by the next restore."""
    line = json.dumps({"account": mark, "at": at.isoformat()})
    merge(settings, line.encode() + b"\n")


def marks(settings: Settings) -> set[str]:
    """All accounts in the log. A line that was cut off by a crash is passed over: its erasure was not begun."""
    found = set()
    for line in whole_log(settings).splitlines():
        try:
            found.add(str(json.loads(line)["account"]))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def whole_log(settings: Settings) -> bytes:
    """The log as it is stored; empty when nobody was erased yet."""
    path = _path(settings)
    return path.read_bytes() if path.exists() else b""


def merge(settings: Settings, other: bytes) -> None:
    """Add the lines of another log (a backup's) that are not there yet."""
    known = whole_log(settings).splitlines()
    new = [line for line in other.splitlines() if line and line not in known]
    if not new:
        return
    handle = os.open(_path(settings), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "ab") as file:
        # A line that was cut off must not swallow the next one.
        file.write(b"\n" if known else b"")
        file.writelines(line + b"\n" for line in new)
        file.flush()
        os.fsync(file.fileno())


def _path(settings: Settings) -> Path:
    return settings.data / NAME

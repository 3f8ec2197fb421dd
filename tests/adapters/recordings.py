"""Deliveries and answers that were recorded at real shops, one folder per platform."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "recordings"


@dataclass(frozen=True)
class Recording:
    """One delivery as it came in."""

    name: str
    what: str
    signed: bool
    raw: bytes
    headers: dict[str, str]


@cache
def index(platform: str) -> dict[str, Any]:
    """What the recordings of a platform are, and the secret that signed them."""
    found: dict[str, Any] = json.loads((FOLDER / platform / "index.json").read_text("utf-8"))
    return found


def recordings(platform: str) -> list[Recording]:
    """All deliveries of a platform."""
    return [recording(platform, entry["name"]) for entry in index(platform)["recordings"]]


def recording(platform: str, name: str) -> Recording:
    """One delivery by its name."""
    entry = next(entry for entry in index(platform)["recordings"] if entry["name"] == name)
    headers = json.loads((FOLDER / platform / f"{name}.headers.json").read_text("utf-8"))["headers"]
    raw = (FOLDER / platform / f"{name}.body").read_bytes()
    return Recording(name, entry["what"], entry["signed"], raw, dict(headers))


def answer(platform: str, name: str) -> Any:
    """A recorded answer of the shop's interface."""
    return json.loads((FOLDER / platform / name).read_text("utf-8"))

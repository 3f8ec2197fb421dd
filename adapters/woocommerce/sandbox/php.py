"""JSON and moments written the way PHP and WordPress write them."""

import json
from datetime import UTC, datetime

from adapters.woocommerce.sandbox.state import State


def php_json(value: object) -> bytes:
    """JSON as ``wp_json_encode`` makes it: no spaces, ``\\/`` and ``\\u`` escapes, whole floats as integers."""
    return json.dumps(_plain(value), separators=(",", ":")).replace("/", "\\/").encode("ascii")


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def dates(state: State, **moments: datetime | None) -> dict[str, str | None]:
    """``date_x`` in shop time and ``date_x_gmt`` in UTC, both without offset, for every named moment."""
    shown: dict[str, str | None] = {}
    for name, moment in moments.items():
        shown[f"date_{name}"] = stamp(state.local(moment)) if moment else None
        shown[f"date_{name}_gmt"] = stamp(moment.astimezone(UTC)) if moment else None
    return shown


def stamp(moment: datetime) -> str:
    """A moment as the shop writes it: no offset, no fractions."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def money(minor: int) -> str:
    """Minor units as the interface shows them, ``"12.34"``."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"

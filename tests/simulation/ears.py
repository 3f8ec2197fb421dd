"""What goes into the log during a history, as it would be written: I10 is judged by it."""

from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from typing import Any

import structlog

from bridge.logs import keep_allowed, tell_failure


@contextmanager
def overheard() -> Iterator[list[str]]:
    """Every line that is logged meanwhile; nothing reaches the screen."""
    lines: list[str] = []

    def listen(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        lines.append(repr(dict(event)))
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[tell_failure, keep_allowed, listen])
    try:
        yield lines
    finally:
        structlog.configure(**before)


def indiscreet(lines: list[str], secrets: Sequence[str]) -> Iterator[str]:
    """The lines that say what no log may say: a secret of the shop, or somebody's address."""
    for line in lines:
        if "@" in line or any(secret in line for secret in secrets):
            yield f"I10 the log says {line[:200]}"

"""Logs: one line per event, plain to read or JSON to collect. Only fields of a list get through.

What is not on the list is dropped, so no mail address, key or body can slip in by way of a field;
of an exception the log keeps its kind and the places it passed, not its text, which may quote data.
"""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

FIELDS = frozenset(
    {
        "event", "level", "timestamp", "logger", "failure", "problem", "platform", "part", "pid", "code",
        "shop", "delivery", "deliveries", "order", "orders", "account", "accounts", "offer", "offers",
        "entry", "task", "queue", "count", "seconds", "attempts", "status", "state", "topic", "version",
        "signal", "address", "file",
    }
)  # fmt: skip
"""The fields that a log line may have; ``address`` is one of our own, never a person's."""

_LONGEST = 300
_MAIL = re.compile(r"[^\s@<>()\[\]\"',;:=]+@[^\s@<>()\[\]\"',;:=]+")


def set_up(level: str = "INFO", style: str = "plain", stream: TextIO | None = None) -> None:
    """Send our lines and the libraries' warnings to one place. Called once per process, by its entry point."""
    shared: list[Processor] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        tell_failure,
        keep_allowed,
    ]
    last: Processor = structlog.processors.JSONRenderer() if style == "json" else _console(stream or sys.stderr)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logging.root.handlers = [handler]
    logging.root.setLevel(logging.WARNING)
    for package in ("bridge", "adapters", "webhooks"):
        logging.getLogger(package).setLevel(level)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _console(stream: TextIO) -> structlog.dev.ConsoleRenderer:
    return structlog.dev.ConsoleRenderer(colors=stream.isatty(), pad_event_to=0)


def keep_allowed(_logger: object, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """The line with the allowed fields only, long texts cut."""
    return {
        name: _short(value)
        for name, value in event.items()
        if name in FIELDS or name.startswith("_")  # structlog's own, removed before the line is written
    }


def _short(value: Any) -> Any:
    """A text cut, and without mail addresses: a shop's complaint, which a problem quotes, may name somebody."""
    if not isinstance(value, str):
        return value
    value = _MAIL.sub("…@…", value)
    return value[:_LONGEST] + "…" if len(value) > _LONGEST else value


def tell_failure(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Turn ``exc_info`` into ``failure``: the exception's kind and where it came by, without its text."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if info and info[0] is not None:
        event["failure"] = _failure(info[0], info[2])
    return event


def _failure(kind: type[BaseException], trace: TracebackType | None) -> str:
    places = traceback.extract_tb(trace)[-6:]
    way = " > ".join(f"{place.filename.rpartition('/')[2]}:{place.lineno}" for place in places)
    return f"{kind.__name__} at {way}"

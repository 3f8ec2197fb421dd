"""What a log line may hold."""

import io
import json
import logging
import os
from collections.abc import Iterator

import pytest
import structlog

from bridge import logs


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    before = logging.root.handlers, logging.root.level
    stream = io.StringIO()
    logs.set_up("INFO", "json", stream)
    yield stream
    logging.root.handlers, level = before
    logging.root.setLevel(level)
    structlog.reset_defaults()


def test_only_fields_of_the_list_get_through(lines: io.StringIO) -> None:
    structlog.get_logger("bridge.x").info(
        "order settled", shop=3, order="1001", email="a@b.de", body=b"{}", key="ck_"
    )
    line = json.loads(lines.getvalue())
    assert set(line) == {"event", "level", "logger", "timestamp", "shop", "order"}
    assert line["event"] == "order settled"


def test_a_failure_is_told_by_kind_and_place_without_its_text(lines: io.StringIO) -> None:
    try:
        int("a@b.de")
    except ValueError:
        structlog.get_logger("bridge.x").exception("task failed", task="drain")
    assert "a@b.de" not in lines.getvalue()
    assert "ValueError at test_logs.py" in json.loads(lines.getvalue())["failure"]


def test_libraries_speak_only_from_warning_on_and_without_tracebacks(lines: io.StringIO) -> None:
    logging.getLogger("some.library").info("chatter")
    try:
        os.environ["SECRET_OF_SOMEBODY"]
    except KeyError:
        logging.getLogger("some.library").exception("broken")
    (line,) = lines.getvalue().splitlines()
    assert "SECRET_OF_SOMEBODY" not in line
    assert json.loads(line)["failure"].startswith("KeyError at")

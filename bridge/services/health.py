"""Signs of life: parts leave them in the database, ``/readyz`` and the status page look at their age."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, select

from bridge.doorbell import WORKING_QUEUES, reachable
from bridge.runtime import Runtime
from bridge.storage import migrations
from bridge.storage.models import Beat

log = structlog.get_logger(__name__)

EVERY = 15
"""Seconds between two signs of life of a part."""

YOUNG = timedelta(seconds=120)

PARTS = ("clock", *(f"worker {queue}" for queue in WORKING_QUEUES))


def beat(runtime: Runtime, part: str) -> None:
    """Note that a part is alive."""
    with runtime.db.transaction() as session:
        session.merge(Beat(part=part, at=runtime.clock()))


@contextmanager
def beating(runtime: Runtime, part: str, every: float = EVERY) -> Iterator[None]:
    """Signs of life of a part while it works on something that takes long: nobody else can give them meanwhile.

    They come from a thread of the same process and so end with it; work that hangs is ended by its queue's limit.
    """
    over = threading.Event()
    thread = threading.Thread(target=_beat_until, args=(runtime, part, every, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _beat_until(runtime: Runtime, part: str, every: float, over: threading.Event) -> None:
    while not over.wait(every):
        try:
            beat(runtime, part)
        except SQLAlchemyError as problem:
            log.warning("a sign of life is lost", part=part, problem=type(problem).__name__)


def ping_of(shop_id: int) -> str:
    """The part whose beat is a shop's unsigned sign of life."""
    return f"ping of shop {shop_id}"


def obstacles(runtime: Runtime) -> list[str]:
    """Why this installation cannot do its work right now, one sentence each; empty when it can."""
    try:
        with runtime.db.reading() as session:
            found = [*_schema(session), *_silent(session, runtime.clock())]
        return [*found, *_queue(runtime)]
    except SQLAlchemyError:
        return ["The database cannot be reached; check DATABASE_URL or the data folder."]


def schema(runtime: Runtime) -> list[str]:
    """Whether the tables are those of this version; the sentence when they are not."""
    with runtime.db.reading() as session:
        return _schema(session)


def _schema(session: Session) -> list[str]:
    current = _current(session)
    if current == migrations.newest():
        return []
    return [f"The database has schema {current or 'none'}; start `rabattkonto serve` once to migrate it."]


def _current(session: Session) -> str | None:
    """The schema at hand. Only a database without any takes the long way of the migrations to say so."""
    try:
        return str(session.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
    except SQLAlchemyError:
        session.rollback()
        return migrations.current_of(session.connection())


def _queue(runtime: Runtime) -> list[str]:
    url = runtime.settings.redis_url
    if url is None:
        return ["No queue: neither REDIS_URL is set nor does `rabattkonto serve` run the embedded one."]
    return [] if reachable(url) else ["The queue does not answer; check REDIS_URL."]


def _silent(session: Session, now: datetime) -> list[str]:
    beats = {row.part: row.at for row in session.exec(select(Beat)).all()}
    silent = [part for part in PARTS if part not in beats or now - beats[part] > YOUNG]
    return [f"No sign of life from “{part}” in the last {YOUNG.seconds} seconds." for part in silent]

"""Signs of life: parts leave them in the database, ``/readyz`` and the status page look at their age."""

from datetime import timedelta

from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from bridge.doorbell import WORKING_QUEUES, RedisBell
from bridge.runtime import Runtime
from bridge.storage import migrations
from bridge.storage.models import Beat

EVERY = 15
"""Seconds between two signs of life of a part."""

YOUNG = timedelta(seconds=120)

PARTS = ("clock", *(f"worker {queue}" for queue in WORKING_QUEUES))


def beat(runtime: Runtime, part: str) -> None:
    """Note that a part is alive."""
    with runtime.db.transaction() as session:
        session.merge(Beat(part=part, at=runtime.clock()))


def ping_of(shop_id: int) -> str:
    """The part whose beat is a shop's unsigned sign of life."""
    return f"ping of shop {shop_id}"


def obstacles(runtime: Runtime) -> list[str]:
    """Why this installation cannot do its work right now, one sentence each; empty when it can."""
    try:
        return [*schema(runtime), *_queue(runtime), *_silent(runtime)]
    except SQLAlchemyError:
        return ["The database cannot be reached; check DATABASE_URL or the data folder."]


def schema(runtime: Runtime) -> list[str]:
    """Whether the tables are those of this version; the sentence when they are not."""
    with runtime.db.reading() as session:
        current = MigrationContext.configure(session.connection()).get_current_revision()
    if current == migrations.newest():
        return []
    return [f"The database has schema {current or 'none'}; start `rabattkonto serve` once to migrate it."]


def _queue(runtime: Runtime) -> list[str]:
    url = runtime.settings.redis_url
    if url is None:
        return ["No queue: neither REDIS_URL is set nor does `rabattkonto serve` run the embedded one."]
    return [] if RedisBell(url).reachable() else ["The queue does not answer; check REDIS_URL."]


def _silent(runtime: Runtime) -> list[str]:
    with runtime.db.reading() as session:
        beats = {row.part: row.at for row in session.exec(select(Beat)).all()}
    now = runtime.clock()
    silent = [part for part in PARTS if part not in beats or now - beats[part] > YOUNG]
    return [f"No sign of life from “{part}” in the last {YOUNG.seconds} seconds." for part in silent]

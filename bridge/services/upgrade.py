"""Upgrade: backup, migrate, self-check, in that order. Running it twice does no harm."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from bridge.runtime import Runtime
from bridge.services.backup import backup
from bridge.services.verify import Finding, verify
from bridge.storage import migrations

log = structlog.get_logger(__name__)

BEFORE = "before-upgrade-"


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What was done. ``before`` is None for a database that was empty, and then there is no ``backup``."""

    before: str | None
    now: str | None
    backup: Path | None
    findings: Sequence[Finding]


def bring_up_to_date(runtime: Runtime) -> Path | None:
    """Bring the database to this program's schema; the backup from before, where there was something to change.

    Raises ``CopyFailed`` before anything is changed when no backup can be made. ``BACKUP_DAYS=0`` says that
    somebody else makes them.
    """
    engine = runtime.db.engine
    before = migrations.current(engine)
    changes = before is not None and before != migrations.newest()
    saved = backup(runtime, prefix=BEFORE).file if changes and runtime.settings.backup_days else None
    if saved is not None:
        log.info("backed up before the schema changes", file=saved.name)
    runtime.db.migrate()
    return saved


def upgrade(runtime: Runtime) -> Upgraded:
    """Bring the database to this program's schema, with a backup from before, and prove the books afterwards.

    Raises ``CopyFailed`` before anything is changed when no backup can be made.
    """
    before = migrations.current(runtime.db.engine)
    saved = backup(runtime, prefix=BEFORE).file if before else None
    runtime.db.migrate()
    return Upgraded(before, migrations.current(runtime.db.engine), saved, verify(runtime))

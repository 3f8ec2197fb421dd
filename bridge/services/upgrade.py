"""Upgrade: backup, migrate, self-check, in that order. Running it twice does no harm."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.runtime import Runtime
from bridge.services.backup import backup
from bridge.services.verify import Finding, verify
from bridge.storage import migrations


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What was done. ``before`` is None for a database that was empty, and then there is no ``backup``."""

    before: str | None
    now: str | None
    backup: Path | None
    findings: Sequence[Finding]


def upgrade(runtime: Runtime) -> Upgraded:
    """Bring the database to this program's schema, with a backup from before, and prove the books afterwards.

    Raises ``CopyFailed`` before anything is changed when no backup can be made.
    """
    before = migrations.current(runtime.db.engine)
    saved = backup(runtime, prefix="before-upgrade-").file if before else None
    runtime.db.migrate()
    return Upgraded(before, migrations.current(runtime.db.engine), saved, verify(runtime))

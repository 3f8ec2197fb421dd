"""What every use case is handed: settings, database, secrets, platforms, doorbell and clock. Built in ``app``."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from bridge.config import Settings
from bridge.ports import Platform
from bridge.storage.db import Database
from bridge.vault import Vault


class Doorbell(Protocol):
    """Wakes the workers. It may fail or forget: whatever waits is found again by the sweep."""

    def ring(self, task: str, shop_id: int) -> None:
        """Ask for ``task`` ("drain", "push", "reconcile") on a shop; never raises, never blocks long."""
        ...


def utc_now() -> datetime:
    """The one place that reads the clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Runtime:
    """The parts that use cases work with. ``platform`` finds an adapter by one of the names ``platforms``."""

    settings: Settings
    db: Database
    vault: Vault
    platform: Callable[[str], Platform]
    bell: Doorbell
    clock: Callable[[], datetime] = utc_now
    platforms: tuple[str, ...] = ()

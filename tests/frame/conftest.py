"""A real SQLite database with one shop in it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from bridge.config import Settings
from bridge.errors import NotFound
from bridge.ports import Platform
from bridge.runtime import Runtime
from bridge.storage.db import Database
from bridge.storage.models import Shop
from bridge.vault import Vault

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def vault() -> Vault:
    return Vault([bytes(32)])


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    SQLModel.metadata.create_all(database.engine)
    yield database
    database.close()


class ToldBell:
    """A doorbell that remembers who rang."""

    def __init__(self) -> None:
        self.rung: list[tuple[str, int]] = []

    def ring(self, task: str, shop_id: int) -> None:
        self.rung.append((task, shop_id))


def no_platform(name: str) -> Platform:
    raise NotFound(f"no platform {name}")


@pytest.fixture
def runtime(db: Database, vault: Vault, tmp_path: Path) -> Runtime:
    settings = Settings.load({"RABATTKONTO_DATA": str(tmp_path)})
    return Runtime(settings, db, vault, no_platform, ToldBell(), lambda: NOW)


def add_shop(db: Database, vault: Vault, token: str = "t0ken", webhook: str = "whsec") -> int:  # noqa: S107
    """A shop whose deliveries are signed with ``webhook``; its id."""
    sealed = vault.seal(token, "secrets", f'{{"key": "k", "secret": "s", "webhook": ["{webhook}"]}}')
    with db.transaction() as session:
        shop = Shop(
            platform="toy",
            name="Toy",
            url="http://toy",
            token=token,
            currency="EUR",
            secrets=sealed,
            added_at=NOW,
        )
        session.add(shop)
        session.flush()
        assert shop.id is not None
        return shop.id

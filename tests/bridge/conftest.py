"""What tests of use cases share."""

from pathlib import Path

import pytest

from bridge.storage.db import Database
from tests.bridge.world import World, open_world


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    return open_world(database, tmp_path)

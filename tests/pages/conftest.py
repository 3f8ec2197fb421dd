"""The whole web application over a real database, with one login."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bridge.app import build_runtime, web
from bridge.config import Settings
from bridge.runtime import Runtime
from bridge.services import users

PASSWORD = "correct horse battery"


@pytest.fixture
def runtime(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    # The same kind of hash, made quickly: what it costs is argon2's business.
    monkeypatch.setattr(users, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    shutil.copy(sqlite_template, tmp_path / "rabattkonto.db")
    found = build_runtime(Settings.load({"RABATTKONTO_DATA": str(tmp_path)}))
    users.add_user(found, "berta", PASSWORD)
    yield found
    found.db.close()


@pytest.fixture
def app(runtime: Runtime) -> Flask:
    return web(runtime)


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def owner(visitor: FlaskClient) -> FlaskClient:
    """Somebody who is logged in."""
    assert log_in(visitor).status_code == 302
    return visitor


def form_token(client: FlaskClient) -> str:
    """The CSRF token of a form that this visitor was shown."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    assert found
    return found[1]


def log_in(client: FlaskClient, password: str = PASSWORD, name: str = "berta") -> TestResponse:
    form = {"csrf_token": form_token(client), "name": name, "password": password}
    return client.post("/login", data=form)

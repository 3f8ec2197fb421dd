"""The web application over a real database, with a platform of a few lines that signs with a plain prefix."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import SQLModel, select

from bridge.app import web
from bridge.config import Settings
from bridge.errors import NotFound, SignatureError
from bridge.ports import Access, Envelope, Platform, Reading, ShopClient, ShopTerms, lookup
from bridge.runtime import Runtime
from bridge.storage.db import Database
from bridge.storage.models import Delivery, Shop
from bridge.vault import Vault
from tests.frame.conftest import ToldBell

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOKEN = "t0ken"


class Toy:
    """A platform whose signature is the secret itself, before the body."""

    name = "toy"

    def describe(self, headers: Mapping[str, str]) -> Envelope:
        return Envelope(lookup(headers, "x-toy-topic"), "http://toy/", {"x-toy-topic": "order.updated"})

    def is_ping(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        return raw.startswith(b"webhook_id=")

    def verify(self, raw: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> None:
        if lookup(headers, "x-toy-signature") not in secrets:
            raise SignatureError("not signed by this shop")

    def understand(self, envelope: Envelope, raw: bytes, terms: ShopTerms) -> Reading:
        raise AssertionError("no body is read on the way in")

    def connect(self, access: Access, terms: ShopTerms) -> ShopClient:
        raise AssertionError("no shop is asked on the way in")


def platform(name: str) -> Platform:
    if name != "toy":
        raise NotFound(name)
    return Toy()


@pytest.fixture
def bell() -> ToldBell:
    return ToldBell()


@pytest.fixture
def runtime(tmp_path: Path, bell: ToldBell) -> Iterator[Runtime]:
    settings = Settings.load({"RABATTKONTO_DATA": str(tmp_path), "MAX_BODY_BYTES": "100000"})
    db = Database(settings.database_url)
    SQLModel.metadata.create_all(db.engine)
    runtime = Runtime(settings, db, Vault([bytes(32)]), platform, bell, lambda: NOW)
    set_secret(runtime, "s3cret")
    yield runtime
    db.close()


@pytest.fixture
def app(runtime: Runtime) -> Flask:
    return web(runtime)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def set_secret(runtime: Runtime, secret: str) -> None:
    """What another process does when a shop is added or its secret changed."""
    sealed = runtime.vault.seal(TOKEN, "secrets", f'{{"key": "", "secret": "", "webhook": ["{secret}"]}}')
    with runtime.db.transaction() as session:
        shop = session.exec(select(Shop)).one_or_none() or Shop(
            platform="toy", name="Toy", url="http://toy", token=TOKEN, currency="EUR", secrets=b"", added_at=NOW
        )
        shop.secrets = sealed
        session.add(shop)


def kept(runtime: Runtime) -> list[Delivery]:
    with runtime.db.reading() as session:
        return list(session.exec(select(Delivery)).all())

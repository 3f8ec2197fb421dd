"""The interface for programs over two shops, with a token of the first one that may do everything."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bridge.app import web
from bridge.services import tokens
from bridge.services.tokens import Scope
from bridge.storage.db import Database
from tests.bridge.told import TEN_PERCENT, Told
from tests.builders import line, order


@dataclass
class Program:
    """A program of the merchant's, with its token."""

    client: FlaskClient
    token: str
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.client.get(f"/api/v1{path}", query_string=query, headers=self._headers())

    def post(self, path: str, body: object, key: str = "") -> TestResponse:
        keyed = {"Idempotency-Key": key} if key else {}
        return self.client.post(f"/api/v1{path}", json=body, headers=self._headers() | keyed)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} | self.headers


@pytest.fixture
def books(tmp_path: Path, sqlite_template: Path) -> Iterator[Told]:
    """Anna and Bert have bought at shop 1; Anna has also bought at shop 2, which another merchant owns."""
    with closing(Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'ledger.db')}")) as db:
        ledger = Told(db)
        ledger.open(TEN_PERCENT)
        ledger.tell(order(line(name="Mantel")), order(line(paid=5000), id="1002", customer="bert"))
        ledger.shop_id = 2
        ledger.open(TEN_PERCENT, "0ther")
        ledger.tell(order(line(paid=7000), id="2001"))
        ledger.shop_id = 1
        yield ledger


@pytest.fixture
def program(books: Told) -> Program:
    return program_of(books, list(Scope))


def program_of(books: Told, scopes: list[Scope], shop_id: int = 1) -> Program:
    """A program with a new token."""
    _, text = tokens.make(books.runtime, shop_id, "accounting", scopes)
    return Program(web(books.runtime).test_client(), text)

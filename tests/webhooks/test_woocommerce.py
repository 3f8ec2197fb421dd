"""What a real WooCommerce sent, byte for byte, through the address and the adapter it belongs to."""

import dataclasses
import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlmodel import select

import adapters
from bridge.app import web
from bridge.runtime import Runtime
from bridge.storage.models import Shop
from tests.webhooks.conftest import TOKEN, kept, set_secret

FOLDER = Path(__file__).parent.parent / "recordings" / "woocommerce"
INDEX = json.loads((FOLDER / "index.json").read_text("utf-8"))
PATH = f"/webhooks/woocommerce/{TOKEN}"


@pytest.fixture
def client(runtime: Runtime) -> FlaskClient:
    set_secret(runtime, INDEX["secret"])
    with runtime.db.transaction() as session:
        session.exec(select(Shop)).one().platform = "woocommerce"
    return web(dataclasses.replace(runtime, platform=adapters.load)).test_client()


def recorded(name: str) -> tuple[bytes, list[tuple[str, str]]]:
    """The raw body and the headers, without those that belong to the connection."""
    headers = json.loads((FOLDER / f"{name}.headers.json").read_text("utf-8"))["headers"]
    sent = [
        (name, value) for name, value in headers if name.lower() not in {"host", "content-length", "connection"}
    ]
    return (FOLDER / f"{name}.body").read_bytes(), sent


@pytest.mark.parametrize("entry", INDEX["recordings"], ids=lambda entry: entry["name"])
def test_every_recording_is_answered_with_200_and_signed_ones_are_kept_as_they_came(
    client: FlaskClient, runtime: Runtime, entry: dict[str, object]
) -> None:
    body, headers = recorded(str(entry["name"]))
    assert client.post(PATH, data=body, headers=headers).status_code == 200
    expected = [(body, entry["topic"])] if entry["signed"] else []
    assert [(row.body, row.topic) for row in kept(runtime)] == expected


@pytest.mark.parametrize(
    "entry", [entry for entry in INDEX["recordings"] if entry["signed"]], ids=lambda e: e["name"]
)
def test_one_changed_byte_is_enough_to_be_refused(
    client: FlaskClient, runtime: Runtime, entry: dict[str, object]
) -> None:
    body, headers = recorded(str(entry["name"]))
    forged = body[:-2] + b"9" + body[-1:]
    assert client.post(PATH, data=forged, headers=headers).status_code == 401
    assert kept(runtime) == []

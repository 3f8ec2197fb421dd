"""From recorded webhooks to a statement, by commands alone, beside a shop that is away."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bridge.app import web
from bridge.runtime import Runtime
from tests.adapters.recordings import recordings
from tests.cli.conftest import Cli

CUSTOMER = "5"
"""Opened by the recording of an order with a new account."""


@pytest.fixture
def kept(cli: Cli, document: Path, runtime: Runtime) -> list[dict[str, Any]]:
    """All recordings posted to the shop's address and worked off; the deliveries as listed afterwards."""
    address = cli.add_shop()["webhook_url"]
    cli.json("programme", "activate", str(document), "--shop", "1", "--from", "2020-01-01")
    client = web(runtime).test_client()
    for recording in recordings("woocommerce"):
        answer = client.post(urlsplit(address).path, data=recording.raw, headers=recording.headers)
        assert answer.status_code == 200, recording.name
    cli.json("work", "--until-empty")
    listed: list[dict[str, Any]] = cli.json("deliveries")
    return listed


def test_recorded_deliveries_are_worked_off_and_listed_newest_first(kept: list[dict[str, Any]]) -> None:
    signed = [recording for recording in recordings("woocommerce") if recording.signed]
    assert len(kept) == len(signed)
    assert set(kept[0]) == {"id", "state", "topic", "order", "received_at", "reason"}
    assert [row["id"] for row in kept] == sorted((row["id"] for row in kept), reverse=True)
    assert "received" not in {row["state"] for row in kept}


def test_the_books_add_up_while_the_shop_is_away(cli: Cli, kept: list[dict[str, Any]]) -> None:
    assert cli.json("verify") == {"ok": True, "findings": []}


def test_an_entry_by_hand_appears_in_the_statement(cli: Cli, kept: list[dict[str, Any]]) -> None:
    before = cli.json("statement", "--shop", "1", "--customer", CUSTOMER)
    booked = ("--shop", "1", "--customer", CUSTOMER, "--amount", "2.50", "--reason", "für die Geduld")
    assert cli.json("adjust", *booked)["amount"] == "2.50"
    after = cli.json("statement", "--shop", "1", "--customer", CUSTOMER)
    assert {"account", "currency", "balance", "pending", "available", "entries", "offer"} <= set(after)
    assert float(after["balance"]) - float(before["balance"]) == pytest.approx(2.5)
    (entry,) = [entry for entry in after["entries"] if entry["kind"] == "adjustment"]
    assert "für die Geduld" in entry["explanation"]


def test_replaying_everything_books_nothing_twice(cli: Cli, kept: list[dict[str, Any]]) -> None:
    before = cli.json("statement", "--shop", "1", "--customer", CUSTOMER)
    done = cli.json("replay", "--since", "2020-01-01")
    assert done["replayed"] == len(kept)
    assert done["entries"] == 0
    assert cli.json("statement", "--shop", "1", "--customer", CUSTOMER) == before


def test_one_delivery_is_replayed_by_its_id(cli: Cli, kept: list[dict[str, Any]]) -> None:
    settled = next(row for row in kept if row["state"] == "settled")
    assert cli.json("replay", str(settled["id"]))["states"] == {"settled": 1}


def test_an_amount_that_is_none_is_refused(cli: Cli, kept: list[dict[str, Any]]) -> None:
    booked = ("--shop", "1", "--customer", CUSTOMER, "--reason", "x", "--amount")
    assert cli("adjust", *booked, "much").exit_code == 2
    assert cli("adjust", *booked, "0.00").exit_code == 2
    assert cli("adjust", *booked, "1.001").exit_code == 2

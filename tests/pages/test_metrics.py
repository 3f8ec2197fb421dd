"""The figures for Prometheus: for whoever shows the token, and right."""

import dataclasses

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bridge.app import web
from bridge.runtime import Runtime
from bridge.services.figures import PROOF, keep
from bridge.storage import tallies
from bridge.storage.models import MonthTotal
from tests.pages.test_pages import shop_id

TOKEN = "a-token-of-twenty-characters"
BOOKED = (("2026-01", "accrual", 3), ("2026-02", "accrual", 4), ("2026-02", "expiry", 1))

__all__ = ["shop_id"]


@pytest.fixture
def measured(runtime: Runtime) -> Runtime:
    return dataclasses.replace(runtime, settings=dataclasses.replace(runtime.settings, metrics_token=TOKEN))


def figures(runtime: Runtime) -> dict[tuple[str, str], float]:
    answer = web(runtime).test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return {
        (sample.name, sample.labels.get("shop", "") or sample.labels.get("state", "")): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_the_figures_are_those_of_the_ledger(measured: Runtime, shop_id: int) -> None:
    found = figures(measured)
    assert found["rabattkonto_open_credit", "1"] == 12.5
    assert found["rabattkonto_overspent", "1"] == 3.0
    assert found["rabattkonto_deliveries", ""] == 1
    assert found["rabattkonto_up", ""] == 0


def test_what_was_booked_is_counted_by_kind_from_the_kept_totals(measured: Runtime, shop_id: int) -> None:
    with measured.db.transaction() as session:
        for month, kind, entries in (
            ("2026-01", "accrual", 3),
            ("2026-02", "accrual", 4),
            ("2026-02", "expiry", 1),
        ):
            session.add(
                MonthTotal(shop_id=shop_id, month=month, kind=kind, zone="UTC", amount=100, entries=entries)
            )
    answer = web(measured).test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    lines = {line for line in answer.text.splitlines() if line.startswith("rabattkonto_entries_by_kind{")}
    assert lines == {
        'rabattkonto_entries_by_kind{kind="accrual",shop="1"} 7.0',
        'rabattkonto_entries_by_kind{kind="expiry",shop="1"} 1.0',
    }


def test_what_happened_is_counted_without_a_row_for_each(measured: Runtime, shop_id: int) -> None:
    now = measured.clock()
    with measured.db.transaction() as session:
        for states in (["settled", "settled", "attention"], ["settled"]):
            tallies.count(session, shop_id, tallies.messages(states), now)
        tallies.count(session, shop_id, {tallies.HEALED: 3}, now)
        keep(session, shop_id, PROOF, now, {"findings": 2})
    answer = web(measured).test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert {
        'rabattkonto_messages_by_result{result="settled",shop="1"} 3.0',
        'rabattkonto_messages_by_result{result="attention",shop="1"} 1.0',
        'rabattkonto_orders_healed{shop="1"} 3.0',
        'rabattkonto_proof_findings{shop="1"} 2.0',
    } <= set(answer.text.splitlines())


def test_without_the_token_there_is_nothing_to_see(measured: Runtime, runtime: Runtime) -> None:
    visitor = web(measured).test_client()
    assert visitor.get("/metrics").status_code == 401
    assert visitor.get("/metrics", headers={"Authorization": "Bearer ä"}).status_code == 401
    assert web(runtime).test_client().get("/metrics").status_code == 404

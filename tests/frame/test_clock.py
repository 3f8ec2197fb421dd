"""The clock does each thing in its own rhythm."""

import dataclasses
import threading

import pytest

from bridge.clock import SWEEP_EVERY, tick
from bridge.runtime import Runtime
from bridge.services import health
from bridge.storage.models import Beat, Delivery
from bridge.vault import Vault
from tests.frame.conftest import NOW, ToldBell, add_shop
from tests.patience import eventually


def test_what_waits_is_rung_for_again_and_the_clock_shows_that_it_lives(runtime: Runtime, vault: Vault) -> None:
    shop_id = add_shop(runtime.db, vault)
    with runtime.db.transaction() as session:
        session.add(Delivery(shop_id=shop_id, received_at=NOW, topic="order.updated", body=b"{}"))
    last: dict[str, float] = {}
    heard = []
    for now in (0.0, 1.0, SWEEP_EVERY + 0.1):
        tick(runtime, now, last)
        heard.append(rung(runtime).count(("drain", shop_id)))
    assert heard == [1, 1, 2]
    with runtime.db.reading() as session:
        assert session.get_one(Beat, "clock").at == NOW


def test_a_part_that_was_silent_for_long_is_an_obstacle(runtime: Runtime) -> None:
    health.beat(runtime, "clock")
    told = " ".join(health.obstacles(runtime))
    assert "worker drain" in told
    assert "worker push" in told
    assert "“clock”" not in told


def rung(runtime: Runtime) -> list[tuple[str, int]]:
    assert isinstance(runtime.bell, ToldBell)
    return runtime.bell.rung


def test_a_worker_is_known_to_live_while_it_works_and_to_be_dead_afterwards(runtime: Runtime) -> None:
    part = "worker long"
    now = [NOW]
    here = dataclasses.replace(runtime, clock=lambda: now[0])
    health.beat(here, part)
    with health.beating(here, part, every=0.01):
        now[0] = NOW + 2 * health.YOUNG
        assert eventually(lambda: not _missed(here, part), 10)
    assert not _missed(here, part)
    now[0] += 2 * health.YOUNG
    assert _missed(here, part)


def test_a_job_that_fails_ends_its_signs_of_life(runtime: Runtime) -> None:
    before = threading.active_count()
    with pytest.raises(ZeroDivisionError), health.beating(runtime, "worker long"):
        raise ZeroDivisionError
    assert threading.active_count() == before


def _missed(runtime: Runtime, part: str) -> bool:
    return any(part in sentence for sentence in health.obstacles(runtime))

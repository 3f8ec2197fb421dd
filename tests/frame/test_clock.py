"""The clock does each thing in its own rhythm."""

from bridge.clock import SWEEP_EVERY, tick
from bridge.runtime import Runtime
from bridge.services import health
from bridge.storage.models import Beat, Delivery
from bridge.vault import Vault
from tests.frame.conftest import NOW, ToldBell, add_shop


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

"""Real processes, really killed: no sale may be lost or counted twice, and no second code may live."""

import random
import time

import pytest

from tests.patience import eventually
from tests.processes.conftest import House

PARTS = ("web", "worker drain", "worker push", "worker long", "clock")


@pytest.mark.parametrize("part", ["web", "worker drain", "worker push"])
def test_a_part_killed_again_and_again_during_sales_loses_nothing(house: House, part: str) -> None:
    rng = random.Random(part)
    for _ in range(6):
        house.sell()
        time.sleep(rng.uniform(0, 0.6))
        house.kill(part)
    assert house.killed
    assert eventually(lambda: house.is_right(6000))
    assert house.proven() == []


def test_all_parts_killed_at_once_and_the_queue_wiped_lose_nothing(house: House) -> None:
    for _ in range(3):
        house.sell()
        time.sleep(0.3)
        house.wipe_queue()
        assert eventually(lambda: all(map(house.running, PARTS)))
        for part in PARTS:
            house.kill(part)
    assert house.killed == 3 * len(PARTS)
    assert eventually(lambda: house.is_right(3000))
    assert house.proven() == []


def test_a_queue_that_is_wiped_all_the_time_costs_seconds_and_no_sale(house: House) -> None:
    for _ in range(5):
        house.sell()
        for _ in range(5):
            house.wipe_queue()
            time.sleep(0.05)
    assert eventually(lambda: house.is_right(5000))
    assert house.proven() == []

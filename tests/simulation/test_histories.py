"""A bounded number of seeded histories with each run of the suite; many more by ``simulate-faults``."""

import pytest

from tests.simulation.history import run, told

BATCHES = 12
PER_BATCH = 5


@pytest.mark.parametrize(
    ("platform", "batch"),
    [*(("woocommerce", batch) for batch in range(BATCHES)), *(("shopify", batch) for batch in range(1))],
)
def test_after_any_history_the_books_are_right_and_nothing_is_left_to_do(platform: str, batch: int) -> None:
    for seed in range(batch * PER_BATCH, (batch + 1) * PER_BATCH):
        history = run(seed, platform=platform)
        assert not history.problems, told(history)

"""All figures, in the order in which they are measured and told: the one that takes longest comes last."""

from benchmarks.figures import (
    account,
    backfill,
    beside,
    calls,
    disk,
    growth,
    hordak,
    idiom,
    levels,
    payment,
    receive,
    settle,
    simulate,
    workers,
)
from benchmarks.frame import Figure

FIGURES: tuple[Figure, ...] = (
    receive.FIGURE,
    beside.FIGURE,
    settle.FIGURE,
    hordak.FIGURE,
    idiom.FIGURE,
    growth.FIGURE,
    account.FIGURE,
    levels.FIGURE,
    backfill.FIGURE,
    backfill.MEMORY,
    simulate.FIGURE,
    workers.FIGURE,
    calls.FIGURE,
    disk.FIGURE,
    payment.FIGURE,
    growth.VASTLY,
)

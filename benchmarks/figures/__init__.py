"""All figures, in the order in which they are told."""

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
    growth.VASTLY,
    account.FIGURE,
    levels.FIGURE,
    backfill.FIGURE,
    backfill.MEMORY,
    simulate.FIGURE,
    workers.FIGURE,
    calls.FIGURE,
    disk.FIGURE,
    payment.FIGURE,
)

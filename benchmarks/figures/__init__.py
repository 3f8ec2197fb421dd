"""All figures, in the order in which they are told."""

from benchmarks.figures import receive, settle
from benchmarks.frame import Figure

FIGURES: tuple[Figure, ...] = (receive.FIGURE, settle.FIGURE)

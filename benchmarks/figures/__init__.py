"""All figures, in the order in which they are told."""

from benchmarks.figures import settle
from benchmarks.frame import Figure

FIGURES: tuple[Figure, ...] = (settle.FIGURE,)

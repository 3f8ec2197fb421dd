"""All figures, in the order in which they are told."""

from benchmarks.figures import beside, hordak, idiom, receive, settle
from benchmarks.frame import Figure

FIGURES: tuple[Figure, ...] = (receive.FIGURE, beside.FIGURE, settle.FIGURE, hordak.FIGURE, idiom.FIGURE)

"""Waiting for what other processes do."""

import time
from collections.abc import Callable


def eventually(condition: Callable[[], object], seconds: float = 60) -> bool:
    """Whether it becomes true within the bound.

    A part that was killed again and again is started after ten seconds at most, and the sweep looks every five;
    the rest is for a machine that does something else meanwhile.
    """
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return bool(condition())

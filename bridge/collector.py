"""Python's collector of garbage, told what this program does with memory."""

import gc


def calm() -> None:
    """Leave what is imported alone, and look for circles less often; for every process that settles or serves.

    Batches make many short-lived values and hardly a circle. Without this, a quarter of settling is spent in
    looking through modules, and single batches hold the write lock three times as long as others.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)

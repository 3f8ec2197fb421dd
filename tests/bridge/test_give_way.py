"""The write lock: whoever holds it often stays away from it when others want it too."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.storage.db import WriteLock


def test_who_had_to_wait_for_the_lock_leaves_it_to_the_others_afterwards(tmp_path: Path) -> None:
    pauses: list[float] = []
    lock = WriteLock(tmp_path / "lock", pauses.append)
    with _wanted_by_another(tmp_path / "lock"), lock.held():
        pass
    lock.give_way()
    assert [pause > 0 for pause in pauses] == [True]


def test_courtesy_is_paid_once(tmp_path: Path) -> None:
    pauses: list[float] = []
    lock = WriteLock(tmp_path / "lock", pauses.append)
    with _wanted_by_another(tmp_path / "lock"), lock.held():
        pass
    lock.give_way()
    lock.give_way()
    assert len(pauses) == 1


def test_who_is_alone_with_the_lock_never_pauses(tmp_path: Path) -> None:
    pauses: list[float] = []
    lock = WriteLock(tmp_path / "lock", pauses.append)
    for _ in range(3):
        with lock.held():
            pass
        lock.give_way()
    assert pauses == []


@contextmanager
def _wanted_by_another(path: Path) -> Iterator[None]:
    """Somebody else has the lock, and lets go of it a moment after the block has begun to wait."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    letting_go = threading.Timer(0.2, os.close, [handle])
    letting_go.start()
    yield
    letting_go.join()

"""The demo's data folder: a temporary one, or one that is marked as the demo's. Never that of an installation."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from bridge.children import stop_leftovers
from bridge.errors import Refused

MARK = "this-is-a-demo"
_PREFIX = "rabattkonto-demo-"
_ALIVE = "alive.lock"


@contextmanager
def demo_folder(chosen: Path | None) -> Iterator[Path]:
    """An empty folder for one run. A temporary one is removed at the end.

    Raises ``Refused`` for a folder in which something else than an earlier demo lies.
    """
    if chosen is None:
        _sweep_up()
        with (
            tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as folder,
            FileLock(Path(folder, _ALIVE)),
        ):
            yield Path(folder)
    else:
        yield _emptied(chosen.expanduser().absolute())


def _sweep_up() -> None:
    """Remove what demos left behind that were killed: nobody holds the lock in their folders any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        # One without the lock's file is being made at this moment, or is not ours to remove.
        with suppress(Timeout, OSError):
            if (folder / _ALIVE).is_file():
                with FileLock(folder / _ALIVE, timeout=0):
                    stop_leftovers(folder)
                    shutil.rmtree(folder)


def _emptied(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()) and not (folder / MARK).exists():
        raise Refused(f"{folder} is not empty and not a demo's; the demo never touches real data. Choose another.")
    (folder / MARK).touch()
    try:
        with FileLock(folder / "serve.lock", timeout=0):
            stop_leftovers(folder)
            _clear(folder)
    except Timeout:
        raise Refused(f"A demo is running in {folder}; end it, or choose another folder.") from None
    return folder


def _clear(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        elif entry.name not in {MARK, "serve.lock"}:
            entry.unlink()

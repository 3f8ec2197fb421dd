"""What the supervisor starts: ``python -m bridge.process DATA PARENT web | worker QUEUE | clock | exec COMMAND…``.

The data folder stands in the command line so that a later start can tell leftovers of its own.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int, with_signal: int = signal.SIGTERM) -> None:
    """Have the kernel end this process when its parent dies, however it dies. Linux only; elsewhere a no-op."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, with_signal)
        if os.getppid() != parent:  # it died before we could ask
            sys.exit(1)


def main(arguments: list[str]) -> None:
    """Become the part that is asked for."""
    _data, parent, part, *rest = arguments
    die_with_parent(int(parent))
    if part == "exec":
        os.execv(rest[0], rest)  # noqa: S606 - no shell is wanted; the death signal outlives exec
    _run(part, rest)


def _run(part: str, rest: list[str]) -> None:
    from bridge import logs
    from bridge.config import Settings

    settings = Settings.load(os.environ)
    logs.set_up(settings.log_level, settings.log_format)
    if part == "web":
        from bridge.server import run_web

        run_web(settings)
    elif part == "worker":
        from bridge.tasks import work

        work(settings, rest[0])
    else:
        from bridge.clock import run

        run(settings)


if __name__ == "__main__":
    main(sys.argv[1:])

"""The lifeline of a child process: it ends with its parent, however that dies."""

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

"""The trail: who changed what, and when.

Every POST of the pages, every command and every request of a program that changes something leaves one line.

The use case itself stays free of it: a page calls ``note`` inside a transaction of its own, or ``leave`` after
a use case that has committed already.
"""

import getpass
import os

from sqlmodel import Session

from bridge.runtime import Runtime
from bridge.storage.models import Deed, User

COMMAND_LINE = "command line"


def note(session: Session, runtime: Runtime, user: User | str | None, what: str, subject: str = "") -> None:
    """Keep one change in the transaction at hand.

    ``what`` is a short English phrase in the past tense ("rule activated"); pages translate it where they
    know it (``pages.words.DEEDS``). ``subject`` names the thing by its numbers ("shop:1/account:12"), since the
    trail outlives erased people. ``user`` is a login or the name of whoever else did it;
    without one it was done on the command line.
    """
    who = user.name if isinstance(user, User) else user or at_command_line()
    session.add(Deed(at=runtime.clock(), who=who, what=what, subject=subject))


def at_command_line() -> str:
    """Who types a command, as the system knows them."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number that has no name
        name = f"user {os.getuid()}"
    return f"{COMMAND_LINE} ({name})"


def leave(runtime: Runtime, user: User | str | None, what: str, subject: str = "") -> None:
    """The same in a transaction of its own."""
    with runtime.db.transaction() as session:
        note(session, runtime, user, what, subject)

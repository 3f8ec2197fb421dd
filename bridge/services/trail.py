"""The trail: who changed what, and when. Every POST of the pages that changes something leaves one line.

The use case itself stays free of it: a page calls ``note`` inside a transaction of its own, or ``leave`` after
a use case that has committed already.
"""

from sqlmodel import Session

from bridge.runtime import Runtime
from bridge.storage.models import Deed, User

COMMAND_LINE = "command line"


def note(session: Session, runtime: Runtime, user: User | None, what: str, subject: str = "") -> None:
    """Keep one change in the transaction at hand.

    ``what`` is a short English phrase in the past tense ("rule activated"); pages translate it where they
    know it (``pages.words.DEEDS``). ``subject`` names the thing by its numbers ("shop:1/account:12"), since the
    trail outlives erased people. Without a ``user`` it was done on the command line.
    """
    who = user.name if user else COMMAND_LINE
    session.add(Deed(at=runtime.clock(), who=who, what=what, subject=subject))


def leave(runtime: Runtime, user: User | None, what: str, subject: str = "") -> None:
    """The same in a transaction of its own."""
    with runtime.db.transaction() as session:
        note(session, runtime, user, what, subject)

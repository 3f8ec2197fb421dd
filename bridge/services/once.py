"""Requests that count once: whoever gets no answer sends the same again, under the key they chose, and is safe.

The key is kept with a hash of what was asked before anything is done, and with the answer afterwards. A request
whose end nobody knows (the process was killed) is done again: what it does must be harmless to do twice under
the same ``mark``.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from bridge.domain.document import ProgrammeError
from bridge.errors import BridgeError, Refused
from bridge.runtime import Runtime
from bridge.services.tokens import Bearer
from bridge.storage.models import ApiAnswer

KEPT = timedelta(days=7)
"""How long an answer is remembered."""

_PATIENCE = timedelta(minutes=1)
"""A request that began longer ago than this and has no answer was interrupted."""

_KEY = re.compile(r"[!-~]{8,200}")


class KeyReused(Refused):
    """The key was sent before with another input: one of the two is a mistake."""


class StillWorking(BridgeError):
    """The first request with this key has not been answered yet."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body, as they went out or will. ``again`` says that they were given before."""

    status: int
    body: str
    again: bool = False


def is_key(text: str) -> bool:
    """Whether this can be a key: 8 to 200 printable characters without spaces."""
    return _KEY.fullmatch(text) is not None


def once(runtime: Runtime, who: Bearer, key: str, asked: bytes, do: Callable[[str], Answer]) -> Answer:
    """The answer to a request, doing it only if it was not done before.

    ``asked`` is everything the request says; ``do`` gets a mark that is the same whenever this key is. What
    ``do`` raises leaves no trace, so that the same request can be sent again. Raises ``KeyReused`` and
    ``StillWorking``.
    """
    digest = hashlib.sha256(asked).digest()
    before = _begin(runtime, who, key, digest)
    if before is not None:
        return before
    mark = hashlib.sha256(f"{who.token} {key}".encode()).hexdigest()[:32]
    try:
        answer = do(mark)
    except (BridgeError, ProgrammeError):
        _forget(runtime, who, key)
        raise
    with runtime.db.transaction() as session:
        row = session.get_one(ApiAnswer, (who.token, key))
        row.status, row.body = answer.status, answer.body
    return answer


def forget_old(runtime: Runtime) -> None:
    """Throw away answers nobody will ask for again."""
    with runtime.db.transaction() as session:
        session.execute(delete(ApiAnswer).where(col(ApiAnswer.begun_at) < runtime.clock() - KEPT))


def _begin(runtime: Runtime, who: Bearer, key: str, digest: bytes) -> Answer | None:
    """Claim the key; what was answered to it before, None when it is ours to do."""
    now = runtime.clock()
    try:
        with runtime.db.transaction() as session:
            row = session.get(ApiAnswer, (who.token, key), with_for_update=True)
            if row is None:
                session.execute(
                    insert(ApiAnswer).values(token_id=who.token, key=key, input_hash=digest, begun_at=now, body="")
                )
                return None
            _refuse_other(row, digest)
            if row.status is not None:
                return Answer(row.status, row.body, again=True)
            if now - row.begun_at < _PATIENCE:
                raise StillWorking("The first request with this key is still being worked on. Ask again soon.")
            row.begun_at = now
    except IntegrityError:
        # Two came at the same moment, and the other one was first.
        raise StillWorking("The first request with this key is still being worked on. Ask again soon.") from None
    return None


def _refuse_other(row: ApiAnswer, digest: bytes) -> None:
    if row.input_hash != digest:
        raise KeyReused(
            "This Idempotency-Key was sent before with another input. Nothing was done; take a new key for a new"
            " request."
        )


def _forget(runtime: Runtime, who: Bearer, key: str) -> None:
    with runtime.db.transaction() as session:
        session.execute(delete(ApiAnswer).where(col(ApiAnswer.token_id) == who.token, col(ApiAnswer.key) == key))

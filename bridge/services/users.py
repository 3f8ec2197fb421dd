"""People who log in: their passwords (argon2id) and their sessions, which live in the database.

A session's cookie is random; only its hash is stored. Ending a session deletes the row.
"""

import hashlib
import secrets
from datetime import timedelta
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from bridge.errors import Refused
from bridge.runtime import Runtime
from bridge.storage.models import LoginSession, User

FIRST = "admin"
LONGEST = timedelta(days=30)
IDLE = timedelta(days=7)
_SHORTEST_PASSWORD = 10
_SEEN_EVERY = timedelta(minutes=5)

_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_hex(16))
"""Checked when the name is unknown, so that an answer takes as long as for a known one."""


class Role(StrEnum):
    """What somebody may do: look; book and decide; everything, logins and connections included."""

    VIEWER = "viewer"
    BOOKKEEPER = "bookkeeper"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        """Whether this role may do what ``needed`` may."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


def ensure_first_user(runtime: Runtime) -> str | None:
    """Make the login “admin” when there is none yet; its password, which is kept nowhere else."""
    password = generated_password()
    hashed = _hasher.hash(password)
    with runtime.db.transaction() as session:
        if session.exec(select(func.count()).select_from(User)).one():
            return None
        session.add(User(name=FIRST, password=hashed, created_at=runtime.clock()))
    return password


def generated_password() -> str:
    """A password for somebody to copy: 25 hexadecimal digits in groups, a hundred bits."""
    text = secrets.token_hex(13)
    return "-".join(text[start : start + 5] for start in range(0, 25, 5))


def add_user(runtime: Runtime, name: str, password: str) -> None:
    """A new login. ``Refused`` when the name is taken or empty, or the password too short."""
    if not name.strip():
        raise Refused("A login needs a name.")
    if len(password) < _SHORTEST_PASSWORD:
        raise Refused(f"The password is too short; take at least {_SHORTEST_PASSWORD} characters.")
    hashed = _hasher.hash(password)
    with runtime.db.transaction() as session:
        if _find(session, name) is not None:
            raise Refused(f"There is a login “{name}” already; choose another name.")
        session.add(User(name=name, password=hashed, created_at=runtime.clock()))


def log_in(runtime: Runtime, name: str, password: str) -> str | None:
    """The cookie value of a new session; None when name or password is wrong."""
    with runtime.db.reading() as session:
        user = _find(session, name)
    if not _fits(user.password if user else _NOBODY, password) or user is None:
        return None
    token, now = secrets.token_urlsafe(32), runtime.clock()
    with runtime.db.transaction() as session:
        session.execute(delete(LoginSession).where(col(LoginSession.created_at) < now - LONGEST))
        session.add(LoginSession(token_hash=_hash(token), user_id=user.id or 0, created_at=now, seen_at=now))
    return token


def who(runtime: Runtime, token: str) -> User | None:
    """Whose session this is; None when it has ended, by logging out, idling or age."""
    with runtime.db.reading() as session:
        login = session.get(LoginSession, _hash(token))
        user = session.get(User, login.user_id) if login else None
    if login is None or user is None:
        return None
    now = runtime.clock()
    if now - login.created_at > LONGEST or now - login.seen_at > IDLE:
        log_out(runtime, token)
        return None
    if now - login.seen_at > _SEEN_EVERY:
        _note_seen(runtime, token)
    return user


def log_out(runtime: Runtime, token: str) -> None:
    """End a session, wherever its cookie may be."""
    with runtime.db.transaction() as session:
        session.execute(delete(LoginSession).where(col(LoginSession.token_hash) == _hash(token)))


def _note_seen(runtime: Runtime, token: str) -> None:
    with runtime.db.transaction() as session:
        login = session.get(LoginSession, _hash(token))
        if login is not None:
            login.seen_at = runtime.clock()


def _find(session: Session, name: str) -> User | None:
    return session.exec(select(User).where(User.name == name.strip())).first()


def _fits(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()

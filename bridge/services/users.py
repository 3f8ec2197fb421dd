"""People who log in: their passwords (argon2id) and their sessions, which live in the database.

A session's cookie is random; only its hash is stored. Ending a session deletes the row.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import bindparam, delete, func
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from bridge.errors import NotFound, Refused
from bridge.runtime import Runtime
from bridge.storage.models import LoginSession, User

FIRST = "admin"
LONGEST = timedelta(days=30)
IDLE = timedelta(days=7)
SHORTEST_PASSWORD = 10
_LONGEST_PASSWORD = 500
_LONGEST_NAME = 100
_SEEN_EVERY = timedelta(minutes=5)
_OBVIOUS = ("password", "passwort", "rabattkonto", "guthaben", "qwertz", "qwerty", "admin", "12345")

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


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who logs in, for the list. ``sessions`` counts the open ones, ``seen_at`` is the newest look."""

    user: User
    sessions: int
    seen_at: datetime | None


# --- who there is -------------------------------------------------------------------------------------------


def is_empty(runtime: Runtime) -> bool:
    """Whether nobody can log in yet: the first start has not been done."""
    with runtime.db.reading() as session:
        return session.exec(select(User.id).limit(1)).first() is None


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


def add_user(
    runtime: Runtime, name: str, password: str, role: Role = Role.ADMIN, email: str = "", *, first: bool = False
) -> int:
    """A new login; its number. ``Refused`` when the name is taken or empty, or the password too weak.

    ``first`` refuses as soon as there is any login.
    """
    name = name.strip()
    if not 0 < len(name) <= _LONGEST_NAME:
        raise Refused("A login needs a name, of at most 100 characters.")
    hashed = _hashed(password, name)
    with runtime.db.transaction() as session:
        if first and session.exec(select(User.id).limit(1)).first() is not None:
            raise Refused("Somebody else has made the first login meanwhile.")
        if _find(session, name) is not None:
            raise Refused("There is a login with this name already; choose another one.")
        user = User(name=name, password=hashed, role=role, email=_mailbox(email), created_at=runtime.clock())
        session.add(user)
        session.flush()
        return user.id or 0


def logins(runtime: Runtime) -> list[Login]:
    """Everybody who logs in or did, in the order of their names."""
    count, newest = func.count(col(LoginSession.user_id)), func.max(col(LoginSession.seen_at))
    with runtime.db.reading() as session:
        open_ones = select(LoginSession.user_id, count, newest).group_by(col(LoginSession.user_id))
        found = {user: (number, seen) for user, number, seen in session.exec(open_ones)}
        users = session.exec(select(User).order_by(col(User.name)))
        return [Login(user, *found.get(user.id or 0, (0, None))) for user in users]


# --- changing a login ---------------------------------------------------------------------------------------


def change_role(runtime: Runtime, user_id: int, role: Role) -> None:
    """Give another role. ``Refused`` when nobody with the role “admin” would be left."""
    with runtime.db.transaction() as session:
        user = _get(session, user_id)
        if role is not Role.ADMIN:
            _refuse_last(session, user)
        user.role = role


def set_password(runtime: Runtime, user_id: int, password: str) -> None:
    """Set a password and end all sessions of this login. ``Refused`` for a weak one."""
    with runtime.db.reading() as session:
        name = _get(session, user_id).name
    hashed = _hashed(password, name)
    with runtime.db.transaction() as session:
        _get(session, user_id).password = hashed
        _end_all(session, user_id)


def change_own_password(runtime: Runtime, user: User, old: str, new: str) -> None:
    """The same by the owner, who has to know the old one. ``Refused`` otherwise."""
    if not _fits(user.password, old):
        raise Refused("The present password is wrong.")
    set_password(runtime, user.id or 0, new)


def set_email(runtime: Runtime, user_id: int, email: str) -> None:
    """Where alarms go; empty for nowhere. ``Refused`` for what is no address."""
    mailbox = _mailbox(email)
    with runtime.db.transaction() as session:
        _get(session, user_id).email = mailbox


def close(runtime: Runtime, user_id: int) -> None:
    """Let somebody log in no more, and end their sessions. The name stays: the trail speaks of it."""
    with runtime.db.transaction() as session:
        user = _get(session, user_id)
        _refuse_last(session, user)
        user.active = False
        _end_all(session, user_id)


def reopen(runtime: Runtime, user_id: int) -> None:
    """Let somebody log in again."""
    with runtime.db.transaction() as session:
        _get(session, user_id).active = True


# --- sessions -----------------------------------------------------------------------------------------------


def log_in(runtime: Runtime, name: str, password: str, browser: str = "") -> str | None:
    """The cookie value of a new session; None when name or password is wrong, or the login was closed."""
    with runtime.db.reading() as session:
        user = _find(session, name)
    fits = _fits(user.password if user else _NOBODY, password[:_LONGEST_PASSWORD])
    if not fits or user is None or not user.active:
        return None
    return begin(runtime, user.id or 0, browser)


def begin(runtime: Runtime, user_id: int, browser: str = "") -> str:
    """A new session for somebody who has proven who they are; the cookie value."""
    token, now = secrets.token_urlsafe(32), runtime.clock()
    login = LoginSession(
        token_hash=_hash(token), user_id=user_id, created_at=now, seen_at=now, browser=browser[:200]
    )
    with runtime.db.transaction() as session:
        session.execute(delete(LoginSession).where(col(LoginSession.created_at) < now - LONGEST))
        session.add(login)
    return token


def who(runtime: Runtime, token: str) -> User | None:
    """Whose session this is; None when it has ended, by logging out, idling or age."""
    with runtime.db.reading() as session:
        found = session.execute(_WHO, {"the_hash": _hash(token)}).first()
    if found is None or not found[1].active:
        return None
    login: LoginSession = found[0]
    user: User = found[1]
    now = runtime.clock()
    if now - login.created_at > LONGEST or now - login.seen_at > IDLE:
        log_out(runtime, token)
        return None
    if now - login.seen_at > _SEEN_EVERY:
        _note_seen(runtime, token)
    return user


_WHO = sa_select(LoginSession, User).join(User).where(col(LoginSession.token_hash) == bindparam("the_hash"))
"""Asked for by every page, so it is put together once."""


def log_out(runtime: Runtime, token: str) -> None:
    """End a session, wherever its cookie may be."""
    with runtime.db.transaction() as session:
        session.execute(delete(LoginSession).where(col(LoginSession.token_hash) == _hash(token)))


def sessions_of(runtime: Runtime, user_id: int) -> Sequence[LoginSession]:
    """The open sessions of a login, newest first."""
    with runtime.db.reading() as session:
        rows = select(LoginSession).where(LoginSession.user_id == user_id)
        return session.exec(rows.order_by(col(LoginSession.seen_at).desc())).all()


def end_session(runtime: Runtime, user_id: int, reference: str) -> None:
    """End one session by the hexadecimal of its hash; somebody else's are ``NotFound``, as unknown ones are."""
    with runtime.db.transaction() as session:
        try:
            login = session.get(LoginSession, bytes.fromhex(reference))
        except ValueError:
            login = None
        if login is None or login.user_id != user_id:
            raise NotFound("There is no such session.")
        session.delete(login)


def end_sessions(runtime: Runtime, user_id: int) -> None:
    """End every session of a login."""
    with runtime.db.transaction() as session:
        _get(session, user_id)
        _end_all(session, user_id)


def is_own(login: LoginSession, token: str) -> bool:
    """Whether a session is the one that this cookie value belongs to."""
    return login.token_hash == _hash(token)


def _end_all(session: Session, user_id: int) -> None:
    session.execute(delete(LoginSession).where(col(LoginSession.user_id) == user_id))


def _note_seen(runtime: Runtime, token: str) -> None:
    with runtime.db.transaction() as session:
        login = session.get(LoginSession, _hash(token))
        if login is not None:
            login.seen_at = runtime.clock()


# --- single steps -------------------------------------------------------------------------------------------


def _get(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("There is no such login.")
    return user


def _find(session: Session, name: str) -> User | None:
    return session.exec(select(User).where(User.name == name.strip())).first()


def _refuse_last(session: Session, user: User) -> None:
    """Called inside a write transaction, so that two people cannot take the role from each other at once."""
    admins = select(User.id).where(User.role == Role.ADMIN, col(User.active), User.id != user.id)
    if user.role == Role.ADMIN and session.exec(admins.with_for_update()).first() is None:
        raise Refused("Somebody with the role “admin” has to be left. Nothing was changed.")


def _hashed(password: str, name: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise Refused("The password is too short; take at least 10 characters.")
    if len(password) > _LONGEST_PASSWORD:
        raise Refused("The password is too long; take at most 500 characters.")
    rest = password.casefold()
    for word in (name.casefold(), *_OBVIOUS):
        rest = rest.replace(word, "") if word else rest
    if len(set(rest)) < 4:
        raise Refused("The password is too easy to guess; take some words that do not belong together.")
    return _hasher.hash(password)


def _mailbox(email: str) -> str:
    mailbox = email.strip()
    if mailbox and (len(mailbox.split()) != 1 or not 0 < mailbox.find("@") < len(mailbox) - 1):
        raise Refused("That is no e-mail address; write it like name@shop.example.")
    return mailbox


def _fits(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()

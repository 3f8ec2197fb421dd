"""The way in while nobody can log in yet: one address with a secret, which ends with the first login."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import col

from bridge.errors import NotFound
from bridge.runtime import Runtime
from bridge.services import users
from bridge.storage.models import Ticket

FIRST_START = "first start"
_OPEN_FOR = timedelta(days=1)


def open_first(runtime: Runtime) -> str | None:
    """A new secret for the first start; earlier ones end. None as soon as somebody can log in."""
    if not users.is_empty(runtime):
        return None
    secret, now = secrets.token_urlsafe(24), runtime.clock()
    ticket = Ticket(token_hash=hashed(secret), purpose=FIRST_START, made_at=now, ends_at=now + _OPEN_FOR)
    with runtime.db.transaction() as session:
        session.execute(delete(Ticket).where(col(Ticket.purpose) == FIRST_START))
        session.add(ticket)
    return secret


def is_open(runtime: Runtime, secret: str) -> bool:
    """Whether this secret opens the first start now."""
    with runtime.db.reading() as session:
        ticket = session.get(Ticket, hashed(secret))
    known = ticket is not None and ticket.purpose == FIRST_START and ticket.ends_at > runtime.clock()
    return known and users.is_empty(runtime)


def enter(runtime: Runtime, secret: str, name: str, password: str, email: str) -> int:
    """Make the first login, an admin's; its number. The door is shut for good then.

    Raises ``NotFound`` for a secret that does not open it, ``Refused`` for a name or password that cannot be used.
    """
    if not is_open(runtime, secret):
        raise NotFound("This address has been used, or its day is over.")
    user_id = users.add_user(runtime, name, password, email=email, first=True)
    with runtime.db.transaction() as session:
        session.execute(delete(Ticket).where(col(Ticket.purpose) == FIRST_START))
    return user_id


def hashed(secret: str) -> bytes:
    """What is kept of a secret: enough to recognise it."""
    return hashlib.sha256(secret.encode()).digest()

"""Who works at the desk, what waits for them, and which part gave a sign of life."""

from datetime import datetime

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from bridge.storage.models.fields import maybe_moment, moment


class Case(SQLModel, table=True):
    """Something that needs a decision: one sentence, what to do, open until ``closed_at``."""

    __tablename__ = "needs_attention"
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    subject: str
    reason: str
    sentence: str
    opened_at: datetime = moment()
    closed_at: datetime | None = maybe_moment()
    __table_args__ = (Index("case_open", "shop_id", "subject", "reason"),)


class User(SQLModel, table=True):
    """Somebody of the merchant's who logs in. ``password`` is an argon2id hash.

    ``email`` is where alarms go, empty for none. ``active`` is False once the login was closed.
    """

    __tablename__ = "login_user"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    password: str
    role: str = "admin"
    email: str = ""
    active: bool = True
    created_at: datetime = moment()


class LoginSession(SQLModel, table=True):
    """A login. Only the hash of the cookie's value is kept; deleting the row ends the session.

    ``browser`` is what the browser calls itself, so that people recognise their own sessions in the list.
    """

    __tablename__ = "login_session"
    token_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    user_id: int = Field(foreign_key="login_user.id", index=True)
    created_at: datetime = moment()
    seen_at: datetime = moment()
    browser: str = ""


class Deed(SQLModel, table=True):
    """One change that somebody made on the pages or the command line: who, what, to what. Never changed.

    ``who`` is the name at that time, kept although the login may go. ``what`` is a short phrase of the code's
    ("login added"), ``subject`` names the thing by number, never a customer by name or address.
    """

    __tablename__ = "deed"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = moment()
    who: str
    what: str
    subject: str = ""


class Failure(SQLModel, table=True):
    """Wrong passwords for one name from one address (``subject`` is a keyed hash of both), and the last moment."""

    __tablename__ = "login_failure"
    subject: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    count: int = 0
    at: datetime = moment()


class Ticket(SQLModel, table=True):
    """An address that works once, until ``ends_at``: the first start, or a shop's answer with its key.

    Only the hash of its secret part is kept. ``subject`` is what it is for (a shop's address), ``content`` what
    came back by it, sealed.
    """

    __tablename__ = "ticket"
    token_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    purpose: str
    subject: str = ""
    content: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    made_at: datetime = moment()
    ends_at: datetime = moment()
    used_at: datetime | None = maybe_moment()


class Beat(SQLModel, table=True):
    """The last sign of life of a part (worker, clock), for ``/readyz`` and the status page."""

    __tablename__ = "beat"
    part: str = Field(primary_key=True)
    at: datetime = moment()

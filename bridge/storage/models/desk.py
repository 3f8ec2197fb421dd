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
    """Somebody of the merchant's who logs in. ``password`` is an argon2id hash."""

    __tablename__ = "login_user"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    password: str
    role: str = "admin"
    created_at: datetime = moment()


class LoginSession(SQLModel, table=True):
    """A login. Only the hash of the cookie's value is kept; deleting the row ends the session."""

    __tablename__ = "login_session"
    token_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    user_id: int = Field(foreign_key="login_user.id", index=True)
    created_at: datetime = moment()
    seen_at: datetime = moment()


class Beat(SQLModel, table=True):
    """The last sign of life of a part (worker, clock), for ``/readyz`` and the status page."""

    __tablename__ = "beat"
    part: str = Field(primary_key=True)
    at: datetime = moment()

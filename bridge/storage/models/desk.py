"""Who works at the desk, what waits for them, and which part gave a sign of life."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, LargeBinary, text
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
    __table_args__ = (
        Index("case_open", "shop_id", "subject", "reason"),
        Index(
            "case_waiting",
            "shop_id",
            "id",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )


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


class Proposal(SQLModel, table=True):
    """An entry by hand that waits for a second person. ``amount`` is minor units, ``reason`` erasable.

    ``asked_by`` and ``decided_by`` are users' numbers. waiting → booked | refused.
    """

    __tablename__ = "proposal"
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    account_id: int = Field(foreign_key="account.id", index=True)
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    reason: str
    state: str = "waiting"
    asked_by: int
    asked_at: datetime = moment()
    decided_by: int | None = None
    decided_at: datetime | None = maybe_moment()
    __table_args__ = (
        Index(
            "proposal_waiting",
            "shop_id",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )


class Simulation(SQLModel, table=True):
    """A programme that is tried on the shop's own orders by a worker, with how far it has come.

    waiting → running → done | failed (``problem`` says why). ``report`` is that of ``simulate``, as JSON.
    """

    __tablename__ = "simulation"
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id", index=True)
    document: str
    since: datetime | None = maybe_moment()
    state: str = "waiting"
    orders: int = 0
    total: int = 0
    problem: str = ""
    report: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    asked_at: datetime = moment()
    seen_at: datetime | None = maybe_moment()
    ended_at: datetime | None = maybe_moment()

"""Programs that talk to us: their tokens, and what was answered to requests that must not count twice."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, LargeBinary
from sqlmodel import Field, SQLModel

from bridge.storage.models.fields import maybe_moment, moment


class ApiToken(SQLModel, table=True):
    """What a program of one shop's may do. Only the hash of the token is kept; a revoked one stays as history."""

    __tablename__ = "api_token"
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    name: str
    token_hash: bytes = Field(sa_column=Column(LargeBinary, unique=True, nullable=False))
    scopes: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    made_at: datetime = moment()
    used_at: datetime | None = maybe_moment()
    revoked_at: datetime | None = maybe_moment()


class ApiAnswer(SQLModel, table=True):
    """A request that was told to count once, by the key its sender chose.

    ``input_hash`` says what was asked. ``status`` None: it was begun, and nobody knows yet how it ended.
    """

    __tablename__ = "api_answer"
    token_id: int = Field(foreign_key="api_token.id", primary_key=True)
    key: str = Field(primary_key=True)
    input_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    begun_at: datetime = moment(index=True)
    status: int | None = None
    body: str = ""

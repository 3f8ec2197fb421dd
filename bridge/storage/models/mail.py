"""Mails on their way out: kept with what caused them, sent afterwards."""

from datetime import datetime

from sqlalchemy import Column, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from bridge.storage.models.fields import maybe_moment, moment


class OutgoingMail(SQLModel, table=True):
    """A mail that is to be sent, or was. ``content`` (to, subject, text) is sealed, and empty once it is old.

    ``key`` says what the mail is about ("alarm:3:red:2026-03-01T12:00"): a second one with the same key is never
    kept. waiting → sent, or failed when it was given up. ``due_at`` is when it is tried next. ``account_id``
    names the customer it is for, so that erasing a person finds it.
    """

    __tablename__ = "outgoing_mail"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    shop_id: int | None = Field(default=None, foreign_key="shop.id")
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str = "waiting"
    kept_at: datetime = moment()
    due_at: datetime = moment()
    attempts: int = 0
    problem: str = ""
    sent_at: datetime | None = maybe_moment()
    __table_args__ = (
        Index(
            "outgoing_mail_waiting",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

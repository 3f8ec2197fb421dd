"""What customers say and choose: questions about entries, links they have used, the mails they want."""

from datetime import datetime

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field, SQLModel

from bridge.storage.models.fields import maybe_moment, moment


class Question(SQLModel, table=True):
    """A customer's question about an entry, and the merchant's answer. Both texts are erasable."""

    __tablename__ = "question"
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    account_id: int = Field(foreign_key="account.id", index=True)
    entry_id: int = Field(foreign_key="entry.id")
    text: str
    asked_at: datetime = moment()
    answer: str = ""
    answered_at: datetime | None = maybe_moment()
    answered_by: str = ""


class UsedLink(SQLModel, table=True):
    """A link that lets in once and was used. It is forgotten when it would have been too old anyway."""

    __tablename__ = "used_link"
    link_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    until: datetime = moment(index=True)


class MailChoice(SQLModel, table=True):
    """What a customer has chosen about mails: their language, and since when they want no news."""

    __tablename__ = "mail_choice"
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    language: str = ""
    silent_since: datetime | None = maybe_moment()


class NewsRound(SQLModel, table=True):
    """How far a shop's customers were told the news: up to which entry, and up to which moment.

    ``aim_entry_id`` and ``aim_until`` are where the round at hand ends, None while there is none.
    """

    __tablename__ = "news_round"
    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    entry_id: int = 0
    told_until: datetime = moment()
    aim_entry_id: int | None = None
    aim_until: datetime | None = maybe_moment()

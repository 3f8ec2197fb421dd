"""Customers' accounts, what names them, and who they belong to."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from bridge.storage.models.fields import maybe_moment, moment


class Account(SQLModel, table=True):
    """A customer's Rabatt-Konto at one shop, in one currency. ``token`` names it to the outside.

    ``balance`` and ``pending`` are written with the entries; ``due_at`` is when time alone changes
    something (credit becomes usable or expires). ``stale`` says that the shop's code must be looked at,
    ``dirty`` that the account is to be replayed whole. ``head`` is the hash of the account's last entry.
    ``fixed_until`` says what the open lots can be carried on from (see ``domain.carry``), ``closed_at`` when
    they were last looked at. ``erased_at`` is when its owner was erased: nobody is remembered and nothing is
    offered for it any more.
    """

    __tablename__ = "account"
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    token: str = Field(unique=True)
    currency: str
    guest: bool = False
    merged_into: int | None = Field(default=None, foreign_key="account.id")
    balance: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, default=0))
    pending: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, default=0))
    entries: int = 0
    head: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    due_at: datetime | None = maybe_moment()
    fixed_until: datetime | None = maybe_moment()
    closed_at: datetime | None = maybe_moment()
    stale: bool = False
    dirty: bool = False
    push_due_at: datetime | None = maybe_moment()
    push_attempts: int = 0
    shown: str = ""
    automatic: bool = True
    opened_at: datetime = moment()
    erased_at: datetime | None = maybe_moment()
    __table_args__ = (
        Index("account_due", "shop_id", "due_at"),
        Index(
            "account_dirty",
            "shop_id",
            "id",
            sqlite_where=text("dirty = 1"),
            postgresql_where=text("dirty"),
        ),
        Index(
            "account_stale",
            "shop_id",
            "id",
            sqlite_where=text("stale = 1"),
            postgresql_where=text("stale"),
        ),
    )


class Identity(SQLModel, table=True):
    """What names an account: a platform customer id or the keyed fingerprint of a mailbox."""

    __tablename__ = "identity"
    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    since: datetime = moment()


class Person(SQLModel, table=True):
    """Who an account belongs to. Erasable: the ledger never needs this row."""

    __tablename__ = "person"
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    email: str = ""
    name: str = ""
    customer: str = ""
    updated_at: datetime = moment()

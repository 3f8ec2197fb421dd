"""The ledger: entries that never change, their erasable words, and what is left of each credit."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bridge.storage.models.fields import moment, short
from bridge.storage.shorthand import CAUSES, CURRENCIES, KINDS, REASONS, SOURCES


class Entry(SQLModel, table=True):
    """One signed ledger row ("Buchung"). Never changed, never deleted: triggers and the hash chain see to it.

    ``number`` is its place in the account's chain, from 1 on. ``expires_on`` is the last usable day in the shop's
    time zone. ``moves`` marks one half of a pair that only moves dates. ``commitment`` is a salted hash of the
    erasable text in ``EntryText``.
    """

    __tablename__ = "entry"
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    account_id: int = Field(foreign_key="account.id")
    number: int
    kind: str = short(KINDS)
    source: str = short(SOURCES)
    revision: int
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    currency: str = short(CURRENCIES)
    happened_at: datetime = moment()
    booked_at: datetime = moment()
    usable_at: datetime = moment()
    expires_on: date | None = None
    version: int | None = None
    order_id: str | None = None
    moves: bool = False
    explanation: str = short(REASONS, default="{}")
    cause: str = short(CAUSES, default="")
    reverses: int | None = None
    commitment: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    __table_args__ = (
        UniqueConstraint("account_id", "kind", "source", "revision", name="entry_once"),
        UniqueConstraint("account_id", "number", name="entry_chain"),
        Index(
            "entry_order",
            "shop_id",
            "order_id",
            sqlite_where=text("order_id IS NOT NULL"),
            postgresql_where=text("order_id IS NOT NULL"),
        ),
    )


class EntryText(SQLModel, table=True):
    """The free text of an entry (a reason typed by hand). Erasable; the chain holds only a commitment."""

    __tablename__ = "entry_text"
    entry_id: int = Field(foreign_key="entry.id", primary_key=True)
    salt: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    text: str


class Lot(SQLModel, table=True):
    """An open credit: what is left of one key's credit, with the dates in which it can be used.

    ``number`` is that of the entry that began it. The indexes tell what is pending, and what expires next,
    without a look at the other lots of the account.
    """

    __tablename__ = "lot"
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    number: int = Field(primary_key=True)
    kind: str = short(KINDS)
    source: str = short(SOURCES)
    rest: int = Field(sa_column=Column(BigInteger, nullable=False))
    usable_at: datetime = moment()
    expires_on: date | None = None
    __table_args__ = (
        Index("lot_usable", "account_id", "usable_at"),
        Index(
            "lot_expiring",
            "account_id",
            "expires_on",
            sqlite_where=text("expires_on IS NOT NULL"),
            postgresql_where=text("expires_on IS NOT NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

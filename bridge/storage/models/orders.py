"""The newest states of orders, the facts beside them, and what they add to periods."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from bridge.storage.models.fields import maybe_moment, moment


class OrderState(SQLModel, table=True):
    """The newest state of an order, normalised and without personal data (``body`` is JSON of ``Order``).

    ``read_at`` is set when the state was read from the shop rather than delivered.
    ``dirty`` asks for settling again although no delivery came; ``suspect`` asks for a read of the shop.
    ``status`` and ``method`` are the shop's own words. ``adjusting`` is the code that is being put on the order.
    """

    __tablename__ = "order_state"
    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    order_id: str = Field(primary_key=True)
    number: str = Field(index=True)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    state: str
    updated: datetime = moment()
    read_at: datetime | None = maybe_moment()
    placed: datetime = moment()
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    dirty: bool = False
    suspect: bool = False
    problem: str = ""
    status: str = ""
    method: str = ""
    adjusting: str = ""
    __table_args__ = (
        Index("order_state_account", "account_id", "placed"),
        Index(
            "order_state_todo",
            "shop_id",
            "order_id",
            sqlite_where=text("dirty = 1 OR suspect = 1"),
            postgresql_where=text("dirty OR suspect"),
        ),
        Index(
            "order_state_open",
            "shop_id",
            "placed",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )


class Fact(SQLModel, table=True):
    """What the newest state of an order cannot show, stored once with its date."""

    __tablename__ = "fact"
    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    subject: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    at: datetime = moment(primary_key=True)
    value: Any = Field(default=None, sa_column=Column(JSON, nullable=True))


class Contribution(SQLModel, table=True):
    """What one order adds to its buyer's periods: the turnover paid and kept, gross, and what else bonuses count.

    ``kept`` is False once everything was given back. ``memberships`` lists (line, sku, given back at).
    """

    __tablename__ = "contribution"
    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    order_id: str = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    placed: datetime = moment()
    paid_at: datetime = moment()
    turnover: int = Field(sa_column=Column(BigInteger, nullable=False))
    kept: bool = True
    group_name: str = ""
    memberships: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    __table_args__ = (Index("contribution_account", "account_id", "placed"),)

"""Sums that are kept with the entries, so that a page need not add up a million of them, and nightly figures."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel

from bridge.storage.models.fields import json_object, moment


class MonthTotal(SQLModel, table=True):
    """What was booked of one kind in a month of the shop (``2026-03``), minor units, and by how many entries.

    ``zone`` is the one by whose calendar the month was counted. Written with the entries; ``verify`` adds them up.
    """

    __tablename__ = "month_total"
    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    month: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    zone: str
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    entries: int = Field(sa_column=Column(BigInteger, nullable=False))


class ShopTotal(SQLModel, table=True):
    """What all accounts of a shop come to, minor units; written with their balances.

    ``accounts`` have entries; ``owed`` is the sum of balances above zero, ``pending`` what of it is not usable yet,
    ``overspent`` the sum of those below (a figure below zero).
    """

    __tablename__ = "shop_total"
    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    accounts: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    owed: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    pending: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    overspent: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))


class Tally(SQLModel, table=True):
    """How often something has happened at a shop so far; ``at`` is when it last did."""

    __tablename__ = "tally"
    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    name: str = Field(primary_key=True)
    count: int = Field(sa_column=Column(BigInteger, nullable=False))
    at: datetime = moment()


class Figure(SQLModel, table=True):
    """What the night worked out over all orders of a shop, as JSON; ``at`` is the moment it was true."""

    __tablename__ = "figure"
    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    name: str = Field(primary_key=True)
    at: datetime = moment()
    value: dict[str, Any] = json_object()

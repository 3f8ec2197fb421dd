"""What came in from shops."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from bridge.storage.models.fields import json_object, maybe_moment, moment

OPEN = "state IN ('received', 'waiting')"
"""A delivery that is to be settled yet. Databases use the index for it only if they are asked in these words."""


class Delivery(SQLModel, table=True):
    """One inbound webhook, kept raw before it was answered. It is in exactly one state.

    received → settled | ignored | attention, or waiting (``due_at``) while the shop is away.
    An old body is purged; ``body_hash`` (SHA-256) then still says what it was.
    """

    __tablename__ = "delivery"
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    received_at: datetime = moment()
    topic: str
    origin: str = ""
    headers: dict[str, Any] = json_object()
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    body_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    state: str = "received"
    order_id: str = ""
    reason: str = ""
    attempts: int = 0
    due_at: datetime | None = maybe_moment()
    settled_at: datetime | None = maybe_moment()
    __table_args__ = (
        Index(
            "delivery_open",
            "shop_id",
            "id",
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        Index("delivery_order", "shop_id", "order_id"),
    )

"""A connected store and how it is dealt with."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field, SQLModel

from bridge.storage.models.fields import json_object, maybe_moment, moment


class ShopStatus(StrEnum):
    """How a shop is dealt with. Only an active one is settled, pushed to and read.

    ``paused``: deliveries are kept and wait. ``locked``: its access cannot be opened with the keys at hand.
    ``leaving``: codes and our meta data are being taken out of it. ``removed``: only its books are left.
    """

    ACTIVE = "active"
    PAUSED = "paused"
    LOCKED = "locked"
    LEAVING = "leaving"
    REMOVED = "removed"


class Shop(SQLModel, table=True):
    """One store. ``token`` is the unguessable part of its webhook address; ``secrets`` is encrypted.

    ``profile`` keeps what the shop says of itself (price mode, highest tax rate, version), ``answers`` what the
    merchant has decided for it. ``observing`` means that it books and shows, and the shop is told nothing.
    ``red_since`` is when it stopped working, ``alarmed_at`` when somebody was told. ``watched_at`` is when its
    webhooks were last looked at. The daily round over all orders has come to ``round_cursor`` at ``round_at``; the
    last whole one ended at ``round_done_at``. ``reconciled_until`` is the shop stamp up to which its orders were
    read. ``restored_from`` is the moment of the backup that was put back: nothing is pushed before the shop was
    read. ``nightly_at`` is when the last night's work was done.
    """

    __tablename__ = "shop"
    id: int | None = Field(default=None, primary_key=True)
    platform: str
    name: str
    url: str
    token: str = Field(unique=True)
    currency: str
    timezone: str = "UTC"
    prices_include_tax: bool = True
    highest_rate: str = "0"
    code_prefix: str = "guthaben-"
    secrets: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    profile: dict[str, Any] = json_object()
    answers: dict[str, Any] = json_object()
    watched_at: datetime | None = maybe_moment()
    round_cursor: str = ""
    round_at: datetime | None = maybe_moment()
    round_done_at: datetime | None = maybe_moment()
    status: str = ShopStatus.ACTIVE.value
    problem: str = ""
    observing: bool = False
    red_since: datetime | None = maybe_moment()
    alarmed_at: datetime | None = maybe_moment()
    added_at: datetime = moment()
    reconciled_until: datetime | None = maybe_moment()
    reconciled_at: datetime | None = maybe_moment()
    retry_at: datetime | None = maybe_moment()
    failures: int = 0
    restored_from: datetime | None = maybe_moment()
    nightly_at: datetime | None = maybe_moment()

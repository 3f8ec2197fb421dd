"""The rules in force, each version with its beginning."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from bridge.storage.models.fields import maybe_moment, moment


class ProgrammeVersion(SQLModel, table=True):
    """An immutable version of the shop's programme; ``valid_from`` None means from the beginning.

    ``activated_by`` and ``reason`` say who put it in force, and why.
    """

    __tablename__ = "programme_version"
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    number: int
    valid_from: datetime | None = maybe_moment()
    document: str
    activated_at: datetime = moment()
    activated_by: str = ""
    reason: str = ""
    __table_args__ = (UniqueConstraint("shop_id", "number", name="programme_number"),)

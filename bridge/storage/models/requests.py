"""What the law lets people ask for, as the shops pass it on: kept as proof of what was done about it."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from bridge.storage.models.fields import maybe_moment, moment


class PrivacyRequest(SQLModel, table=True):
    """One request, with the delivery that brought it. ``outcome`` says in a sentence what was done at ``done_at``.

    ``wish`` is a ``bridge.ports.Wish``. The address is forgotten once the request is carried out.
    """

    __tablename__ = "privacy_request"
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    delivery_id: int = Field(foreign_key="delivery.id")
    wish: str
    customer: str = ""
    email: str = ""
    reference: str = ""
    asked_at: datetime = moment()
    done_at: datetime | None = maybe_moment()
    outcome: str = ""
    __table_args__ = (UniqueConstraint("delivery_id", name="privacy_request_delivery"),)

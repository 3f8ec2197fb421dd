"""The codes that carry credit into the shop."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bridge.storage.models.fields import maybe_moment, moment


class Offer(SQLModel, table=True):
    """A code we issued for an account, stored before it is sent.

    planned → live → used → retired, or withdrawn; ``foreign`` when the shop has the code from somebody else.
    ``worth`` is gross, ``face`` what the shop was told, ``taken`` what orders took of it, in the shop's price mode.
    ``holder`` is what the platform ties it to (an address, a customer's id), ``order_id`` the first order with it.
    ``waiting_since`` is when the shop first counted a use of the code that no order shows.
    """

    __tablename__ = "offer"
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    account_id: int = Field(foreign_key="account.id", index=True)
    sequence: int
    code: str
    state: str = "planned"
    worth: int = 0
    face: int = 0
    taken: int = 0
    order_id: str = ""
    holder: str = ""
    external_id: str = ""
    problem: str = ""
    created_at: datetime = moment()
    pushed_at: datetime | None = maybe_moment()
    waiting_since: datetime | None = maybe_moment()
    __table_args__ = (
        UniqueConstraint("shop_id", "code", name="offer_code"),
        UniqueConstraint("account_id", "sequence", name="offer_sequence"),
        Index(
            "offer_waiting",
            "shop_id",
            "waiting_since",
            sqlite_where=text("waiting_since IS NOT NULL"),
            postgresql_where=text("waiting_since IS NOT NULL"),
        ),
    )

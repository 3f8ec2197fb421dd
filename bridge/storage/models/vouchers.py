"""Promotional codes, from issue to use."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from bridge.storage.models.fields import moment


class VoucherBatch(SQLModel, table=True):
    """Promotional codes made together to win customers. Never sold, never paid out, no part of the ledger.

    ``value`` and ``minimum`` are minor units as the shop states its prices. ``email`` is the only one who may use
    them, empty for anybody; ``uses`` how often each code may be used; ``last_day`` the last day in the shop's time.
    """

    __tablename__ = "voucher_batch"
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id", index=True)
    value: int
    minimum: int = 0
    email: str = ""
    uses: int = 1
    last_day: date
    made_at: datetime = moment()
    made_by: str = ""


class Voucher(SQLModel, table=True):
    """One promotional code. planned → live, withdrawing → withdrawn, or refused by the shop (``problem``)."""

    __tablename__ = "voucher"
    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="voucher_batch.id", index=True)
    shop_id: int = Field(foreign_key="shop.id")
    code: str
    state: str = "planned"
    external_id: str = ""
    problem: str = ""
    __table_args__ = (
        UniqueConstraint("shop_id", "code", name="voucher_code"),
        Index("voucher_state", "shop_id", "state"),
    )


class VoucherUse(SQLModel, table=True):
    """An order that carries a voucher. ``counts`` is False once the order was cancelled or lost the code."""

    __tablename__ = "voucher_use"
    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    order_id: str = Field(primary_key=True)
    voucher_id: int = Field(foreign_key="voucher.id", primary_key=True)
    placed: datetime = moment()
    counts: bool = True

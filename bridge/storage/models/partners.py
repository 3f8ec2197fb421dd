"""Who recommends the shop, and who sponsors whom since when."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from bridge.storage.models.fields import maybe_moment, moment


class Partner(SQLModel, table=True):
    """An account that recommends the shop, with its referral code: small letters, unique per shop."""

    __tablename__ = "partner"
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    code: str
    since: datetime = moment()
    __table_args__ = (UniqueConstraint("shop_id", "code", name="partner_code"),)


class PartnerCoupon(SQLModel, table=True):
    """A coupon that the merchant made in the shop for a partner: whoever comes with it was recommended by them."""

    __tablename__ = "partner_coupon"
    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    code: str = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    since: datetime = moment()


class Sponsorship(SQLModel, table=True):
    """From ``since`` on, ``sponsor_id`` sponsors ``account_id``; None ends it. History is kept.

    ``cause`` says by what it came about, ``by`` who saw to it (empty: the order itself), ``noted_at`` when.
    ``order_id`` names the order whose recommendation bound the customer.
    """

    __tablename__ = "sponsorship"
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    since: datetime = moment(primary_key=True)
    sponsor_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    cause: str = ""
    by: str = ""
    noted_at: datetime | None = maybe_moment()
    order_id: str = ""

"""Articles as last seen, and the credit typed for them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from bridge.storage.models.fields import moment


class ArticleState(SQLModel, table=True):
    """The catalogue as last seen: categories, tags, the credit typed on the article, and what it translates."""

    __tablename__ = "article"
    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    article_id: str = Field(primary_key=True)
    product_id: str = Field(default="", index=True)
    sku: str = ""
    name: str = ""
    categories: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    tags: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    credit: int | None = None
    originals: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    seen_at: datetime = moment()


class OwnCredit(SQLModel, table=True):
    """The credit per piece that the merchant imported for an SKU, minor units. It beats what the article says."""

    __tablename__ = "own_credit"
    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    sku: str = Field(primary_key=True)
    credit: int
    set_at: datetime = moment()

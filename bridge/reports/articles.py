"""Articles with what a piece of them earns: what the shop says, and what the merchant has set instead."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlmodel import Session, col

from bridge.storage.models import ArticleState, OwnCredit

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """An article. Credits are minor units per piece, None where nobody has said any; ``own`` beats ``shop``."""

    id: str
    sku: str
    name: str
    shop: int | None
    own: int | None


def page(session: Session, shop_id: int, text: str, after: str, limit: int) -> list[Row]:
    """Articles in the order of their ids, those after one id; only those whose name or SKU holds the text."""
    question = _rows(shop_id).where(col(ArticleState.article_id) > after)
    if wanted := text.strip().lower():
        like = f"%{wanted.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        named = func.lower(col(ArticleState.name)).like(like, escape="!")
        question = question.where(or_(named, func.lower(col(ArticleState.sku)).like(like, escape="!")))
    rows = session.execute(question.order_by(col(ArticleState.article_id)).limit(limit))
    return [Row(*row) for row in rows]


def every(session: Session, shop_id: int) -> Iterator[Row]:
    """All articles, not all in memory at once."""
    rows = session.execute(_rows(shop_id).order_by(col(ArticleState.article_id)).execution_options(yield_per=_PAGE))
    for row in rows:
        yield Row(*row)


def _rows(shop_id: int) -> Select[str, str, str, int | None, int | None]:
    same = (col(OwnCredit.shop_id) == col(ArticleState.shop_id)) & (col(OwnCredit.sku) == col(ArticleState.sku))
    return (
        select(
            col(ArticleState.article_id),
            col(ArticleState.sku),
            col(ArticleState.name),
            col(ArticleState.credit),
            col(OwnCredit.credit),
        )
        .join(OwnCredit, same, isouter=True)
        .where(col(ArticleState.shop_id) == shop_id)
    )

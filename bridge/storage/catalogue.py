"""The catalogue as last seen, and what of it is frozen with an order when that is first resolved."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlmodel import Session, col

from bridge.domain.orders import Article, Line, Order
from bridge.storage.dialect import upsert
from bridge.storage.models import ArticleState, OwnCredit

_MOVES = ("product_id", "sku", "name", "categories", "tags", "credit", "seen_at")

Known = Sequence[Any]
"""What a fact keeps of an article: categories, tags, credit in minor units or None."""


def article_ids(orders: Iterable[Order]) -> set[str]:
    """The ids of everything bought on these orders, free positions left out."""
    return {line.article.id for order in orders for line in order.lines if line.article.id}


def known(session: Session, shop_id: int, ids: Collection[str]) -> dict[str, Known]:
    """What the catalogue says of these articles, as a fact keeps it."""
    same = (col(OwnCredit.shop_id) == col(ArticleState.shop_id)) & (col(OwnCredit.sku) == col(ArticleState.sku))
    rows = session.execute(
        select(
            col(ArticleState.article_id),
            col(ArticleState.categories),
            col(ArticleState.tags),
            # What the merchant imported stands: the shop's own figure comes back with every product webhook.
            func.coalesce(col(OwnCredit.credit), col(ArticleState.credit)).label("credit"),
        )
        .join(OwnCredit, same, isouter=True)
        .where(col(ArticleState.shop_id) == shop_id, col(ArticleState.article_id).in_(list(ids)))
    )
    return {row.article_id: [row.categories, row.tags, row.credit] for row in rows}


def frozen(line: Line, fact: Known | None) -> Line:
    """The line with what was known of its article; without a fact it stays as the shop sent it."""
    if fact is None:
        return line
    (categories, tags, credit), known = fact, line.article
    article = Article(known.product, known.variation, known.sku, known.name, tuple(categories), tuple(tags), credit)
    # Written out, as this happens for every line of every order and ``replace`` takes three times as long.
    return Line(
        line.id, article, line.quantity, line.paid, line.net, line.credits, line.refunded_quantity, line.refunded,
        line.tax,
    )  # fmt: skip


def of_body(article: Article) -> Known | None:
    """What an order's own body says of an article, None where it says nothing."""
    if not article.categories and not article.tags and article.credit is None:
        return None
    return [list(article.categories), list(article.tags), article.credit]


def told(article: Article, seen: Known | None) -> Known | None:
    """What is known of an article on an order: its own body speaks first, of the credit the catalogue does."""
    said = of_body(article)
    if said is None or seen is None:
        return said or seen
    categories, tags, credit = said
    return [categories, tags, credit if seen[2] is None else seen[2]]


def keep(session: Session, shop_id: int, articles: Iterable[Article], now: datetime) -> None:
    """Store what the shop says of its articles now."""
    rows = {article.id: _values(shop_id, article, now) for article in articles if article.id}
    if not rows:
        return
    statement = upsert(session, ArticleState)
    newest: Mapping[str, Any] = {name: statement.excluded[name] for name in _MOVES}
    session.execute(
        statement.on_conflict_do_update(index_elements=["shop_id", "article_id"], set_=newest),
        list(rows.values()),
    )
    _inherit(session, [row for row in rows.values() if row["article_id"] == row["product_id"]])


def _inherit(session: Session, products: Sequence[Mapping[str, Any]]) -> None:
    """A product's variations stand in its categories and carry its tags."""
    statement = (
        update(ArticleState)
        .where(
            col(ArticleState.shop_id) == bindparam("of_shop"),
            col(ArticleState.product_id) == bindparam("of_product"),
        )
        .values(categories=bindparam("new_categories"), tags=bindparam("new_tags"))
    )
    if products:
        values = [
            {
                "of_shop": row["shop_id"],
                "of_product": row["article_id"],
                "new_categories": row["categories"],
                "new_tags": row["tags"],
            }
            for row in products
        ]
        session.connection().execute(statement, values)


def _values(shop_id: int, article: Article, now: datetime) -> dict[str, Any]:
    return {
        "shop_id": shop_id,
        "article_id": article.id,
        "product_id": article.product,
        "sku": article.sku,
        "name": article.name,
        "categories": list(article.categories),
        "tags": list(article.tags),
        "credit": article.credit,
        "seen_at": now,
    }

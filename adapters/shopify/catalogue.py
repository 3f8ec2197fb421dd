"""Products and variants into articles, with the credit that the merchant typed on them. Pure."""

import re
from typing import Any

from adapters.documents import text
from adapters.shopify.ids import number
from bridge.domain.money import parse
from bridge.domain.orders import Article

NAMESPACE, CREDIT = "rabattkonto", "credit"
"""The metafield of a product or a variant in which a merchant types the credit per piece."""

_TYPED = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,4})?")


def read_article(node: Any, currency: str) -> Article:
    """The article in an answer: a variant stands in its product's collections and carries its tags."""
    if node["__typename"] == "Product":
        return _article(node, node, "", "", currency)
    return _article(node["product"], node, number(node["id"]), node.get("sku") or "", currency)


def _article(product: Any, bought: Any, variation: str, sku: str, currency: str) -> Article:
    own, inherited = (typed_credit(_credit(each), currency) for each in (bought, product))
    return Article(
        product=number(product["id"]),
        variation=variation,
        sku=text(sku),
        name=text(product["title"]),
        categories=_categories(product),
        tags=tuple(text(tag) for tag in product["tags"]),
        credit=inherited if own is None else own,
    )


def typed_credit(value: Any, currency: str) -> int | None:
    """Minor units of what was typed (“1.50” or “1,50”), None for nothing or for something that is no amount."""
    written = value.strip() if isinstance(value, str) else ""
    if _TYPED.fullmatch(written) is None:
        return None
    try:
        return parse(written.replace(",", "."), currency)
    except ValueError:
        return None


def _credit(node: Any) -> Any:
    return (node.get("metafield") or {}).get("value")


def _categories(product: Any) -> tuple[str, ...]:
    """Handle and title of every collection, and the type: merchants write their rules with any of them."""
    words = [word for each in product["collections"]["nodes"] for word in (each["handle"], each["title"])]
    return tuple(dict.fromkeys(text(word) for word in (*words, product["productType"]) if word))

"""Products and variations into articles, with the credit that the merchant typed on them. Pure."""

import html
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from adapters.documents import text, typed
from adapters.woocommerce.shapes import ProductBody, Term, meta
from bridge.domain.money import parse
from bridge.domain.orders import Article

CREDIT_KEY = "_rabattkonto_credit"
"""The meta key under which a merchant types the credit per piece, on a product or on a variation."""

_TYPED = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,4})?")


def read_article(body: Any, currency: str) -> Article:
    """The article in a product's or variation's body; raises ``Unclear``.

    A variation has no categories and tags of its own: empty ones mean unknown there, see ``inherit``.
    A translated product is to us what a variation is: it stands under the product that it was translated from.
    """
    found = typed(ProductBody, body)
    original = _original(found)
    product = found.parent_id if found.type == "variation" else original
    return Article(
        product=str(product),
        variation=str(found.id) if found.id != product else "",
        sku=text(found.sku or ""),
        name=text(found.name),
        categories=_words(found.categories),
        tags=_words(found.tags),
        credit=typed_credit(meta(found.meta_data, CREDIT_KEY), currency),
        originals=(str(original),) if original != found.id else (),
    )


def _original(found: ProductBody) -> int:
    """The product's id in the language it was first written in: translations are made later and number higher."""
    named = found.translations.values() if isinstance(found.translations, dict) else ()
    others = [int(name) for name in named if isinstance(name, str | int) and str(name).isdigit()]
    return min([int(found.id), *(other for other in others if other)])


def inherit(variation: Article, product: Article | None) -> Article:
    """The variation with its product's categories, tags and originals, and its credit unless it has its own."""
    if product is None:
        return variation
    credit = product.credit if variation.credit is None else variation.credit
    originals = tuple(dict.fromkeys((*variation.originals, *product.originals)))
    return replace(variation, categories=product.categories, tags=product.tags, credit=credit, originals=originals)


def typed_credit(value: Any, currency: str) -> int | None:
    """Minor units of what was typed (“1.50” or “1,50”), None for nothing or for something that is no amount."""
    written = str(value).strip() if isinstance(value, str | int | Decimal) else ""
    if _TYPED.fullmatch(written) is None:
        return None
    try:
        return parse(written.replace(",", "."), currency)
    except ValueError:
        return None


def _words(terms: list[Term]) -> tuple[str, ...]:
    """Slug and name of every term, as merchants write their rules with either; names come HTML-escaped."""
    words = [word for term in terms for word in (term.slug, html.unescape(term.name)) if word]
    return tuple(dict.fromkeys(text(word) for word in words))

"""What a kept delivery says, by its topic. Pure; a delivery is a hint and never proves that a thing is gone."""

from typing import Any

from adapters.documents import Unclear, document, typed
from adapters.woocommerce.catalogue import read_article
from adapters.woocommerce.customers import read_customer
from adapters.woocommerce.orders import order_id, read_order
from adapters.woocommerce.shapes import Problem
from bridge.domain.orders import Article
from bridge.ports import (
    ArticleHint,
    ArticleSeen,
    CustomerGone,
    Envelope,
    Nothing,
    OrderHint,
    Reading,
    ShopTerms,
    Unreadable,
)

_IGNORED = {
    "action": "An action names only an order; the update of that order is delivered as well.",
    "coupon": "Codes are read from the shop when they are needed.",
}


def understand(envelope: Envelope, raw: bytes, terms: ShopTerms) -> Reading:
    """What this body says; ``Unreadable`` with a reason when nobody can tell."""
    resource, _, event = envelope.topic.partition(".")
    if resource in _IGNORED:
        return Nothing(_IGNORED[resource])
    if resource not in ("order", "customer", "product"):
        return Nothing(f"We have no use for the topic “{envelope.topic[:60]}”.")
    try:
        body = document(raw)
        return _missing(body) or _read(resource, event, body, terms)
    except Unclear as problem:
        return Unreadable(f"The {resource} cannot be understood: {problem}.")


def _read(resource: str, event: str, body: Any, terms: ShopTerms) -> Reading:
    match resource, event:
        case "order", _ if event == "deleted" or _is_bare(body):
            return _order_hint(body)
        case "order", _:
            return read_order(body, terms)
        case "customer", "deleted":
            return CustomerGone(_id(body))
        case "customer", _:
            return read_customer(body)
        case _, "deleted":
            # The id may as well be a coupon's: trashing one sends this topic, too (measured).
            return Nothing("A deleted product keeps what its orders knew.")
        case _:
            return _article(read_article(body, terms.currency))


def _article(article: Article) -> ArticleSeen | ArticleHint:
    """A variation is delivered without what it inherits from its product."""
    return ArticleHint((article.id,)) if article.variation else ArticleSeen(article)


def _missing(body: Any) -> Nothing | None:
    """A signed body can be an error in place of the thing, when it was deleted before the shop wrote the body."""
    if not isinstance(body, dict) or "id" in body or "code" not in body:
        return None
    problem = typed(Problem, body)
    return Nothing(
        f"The shop could not build this message ({problem.code[:60]}). "
        "If something is missing, reading the shop will find it."
    )


def _is_bare(body: Any) -> bool:
    return isinstance(body, dict) and body.keys() == {"id"}


def _order_hint(body: Any) -> OrderHint:
    return OrderHint(_id(body))


def _id(body: Any) -> str:
    found = order_id(body)
    if not found:
        raise Unclear("it has no id")
    return found

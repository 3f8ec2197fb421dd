"""What a kept delivery says, by its topic. Pure; a delivery is a hint and never proves that a thing is gone."""

from collections.abc import Callable, Mapping
from typing import Any

from adapters.documents import Unclear, document, typed
from adapters.shopify.customers import read_customer
from adapters.shopify.ids import number
from adapters.shopify.orders import read_order
from adapters.shopify.shapes import Bare, Domain, Edited, MergeBody, OfOrder, PrivacyBody, ProductBody, Tagged
from bridge.ports import (
    AccessEnded,
    ArticleHint,
    CustomerGone,
    CustomerHint,
    CustomersMerged,
    Envelope,
    Nothing,
    OrderHint,
    PrivacyAsked,
    Reading,
    ShopTerms,
    Unreadable,
    Wish,
)

_IGNORED = {
    "draft_orders": "A draft is no order yet; the order that comes of it is delivered by itself.",
    "discounts": "Codes are read from the shop when they are needed.",
    "bulk_operations": "A bulk operation only says that it ended; we page through orders instead.",
    "app/scopes_update": "What the app may do is looked at with every check of the shop.",
    "products/delete": "A deleted product keeps what its orders knew.",
}


def understand(envelope: Envelope, raw: bytes, terms: ShopTerms) -> Reading:
    """What this body says; ``Unreadable`` with a reason when nobody can tell."""
    topic = envelope.topic
    ignored = _IGNORED.get(topic) or _IGNORED.get(topic.partition("/")[0])
    if ignored:
        return Nothing(ignored)
    if topic not in _READERS and topic not in _ORDERS:
        return Nothing(f"We have no use for the topic “{topic[:60]}”.")
    try:
        body = document(raw)
        return read_order(body, terms) if topic in _ORDERS else _READERS[topic](body)
    except Unclear as problem:
        return Unreadable(f"The message about “{topic}” cannot be understood: {problem}.")


def _named(body: Any) -> OrderHint:
    return OrderHint(str(typed(OfOrder, body).order_id))


def _edited(body: Any) -> OrderHint:
    return OrderHint(str(typed(Edited, body).order_edit.order_id))


def _deleted(body: Any) -> OrderHint:
    return OrderHint(str(typed(Bare, body).id))


def _gone(body: Any) -> CustomerGone:
    return CustomerGone(str(typed(Bare, body).id))


def _tagged(body: Any) -> CustomerHint:
    return CustomerHint(number(typed(Tagged, body).customer))


def _merged(body: Any) -> Reading:
    found = typed(MergeBody, body)
    kept, gone = (
        number(each)
        for each in (found.admin_graphql_api_customer_kept_id, found.admin_graphql_api_customer_deleted_id)
    )
    if found.status != "completed":
        return Nothing(f"Customers {kept} and {gone} were not merged ({found.status[:40]}).")
    return CustomersMerged(kept, gone)


def _product(body: Any) -> ArticleHint:
    """Variants are what is bought; the product itself is asked for with them."""
    found = typed(ProductBody, body)
    return ArticleHint(tuple(str(each.id) for each in (Bare(found.id), *found.variants)))


def _export(body: Any) -> PrivacyAsked:
    return _asked(body, Wish.EXPORT)


def _redact(body: Any) -> PrivacyAsked:
    return _asked(body, Wish.ERASE)


def _asked(body: Any, wish: Wish) -> PrivacyAsked:
    found = typed(PrivacyBody, body)
    who = found.customer
    if who.id is None and not who.email:
        raise Unclear("it names nobody")
    reference = str(found.data_request.id) if found.data_request else ""
    return PrivacyAsked(wish, str(who.id or ""), (who.email or "").strip(), reference)


def _redact_shop(body: Any) -> PrivacyAsked:
    typed(Domain, body)
    return PrivacyAsked(Wish.ERASE_SHOP)


def _uninstalled(_body: Any) -> AccessEnded:
    return AccessEnded(
        "The app was uninstalled in Shopify, so nothing can be read or written there any more. Install it again, or"
        " remove the shop here with `rabattkonto shop remove ID --remove --shop-is-gone`."
    )


_ORDERS = frozenset({"orders/create", "orders/paid", "orders/updated", "orders/cancelled", "orders/fulfilled"})

_READERS: Mapping[str, Callable[[Any], Reading]] = {
    "orders/edited": _edited,
    "orders/delete": _deleted,
    "refunds/create": _named,
    "order_transactions/create": _named,
    "customers/create": read_customer,
    "customers/update": read_customer,
    "customers/delete": _gone,
    "customers/merge": _merged,
    "customer.tags_added": _tagged,
    "customer.tags_removed": _tagged,
    "products/create": _product,
    "products/update": _product,
    "customers/data_request": _export,
    "customers/redact": _redact,
    "shop/redact": _redact_shop,
    "app/uninstalled": _uninstalled,
}

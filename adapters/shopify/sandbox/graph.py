"""The shop's GraphQL interface: executed by graphql-core on the part of Shopify's schema that we use.

Objects are dictionaries; a field with arguments is a function. Queries first, mutations in ``changes.py``.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from graphql import GraphQLSchema, build_schema

from adapters.shopify.ids import gid
from adapters.shopify.sandbox.answers import Fields, connection, money, number, paged, stamp
from adapters.shopify.sandbox.checkout import financial_status, outstanding, tax_of
from adapters.shopify.sandbox.discounts import discount_node, discounts, webhook
from adapters.shopify.sandbox.records import Customer, Line, Order, Payment, Product, Refund
from adapters.shopify.sandbox.state import SHOP, State


@cache
def schema() -> GraphQLSchema:
    """Our part of the Admin schema, which a test compares with the complete one."""
    return build_schema(files(__package__).joinpath("schema.graphql").read_text(encoding="utf-8"))


def queries(state: State) -> Fields:
    """The root of all queries."""
    return {
        "nodes": lambda _info, ids: [node(state, each) for each in ids],
        "order": lambda _info, id: order(state, state.orders.get(number(id))),
        "refund": lambda _info, id: _refund_by(state, number(id)),
        "orders": lambda _info, **asked: _orders(state, **asked),
        "shop": {
            "id": SHOP,
            "name": state.settings.name,
            "myshopifyDomain": state.settings.domain,
            "currencyCode": state.settings.currency,
            "ianaTimezone": state.settings.timezone,
            "taxesIncluded": state.settings.taxes_included,
        },
        "currentAppInstallation": {
            "accessScopes": [{"handle": each} for each in state.settings.scopes],
        },
        "collectionByIdentifier": lambda _info, identifier: _collection_by(state, identifier["handle"]),
        "customerByIdentifier": lambda _info, identifier: _customer_by(state, identifier["emailAddress"]),
        "codeDiscountNodeByCode": lambda _info, code: discount_node(state, state.code(code)),
        "discountNodes": lambda _info, **asked: discounts(state, **asked),
        "webhookSubscriptions": lambda _info, **asked: connection(
            [webhook(each) for each in state.webhooks.values()], **asked
        ),
    }


def node(state: State, asked: str) -> Fields | None:
    """Anything by its GID, None for what is not there."""
    kind = asked.split("/")[3] if asked.count("/") == 4 else ""
    found: Mapping[str, Callable[[int], Fields | None]] = {
        "Order": lambda number: order(state, state.orders.get(number)),
        "Customer": lambda number: customer(state.customers.get(number)),
        "Product": lambda number: product(state, state.products.get(number)),
        "ProductVariant": lambda number: _variant(state, number),
        "DiscountCodeNode": lambda number: discount_node(state, state.discounts.get(number)),
    }
    return found[kind](number(asked)) if kind in found else None


# --- orders -----------------------------------------------------------------------------------


def _orders(
    state: State, first: int = 50, after: str | None = None, query: str = "", reverse: bool = False, **_: object
) -> Fields:
    """Orders by their stamps; a cursor stands between two of them, so what changes meanwhile moves to the end."""
    since = re.search(r"updated_at:>='([^']+)'", query)
    start = datetime.fromisoformat(since[1]) if since else None
    found = sorted(state.orders.values(), key=lambda each: (each.updated, each.id), reverse=reverse)
    found = [each for each in found if start is None or each.updated >= start]
    if after:
        stamp, number = after.split("|")
        found = [each for each in found if (each.updated, each.id) > (datetime.fromisoformat(stamp), int(number))]
    page = found[:first]
    cursor = f"{page[-1].updated.isoformat()}|{page[-1].id}" if page else None
    return {
        "nodes": [order(state, each) for each in page],
        "pageInfo": {"hasNextPage": len(found) > first, "endCursor": cursor},
    }


def order(state: State, found: Order | None) -> Fields | None:
    """An order."""
    if found is None:
        return None
    applications = [_application(state, index, each) for index, each in enumerate(found.applications)]
    payments = [*found.payments, *(each for refund in found.refunds for each in refund.payments)]
    return {
        "__typename": "Order",
        "id": gid("Order", str(found.id)),
        "name": f"#{found.number}",
        "createdAt": stamp(found.created),
        "updatedAt": stamp(found.updated),
        "processedAt": stamp(found.created),
        "cancelledAt": stamp(found.cancelled) if found.cancelled else None,
        "test": found.test,
        "sourceName": found.source,
        "email": found.email,
        "currencyCode": state.settings.currency,
        "taxesIncluded": state.settings.taxes_included,
        "taxLines": [_tax(state, line) for line in found.lines],
        "displayFinancialStatus": financial_status(state, found).upper(),
        "displayFulfillmentStatus": "FULFILLED" if found.fulfilled else "UNFULFILLED",
        "paymentGatewayNames": list(found.gateways),
        "discountCodes": [code for code, _ in found.codes],
        "customAttributes": [{"key": name, "value": value} for name, value in found.attributes.items()],
        "customer": customer(found.customer),
        "totalTipReceivedSet": money(state, found.tip),
        "totalShippingPriceSet": money(state, found.shipping),
        "totalOutstandingSet": money(state, outstanding(state, found)),
        "discountApplications": paged(applications),
        "transactions": lambda _info, first: [_payment(state, each) for each in payments[:first]],
        "lineItems": paged([line(state, found, each) for each in found.lines]),
        "refunds": lambda _info, first: [_refund(state, found, each) for each in found.refunds[:first]],
    }


def line(state: State, of: Order, found: Line) -> Fields:
    """A position of an order."""
    return {
        "__typename": "LineItem",
        "id": gid("LineItem", str(found.id)),
        "title": found.product.title,
        "sku": found.product.sku or None,
        "quantity": found.quantity,
        "currentQuantity": found.current,
        "isGiftCard": found.product.gift_card,
        "product": product(state, found.product),
        "variant": _variant(state, found.product.variant),
        "originalUnitPriceSet": money(state, found.price),
        "taxLines": lambda _info, first: [_tax(state, found)] if found.product.rate else [],
        "discountAllocations": [
            {
                "allocatedAmountSet": money(state, part.amount),
                "discountApplication": _application(state, part.application, of.applications[part.application]),
            }
            for part in found.parts
        ],
    }


_KINDS = {
    "discount_code": "DiscountCodeApplication",
    "automatic": "AutomaticDiscountApplication",
    "manual": "ManualDiscountApplication",
}


def _application(_state: State, index: int, found: Any) -> Fields:
    named = "code" if found.kind == "discount_code" else "title"
    return {"__typename": _KINDS[found.kind], "index": index, named: found.name, "description": None}


def _tax(state: State, found: Line) -> Fields:
    rate = float(found.product.rate)
    return {"rate": rate / 100, "ratePercentage": rate, "priceSet": money(state, tax_of(state, found))}


def _payment(state: State, found: Payment) -> Fields:
    return {
        "kind": found.kind.upper(),
        "status": "SUCCESS",
        "gateway": found.gateway,
        "amountSet": money(state, found.amount),
    }


def _refund(state: State, of: Order, found: Refund) -> Fields:
    places = [
        {
            "quantity": each.quantity,
            "subtotalSet": money(state, each.subtotal),
            "totalTaxSet": money(state, each.tax),
            "lineItem": line(state, of, each.line),
        }
        for each in found.lines
    ]
    parcel = {"subtotalAmountSet": money(state, found.shipping), "taxAmountSet": money(state, 0)}
    return {
        "id": gid("Refund", str(found.id)),
        "refundLineItems": paged(places),
        "refundShippingLines": paged([parcel] if found.shipping else []),
        "transactions": paged([_payment(state, each) for each in found.payments]),
    }


def _refund_by(state: State, number: int) -> Fields | None:
    pairs = ((each, refund) for each in state.orders.values() for refund in each.refunds)
    return next((_refund(state, each, refund) for each, refund in pairs if refund.id == number), None)


# --- goods and people -------------------------------------------------------------------------


def product(state: State, found: Product | None) -> Fields | None:
    """A product with what its variant inherits."""
    if found is None:
        return None
    titles = {title: number for number, title in state.collections.items()}
    collections = [
        {"id": gid("Collection", str(titles[each])), "handle": handle(each), "title": each}
        for each in found.collections
    ]
    return {
        "__typename": "Product",
        "id": gid("Product", str(found.id)),
        "title": found.title,
        "productType": found.kind,
        "tags": list(found.tags),
        "metafield": lambda _info, namespace, key: {"value": found.credit} if found.credit else None,
        "collections": paged(collections),
    }


def handle(title: str) -> str:
    """A collection's name in addresses."""
    return re.sub(r"[^a-z0-9äöüß]+", "-", title.lower()).strip("-")


def _variant(state: State, number: int) -> Fields | None:
    found = next((each for each in state.products.values() if each.variant == number), None)
    if found is None:
        return None
    return {
        "__typename": "ProductVariant",
        "id": gid("ProductVariant", str(number)),
        "sku": found.sku or None,
        "metafield": lambda _info, namespace, key: None,
        "product": product(state, found),
    }


def customer(found: Customer | None) -> Fields | None:
    """A customer."""
    if found is None:
        return None
    return {
        "__typename": "Customer",
        "id": gid("Customer", str(found.id)),
        "firstName": found.first_name or None,
        "lastName": found.last_name or None,
        "defaultEmailAddress": {"emailAddress": found.email} if found.email else None,
        "tags": list(found.tags),
        "companyContactProfiles": [{"company": {"name": each}} for each in found.companies],
    }


def _customer_by(state: State, email: str) -> Fields | None:
    known = (each for each in state.customers.values() if each.email.lower() == email.lower())
    return customer(next(known, None))


def _collection_by(state: State, wanted: str) -> Fields | None:
    pairs = ((number, title) for number, title in state.collections.items() if handle(title) == wanted)
    return next(({"id": gid("Collection", str(number)), "title": title} for number, title in pairs), None)

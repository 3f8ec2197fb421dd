"""Answers about discounts and subscriptions."""

import re
from typing import Any

from adapters.shopify.ids import gid
from adapters.shopify.sandbox.answers import Fields, connection, paged, stamp
from adapters.shopify.sandbox.records import Discount, Webhook
from adapters.shopify.sandbox.state import State
from bridge.domain.money import plain


def discount_node(state: State, found: Discount | None) -> Fields | None:
    """A discount as the node of a code."""
    if found is None:
        return None
    return {
        "__typename": "DiscountCodeNode",
        "id": gid("DiscountCodeNode", str(found.id)),
        "codeDiscount": _discount(state, found),
    }


def _discount(state: State, found: Discount) -> Fields:
    amount: Fields = {
        "__typename": "DiscountAmount",
        "amount": {"amount": plain(found.amount, state.settings.currency)},
    }
    collections = [{"id": gid("Collection", str(each))} for each in found.collections]
    some = {"__typename": "DiscountCollections", "collections": paged(collections)}
    people = [{"id": gid("Customer", str(each))} for each in found.customers or () if each in state.customers]
    return {
        "__typename": "DiscountCodeBasic",
        "title": found.title,
        "status": found.status(state.now()),
        "createdAt": stamp(found.created),
        "usageLimit": found.limit,
        "asyncUsageCount": found.uses,
        "tags": list(found.tags),
        "combinesWith": {"orderDiscounts": found.combines},
        "minimumRequirement": {
            "__typename": "DiscountMinimumSubtotal",
            "greaterThanOrEqualToSubtotal": {"amount": plain(found.minimum, state.settings.currency)},
        }
        if found.minimum
        else None,
        "context": {"__typename": "DiscountBuyerSelectionAll"}
        if found.customers is None
        else {"__typename": "DiscountCustomers", "customers": people},
        "customerGets": {
            "value": amount if found.percent is None else {"__typename": "DiscountPercentage"},
            "items": some if collections else {"__typename": "AllDiscountItems"},
        },
        "codes": paged([{"code": found.code}]),
    }


def discounts(state: State, query: str = "", **asked: Any) -> Fields:
    wanted = re.search(r"tag:(\S+)", query)
    active = "status:active" in query
    found = [
        {"id": gid("DiscountCodeNode", str(each.id)), "discount": _discount(state, each)}
        for each in state.discounts.values()
        if (not wanted or wanted[1] in each.tags) and (not active or each.status(state.now()) == "ACTIVE")
    ]
    return connection(found, **asked)


def webhook(found: Webhook) -> Fields:
    """A subscription."""
    return {
        "id": gid("WebhookSubscription", str(found.id)),
        "topic": found.topic,
        "uri": found.uri,
        "format": "JSON",
        "name": found.name,
    }

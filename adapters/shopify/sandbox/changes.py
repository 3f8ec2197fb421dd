"""The shop's mutations: each answers with what became of it, or with user errors. Pieces that we use, no others."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from adapters.shopify.ids import gid
from adapters.shopify.sandbox import deliveries
from adapters.shopify.sandbox.answers import Fields, money, numbers, paged
from adapters.shopify.sandbox.bodies import order_body
from adapters.shopify.sandbox.checkout import outstanding
from adapters.shopify.sandbox.discounts import discount_node
from adapters.shopify.sandbox.records import Application, Discount, Draft, Part, Webhook
from adapters.shopify.sandbox.state import SHOP, State
from bridge.domain.money import minor


def mutations(state: State) -> Fields:
    """The root of all mutations."""
    acts: Mapping[str, Callable[..., Fields]] = {
        "discountCodeBasicCreate": lambda basicCodeDiscount: _create(state, basicCodeDiscount),
        "discountCodeBasicUpdate": lambda id, basicCodeDiscount: _update(state, id, basicCodeDiscount),
        "webhookSubscriptionCreate": lambda topic, webhookSubscription: _subscribe(
            state, topic, webhookSubscription
        ),
        "webhookSubscriptionDelete": lambda id: _unsubscribe(state, id),
        "metafieldsSet": lambda metafields: _set(state, metafields),
        "metafieldsDelete": lambda metafields: _delete(state, metafields),
        "orderEditBegin": lambda id: _begin(state, id),
        "orderEditAddLineItemDiscount": lambda id, lineItemId, discount: _lower(state, id, lineItemId, discount),
        "orderEditCommit": lambda id, **_: _commit(state, id),
        "orderInvoiceSend": lambda id, email: _send(state, id, email),
    }
    return {name: _field(act) for name, act in acts.items()}


def _field(act: Callable[..., Fields]) -> Callable[..., Fields]:
    return lambda _info, **given: act(**given)


def _wrong(message: str, code: str | None = None) -> Fields:
    return {"userErrors": [{"field": ["input"], "message": message, "code": code}]}


# --- codes ------------------------------------------------------------------------------------


def _create(state: State, given: Mapping[str, Any]) -> Fields:
    if state.code(given["code"]) is not None:
        return _wrong("Code must be unique. Please try a different code.", "TAKEN")
    now = state.now()
    made = Discount(state.number("discount"), given["code"], given["title"], 0, now, now)
    return _changed(state, made, given)


def _update(state: State, id: str, given: Mapping[str, Any]) -> Fields:
    found = state.discounts.get(numbers([id])[0])
    if found is None:
        return _wrong("Discount does not exist.", "INVALID")
    return _changed(state, found, given)


def _changed(state: State, found: Discount, given: Mapping[str, Any]) -> Fields:
    """Take over what is given; nothing is kept of it when a part of it is wrong."""
    amount = _amount(state, given)
    if amount is not None and amount <= 0:
        return _wrong("Discount value must be greater than 0.", "GREATER_THAN")
    strangers = [each for each in _people(given) if each not in state.customers]
    if strangers:
        return _wrong("Customer does not exist.", "INVALID")
    simple = {
        "code": "code",
        "title": "title",
        "usageLimit": "limit",
        "appliesOncePerCustomer": "once",
        "tags": "tags",
    }
    for name, attribute in simple.items():
        if name in given:
            setattr(found, attribute, given[name])
    for name, attribute in {"startsAt": "starts", "endsAt": "ends"}.items():
        if name in given:
            setattr(found, attribute, datetime.fromisoformat(given[name]) if given[name] else None)
    if amount is not None:
        found.amount, found.percent = amount, None
    _take_goods(found, given)
    _take_people(found, given)
    if "minimumRequirement" in given:
        found.minimum = _minimum(state, given["minimumRequirement"])
    state.discounts[found.id] = found
    return {"codeDiscountNode": discount_node(state, found), "userErrors": []}


def _amount(state: State, given: Mapping[str, Any]) -> int | None:
    value = given.get("customerGets", {}).get("value", {}).get("discountAmount")
    return minor(Decimal(value["amount"]), state.settings.currency) if value else None


def _minimum(state: State, given: Mapping[str, Any] | None) -> int:
    wanted = (given or {}).get("subtotal")
    return minor(Decimal(wanted["greaterThanOrEqualToSubtotal"]), state.settings.currency) if wanted else 0


def _take_goods(found: Discount, given: Mapping[str, Any]) -> None:
    items = given.get("customerGets", {}).get("items")
    if items is not None:
        found.collections = numbers(items.get("collections", {}).get("add", []))


def _people(given: Mapping[str, Any]) -> list[int]:
    return numbers(given.get("context", {}).get("customers", {}).get("add", []))


def _take_people(found: Discount, given: Mapping[str, Any]) -> None:
    """Customers are added to those who are there, and taken out by name; “all” opens a code to everybody."""
    context = given.get("context")
    if context is None:
        return
    if "all" in context:
        found.customers = None
        return
    gone = numbers(context.get("customers", {}).get("remove", []))
    known = [each for each in found.customers or () if each not in gone]
    found.customers = list(dict.fromkeys([*known, *_people(given)]))


# --- webhooks and metafields ------------------------------------------------------------------


def _subscribe(state: State, topic: str, given: Mapping[str, Any]) -> Fields:
    if any(each.topic == topic and each.uri == given["uri"] for each in state.webhooks.values()):
        return _wrong("Address for this topic has already been taken")
    made = Webhook(state.number("webhook"), topic, given["uri"], given.get("name", ""))
    state.webhooks[made.id] = made
    return {"webhookSubscription": {"id": gid("WebhookSubscription", str(made.id))}, "userErrors": []}


def _unsubscribe(state: State, id: str) -> Fields:
    if state.webhooks.pop(numbers([id])[0], None) is None:
        return _wrong("Webhook subscription does not exist")
    return {"deletedWebhookSubscriptionId": id, "userErrors": []}


def _set(state: State, metafields: list[Mapping[str, Any]]) -> Fields:
    """All of them or none."""
    owners = [_owner(state, each["ownerId"]) for each in metafields]
    if len(metafields) > 25:
        return _wrong("Exceeded the maximum metafields input limit of 25.", "LESS_THAN_OR_EQUAL_TO")
    if None in owners:
        return _wrong("Owner does not exist.", "INVALID")
    for owner, each in zip(owners, metafields, strict=True):
        if owner is not None:
            owner[each["namespace"], each["key"]] = each["value"]
    return {
        "metafields": [{"id": gid("Metafield", str(state.number("metafield")))} for _ in metafields],
        "userErrors": [],
    }


def _owner(state: State, owner: str) -> dict[tuple[str, str], str] | None:
    """The metafields of the shop itself, or of a customer who is there."""
    if owner == SHOP:
        return state.metafields
    found = state.customers.get(numbers([owner])[0])
    return found.metafields if found else None


def _delete(state: State, metafields: list[Mapping[str, Any]]) -> Fields:
    for number, each in zip(numbers(each["ownerId"] for each in metafields), metafields, strict=True):
        owner = state.customers.get(number)
        if owner is not None:
            owner.metafields.pop((each["namespace"], each["key"]), None)
    return {"deletedMetafields": [{"key": each["key"]} for each in metafields], "userErrors": []}


# --- edits ------------------------------------------------------------------------------------


def _begin(state: State, id: str) -> Fields:
    found = state.orders.get(numbers([id])[0])
    if found is None or found.cancelled:
        return _wrong("The order cannot be edited.")
    draft = Draft(state.number("draft"), found)
    state.drafts[draft.id] = draft
    return {"calculatedOrder": _calculated(state, draft), "userErrors": []}


def _lower(state: State, id: str, line: str, discount: Mapping[str, Any]) -> Fields:
    """A fixed discount of a line counts for the line here."""
    draft = state.drafts[numbers([id])[0]]
    found = next(each for each in draft.order.lines if each.id == numbers([line])[0])
    if draft.order.fulfilled:
        return _wrong("Fulfilled lines cannot be discounted.")
    amount = minor(Decimal(discount["fixedValue"]["amount"]), state.settings.currency)
    draft.parts.append((found, amount, discount["description"]))
    return {"calculatedOrder": _calculated(state, draft), "userErrors": []}


def _commit(state: State, id: str) -> Fields:
    draft = state.drafts.pop(numbers([id])[0])
    order = draft.order
    for line, amount, description in draft.parts:
        order.applications.append(Application("manual", description, amount))
        line.parts.append(Part(len(order.applications) - 1, amount))
    order.updated = state.now()
    deliveries.emit(state, {"order_edit": {"id": state.number("edits"), "order_id": order.id}}, "orders/edited")
    deliveries.emit(state, order_body(state, order), "orders/updated")
    return {"order": {"id": gid("Order", str(order.id))}, "userErrors": []}


def _send(state: State, id: str, email: Mapping[str, Any]) -> Fields:
    found = state.orders.get(numbers([id])[0])
    if found is None:
        return _wrong("Order does not exist.")
    found.notes.append(str(email["customMessage"]))
    return {"order": {"id": id}, "userErrors": []}


def _calculated(state: State, draft: Draft) -> Fields:
    lowered = sum(amount for _, amount, _ in draft.parts)
    lines = [
        {
            "id": gid("CalculatedLineItem", str(line.id)),
            "quantity": line.quantity,
            "editableQuantity": line.current,
            "editableSubtotalSet": money(state, line.total * line.current // line.quantity),
        }
        for line in draft.order.lines
    ]
    return {
        "id": gid("CalculatedOrder", str(draft.id)),
        "totalOutstandingSet": money(state, max(outstanding(state, draft.order) - lowered, 0)),
        "lineItems": paged(lines),
    }

"""Webhook deliveries: built when something happens, sent with Shopify's headers, tried again for four hours."""

import hashlib
from datetime import timedelta
from typing import Any

import requests

from adapters.shopify.connection import VERSION
from adapters.shopify.sandbox.bodies import wire
from adapters.shopify.sandbox.records import Parcel, Webhook
from adapters.shopify.sandbox.state import State
from adapters.shopify.signature import sign

RETRIES = (10, 60, 300, 600, 1200, 2400, 3600, 6230)
"""Seconds after each failure: eight tries more, the last one four hours after the first."""

MOST_FAILURES = 8
"""Failures in a row after which the subscription is deleted."""

_PATIENCE = 5.0


def post(url: str, headers: Any, body: bytes) -> int:
    """Send over the network; a redirect is a failure."""
    return requests.post(
        url, data=body, headers=dict(headers), timeout=_PATIENCE, allow_redirects=False
    ).status_code


def emit(state: State, body: Any, *topics: str) -> None:
    """Something happened: every subscription to one of the topics gets a delivery of its own.

    All of one event share the event id; the webhook id is a delivery's own, and stays when it is tried again.
    """
    raw, event = wire(body), state.number("event")
    for topic in topics:
        for webhook in state.webhooks.values():
            if header_of(webhook.topic) == topic and not state.faults.take("lose"):
                parcel = Parcel(webhook, _headers(state, topic, raw, event), raw, state.clock())
                state.waiting += [parcel, parcel] if state.faults.take("double") else [parcel]


def header_of(topic: str) -> str:
    """``ORDERS_CREATE`` is ``orders/create`` in a header; topics about tags are written with a point."""
    mark = "." if topic.startswith("CUSTOMER_TAGS") else "/"
    return topic.lower().replace("_", mark, 1)


def run(state: State) -> int:
    """Send everything that is due, once; how many deliveries were sent."""
    with state.lock:
        for discount in state.uncounted:
            discount.uses += 1
        state.uncounted.clear()
        now = state.clock()
        due = [each for each in state.waiting if each.due <= now and not state.faults.take("late")]
        state.waiting = [each for each in state.waiting if not any(each is one for one in due)]
        if state.faults.take("reverse"):
            due.reverse()
    for parcel in due:
        _deliver(state, parcel)
    return len(due)


def _deliver(state: State, parcel: Parcel) -> None:
    if parcel.webhook.id not in state.webhooks:
        return
    try:
        status = state.send(parcel.webhook.uri, parcel.headers, parcel.body)
    except OSError:
        status = 0
    with state.lock:
        _judge(state, parcel, accepted=200 <= status < 300)


def _judge(state: State, parcel: Parcel, accepted: bool) -> None:
    webhook: Webhook = parcel.webhook
    if accepted:
        webhook.failures = 0
        return
    webhook.failures += 1
    if webhook.failures >= MOST_FAILURES:
        state.webhooks.pop(webhook.id, None)
        state.waiting = [each for each in state.waiting if each.webhook is not webhook]
    elif parcel.attempts < len(RETRIES):
        parcel.due = state.clock() + timedelta(seconds=RETRIES[parcel.attempts])
        parcel.attempts += 1
        state.waiting.append(parcel)


def _headers(state: State, topic: str, raw: bytes, event: int) -> dict[str, str]:
    delivery = hashlib.sha256(f"{state.number('delivery')}".encode()).hexdigest()[:32]
    return {
        "Content-Type": "application/json",
        "User-Agent": "Shopify-Captain-Hook",
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": sign(raw, state.settings.client_secret),
        "X-Shopify-Shop-Domain": state.settings.domain,
        "X-Shopify-API-Version": VERSION,
        "X-Shopify-Webhook-Id": delivery,
        "X-Shopify-Event-Id": str(event),
        "X-Shopify-Triggered-At": state.clock().isoformat(),
    }

"""Webhook deliveries: built and signed when they are sent, sent once, never repeated."""

import base64
import hashlib
import hmac
import html
from collections.abc import Mapping

import requests

from adapters.woocommerce.sandbox.bodies import delivery_body
from adapters.woocommerce.sandbox.php import php_json
from adapters.woocommerce.sandbox.records import Webhook
from adapters.woocommerce.sandbox.state import State

AGENT = "WooCommerce/10.5.0 Hookshot (WordPress/6.9.1)"
FAILURES_ALLOWED = 6
DELIVERY_TIMEOUT = 10.0

Parcel = tuple[Webhook, dict[str, str], bytes]


def post(url: str, headers: Mapping[str, str], body: bytes) -> int:
    """Send over the network, following no redirect; the real shop waits up to 60 seconds."""
    answer = requests.post(url, data=body, headers=dict(headers), timeout=DELIVERY_TIMEOUT, allow_redirects=False)
    return answer.status_code


def run(state: State) -> int:
    """Send all that waits now, oldest first; how many deliveries were sent.

    Bodies are built under the lock and sent without it, as the receiver may ask the shop back.
    What that makes the shop send waits for the next run.
    """
    parcels = _collect(state)
    for parcel in parcels:
        _deliver(state, parcel)
    return len(parcels)


def ping(state: State, hook: Webhook) -> bool:
    """The unsigned form that announces a webhook; only an answer of exactly 200 counts."""
    form = {"User-Agent": AGENT, "Accept": "*/*", "Content-Type": "application/x-www-form-urlencoded"}
    try:
        return state.send(hook.url, form, f"webhook_id={hook.id}".encode()) == 200
    except OSError:
        return False


def sign(secret: str, body: bytes) -> str:
    """The signature over the raw body. The shop decodes HTML entities in the secret first."""
    key = html.unescape(secret).encode()
    return base64.b64encode(hmac.new(key, body, hashlib.sha256).digest()).decode()


def headers(state: State, hook: Webhook, body: bytes) -> dict[str, str]:
    """The headers of one delivery, as recorded. The delivery id is the same within one second."""
    resource, _, event = hook.topic.partition(".")
    moment = int(state.now().timestamp())
    return {
        "User-Agent": AGENT,
        "Accept": "*/*",
        "Content-Type": "application/json",
        "X-WC-Webhook-Source": f"{state.settings.url}/",
        "X-WC-Webhook-Topic": hook.topic,
        "X-WC-Webhook-Resource": resource,
        "X-WC-Webhook-Event": event,
        "X-WC-Webhook-Signature": sign(hook.secret, body),
        "X-WC-Webhook-ID": str(hook.id),
        "X-WC-Webhook-Delivery-ID": hashlib.sha256(f"{hook.id}{moment}".encode()).hexdigest()[:32],
    }


def _collect(state: State) -> list[Parcel]:
    with state.lock:
        waiting, state.waiting = list(state.waiting), {}
        parcels, state.stale = state.stale, []
        for hook_id, resource in waiting:
            hook = state.webhooks.get(hook_id)
            if hook and hook.status == "active" and not state.faults.take("lose"):
                parcels += _route(state, _parcel(state, hook, resource))
        return parcels[::-1] if parcels and state.faults.take("reverse") else parcels


def _route(state: State, parcel: Parcel) -> list[Parcel]:
    if state.faults.take("late"):
        state.stale.append(parcel)
        return []
    return [parcel, parcel] if state.faults.take("double") else [parcel]


def _parcel(state: State, hook: Webhook, resource: int) -> Parcel:
    body = php_json(delivery_body(state, hook.topic, resource))
    return hook, headers(state, hook, body), body


def _deliver(state: State, parcel: Parcel) -> None:
    hook, head, body = parcel
    try:
        status = state.send(hook.url, head, body)
    except OSError:
        status = 0
    with state.lock:
        _count(hook, accepted=200 <= status <= 302)


def _count(hook: Webhook, *, accepted: bool) -> None:
    if accepted:
        hook.failures = 0
    elif hook.failures >= FAILURES_ALLOWED:
        hook.status = "disabled"
    else:
        hook.failures += 1

"""Webhooks over the interface."""

import re
from collections.abc import Mapping
from typing import Any

from flask import request

from adapters.woocommerce.sandbox import deliveries
from adapters.woocommerce.sandbox.bodies import webhook_body
from adapters.woocommerce.sandbox.records import Webhook
from adapters.woocommerce.sandbox.refusals import Refusal
from adapters.woocommerce.sandbox.rest.collection import Resource
from adapters.woocommerce.sandbox.shop import ToyShop

Json = Mapping[str, Any]
TOPIC = re.compile(
    r"(coupon|customer|order|product)\.(created|updated|deleted|restored)|action\.(woocommerce|wc)_\w+"
)


def resource(shop: ToyShop) -> Resource:
    """``/webhooks``: made active whatever becomes of the ping; gone only by force."""
    return Resource(
        path="webhooks",
        listed=lambda: _listed(shop),
        find=lambda number: shop.find(shop.webhooks, "webhook", number),
        show=lambda hook: webhook_body(shop, hook),
        create=lambda entry: _create(shop, entry),
        change=lambda hook, entry: _change(shop, hook, entry),
        trash=lambda hook: _destroy(shop, hook),
        destroy=lambda hook: _destroy(shop, hook),
        has_trash=False,
    )


def _listed(shop: ToyShop) -> list[Webhook]:
    status = request.args.get("status", "all")
    return [hook for hook in shop.webhooks.values() if status in {"all", hook.status}]


def _create(shop: ToyShop, entry: Json) -> Webhook:
    topic, url = str(entry.get("topic", "")), str(entry.get("delivery_url", ""))
    if not TOPIC.fullmatch(topic):
        raise Refusal("woocommerce_rest_webhook_topic_invalid", "Webhook topic must be valid.")
    if not url.startswith(("http://", "https://")):
        sentence = "Webhook delivery URL must be a valid URL starting with http:// or https://."
        raise Refusal("woocommerce_rest_invalid_delivery_url", sentence)
    secret = str(entry.get("secret") or f"made-up-{shop.number('secret')}")
    return shop.add_webhook(topic, url, secret, str(entry.get("name", "")))


def _change(shop: ToyShop, hook: Webhook, entry: Json) -> None:
    # A webhook made active again keeps its count: the next failure disables it at once (measured).
    moved = entry.get("delivery_url", hook.url) != hook.url
    hook.url = entry.get("delivery_url", hook.url)
    hook.name = entry.get("name", hook.name)
    hook.status = entry.get("status", hook.status)
    hook.secret = entry.get("secret", hook.secret)
    shop.touch(hook)
    if moved:
        deliveries.ping(shop, hook)


def _destroy(shop: ToyShop, hook: Webhook) -> None:
    del shop.webhooks[hook.id]

"""Coupons and webhooks as the interface shows them."""

from typing import Any

from adapters.woocommerce.sandbox.bodies import parts
from adapters.woocommerce.sandbox.php import dates, money
from adapters.woocommerce.sandbox.records import Coupon, Webhook
from adapters.woocommerce.sandbox.state import State

HOOKS = {
    "order.created": ["woocommerce_new_order"],
    "order.updated": ["woocommerce_update_order", "woocommerce_order_refunded"],
    "order.deleted": ["woocommerce_trash_order"],
    "order.restored": ["woocommerce_untrash_order"],
    "coupon.created": ["woocommerce_process_shop_coupon_meta", "woocommerce_new_coupon"],
    "product.deleted": ["wp_trash_post"],
}


def coupon_body(state: State, coupon: Coupon) -> dict[str, Any]:
    """A coupon; what the toy shop does not know of is as on a fresh one."""
    return {
        "id": coupon.id,
        "code": coupon.code,
        "amount": money(coupon.amount),
        "status": coupon.status,
        **dates(state, created=coupon.created, modified=coupon.modified),
        "discount_type": coupon.discount_type,
        "description": coupon.description,
        **dates(state, expires=coupon.expires),
        "usage_count": coupon.usage_count,
        "individual_use": coupon.individual_use,
        "product_ids": [],
        "excluded_product_ids": [],
        "usage_limit": coupon.usage_limit,
        "usage_limit_per_user": None,
        "limit_usage_to_x_items": None,
        "free_shipping": False,
        "product_categories": [],
        "excluded_product_categories": [],
        "exclude_sale_items": False,
        "minimum_amount": "0.00",
        "maximum_amount": "0.00",
        "email_restrictions": list(coupon.emails),
        "used_by": list(coupon.used_by),
        "meta_data": parts.meta_data(coupon.meta),
        "_links": parts.links(state, f"coupons/{coupon.id}"),
    }


def webhook_body(state: State, hook: Webhook) -> dict[str, Any]:
    """A webhook: neither its secret nor its failures are ever shown."""
    resource, _, event = hook.topic.partition(".")
    return {
        "id": hook.id,
        "name": hook.name,
        "status": hook.status,
        "topic": hook.topic,
        "resource": resource,
        "event": event,
        "hooks": HOOKS.get(hook.topic, [event if resource == "action" else f"woocommerce_{resource}_{event}"]),
        "delivery_url": hook.url,
        **dates(state, created=hook.created, modified=hook.modified),
        "_links": parts.links(state, f"webhooks/{hook.id}"),
    }

"""Coupons over the interface, with the silences of the real one."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import request

from adapters.woocommerce.sandbox.bodies import coupon_body
from adapters.woocommerce.sandbox.coupons import mailboxes
from adapters.woocommerce.sandbox.pricing import cents
from adapters.woocommerce.sandbox.records import Coupon
from adapters.woocommerce.sandbox.refusals import Refusal
from adapters.woocommerce.sandbox.rest.collection import Resource
from adapters.woocommerce.sandbox.rest.listing import moment
from adapters.woocommerce.sandbox.shop import ToyShop

Json = Mapping[str, Any]


def resource(shop: ToyShop) -> Resource:
    """``/coupons``: a draft, like a trashed one, is not found by its code."""
    return Resource(
        path="coupons",
        listed=lambda: _listed(shop),
        find=lambda number: shop.find(shop.coupons, "coupon", number),
        show=lambda coupon: coupon_body(shop, coupon),
        create=lambda entry: _create(shop, entry),
        change=lambda coupon, entry: _change(shop, coupon, entry),
        trash=lambda coupon: _trash(shop, coupon),
        destroy=lambda coupon: _destroy(shop, coupon),
    )


def _listed(shop: ToyShop) -> Iterable[Coupon]:
    code, term = request.args.get("code"), request.args.get("search", "").lower()
    for coupon in shop.coupons.values():
        findable = coupon.status == "publish" if code is not None else coupon.status != "trash"
        exact = code is None or coupon.code == code.lower()
        if findable and exact and term in coupon.code:
            yield coupon


def _create(shop: ToyShop, entry: Json) -> Coupon:
    if not shop.settings.coupons_enabled:
        sentence = "Sorry, you are not allowed to create resources."
        raise Refusal("woocommerce_rest_cannot_create", sentence, 403)
    code = str(entry.get("code", "")).strip().lower()
    if not code:
        raise Refusal("rest_missing_callback_param", "Missing parameter(s): code")
    _need_free(shop, code, None)
    now = shop.now()
    coupon = Coupon(shop.number("post"), code, now, now)
    _write(shop, coupon, entry)
    shop.coupons[coupon.id] = coupon
    shop.emit("coupon.created", coupon.id)
    return coupon


def _change(shop: ToyShop, coupon: Coupon, entry: Json) -> None:
    if "code" in entry:
        code = str(entry["code"]).strip().lower()
        _need_free(shop, code, coupon)
        coupon.code = code
    _write(shop, coupon, entry)
    shop.touch(coupon)
    shop.emit("coupon.updated", coupon.id)


def _write(shop: ToyShop, coupon: Coupon, entry: Json) -> None:
    coupon.amount = _amount(entry["amount"]) if "amount" in entry else coupon.amount
    coupon.discount_type = entry.get("discount_type", coupon.discount_type)
    coupon.status = entry.get("status", coupon.status)
    coupon.description = entry.get("description", coupon.description)
    coupon.usage_limit = entry.get("usage_limit", coupon.usage_limit)
    coupon.individual_use = entry.get("individual_use", coupon.individual_use)
    coupon.expires = _expiry(shop, coupon, entry)
    if "email_restrictions" in entry:
        coupon.emails = mailboxes(entry["email_restrictions"])
    shop.write_meta(coupon.meta, [(each["key"], each.get("value")) for each in entry.get("meta_data", [])])


def _need_free(shop: ToyShop, code: str, mine: Coupon | None) -> None:
    holder = shop.coupon(code)
    if holder is not None and holder is not mine:
        sentence = "The coupon code already exists"
        raise Refusal("woocommerce_rest_coupon_code_already_exists", sentence)


def _amount(value: object) -> int:
    # A comma is this shop's decimal sign; what is no number becomes nothing (measured).
    try:
        amount = cents(Decimal(str(value).replace(",", ".")))
    except InvalidOperation:
        return 0
    if amount < 0:
        raise Refusal("coupon_invalid_amount", "Invalid discount amount.")
    return amount


def _expiry(shop: ToyShop, coupon: Coupon, entry: Json) -> datetime | None:
    for name, utc in (("date_expires", False), ("date_expires_gmt", True)):
        if name in entry:
            return moment(shop, str(entry[name]), utc=utc) if entry[name] else None
    return coupon.expires


def _trash(shop: ToyShop, coupon: Coupon) -> None:
    # To WordPress coupons and products are both posts, and its trash tells the webhooks of both (measured).
    coupon.status = "trash"
    shop.emit("coupon.deleted", coupon.id)
    shop.emit("product.deleted", coupon.id)


def _destroy(shop: ToyShop, coupon: Coupon) -> None:
    del shop.coupons[coupon.id]

"""Refunds over the interface: per order, and over all orders."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import Flask, Response, request

from adapters.woocommerce.sandbox import refunds
from adapters.woocommerce.sandbox.bodies import refund_body
from adapters.woocommerce.sandbox.pricing import cents
from adapters.woocommerce.sandbox.records import Charge, Line, Order, Refund
from adapters.woocommerce.sandbox.refusals import Refusal, unknown
from adapters.woocommerce.sandbox.rest.collection import payload
from adapters.woocommerce.sandbox.rest.listing import answer, one, page
from adapters.woocommerce.sandbox.shop import ToyShop

Json = Mapping[str, Any]


def mount(app: Flask, root: str, shop: ToyShop) -> None:
    """``/orders/{id}/refunds`` and ``/refunds``; the latter ignores ``parent``, as the real one does."""
    path = f"{root}/orders/<int:number>/refunds"

    @app.get(f"{root}/refunds")
    def list_all_refunds() -> Response:
        with shop.lock:
            return page(shop, shop.refunds(), lambda refund: refund_body(shop, refund, of_all=True))

    @app.get(path)
    def list_refunds(number: int) -> Response:
        with shop.lock:
            order = shop.find(shop.orders, "order", number)
            return page(shop, order.refunds, lambda refund: refund_body(shop, refund))

    @app.post(path)
    def create_refund(number: int) -> Response:
        with shop.lock:
            order = shop.find(shop.orders, "order", number)
            return answer(refund_body(shop, _create(shop, order, payload())), 201)

    @app.get(f"{path}/<int:refund_id>")
    def show_refund(number: int, refund_id: int) -> Response:
        with shop.lock:
            order = shop.find(shop.orders, "order", number)
            return one(refund_body(shop, _find(order, refund_id)))

    @app.delete(f"{path}/<int:refund_id>")
    def delete_refund(number: int, refund_id: int) -> Response:
        with shop.lock:
            order = shop.find(shop.orders, "order", number)
            refund = _find(order, refund_id)
            if request.args.get("force") != "true":
                code = "woocommerce_rest_trash_not_supported"
                raise Refusal(code, "Resource does not support trashing.", 501)
            refunds.take_back(order, refund)
            return answer(refund_body(shop, refund))


def _find(order: Order, number: int) -> Refund:
    found = next((refund for refund in order.refunds if refund.id == number), None)
    if found is None:
        raise unknown("refund")
    return found


def _create(shop: ToyShop, order: Order, entry: Json) -> Refund:
    if entry.get("api_refund", True) and order.method != "stripe":
        sentence = "The payment gateway for this order does not support automatic refunds."
        raise Refusal("woocommerce_rest_cannot_create_order_refund", sentence, 500)
    asked = entry.get("line_items") or []
    parts = [_part(order, each) for each in asked]
    amount = cents(Decimal(str(entry["amount"]))) if entry.get("amount") else None
    reason, restock = str(entry.get("reason", "")), bool(entry.get("api_restock", True))
    return refunds.give_back(shop, order, parts, amount, reason, restock)


def _part(order: Order, entry: Json) -> refunds.Part:
    # Only what is named is given back: without ``refund_tax`` that is the net amount alone (measured).
    items: list[Line | Charge] = [*order.lines, *order.charges]
    item = next((each for each in items if each.id == int(entry["id"])), None)
    if item is None:
        raise unknown("refund")
    tax = sum((Decimal(str(each["refund_total"])) for each in entry.get("refund_tax", [])), Decimal(0))
    total = Decimal(str(entry.get("refund_total") or 0))
    return refunds.Part(item, int(entry.get("quantity", 0)), cents(total), cents(tax))

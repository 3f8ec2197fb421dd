"""Orders over the interface."""

from collections.abc import Iterable

from flask import Flask, Response, request

from adapters.woocommerce.sandbox import edits, orders
from adapters.woocommerce.sandbox.bodies import order_body
from adapters.woocommerce.sandbox.php import dates
from adapters.woocommerce.sandbox.records import Order
from adapters.woocommerce.sandbox.rest.collection import Resource, payload
from adapters.woocommerce.sandbox.rest.listing import answer
from adapters.woocommerce.sandbox.shop import ToyShop


def resource(shop: ToyShop) -> Resource:
    """``/orders``: a list without a status includes drafts and leaves out the trash."""
    return Resource(
        path="orders",
        listed=lambda: _listed(shop),
        find=lambda number: shop.find(shop.orders, "order", number),
        show=lambda order: order_body(shop, order),
        create=lambda entry: edits.create(shop, entry),
        change=lambda order, entry: edits.update(shop, order, entry),
        trash=lambda order: orders.trash(shop, order),
        destroy=lambda order: orders.destroy(shop, order),
    )


def mount_notes(app: Flask, root: str, shop: ToyShop) -> None:
    """Notes on an order: one to the customer counts as a change, a private one does not."""

    @app.post(f"{root}/orders/<int:number>/notes")
    def add_note(number: int) -> Response:
        with shop.lock:
            order = shop.find(shop.orders, "order", number)
            entry = payload()
            if entry.get("customer_note"):
                order.told.append(str(entry.get("note", "")))
                orders.changed(shop, order)
            made = dates(shop, created=shop.now())
            shown = {"id": shop.number("note"), **made, "note": entry.get("note", "")}
            return answer({**shown, "customer_note": bool(entry.get("customer_note"))}, 201)


def _listed(shop: ToyShop) -> Iterable[Order]:
    statuses = {text for text in request.args.get("status", "any").split(",") if text}
    customer, term = request.args.get("customer"), request.args.get("search", "").lower()
    for order in shop.orders.values():
        wanted = order.status in statuses or ("any" in statuses and order.status != "trash")
        theirs = customer is None or str(order.customer_id) == customer
        if wanted and theirs and term in _searchable(order):
            yield order


def _searchable(order: Order) -> str:
    place = order.billing
    words = [str(order.id), place.email, place.first_name, place.last_name, place.city, place.address_1]
    return " ".join([*words, *(used.code for used in order.coupons)]).lower()

"""The recorded orders' stories, told again to the toy shop: one function per order."""

import json
from collections.abc import Callable
from typing import Any

from adapters.woocommerce.sandbox import Order
from tests.adapters.recordings import recording
from tests.adapters.woocommerce.toy import World, coupon


def body(name: str) -> dict[str, Any]:
    """A recorded body."""
    found: dict[str, Any] = json.loads(recording("woocommerce", name).raw)
    return found


def guest_order(made: World) -> Order:
    return made.shop.create_order(
        {
            **_buyer("rest-guest-pending-order-created"),
            "line_items": [
                {"product_id": made["TS-ROT"].id, "quantity": 2},
                {"product_id": made["SCHR-M4"].id, "quantity": 7},
            ],
            "shipping_lines": [{"method_title": "DHL", "total": "4.12"}],
        }
    )


def guest_order_paid(made: World) -> Order:
    order = guest_order(made)
    made.shop.set_status(order, "processing")
    return order


def guest_order_completed(made: World) -> Order:
    order = guest_order_paid(made)
    made.shop.set_status(order, "completed")
    return order


def big_order(made: World) -> Order:
    return made.shop.create_order(
        {
            **_buyer("rest-customer-onhold-order-created"),
            "status": "on-hold",
            "meta_data": [{"key": "erp_nr", "value": "4711"}],
            "line_items": [
                {"product_id": made["HOODIE"].id, "variation_id": made["HOODIE-L-grau"].id, "quantity": 2},
                {"product_id": made["KAFFEE-250"].id, "quantity": 3},
                {"product_id": made["EBOOK-1"].id, "quantity": 1},
            ],
        }
    )


def one_hoodie_back(made: World) -> Order:
    order = big_order(made)
    made.shop.set_status(order, "processing")
    made.shop.refund(order, {order.lines[0].id: 1}, reason="1x Hoodie retour")
    return order


def cancelled(made: World) -> Order:
    order = _one_shirt(made, "status-to-cancelled-order-updated")
    made.shop.cancel(order)
    return order


def cancelled_and_noted(made: World) -> Order:
    order = cancelled(made)
    _note(made, order, "same-delivery-id-a")
    return order


def failed_and_noted(made: World) -> Order:
    order = _one_shirt(made, "same-delivery-id-b")
    made.shop.set_status(order, "failed")
    _note(made, order, "same-delivery-id-b")
    return order


def draft(made: World) -> Order:
    cart = made.shop.cart("gerda@gast.example")
    return cart.add(made["TS-ROT"], 1).add(made["TASSE-1"], 2).open()


def guest_checkout(made: World) -> Order:
    return made.shop.checkout("gerda@gast.example", [(made["TS-ROT"], 1), (made["TASSE-1"], 2)])


def checkout_with_code(made: World) -> Order:
    coupon(made)
    anna = made.shop.register("anna@kunden.example", "Gerda", "Gast")
    return made.shop.checkout(anna, [(made["TS-ROT"], 1), (made["KAFFEE-250"], 2)], codes=["GUT-Anna-1"])


def checkout_with_account(made: World) -> Order:
    return made.shop.checkout("neu8798@kunden.example", [(made["TS-ROT"], 1)], account=True)


def line_edited(made: World) -> Order:
    order = made.shop.create_order(
        {
            **_buyer("edit-line-quantity-order-updated"),
            "line_items": [
                {"product_id": made["TS-ROT"].id, "quantity": 3},
                {"product_id": made["SCHR-M4"].id, "quantity": 100},
            ],
            "fee_lines": [
                {"name": "Geschenkverpackung", "total": "2.00"},
                {"name": "Rabatt", "total": "-5.00", "tax_status": "none"},
            ],
        }
    )
    made.shop.set_status(order, "processing")
    made.shop.edit_line(order, order.lines[0].id, quantity=2, subtotal="33.60", total="33.60")
    return order


def restored(made: World) -> Order:
    order = line_edited(made)
    made.shop.edit_line(order, order.lines[1].id, quantity=0)
    made.shop.trash(order)
    made.shop.restore(order)
    return order


def three_pieces_back(made: World) -> Order:
    order = made.shop.create_order(
        {
            **_buyer("refund-admin-lines-order-updated"),
            "line_items": [
                {"product_id": made["TS-ROT"].id, "quantity": 3},
                {"product_id": made["KAFFEE-250"].id, "quantity": 2},
            ],
            "shipping_lines": [{"method_title": "DHL", "total": "4.12"}],
        }
    )
    made.shop.set_status(order, "processing")
    pieces = {order.lines[0].id: 2, order.lines[1].id: 1}
    made.shop.refund(order, pieces, reason="Retoure 2 Shirts 1 Kaffee")
    return order


def all_back(made: World) -> Order:
    order = made.shop.create_order(
        {
            **_buyer("refund-full-by-lines-order-updated"),
            "line_items": [
                {"product_id": made["TS-ROT"].id, "quantity": 2},
                {"product_id": made["ROMAN-1"].id, "quantity": 1},
            ],
        }
    )
    made.shop.set_status(order, "processing")
    made.shop.refund(order, {order.lines[0].id: 2, order.lines[1].id: 1})
    return order


STORIES: dict[str, Callable[[World], Order]] = {
    "rest-guest-pending-order-created": guest_order,
    "rest-guest-pending-order-updated": guest_order,
    "status-pending-to-processing-order-updated": guest_order_paid,
    "status-processing-to-completed-order-updated": guest_order_completed,
    "rest-customer-onhold-order-created": big_order,
    "refund-partial-order-updated": one_hoodie_back,
    "status-to-cancelled-order-updated": cancelled,
    "same-delivery-id-a": cancelled_and_noted,
    "same-delivery-id-b": failed_and_noted,
    "store-checkout-draft-order-updated": draft,
    "store-guest-bacs-order-created": guest_checkout,
    "store-guest-bacs-order-updated": guest_checkout,
    "store-coupon-order-created": checkout_with_code,
    "store-new-account-order-created": checkout_with_account,
    "edit-line-quantity-order-updated": line_edited,
    "order-restored-order-restored": restored,
    "refund-admin-lines-order-updated": three_pieces_back,
    "refund-full-by-lines-order-updated": all_back,
}


def _buyer(name: str) -> dict[str, Any]:
    """What the recorded order was made with."""
    wanted = ("billing", "shipping", "payment_method", "payment_method_title", "customer_id", "customer_note")
    return {field: value for field, value in body(name).items() if field in wanted}


def _one_shirt(made: World, name: str) -> Order:
    lines = [{"product_id": made["TS-ROT"].id, "quantity": 1}]
    return made.shop.create_order({**_buyer(name), "line_items": lines})


def _note(made: World, order: Order, name: str) -> None:
    made.shop.edit_order(order, {"customer_note": "c8798", "meta_data": body(name)["meta_data"]})

"""The life of an order: made, paid, moved from status to status, trashed, restored, gone."""

import hashlib

from adapters.woocommerce.sandbox import coupons
from adapters.woocommerce.sandbox.pricing import net_of
from adapters.woocommerce.sandbox.records import Line, Order, Product, Refund
from adapters.woocommerce.sandbox.state import State
from adapters.woocommerce.sandbox.totals import refunded, totals

KEEPS_STOCK = frozenset({"on-hold", "processing", "completed"})
GIVES_STOCK_BACK = frozenset({"cancelled", "pending"})
STOCK_NOTES = frozenset({"_reduced_stock", "_restock_refunded_items"})


def blank(state: State, status: str = "pending", created_via: str = "rest-api") -> Order:
    """A new, empty order; nothing is sent yet."""
    number = state.number("post")
    key = hashlib.sha256(f"{state.settings.url} {number}".encode()).hexdigest()[:13]
    now = state.now()
    order = Order(number, f"wc_order_{key}", status, now, now, created_via=created_via)
    state.orders[number] = order
    return order


def line(state: State, product: Product, quantity: int) -> Line:
    """A position at the product's price of today."""
    rate = state.rate(product)
    minor = int(product.price.scaleb(2)) * quantity
    net = net_of(minor, rate, state.settings.prices_include_tax)
    choice = state.meta({key.lower(): value for key, value in product.options.items()})
    return Line(state.number("item"), product, quantity, rate, net, net, choice)


def created(state: State, order: Order) -> None:
    """Send what the creation over REST sends."""
    state.emit("order.created", order.id)
    state.emit("order.updated", order.id)


def changed(state: State, order: Order) -> None:
    """Move the order's stamp and send one update: also for a change that changed nothing."""
    state.touch(order)
    state.emit("order.updated", order.id)


def set_status(state: State, order: Order, status: str) -> None:
    """Move an order to a status, with everything that follows: stamps, stock, coupon uses, refund."""
    moved = status != order.status
    if status == "refunded" and moved:
        refund_rest(state, order)
    order.status = status
    _stamp(state, order)
    coupons.settle_uses(state, order)
    changed(state, order)
    if moved:
        state.emit("action.woocommerce_order_status_changed", order.id)
    _move_stock(state, order)


def pay(state: State, order: Order) -> None:
    """The money has come: stamped as paid and processing (completed stays completed)."""
    order.paid = order.paid or state.now()
    if not order.transaction and order.method == "stripe":
        order.transaction = f"ch_{order.id}"
    set_status(state, order, order.status if order.status == "completed" else "processing")


def trash(state: State, order: Order) -> None:
    """Into the trash: the coupons come back, the shop sends the bare id, and no update."""
    order.before_trash, order.status = order.status, "trash"
    coupons.settle_uses(state, order)
    state.touch(order)
    state.emit("order.deleted", order.id)


def restore(state: State, order: Order) -> None:
    """Out of the trash, to the status it had."""
    order.status = order.before_trash or "pending"
    coupons.settle_uses(state, order)
    state.emit("order.restored", order.id)
    changed(state, order)


def destroy(state: State, order: Order) -> None:
    """Delete for good. The shop says nothing about it to anybody."""
    del state.orders[order.id]


def refund_rest(state: State, order: Order) -> None:
    """What a change of status to refunded leaves behind: one refund without lines over the rest."""
    rest = totals(order, state.settings.prices_include_tax).total - refunded(order)
    if rest <= 0:
        return
    refund = Refund(
        id=state.number("post"),
        order_id=order.id,
        created=state.now(),
        amount=rest,
        reason="Order fully refunded.",
        kind="full",
        lines=(),
        meta_id=state.number("meta"),
    )
    order.refunds.insert(0, refund)


def _stamp(state: State, order: Order) -> None:
    # Cash on delivery sits in processing unpaid until the order is completed (WooCommerce's own rule).
    waits_for_cash = order.method == "cod" and order.status == "processing"
    if order.status in {"processing", "completed"} and not waits_for_cash:
        order.paid = order.paid or state.now()
    if order.status == "completed":
        order.completed = state.now()


def _move_stock(state: State, order: Order) -> None:
    for item in order.lines:
        taken = next((meta for meta in item.meta if meta.key == "_reduced_stock"), None)
        if item.product.stock is None:
            continue
        if order.status in KEEPS_STOCK and taken is None:
            item.product.stock -= item.quantity
            item.meta += state.meta({"_reduced_stock": str(item.quantity)})
        elif order.status in GIVES_STOCK_BACK and taken:
            item.product.stock += int(str(taken.value))
            item.meta.remove(taken)
        else:
            continue
        state.touch(item.product)
        state.emit("product.updated", item.product.id)


def adjust_stock(state: State, item: Line) -> None:
    """After an edit, take as many pieces from the shelf as the line now has."""
    taken = next((meta for meta in item.meta if meta.key == "_reduced_stock"), None)
    if taken is None or item.product.stock is None or str(taken.value) == str(item.quantity):
        return
    item.product.stock += int(str(taken.value)) - item.quantity
    taken.value = str(item.quantity)
    state.touch(item.product)
    state.emit("product.updated", item.product.id)


def note_restock(state: State, item: Line, quantity: int) -> None:
    """Put refunded pieces back on the shelf, and note it on the line as the shop does."""
    if item.product.stock is None:
        return
    item.product.stock += quantity
    noted = {meta.key: int(str(meta.value)) for meta in item.meta if meta.key in STOCK_NOTES}
    taken = noted.get("_reduced_stock", item.quantity) - quantity
    returned = noted.get("_restock_refunded_items", 0) + quantity
    changes = {"_reduced_stock": str(taken), "_restock_refunded_items": str(returned)}
    state.write_meta(item.meta, changes.items())
    state.touch(item.product)
    state.emit("product.updated", item.product.id)

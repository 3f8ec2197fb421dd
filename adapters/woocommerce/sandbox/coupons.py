"""Coupons: who may use one, what it takes off an order, and when its use counts."""

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fnmatch import fnmatchcase

from adapters.woocommerce.sandbox.pricing import net_of, percentage, price_of, spread, tax_of
from adapters.woocommerce.sandbox.records import COUNTING, RETURNING, Coupon, CouponLine, Customer, Line, Order
from adapters.woocommerce.sandbox.refusals import Refusal
from adapters.woocommerce.sandbox.rules import limited
from adapters.woocommerce.sandbox.state import State

MAILBOX = re.compile(r"[^@\s&<>\"',]+@[^@\s&<>\"',]+\.[^@\s&<>\"',.]+")
TAKES: dict[str, Callable[[int, Sequence[int], Sequence[int]], list[int]]] = {
    "fixed_cart": spread,
    "percent": percentage,
}


def mailboxes(texts: Iterable[object]) -> tuple[str, ...]:
    """The usable addresses of a restriction; what is none is dropped without a word, as the shop does."""
    return tuple(str(text).lower() for text in texts if MAILBOX.fullmatch(str(text)))


def usable(state: State, code: str, customer: Customer | None, email: str) -> Coupon:
    """The coupon behind a code, if this customer or billing address may use it now; else ``Refusal``."""
    if not state.settings.coupons_enabled:
        raise Refusal("woocommerce_rest_cart_coupon_disabled", "Coupons are disabled.", 404)
    coupon = state.coupon(code)
    if coupon is None:
        raise _unusable(f'Coupon "{code}" does not exist!')
    if coupon.expires and state.now() > coupon.expires:
        raise _unusable("This coupon has expired.")
    if coupon.usage_limit and coupon.usage_count >= coupon.usage_limit:
        raise _unusable("Usage limit for this coupon has been reached.")
    if not _allowed(coupon, [customer.email if customer else "", email]):
        raise _unusable(f'Please enter a valid email to use coupon code "{coupon.code}".')
    return coupon


def put_on(state: State, order: Order, coupons: Iterable[Coupon]) -> None:
    """Make these the coupons of an order, anew: amounts, line totals and uses follow."""
    release(state, order)
    order.coupons = [
        CouponLine(
            id=state.number("item"),
            code=coupon.code,
            coupon_id=coupon.id,
            kind=coupon.discount_type,
            face=coupon.amount,
            discount=Decimal(0),
            discount_tax=Decimal(0),
            meta_id=state.number("meta"),
        )
        for coupon in coupons
    ]
    recalculate(state, order)
    settle_uses(state, order)


def recalculate(state: State, order: Order) -> None:
    """The admin's button: every coupon takes off again what it is worth today.

    No check is made, so an expired or trashed code stays on the order; one that is gone
    altogether takes what it was worth when it was applied (measured).
    """
    inclusive = state.settings.prices_include_tax
    prices = [price_of(line.subtotal, line.rate, inclusive) for line in order.lines]
    pieces = [line.quantity for line in order.lines]
    products = [line.product for line in order.lines]
    left = list(prices)
    for used in order.coupons:
        coupon = state.coupons.get(used.coupon_id)
        used.face = coupon.amount if coupon else used.face
        worth, usable = limited(state, coupon, products, left, order.customer_id)
        taken = TAKES[used.kind](worth if coupon else used.face, usable, pieces)
        left = [rest - part for rest, part in zip(left, taken, strict=True)]
        _note(used, order.lines, taken, inclusive)
    for line, price, rest in zip(order.lines, prices, left, strict=True):
        line.total = line.subtotal if rest == price else net_of(rest, line.rate, inclusive)


def settle_uses(state: State, order: Order) -> None:
    """Count the coupons of an order as used, or give them back, as its status says; a plugin's changes nothing."""
    if order.status in RETURNING:
        release(state, order)
    elif order.status in COUNTING and not order.holds_coupons:
        for coupon in _still_there(state, order):
            coupon.usage_count += 1
            coupon.used_by.append(_user(order))
        order.holds_coupons = True


def release(state: State, order: Order) -> None:
    """Give back the uses that an order holds."""
    if not order.holds_coupons:
        return
    for coupon in _still_there(state, order):
        coupon.usage_count = max(0, coupon.usage_count - 1)
        if _user(order) in coupon.used_by:
            coupon.used_by.remove(_user(order))
    order.holds_coupons = False


def _note(used: CouponLine, lines: Sequence[Line], taken: Sequence[int], inclusive: bool) -> None:
    nets = [net_of(part, line.rate, inclusive) for line, part in zip(lines, taken, strict=True)]
    used.discount = sum(nets, Decimal(0))
    if inclusive:
        used.discount_tax = Decimal(sum(taken)).scaleb(-2) - used.discount
    else:
        taxes = (tax_of(net, line.rate) for line, net in zip(lines, nets, strict=True))
        used.discount_tax = sum(taxes, Decimal(0))


def _still_there(state: State, order: Order) -> list[Coupon]:
    found = (state.coupons.get(used.coupon_id) for used in order.coupons)
    return [coupon for coupon in found if coupon]


def _user(order: Order) -> str:
    return str(order.customer_id) if order.customer_id else order.billing.email


def _allowed(coupon: Coupon, addresses: Iterable[str]) -> bool:
    known = [address.lower() for address in addresses if address]
    return not coupon.emails or any(fnmatchcase(have, wanted) for have in known for wanted in coupon.emails)


def _unusable(sentence: str) -> Refusal:
    return Refusal("woocommerce_rest_cart_coupon_error", sentence)

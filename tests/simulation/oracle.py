"""What every account must have, computed from the shop's own data alone, by code of its own.

It shares no line with the domain: a mistake there must not be made here again. Minor units.
"""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from adapters.woocommerce.sandbox import Order, ToyShop
from adapters.woocommerce.sandbox.pricing import cents, tax_cents
from adapters.woocommerce.sandbox.records import CouponLine, Line
from tests.simulation.rules import Rules

Name = tuple[str, str]
"""Who: ("customer", id) or ("mailbox", address)."""

OPEN, PAID, NOTHING = "open", "paid", "nothing"


def balances(shop: ToyShop, rules: Rules, owners: dict[str, Name], placed_by: Mapping[str, str]) -> dict[Name, int]:
    """The balance of each account that any order speaks of; ``owners`` says whose code is whose.

    ``placed_by`` is who placed an order, where that was seen before the shop forgot it: a deleted customer's
    orders look like a guest's.
    """
    found: dict[Name, int] = defaultdict(int)
    for order in shop.orders.values():
        meaning = state(order)
        if meaning == NOTHING:
            continue
        buyer = name_of(order, placed_by)
        for line, kept, pieces in _kept(order, shop):
            if meaning == PAID and buyer is not None:
                found[buyer] += _earned(line, kept, pieces, rules, shop)
        for code, amount in _redeemed(order, shop).items():
            if code in owners:
                found[owners[code]] -= amount
    return dict(found)


def state(order: Order) -> str:
    """What an order is worth to the ledger, by its status."""
    if order.status in {"completed", "refunded"}:
        return PAID
    if order.status == "processing":
        seen = order.method == "bacs" or (order.method != "cod" and order.paid is not None)
        return PAID if seen else OPEN
    return OPEN if order.status in {"pending", "on-hold"} else NOTHING


def name_of(order: Order, placed_by: Mapping[str, str]) -> Name | None:
    """Whose order it is."""
    customer = str(order.customer_id or "") or placed_by.get(str(order.id))
    if customer:
        return "customer", customer
    return ("mailbox", order.billing.email) if order.billing.email else None


def _gross(net: Decimal, line: Line, shop: ToyShop) -> int:
    return cents(net) + tax_cents(net, line.rate, shop.settings.prices_include_tax)


def _kept(order: Order, shop: ToyShop) -> list[tuple[Line, int, int]]:
    """Each line with the money and the pieces that were not given back."""
    back = [part for refund in order.refunds for part in refund.lines]
    money = [
        max(0, _gross(line.total, line, shop) - max(0, sum(p.total + p.tax for p in back if p.of is line)))
        for line in order.lines
    ]
    pieces = [max(0, line.quantity - max(0, sum(p.quantity for p in back if p.of is line))) for line in order.lines]
    loose = sum(max(0, r.amount - sum(p.total + p.tax for p in r.lines)) for r in order.refunds)
    lost = deal(min(loose, sum(money)), money)
    return [
        (line, have - gone, left) for line, have, gone, left in zip(order.lines, money, lost, pieces, strict=True)
    ]


def _earned(line: Line, kept: int, pieces: int, rules: Rules, shop: ToyShop) -> int:
    each = rules.amounts.get(line.product.sku)
    if each is None:
        return rounded(Fraction(kept) * Fraction(rules.percent) / 100)
    paid = _gross(line.total, line, shop)
    part = Fraction(1)
    if paid and pieces:
        part = min(part, Fraction(kept, paid) * Fraction(line.quantity, pieces))
    return rounded(each * pieces * part)


def _redeemed(order: Order, shop: ToyShop) -> dict[str, int]:
    """What each code of ours took, less what went back with returned goods."""
    shown = [max(0, _gross(n.subtotal, n, shop) - _gross(n.total, n, shop)) for n in order.lines]
    ours = [used for used in order.coupons if used.code.startswith("guthaben-")]
    stated = [max(0, cents(used.discount)) + max(0, _tax(used)) for used in ours]
    real = deal(min(sum(stated), sum(shown)), stated)
    kept, found, left = _kept(order, shop), {}, list(shown)
    for used, took in zip(ours, real, strict=True):
        parts = deal(took, left)
        left = [rest - part for rest, part in zip(left, parts, strict=True)]
        found[used.code] = [
            rounded(part * _share(line, money, pieces, shop))
            for part, (line, money, pieces) in zip(parts, kept, strict=True)
        ]
    return {code: sum(parts) for code, parts in found.items()}


def _tax(used: CouponLine) -> int:
    return cents(used.discount_tax)


def _share(line: Line, money: int, pieces: int, shop: ToyShop) -> Fraction:
    paid = _gross(line.total, line, shop)
    if paid:
        return Fraction(money, paid)
    return Fraction(pieces, line.quantity) if line.quantity else Fraction(0)


def rounded(value: Fraction) -> int:
    """Half a cent counts as one."""
    return int(value + Fraction(1, 2)) if value >= 0 else -int(-value + Fraction(1, 2))


def deal(total: int, weights: list[int]) -> list[int]:
    """Deal out cents by weight; the largest remainders get the odd ones, earlier parts first."""
    whole = sum(weights)
    if not whole or not total:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts

"""An order's JSON into an ``Order``. Pure: what the body lacks is named, not fetched.

Bodies of webhooks and answers of GraphQL take the same way (``graph.py`` brings the latter into the form of the
former), so that both give the same order: nothing is read here that only one of them tells.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from adapters.documents import Unclear, moment, text, typed
from adapters.shopify.gifts import NATIVE, without_gifts
from adapters.shopify.money import amount, rate, with_tax
from adapters.shopify.refunds import apply_refunds, needs_shop_money
from adapters.shopify.shapes import Application, Bare, LineBody, OrderBody
from adapters.shopify.states import CANCELLED, SENT_BY_CUSTOMER, meaning, state
from bridge.domain.money import half_up
from bridge.domain.orders import Article, CodeUse, Credit, Line, Order, State
from bridge.ports import Contact, OrderSeen, ShopTerms, Unreadable

REFERRAL = "rabattkonto_ref"
"""The attribute of a cart in which the theme notes whose recommendation brought the order."""

DECLINED = "rabattkonto_declined"
"""The attribute by which a customer says that no credit shall be used."""

TRANSACTIONS = "transactions"
"""What an order's body lacks when a gift card or store credit paid for it: only the transactions say how much."""


def read_order(body: Any, terms: ShopTerms, read_at: datetime | None = None) -> OrderSeen | Unreadable:
    """The state of the order in ``body``; it lacks the transactions where they decide what was really paid."""
    try:
        found = typed(OrderBody, body)
        known = state(_status(found), _method(found), terms.paid)
        return _unknown(found, terms) if known is None else _seen(found, terms, known, read_at)
    except Unclear as problem:
        return Unreadable(f"The order cannot be understood: {problem}.", order=order_id(body))


def order_id(body: Any) -> str:
    """The id of the thing in ``body``, empty when it has none."""
    try:
        return str(typed(Bare, body).id)
    except Unclear:
        return ""


def _status(body: OrderBody) -> str:
    return CANCELLED if body.cancelled_at else text(body.financial_status or "pending")


def _method(body: OrderBody) -> str:
    return text(body.payment_gateway_names[0])[:60] if body.payment_gateway_names else ""


def _unknown(body: OrderBody, terms: ShopTerms) -> Unreadable:
    status, method = _status(body)[:60], _method(body)
    guess = meaning(status, method, terms.paid).means
    return Unreadable(
        f"The order is in a state we have never seen: “{status}”. Nothing was booked. It waits for"
        f" your word: `rabattkonto shop paid ID --status {status} --means {guess}` says what it means.",
        order=str(body.id),
        unknown=(status, method),
    )


def _seen(body: OrderBody, terms: ShopTerms, known: State, read_at: datetime | None) -> OrderSeen:
    lacks = body.transactions is None and (_has_gifts(body) or needs_shop_money(body))
    return OrderSeen(_order(body, terms, known), _contact(body), (TRANSACTIONS,) if lacks else (), read_at)


def _has_gifts(body: OrderBody) -> bool:
    return not NATIVE.isdisjoint(body.payment_gateway_names)


def _order(body: OrderBody, terms: ShopTerms, known: State) -> Order:
    used = _ours(body, terms.code_prefix.lower())
    method = _method(body)
    order = Order(
        id=str(body.id),
        number=text(body.name) or str(body.id),
        currency=text(body.currency),
        state=known,
        updated=moment(body.updated_at),
        placed=moment(body.created_at),
        lines=_lines(body, used),
        customer=str(body.customer.id) if body.customer else None,
        paid_at=_paid_at(body, known, method),
        codes=tuple(CodeUse(each.code, each.face) for each in used),
        referral=_attribute(body, REFERRAL),
        coupons=_foreign(body, terms.code_prefix.lower()),
        method=method,
        status=_status(body),
        test=body.test,
        adjustable=not used and _is_adjustable(body),
    )
    return without_gifts(apply_refunds(order, body), body)


def _paid_at(body: OrderBody, known: State, method: str) -> datetime | None:
    """An order is processed when it is placed; money that is sent later has no date in the body at all."""
    if known is not State.PAID or method in SENT_BY_CUSTOMER or body.processed_at is None:
        return None
    return moment(body.processed_at)


def _is_adjustable(body: OrderBody) -> bool:
    """Whether nobody has begun to pay or to pack, and the customer wants credit used."""
    untouched = body.financial_status == "pending" and not body.cancelled_at and not body.refunds and not body.test
    renewal = (body.source_name or "").startswith("subscription")
    return untouched and body.fulfillment_status is None and not renewal and not _attribute(body, DECLINED)


def _contact(body: OrderBody) -> Contact:
    buyer = body.customer
    name = f"{buyer.first_name or ''} {buyer.last_name or ''}" if buyer else ""
    email = body.email or body.contact_email or (buyer.email if buyer else "") or ""
    return Contact(email=text(email.strip()), name=text(name.strip()))


def _attribute(body: OrderBody, name: str) -> str:
    found = (each.value for each in body.note_attributes if each.name == name)
    return next((text(value.strip()) for value in found if isinstance(value, str) and value.strip()), "")


# --- codes ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Ours:
    """A code of ours on the order: the discounts that are it, and what they took in the shop's own price mode."""

    code: str
    indexes: frozenset[int]
    face: int


def _ours(body: OrderBody, prefix: str) -> list[_Ours]:
    """Our codes, whether typed, or put on the order by hand: an edit shows a code in its description only."""
    found: dict[str, set[int]] = {}
    for index, application in enumerate(body.discount_applications):
        code = _code(application, prefix)
        if code:
            found.setdefault(code, set()).add(index)
    for stated in body.discount_codes:
        if stated.code.lower().startswith(prefix):
            found.setdefault(text(stated.code.lower()), set())
    return [_Ours(code, frozenset(indexes), _taken(body, indexes)) for code, indexes in found.items()]


def _code(application: Application, prefix: str) -> str:
    names = (application.code, application.title, application.description)
    return next((text(name.lower()) for name in names if name and name.lower().startswith(prefix)), "")


def _foreign(body: OrderBody, prefix: str) -> tuple[str, ...]:
    """The codes that are not ours: vouchers, partners' coupons, whatever the merchant gives away."""
    stated = [each.code for each in body.discount_codes]
    stated += [each.code for each in body.discount_applications if each.code]
    return tuple(sorted({text(c.lower()) for c in stated if c and not c.lower().startswith(prefix)}))


def _taken(body: OrderBody, indexes: set[int]) -> int:
    return sum(
        amount(part.amount, body.currency)
        for line in body.line_items
        for part in line.discount_allocations
        if part.discount_application_index in indexes
    )


# --- lines ------------------------------------------------------------------------------------


def _lines(body: OrderBody, used: Sequence[_Ours]) -> tuple[Line, ...]:
    """The goods. Gift cards and tips are no goods: what they cost earns nothing and nothing comes back for them."""
    if max(Counter(line.id for line in body.line_items).values(), default=1) > 1:
        raise Unclear("two of its lines have the same id")
    return tuple(_line(line, body, used) for line in body.line_items if is_goods(line, body))


def is_goods(line: LineBody, body: OrderBody) -> bool:
    """Whether a line is neither a gift card nor the order's tip, which has no product and no tax."""
    tip = amount(body.total_tip_received, body.currency)
    looks_like_tip = line.product_id is None and not line.tax_lines and tip > 0
    return not line.gift_card and not (looks_like_tip and _total(line, body.currency) == tip)


def _line(line: LineBody, body: OrderBody, used: Sequence[_Ours]) -> Line:
    total, tax = _total(line, body.currency), sum(amount(each.price, body.currency) for each in line.tax_lines)
    if total < 0:
        raise Unclear(f"its line {line.id} has a negative price")
    paid, net = (total, total - tax) if body.taxes_included else (total + tax, total)
    return Line(
        id=str(line.id),
        article=_article(line),
        quantity=line.quantity,
        paid=paid,
        net=net,
        credits=tuple(_credits(line, body, used)),
        tax=_percent(rate(line)),
    )


def _total(line: LineBody, currency: str) -> int:
    """What the line costs after every discount, in the shop's price mode."""
    taken = sum(amount(part.amount, currency) for part in line.discount_allocations)
    return amount(line.price, currency) * line.quantity - taken


def _credits(line: LineBody, body: OrderBody, used: Sequence[_Ours]) -> list[Credit]:
    found = []
    for code in used:
        part = sum(
            amount(each.amount, body.currency)
            for each in line.discount_allocations
            if each.discount_application_index in code.indexes
        )
        if part > 0:
            found.append(Credit(code.code, part if body.taxes_included else with_tax(part, rate(line))))
    return found


def _article(line: LineBody) -> Article:
    return Article(
        product=str(line.product_id or ""),
        variation=str(line.variant_id or ""),
        sku=text(line.sku or ""),
        name=text(line.title),
    )


def _percent(of: Fraction) -> str:
    """``0.19`` as ``"19"``, with at most four places."""
    ten_thousandths = half_up(of * 1_000_000)
    whole, rest = divmod(ten_thousandths, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".")

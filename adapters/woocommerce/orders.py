"""An order's JSON into an ``Order``. Pure: what the body lacks is named, not fetched."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from adapters.documents import Unclear, moment, text, typed
from adapters.money import amount, amount_or_zero
from adapters.woocommerce.credits import shares, worths
from adapters.woocommerce.shapes import Bare, Billing, LineBody, OrderBody, TaxLine, notes
from adapters.woocommerce.states import meaning, state
from bridge.domain.orders import Article, CodeUse, Credit, Line, Order, State
from bridge.ports import Contact, OrderSeen, ShopTerms, Unreadable

REFERRAL_KEYS = ("rabattkonto_ref", "_rabattkonto_ref")
"""Where the companion plugin, or a merchant by hand, notes whose recommendation brought the order."""


RENEWAL = "_subscription_renewal"
"""Marks an order that a subscription has placed by itself, with the price its customer agreed to."""

DECLINED = "_rabattkonto_declined"
"""The companion plugin's mark: the customer took the credit out of the basket."""

INVOICED = (
    "_wcpdf_invoice_number",  # PDF Invoices & Packing Slips
    "_wc_gzdp_latest_invoice_number",  # Germanized Pro
    "_wp_wc_running_invoice_number",  # German Market
    "_bewpi_invoice_number",
    "_ywpi_invoice_number",
    "_lexoffice_woocommerce_invoice_id",
    "_invoice_number",
)
"""Where invoicing plugins note that a document with the present amounts exists."""


def read_order(body: Any, terms: ShopTerms, read_at: datetime | None = None) -> OrderSeen | Unreadable:
    """The state of the order in ``body``; ``lacks`` are the ids of its refunds, of which it says too little."""
    try:
        found = typed(OrderBody, body)
        known = state(found.status, found.payment_method or "", found.date_paid_gmt, terms.paid)
        return _unknown(found, terms) if known is None else _seen(found, terms, known, read_at)
    except Unclear as problem:
        return Unreadable(f"The order cannot be understood: {problem}.", order=order_id(body))


def order_id(body: Any) -> str:
    """The id of the thing in ``body``, empty when it has none."""
    try:
        return str(typed(Bare, body).id)
    except Unclear:
        return ""


def _unknown(body: OrderBody, terms: ShopTerms) -> Unreadable:
    status, method = text(body.status)[:60], text(body.payment_method or "")[:60]
    guess = meaning(status, method, terms.paid).means
    return Unreadable(
        f"The order is in a state we have never seen: “{status}”. Nothing was booked. It sounds like “{guess}”;"
        f" say what it means with `rabattkonto shop paid ID --status {status} --means {guess}`.",
        order=str(body.id),
        unknown=(status, method),
    )


def _seen(body: OrderBody, terms: ShopTerms, known: State, read_at: datetime | None) -> OrderSeen:
    return OrderSeen(
        order=_order(body, terms, known),
        contact=_contact(body.billing),
        lacks=tuple(str(refund.id) for refund in body.refunds),
        read_at=read_at,
    )


def _order(body: OrderBody, terms: ShopTerms, known: State) -> Order:
    ours = _ours(body, terms.code_prefix)
    noted = notes(body.meta_data)
    return Order(
        id=str(body.id),
        number=text(str(body.number)) or str(body.id),
        currency=text(body.currency),
        state=known,
        updated=_stamp(body.date_modified_gmt, body.date_created_gmt),
        placed=_stamp(body.date_created_gmt, body.date_modified_gmt),
        lines=_lines(body, ours),
        customer=str(body.customer_id) if body.customer_id else None,
        paid_at=moment(body.date_paid_gmt) if body.date_paid_gmt else None,
        codes=tuple(CodeUse(code.code, code.face) for code in ours),
        referral=_referral(noted),
        coupons=_foreign(body, terms.code_prefix),
        method=text(body.payment_method or ""),
        status=text(body.status),
        adjustable=not ours and _is_adjustable(body, noted),
    )


def _is_adjustable(body: OrderBody, known: Mapping[object, Any]) -> bool:
    """Whether nobody has been told to pay the present amount yet, or has begun to, or wants no credit used."""
    untouched = body.status == "on-hold" and body.date_paid_gmt is None and not body.transaction_id
    by_hand_of_nobody = body.created_via == "subscription" or known.get(RENEWAL)
    return untouched and not by_hand_of_nobody and not any(known.get(key) for key in (DECLINED, *INVOICED))


def _stamp(stated: datetime | None, otherwise: datetime | None) -> datetime:
    found = stated or otherwise
    if found is None:
        raise Unclear("it has no date")
    return moment(found)


def _contact(billing: Billing) -> Contact:
    name = f"{billing.first_name or ''} {billing.last_name or ''}"
    return Contact(email=text((billing.email or "").strip()), name=text(name.strip()))


def _referral(known: Mapping[object, Any]) -> str:
    found = (known.get(key) for key in REFERRAL_KEYS)
    return next((text(value.strip()) for value in found if isinstance(value, str) and value.strip()), "")


# --- codes ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Ours:
    """A code of ours on the order: what it took gross, and in the shop's own price mode."""

    code: str
    gross: int
    face: int


def _ours(body: OrderBody, prefix: str) -> list[_Ours]:
    stated = _stated(body, prefix.lower())
    if not stated:
        return []
    gross = worths([whole for whole, _ in stated.values()], sum(_discounts(body)))
    if body.prices_include_tax:
        face = gross
    else:
        face = worths([net for _, net in stated.values()], sum(_net_discounts(body)))
    return [_Ours(*code) for code in zip(stated, gross, face, strict=True)]


def _foreign(body: OrderBody, prefix: str) -> tuple[str, ...]:
    """The codes that are not ours: vouchers, partners' coupons, whatever the merchant gives away."""
    codes = {text(line.code.lower()) for line in body.coupon_lines}
    return tuple(sorted(code for code in codes if code and not code.startswith(prefix.lower())))


def _stated(body: OrderBody, prefix: str) -> dict[str, tuple[int, int]]:
    """Our codes by the coupon lines: gross and net. The order's own discount sums are off by a cent at times."""
    found: dict[str, tuple[int, int]] = {}
    for line in body.coupon_lines:
        code = text(line.code.lower())
        if code.startswith(prefix):
            net = max(amount(line.discount, body.currency), 0)
            tax = max(amount_or_zero(line.discount_tax, body.currency), 0)
            found[code] = (net + tax, net)
    return found


def _discounts(body: OrderBody) -> list[int]:
    """What each line shows to have been taken off, gross; a line made dearer by hand shows nothing."""
    return [max(_gross_before(line, body.currency) - _gross(line, body.currency), 0) for line in body.line_items]


def _net_discounts(body: OrderBody) -> list[int]:
    currency = body.currency
    return [max(amount(line.subtotal, currency) - amount(line.total, currency), 0) for line in body.line_items]


# --- lines ------------------------------------------------------------------------------------


def _lines(body: OrderBody, ours: Sequence[_Ours]) -> tuple[Line, ...]:
    if len({line.id for line in body.line_items}) != len(body.line_items):
        raise Unclear("two of its lines have the same id")
    credits_by_line = _credits(ours, _discounts(body)) if ours else {}
    rates = {tax.rate_id: tax for tax in body.tax_lines}
    return tuple(
        Line(
            id=str(line.id),
            article=_article(line),
            quantity=line.quantity,
            paid=_paid(line, body.currency),
            net=amount(line.total, body.currency),
            credits=tuple(credits_by_line.get(position, ())),
            tax=_percent(line, rates),
        )
        for position, line in enumerate(body.line_items)
    )


def _credits(ours: Sequence[_Ours], discounts: Sequence[int]) -> dict[int, list[Credit]]:
    found: dict[int, list[Credit]] = defaultdict(list)
    for code, parts in zip(ours, shares([code.gross for code in ours], discounts), strict=True):
        for position, part in enumerate(parts):
            if part:
                found[position].append(Credit(code.code, part))
    return found


def _article(line: LineBody) -> Article:
    return Article(
        product=str(line.product_id) if line.product_id else "",
        variation=str(line.variation_id) if line.variation_id else "",
        sku=text(line.sku or ""),
        name=text(line.name),
    )


def _paid(line: LineBody, currency: str) -> int:
    paid = _gross(line, currency)
    if paid < 0:
        raise Unclear(f"its line {line.id} has a negative price")
    return paid


def _gross(line: LineBody, currency: str) -> int:
    return amount(line.total, currency) + amount(line.total_tax, currency)


def _gross_before(line: LineBody, currency: str) -> int:
    return amount(line.subtotal, currency) + amount(line.subtotal_tax, currency)


def _percent(line: LineBody, rates: dict[int, TaxLine]) -> str:
    """The line's tax in percent: several rates can lie on one line, and a rate listed without amount does not."""
    applied = [rates[tax.id].rate_percent for tax in line.taxes if (tax.total or tax.subtotal) and tax.id in rates]
    if not all(rate.is_finite() and 0 <= rate <= 1000 for rate in applied):
        raise Unclear("a tax rate in it is not a percentage")
    return f"{sum(applied, Decimal(0)).normalize():f}"

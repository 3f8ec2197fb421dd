"""Buying: a cart with codes, what they take, and the order that comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from adapters.shopify.sandbox.records import Application, Customer, Discount, Line, Order, Part, Payment, Product
from adapters.shopify.sandbox.state import Refusal, State
from bridge.domain.money import split

MOST_CODES = 5
MANUAL = ("manual", "Bank Deposit")


@dataclass(slots=True)
class Cart:
    """What somebody is about to buy. A code's customer is only checked when the order is placed."""

    state: State
    who: Customer | str
    items: list[tuple[Product, int]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)

    def add(self, product: Product, quantity: int) -> "Cart":
        """Put something into the cart."""
        self.items.append((product, quantity))
        return self

    def place(self, method: str, paid: bool = True, shipping: int | None = None) -> Order:
        """Check out. ``Refusal`` for a code that cannot be used; money comes later with a manual method."""
        state = self.state
        now = state.now()
        customer = self.who if isinstance(self.who, Customer) else None
        lines = [
            Line(state.number("lines"), product, quantity, quantity, product.price)
            for product, quantity in self.items
        ]
        used = [self._usable(code, lines) for code in self.codes]
        number = state.number("order")
        order = Order(
            id=number,
            number=1000 + len(state.orders) + 1,
            customer=customer,
            email=customer.email if customer else str(self.who),
            created=now,
            updated=now,
            lines=lines,
            gateways=[method],
            attributes=dict(self.attributes),
            shipping=state.settings.shipping if shipping is None else shipping,
        )
        for discount in used:
            _apply(state, order, discount)
        state.orders[order.id] = order
        if paid and method not in MANUAL:
            order.payments.append(Payment("sale", total(state, order), method))
        return order

    def _usable(self, code: str, lines: Sequence[Line]) -> Discount:
        state = self.state
        found = state.code(code)
        if found is None or found.status(state.now()) != "ACTIVE":
            raise Refusal(f"{code} is not a valid code.")
        if found.limit is not None and found.uses >= found.limit:
            raise Refusal(f"{code} has reached its limit.")
        if found.customers is not None and (
            not isinstance(self.who, Customer) or self.who.id not in found.customers
        ):
            raise Refusal(f"{code} is not for this customer.")
        entitled = [line for line in lines if is_entitled(state, found, line)]
        worth = sum(line.price * line.quantity for line in entitled)
        if not entitled or worth < found.minimum:
            raise Refusal(f"{code} does not fit this cart.")
        if len(self.codes) > MOST_CODES:
            raise Refusal("No more codes can be added.")
        return found


def is_entitled(state: State, discount: Discount, line: Line) -> bool:
    """Whether a discount may take something off this line; gift cards are never discounted."""
    if line.product.gift_card:
        return False
    names = {state.collections[each] for each in discount.collections if each in state.collections}
    return not discount.collections or not names.isdisjoint(line.product.collections)


def _apply(state: State, order: Order, discount: Discount) -> None:
    """Spread a code over the lines it is for, in proportion; what the basket does not cost is lost."""
    lines = [line for line in order.lines if is_entitled(state, discount, line)]
    most = sum(line.total for line in lines)
    amount = min(discount.amount, most)
    if discount.percent is not None:
        amount = int(most * discount.percent / 100)
    order.applications.append(Application("discount_code", discount.code, discount.amount))
    order.codes.append((discount.code, amount))
    for line, part in zip(lines, split(amount, [line.total for line in lines]), strict=True):
        if part:
            line.parts.append(Part(len(order.applications) - 1, part))
    if state.faults.take("lag"):
        state.uncounted.append(discount)
    else:
        discount.uses += 1


def tax_of(state: State, line: Line, of: int | None = None) -> int:
    """The tax in (or on top of) an amount of a line, by default of all of it; half a cent counts as one."""
    amount = line.total if of is None else of
    rate = line.product.rate
    whole = amount * rate / (100 + rate) if state.settings.taxes_included else amount * rate / 100
    return int(whole + 1) if whole % 1 >= 1 / 2 else int(whole)


def total(state: State, order: Order) -> int:
    """What the customer pays for everything that was not taken off the order again."""
    goods = {line.id: line.total * line.current // line.quantity for line in order.lines}
    taxes = (tax_of(state, line, goods[line.id]) for line in order.lines)
    tax = 0 if state.settings.taxes_included else sum(taxes)
    return sum(goods.values()) + order.shipping + order.tip + tax


def paid(order: Order) -> int:
    """What has come in."""
    return sum(each.amount for each in order.payments if each.kind == "sale")


def given_back(order: Order) -> int:
    """What went out again."""
    return sum(each.amount for refund in order.refunds for each in refund.payments)


def financial_status(state: State, order: Order) -> str:
    """As the shop shows it."""
    came, went, due = paid(order), given_back(order), total(state, order)
    if came == 0 and due > 0:
        return "voided" if order.cancelled else "pending"
    if went and went >= came:
        return "refunded"
    if went:
        return "partially_refunded"
    return "paid" if came >= due else "partially_paid"


def outstanding(state: State, order: Order) -> int:
    """What is still to be paid."""
    return max(total(state, order) - paid(order), 0)

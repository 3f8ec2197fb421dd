"""Carts and checkouts as customers do them, in the block and the classic checkout."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from adapters.woocommerce.sandbox import coupons, orders, people
from adapters.woocommerce.sandbox.pricing import net_of
from adapters.woocommerce.sandbox.records import Address, Charge, Coupon, Customer, Meta, Order, Product
from adapters.woocommerce.sandbox.refusals import Refusal
from adapters.woocommerce.sandbox.rules import limited
from adapters.woocommerce.sandbox.state import State
from adapters.woocommerce.sandbox.totals import totals

HOME = Address(
    first_name="Gerda",
    last_name="Gast",
    address_1="Gastweg 7",
    city="Hamburg",
    state="DE-HH",
    postcode="20095",
    country="DE",
    phone="040 998877",
)
NOWHERE = Address(state="DE-BE", country="DE")
TITLES = {"bacs": "BACS", "stripe": "Credit card", "cod": "Cash on delivery"}


class Cart:
    """One cart: of a logged-in customer, or of a guest (``customer`` None) with a billing ``email``."""

    def __init__(self, state: State, customer: Customer | None, email: str = "") -> None:
        self._state = state
        self.customer = customer
        self.email = email or (customer.email if customer else "")
        self.items: list[tuple[Product, int]] = []
        self.codes: list[str] = []
        self.declined = False
        self.draft: Order | None = None

    def add(self, product: Product, quantity: int = 1) -> "Cart":
        """Put pieces of a product into the cart."""
        self.items.append((product, quantity))
        return self

    def apply(self, code: str) -> None:
        """Type a code; raises ``Refusal`` (400) with the shop's sentence where it may not be used."""
        with self._state.lock:
            coupon = coupons.usable(self._state, code, self.customer, self.email)
            if coupon.individual_use:
                self.codes.clear()
            if coupon.code not in self.codes:
                self.codes.append(coupon.code)

    def decline(self) -> None:
        """Take the credit out and keep it out, as the plugin remembers it."""
        self.declined = True
        self.codes = [code for code in self.codes if code != self._credit_code()]

    def open(self) -> Order:
        """Open the block checkout: from now on there is a draft order, which the shop tells about."""
        with self._state.lock:
            self._add_credit()
            self.draft = self.draft or self._new_order("checkout-draft", "store-api", NOWHERE, "")
            self._fill(self.draft, self._found())
            orders.changed(self._state, self.draft)
            return self.draft

    def place(
        self, method: str = "bacs", *, paid: bool = True, classic: bool = False, account: bool = False
    ) -> Order:
        """Submit the checkout. A code that may no longer be used is taken out and refused with 409."""
        with self._state.lock:
            if not classic:
                self.open()
            self._add_credit()
            found = self._checked()
            if found and self._state.faults.take("reserve_fails"):
                raise Refusal("woocommerce_rest_coupon_reserve_failed", "Coupon could not be reserved.")
            return self._submit(found, method, paid, account)

    def _submit(self, found: list[Coupon], method: str, paid: bool, account: bool) -> Order:
        billing = self._address()
        order = self.draft or self._new_order("pending", "checkout", billing, method)
        self.draft = None
        block = order.status == "checkout-draft"
        if block:
            self._state.emit("order.updated", order.id)
        self._meet_customer(billing, account)
        order.customer_id = self.customer.id if self.customer else 0
        order.billing, order.shipping = billing, billing
        order.method, order.method_title, order.status = method, TITLES.get(method, method), "pending"
        self._fill(order, found)
        if block:
            _mark(self._state, order, "_debug_log_source_pending_deletion", f"place-order-debug-{order.id:08x}")
        self._state.emit("order.created", order.id)
        _first_status(self._state, order, method, paid)
        return order

    def _new_order(self, status: str, via: str, billing: Address, method: str) -> Order:
        order = orders.blank(self._state, status, via)
        order.billing = order.shipping = billing
        order.customer_id = self.customer.id if self.customer else 0
        order.method = method or "bacs"
        if via == "store-api":
            order.meta = _store_meta(self._state, order)
        return order

    def _fill(self, order: Order, found: Sequence[Coupon]) -> None:
        order.lines = [orders.line(self._state, product, quantity) for product, quantity in self.items]
        if not order.charges and any(not product.virtual for product, _ in self.items):
            order.charges = [_parcel(self._state, self.items)]
        order.cart_hash = hashlib.sha256(repr([(p.id, n) for p, n in self.items]).encode()).hexdigest()[:32]
        coupons.put_on(self._state, order, found)

    def _address(self) -> Address:
        known = self.customer.billing if self.customer and self.customer.billing.city else HOME
        named = replace(known, email=self.email)
        if not self.customer:
            return named
        return replace(named, first_name=self.customer.first_name, last_name=self.customer.last_name)

    def _meet_customer(self, billing: Address, account: bool) -> None:
        if self.customer is None and account:
            self.customer = people.register(self._state, self.email, billing.first_name, billing.last_name)
        if self.customer:
            people.remember_address(self._state, self.customer, billing)

    def _found(self) -> list[Coupon]:
        return [coupon for code in self.codes if (coupon := self._state.coupon(code))]

    def _checked(self) -> list[Coupon]:
        found = []
        for code in list(self.codes):
            try:
                found.append(coupons.usable(self._state, code, self.customer, self.email))
            except Refusal as refusal:
                self.codes.remove(code)
                raise Refusal("woocommerce_rest_cart_coupon_errors", refusal.message, 409) from refusal
        return found

    def _credit_code(self) -> str:
        known = self.customer.meta if self.customer else []
        shown = next((entry.value for entry in known if entry.key == "rabattkonto"), None)
        return str(shown.get("code") or "").lower() if isinstance(shown, dict) else ""

    def _add_credit(self) -> None:
        """What the companion plugin does at every calculation of the totals."""
        code = self._credit_code()
        if not code or not self._state.settings.plugin or self.declined or code in self.codes:
            return
        try:
            coupon = coupons.usable(self._state, code, self.customer, self.email)
        except Refusal:
            return
        if self._takes_something(coupon):
            self.codes.append(code)

    def _takes_something(self, coupon: Coupon) -> bool:
        """Whether the rules that the code carries leave it anything to take off these goods."""
        products = [product for product, _ in self.items]
        prices = [int(product.price.scaleb(2)) * quantity for product, quantity in self.items]
        worth, usable = limited(self._state, coupon, products, prices, self.customer.id if self.customer else 0)
        return worth > 0 and any(usable)


def _first_status(state: State, order: Order, method: str, paid: bool) -> None:
    if totals(order, state.settings.prices_include_tax).total == 0 or (method == "stripe" and paid):
        orders.pay(state, order)
    else:
        waiting = {"cod": "processing", "stripe": "pending"}
        orders.set_status(state, order, waiting.get(method, "on-hold"))


def _parcel(state: State, items: Sequence[tuple[Product, int]]) -> Charge:
    rate = state.standard_rate()
    content = ", ".join(f"{product.name} &times; {quantity}" for product, quantity in items)
    net = net_of(state.settings.shipping, rate, inclusive=True)
    return Charge(state.number("item"), "DHL", net, rate, instance="3", meta=state.meta({"Items": content}))


def _store_meta(state: State, order: Order) -> list[Meta]:
    names = ("coupons", "fees", "shipping", "taxes")
    hashes = {f"_{name}_hash": hashlib.sha256(f"{name} {order.id}".encode()).hexdigest()[:32] for name in names}
    return state.meta({**hashes, "is_vat_exempt": "no"})


def _mark(state: State, order: Order, key: str, value: str) -> None:
    state.write_meta(order.meta, [(key, value)])
    order.meta.sort(key=lambda entry: entry.key)

"""What customers and the merchant do to a shop, at random. Every act says in a few words what it was."""

import copy
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from adapters.woocommerce.sandbox import Coupon, Customer, Order, Product, Refusal, ToyShop
from adapters.woocommerce.sandbox.refunds import rest

OURS = "guthaben-"
STATUSES = ("pending", "on-hold", "processing", "completed", "cancelled", "failed", "refunded")


class People:
    """Everybody who touches the shop. The weights make buying and paying the most frequent."""

    def __init__(self, shop: ToyShop, rng: random.Random) -> None:
        self.shop = shop
        self.rng = rng
        self.goods: list[Product] = [
            shop.add_product("Tee", "19.99", sku="TEE", stock=9000),
            shop.add_product("Mug", "6.49", sku="MUG", tax_class="reduced-rate"),
            shop.add_product("Pin", "0.37", sku="PIN", virtual=True),
            shop.add_product("Coat", "120.00", sku="COAT"),
        ]
        self.mails = [f"kundin{n}@kunden.example" for n in range(3)]
        self.customers = [shop.register(mail, f"Vor{n}", f"Nach{n}") for n, mail in enumerate(self.mails)]
        self.guests = ["gast1@gaeste.example", "gast2@gaeste.example"]
        self.meddled = False
        self._backup: Any = None
        self._acts: list[tuple[Callable[[], str], int]] = [
            (self.buy, 14), (self.pay, 10), (self.move, 8), (self.refund, 8), (self.type_foreign_code, 3),
            (self.two_tabs, 3), (self.trash, 2), (self.restore, 3), (self.destroy, 2), (self.delete_refund, 3),
            (self.edit_line, 3), (self.recalculate, 2), (self.add_line, 2), (self.put_code_on, 2),
            (self.change_email, 2), (self.register, 1), (self.link_order, 2), (self.delete_customer, 1),
            (self.meddle, 2), (self.other_guest, 1), (self.back_up, 1), (self.go_back, 1),
        ]  # fmt: skip

    def act(self) -> str:
        """One random act; a refusal of the shop is an answer like any other."""
        acts, weights = zip(*self._acts, strict=True)
        act = self.rng.choices(acts, weights)[0]
        try:
            return f"{act.__name__}: {act()}"
        except Refusal as refusal:
            return f"{act.__name__}: refused ({refusal.message})"

    # --- buying -----------------------------------------------------------------------------------

    def buy(self) -> str:
        """A customer or a guest buys something, with the live code as often as not."""
        who = self._somebody()
        codes = self._own_code(who) if self.rng.random() < 0.8 else []
        order = self._place(who, codes)
        return f"{_name(who)} placed {order.id} {order.status} with {codes}"

    def type_foreign_code(self) -> str:
        """A guest types somebody's code, with that person's address."""
        code = self._live_code()
        if code is None or not code.emails:
            return "no code"
        order = self._place(code.emails[0], [code.code])
        return f"guest {order.id} with {code.code}"

    def two_tabs(self) -> str:
        """Two baskets with one code; where the shop holds no stock, both may be placed."""
        code = self._live_code()
        if code is None or not code.emails:
            return "no code"
        carts = [self.shop.cart(code.emails[0]).add(*self._item()) for _ in range(2)]
        for cart in carts:
            cart.apply(code.code)
        first = carts[0].place("bacs")
        careless = self.rng.random() < 0.4
        code.usage_count -= careless
        try:
            second = carts[1].place("stripe")
        finally:
            code.usage_count += careless
        return f"{first.id} and {second.id} with {code.code}"

    def _place(self, who: Customer | str, codes: list[str]) -> Order:
        return self.shop.checkout(
            who,
            [self._item() for _ in range(self.rng.choice((1, 1, 2, 3)))],
            codes=codes,
            method=self.rng.choice(("bacs", "stripe", "stripe", "cod")),
            paid=self.rng.random() < 0.7,
            classic=self.rng.random() < 0.3,
        )

    def _item(self) -> tuple[Product, int]:
        return self.rng.choice(self.goods), self.rng.choice((1, 1, 2, 5))

    def _somebody(self) -> Customer | str:
        everybody: list[Customer | str] = [*self._known(), *self.guests]
        return self.rng.choice(everybody)

    def _known(self) -> list[Customer]:
        return [customer for customer in self.shop.customers.values() if customer in self.customers]

    def _own_code(self, who: Customer | str) -> list[str]:
        mail = who if isinstance(who, str) else who.email
        return [code.code for code in self.live_codes() if mail.lower() in code.emails][:1]

    def live_codes(self) -> list[Coupon]:
        """Codes of ours that somebody could use now."""
        return [c for c in self.shop.coupons.values() if c.code.startswith(OURS) and is_live(c, self.shop)]

    def _live_code(self) -> Coupon | None:
        codes = self.live_codes()
        return self.rng.choice(codes) if codes else None

    # --- the owner's desk -------------------------------------------------------------------------

    def _order(self, *statuses: str) -> Order | None:
        fitting = [
            o for o in self.shop.orders.values() if (o.status in statuses if statuses else o.status != "trash")
        ]
        return self.rng.choice(fitting[-6:]) if fitting else None

    def pay(self) -> str:
        """Money comes in for an unpaid order."""
        order = self._order("pending", "on-hold", "processing")
        if order is None:
            return "nothing"
        if order.method == "cod":
            self.shop.set_status(order, "completed")
        else:
            self.shop.pay(order)
        return str(order.id)

    def move(self) -> str:
        """Any status after any other."""
        order = self._order(*STATUSES)
        if order is None:
            return "nothing"
        status = self.rng.choice(STATUSES)
        self.shop.set_status(order, status)
        return f"{order.id} to {status}"

    def refund(self) -> str:
        """One of the four shapes."""
        order = self._order("processing", "completed")
        if order is None or not order.lines:
            return "nothing"
        line, left = self.rng.choice(order.lines), self.shop_rest(order)
        pieces = {line.id: self.rng.randrange(1, max(1, line.quantity) + 1)}
        match self.rng.randrange(5):
            case 0 | 1:
                self.shop.refund(order, pieces, shipping=self.rng.random() < 0.3)
            case 2:
                self.shop.refund(order, amount=self.rng.randrange(left + 1))
            case 3:
                self.shop.refund(order, pieces, amount=0)
            case _:
                self.shop.refund(order)
        return f"{order.id}, {left} before, {self.shop_rest(order)} after"

    def shop_rest(self, order: Order) -> int:
        """What could still be given back, minor units."""
        return max(0, rest(self.shop, order))

    def delete_refund(self) -> str:
        """Sends nothing, moves no stamp."""
        order = next((o for o in reversed(self.shop.orders.values()) if o.refunds), None)
        if order is None:
            return "nothing"
        self.shop.delete_refund(order, self.rng.choice(order.refunds))
        return str(order.id)

    def trash(self) -> str:
        """Into the trash."""
        order = self._order(*STATUSES)
        if order is not None:
            self.shop.trash(order)
        return str(order and order.id)

    def restore(self) -> str:
        """Out of the trash."""
        order = self._order("trash")
        if order is not None:
            self.shop.restore(order)
        return str(order and order.id)

    def destroy(self) -> str:
        """Gone without a word."""
        order = self._order()
        if order is not None:
            self.shop.destroy(order)
        return str(order and order.id)

    def edit_line(self) -> str:
        """The total goes back to the undiscounted one, or half of it; the quantity changes."""
        order = self._order(*STATUSES)
        if order is None or not order.lines:
            return "nothing"
        line = self.rng.choice(order.lines)
        total = self.rng.choice((line.subtotal, line.subtotal / 2, Decimal(0), line.total))
        self.shop.edit_line(order, line.id, quantity=self.rng.choice((0, 1, line.quantity)), total=str(total))
        return f"{order.id} line {line.id} total {total}"

    def recalculate(self) -> str:
        """The admin's button."""
        order = self._order(*STATUSES)
        if order is not None:
            self.shop.recalculate(order)
        return str(order and order.id)

    def add_line(self) -> str:
        """Another article on an existing order, calculated anew."""
        order = self._order(*STATUSES)
        if order is None:
            return "nothing"
        product, quantity = self._item()
        self.shop.edit_order(order, {"line_items": [{"product_id": product.id, "quantity": quantity}]})
        self.shop.recalculate(order)
        return f"{order.id} {product.sku}"

    def put_code_on(self) -> str:
        """A code is put on an existing order over the interface, or all are taken off."""
        order, code = self._order(*STATUSES), self._live_code()
        if order is None:
            return "nothing"
        if code is None or self.rng.random() < 0.4:
            self.shop.edit_order(order, {"coupon_lines": []})
            return f"{order.id} without codes"
        kept = [{"code": used.code} for used in order.coupons]
        self.shop.edit_order(order, {"coupon_lines": [*kept, {"code": code.code}]})
        return f"{order.id} with {code.code}"

    # --- persons ----------------------------------------------------------------------------------

    def change_email(self) -> str:
        """A customer's address changes, sometimes to one that the shop drops from codes."""
        if not self._known():
            return "nobody"
        customer = self.rng.choice(self._known())
        mail = self.rng.choice((f"neu{self.rng.randrange(99)}@kunden.example", "a&b@kunden.example", *self.mails))
        self.shop.change_email(customer, mail)
        return f"{customer.id} to {mail}"

    def other_guest(self) -> str:
        """The billing address of a guest's order is corrected."""
        order = self._order(*STATUSES)
        if order is None:
            return "nothing"
        self.shop.edit_order(order, {"billing": {"email": self.rng.choice(self.guests)}})
        return str(order.id)

    def register(self) -> str:
        """A guest becomes a customer."""
        mail = self.rng.choice(self.guests)
        self.customers.append(self.shop.register(mail, "Neu", "Hier"))
        return mail

    def link_order(self) -> str:
        """A guest's order gets its customer."""
        order = self._order(*STATUSES)
        if order is None or order.customer_id or not self._known():
            return "nothing"
        customer = self.rng.choice(self._known())
        self.shop.link_order(order, customer)
        return f"{order.id} to {customer.id}"

    def delete_customer(self) -> str:
        """Its orders stay, as a guest's."""
        if len(self._known()) < 2:
            return "nobody"
        customer = self.rng.choice(self._known())
        self.shop.delete_customer(customer)
        return str(customer.id)

    # --- our codes --------------------------------------------------------------------------------

    def meddle(self) -> str:
        """The merchant changes or deletes a code of ours."""
        codes = [c for c in self.shop.coupons.values() if c.code.startswith(OURS)]
        if not codes:
            return "no code"
        code = self.rng.choice(codes[-4:])
        self.meddled = True
        what = self.rng.choice(("amount", "emails", "limit", "expires", "draft", "trash", "destroy"))
        self._change(code, what)
        if code.id in self.shop.coupons:
            self.shop.emit("coupon.updated", code.id)
        return f"{what} of {code.code}"

    def _change(self, code: Coupon, what: str) -> None:
        match what:
            case "amount":
                code.amount = self.rng.choice((1, code.amount + 500))
            case "emails":
                code.emails = ()
            case "limit":
                code.usage_limit = None
            case "expires":
                code.expires = None if code.expires else self.shop.now()
            case "draft" | "trash":
                code.status = what
            case _:
                del self.shop.coupons[code.id]

    # --- the host ---------------------------------------------------------------------------------

    def back_up(self) -> str:
        """The shop's host copies its database."""
        self._backup = self._everything()
        return "done"

    def go_back(self) -> str:
        """The host puts the copy back: orders, customers and codes since then vanish, others are as they were."""
        if self._backup is None:
            return "no backup"
        held, self._backup = self._backup, self._everything()
        self.meddled = True
        shop = self.shop
        shop.orders, shop.coupons, shop.customers, shop.products, self.goods, self.customers = held
        return "done"

    def _everything(self) -> Any:
        shop = self.shop
        return copy.deepcopy((shop.orders, shop.coupons, shop.customers, shop.products, self.goods, self.customers))


def is_live(code: Coupon, shop: ToyShop) -> bool:
    """Whether somebody could check out with the code."""
    spent = code.usage_limit is not None and code.usage_count >= code.usage_limit
    return code.status == "publish" and not (code.expires and shop.now() > code.expires) and not spent


def owner_of(code: Coupon) -> str:
    """The account token in a code's meta data, empty for a foreign code."""
    return next((str(entry.value) for entry in code.meta if entry.key == "_rabattkonto"), "")


def _name(who: Customer | str) -> str:
    return who if isinstance(who, str) else f"customer {who.id}"

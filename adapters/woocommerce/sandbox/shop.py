"""The toy shop as one object: what its customers and its owner do, each a method."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from adapters.woocommerce.sandbox import coupons, deliveries, edits, orders, people, refunds, wares
from adapters.woocommerce.sandbox.bodies import delivery_body, order_body
from adapters.woocommerce.sandbox.checkout import Cart
from adapters.woocommerce.sandbox.php import php_json
from adapters.woocommerce.sandbox.records import Customer, Order, Product, Refund, Webhook
from adapters.woocommerce.sandbox.state import Send, Settings, State

GERMAN_RATES: Mapping[str, float] = {"": 19, "reduced-rate": 7}


def utc_now() -> datetime:
    """The real clock, for a shop that is not told the time."""
    return datetime.now(UTC)


class ToyShop(State):
    """A shop with its customers, its owner, its webhooks and its faults.

    ``rates`` are percent by tax class, ``shipping`` is the price of a parcel in minor units
    (tax included), ``plugin`` says that our companion plugin applies a customer's live code,
    ``send(url, headers, body) -> status`` carries deliveries (default: over the network).
    """

    def __init__(
        self,
        *,
        url: str = "https://shop.example",
        key: str = "ck_toy",
        secret: str = "cs_toy",  # noqa: S107 - a toy's key, known to everybody
        name: str = "Toy Shop",
        clock: Callable[[], datetime] = utc_now,
        prices_include_tax: bool = True,
        rates: Mapping[str, float | str] | None = None,
        currency: str = "EUR",
        timezone: str = "Europe/Berlin",
        shipping: int = 490,
        plugin: bool = False,
        coupons_enabled: bool = True,
        read_only: bool = False,
        send: Send = deliveries.post,
    ) -> None:
        percent = GERMAN_RATES if rates is None else rates
        settings = Settings(
            url=url.rstrip("/"),
            name=name,
            key=key,
            secret=secret,
            currency=currency,
            timezone=timezone,
            prices_include_tax=prices_include_tax,
            rates={tax_class: Decimal(str(rate)) for tax_class, rate in percent.items()},
            shipping=shipping,
            coupons_enabled=coupons_enabled,
            plugin=plugin,
            read_only=read_only,
        )
        super().__init__(settings, clock, send)

    @property
    def url(self) -> str:
        """The shop's home address, without a slash at the end."""
        return self.settings.url

    @property
    def access(self) -> tuple[str, str]:
        """Key and secret of its interface."""
        return self.settings.key, self.settings.secret

    # --- the catalogue ------------------------------------------------------------------------

    def add_product(self, name: str, price: str, **details: Any) -> Product:
        """A new product; ``details`` are sku, tax_class, categories, tags, virtual, stock, credit."""
        with self.lock:
            return wares.add(self, name, price, **details)

    def add_variation(self, parent: Product, options: Mapping[str, str], price: str, sku: str = "") -> Product:
        """A variation of a product, such as ``{"Size": "L"}``."""
        with self.lock:
            return wares.add_variation(self, parent, options, price, sku)

    def edit_product(self, product: Product, *, price: str | None = None, credit: str | None = None) -> None:
        """Change a price, or the credit per piece on the article."""
        with self.lock:
            product.price = product.price if price is None else Decimal(price)
            if credit is not None:
                self.write_meta(product.meta, [("_rabattkonto_credit", credit)])
            wares.changed(self, product)

    def trash_product(self, product: Product) -> None:
        """Put a product into the trash."""
        with self.lock:
            wares.trash(self, product)

    # --- customers ----------------------------------------------------------------------------

    def register(self, email: str, first_name: str = "", last_name: str = "") -> Customer:
        """A new customer account."""
        with self.lock:
            return people.register(self, email, first_name, last_name)

    def change_email(self, customer: Customer, email: str) -> None:
        """The customer changes the account's address; restrictions of coupons do not follow."""
        with self.lock:
            customer.email = email
            people.changed(self, customer)

    def delete_customer(self, customer: Customer) -> None:
        """Delete an account; its orders stay."""
        with self.lock:
            people.remove(self, customer)

    def link_order(self, order: Order, customer: Customer) -> None:
        """The admin's "link past orders": a guest's order gets its customer."""
        with self.lock:
            order.customer_id = customer.id
            orders.changed(self, order)

    # --- buying -------------------------------------------------------------------------------

    def cart(self, who: Customer | str, email: str = "") -> Cart:
        """A cart of a guest with this e-mail address, or of a logged-in customer.

        ``email`` is the billing address where a customer types another one than the account's.
        """
        return Cart(self, None, who) if isinstance(who, str) else Cart(self, who, email)

    def checkout(
        self,
        who: Customer | str,
        items: Iterable[tuple[Product, int]],
        *,
        codes: Iterable[str] = (),
        method: str = "bacs",
        paid: bool = True,
        declined: bool = False,
        classic: bool = False,
        account: bool = False,
        email: str = "",
    ) -> Order:
        """A whole purchase. Raises ``Refusal`` where the shop refuses a code.

        ``bacs`` waits for money (on-hold), ``cod`` is processing and unpaid, ``stripe`` is paid at
        once unless ``paid`` is False; ``account`` registers the guest; ``classic`` uses the old checkout.
        """
        cart = self.cart(who, email)
        for product, quantity in items:
            cart.add(product, quantity)
        for code in codes:
            cart.apply(code)
        if declined:
            cart.decline()
        return cart.place(method, paid=paid, classic=classic, account=account)

    # --- the owner's desk ---------------------------------------------------------------------

    def create_order(self, payload: Mapping[str, Any]) -> Order:
        """An order made over the interface, from the same JSON."""
        with self.lock:
            return edits.create(self, payload)

    def edit_order(self, order: Order, payload: Mapping[str, Any]) -> None:
        """Change an order as a PUT with this JSON does."""
        with self.lock:
            edits.update(self, order, payload)

    def edit_line(self, order: Order, line_id: int, **values: Any) -> None:
        """Change one line: ``quantity``, ``subtotal``, ``total`` (net texts); quantity 0 removes it."""
        self.edit_order(order, {"line_items": [{"id": line_id, **values}]})

    def pay(self, order: Order) -> None:
        """The money has come in."""
        with self.lock:
            orders.pay(self, order)

    def set_status(self, order: Order, status: str) -> None:
        """Move an order to any status, without ``wc-``."""
        with self.lock:
            orders.set_status(self, order, status)

    def cancel(self, order: Order) -> None:
        """Cancel an order; its coupons can be used again."""
        self.set_status(order, "cancelled")

    def refund(
        self,
        order: Order,
        lines: Mapping[int, int] | None = None,
        *,
        amount: int | None = None,
        shipping: bool = False,
        restock: bool = True,
        reason: str = "",
    ) -> Refund:
        """Give money back: pieces by line id, and/or the parcel, or only an ``amount`` in minor units.

        With neither, all that is left is given back, without lines.
        """
        with self.lock:
            parts = refunds.pieces(self, order, lines or {})
            parts += refunds.parcel(self, order) if shipping else []
            if not parts and amount is None:
                amount = refunds.rest(self, order)
            return refunds.give_back(self, order, parts, amount, reason, restock)

    def delete_refund(self, order: Order, refund: Refund) -> None:
        """Take a refund back: nothing is sent and no stamp moves."""
        with self.lock:
            refunds.take_back(order, refund)

    def recalculate(self, order: Order) -> None:
        """The admin's button: coupons take off again what they are worth today."""
        with self.lock:
            coupons.recalculate(self, order)
            orders.changed(self, order)

    def trash(self, order: Order) -> None:
        """Put an order into the trash."""
        with self.lock:
            orders.trash(self, order)

    def restore(self, order: Order) -> None:
        """Take an order out of the trash."""
        with self.lock:
            orders.restore(self, order)

    def destroy(self, order: Order) -> None:
        """Delete an order for good; the shop tells nobody."""
        with self.lock:
            orders.destroy(self, order)

    # --- webhooks -----------------------------------------------------------------------------

    def add_webhook(self, topic: str, url: str, secret: str, name: str = "") -> Webhook:
        """Register a webhook, as the interface does: active whatever becomes of the ping."""
        with self.lock:
            now = self.now()
            hook = Webhook(self.number("webhook"), name or topic, topic, url, secret, now, now)
            self.webhooks[hook.id] = hook
        deliveries.ping(self, hook)
        return hook

    def run_queue(self) -> int:
        """Send all deliveries that wait; how many were sent. What they cause waits for the next run."""
        return deliveries.run(self)

    def delivery(self, topic: str, resource: int) -> bytes:
        """The raw body that a delivery of this topic would hold right now."""
        with self.lock:
            return php_json(delivery_body(self, topic, resource))

    def orders_body(self, order: Order) -> dict[str, Any]:
        """An order as the interface shows it."""
        with self.lock:
            return order_body(self, order)

    def newest(self) -> Sequence[Order]:
        """All orders but drafts and trashed ones, newest first."""
        shown = [order for order in self.orders.values() if order.status not in {"checkout-draft", "trash"}]
        return sorted(shown, key=lambda order: order.id, reverse=True)

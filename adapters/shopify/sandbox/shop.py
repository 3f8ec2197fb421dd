"""The toy shop as one object: what its customers and its owner do, each a method."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from adapters.shopify.customers import ACCOUNT, NAMESPACE
from adapters.shopify.orders import DECLINED
from adapters.shopify.sandbox import deliveries
from adapters.shopify.sandbox.bodies import customer_body, order_body, product_body, refund_body
from adapters.shopify.sandbox.checkout import MANUAL, Cart, given_back, outstanding, paid, tax_of
from adapters.shopify.sandbox.records import Customer, Order, Payment, Product, Refund, Returned, Webhook
from adapters.shopify.sandbox.state import Refusal, Settings, State
from adapters.shopify.sandbox.throttle import Throttle
from adapters.wires import Send
from bridge.domain.money import parse


def utc_now() -> datetime:
    """The real clock, for a shop that is not told the time."""
    return datetime.now(UTC)


class ToyShop(State):
    """A shop with its customers, its owner, its subscriptions and its faults.

    ``theme`` says that our snippet puts a customer's live code on the cart; ``shipping`` is the price of a parcel
    in minor units; ``rate`` is the points given back each second; ``send`` carries deliveries.
    """

    def __init__(
        self,
        *,
        url: str = "https://toy-shop.myshopify.com",
        domain: str = "toy-shop.myshopify.com",
        client_id: str = "c11e47",
        client_secret: str = "shpss_toy",  # noqa: S107 - a toy's key, known to everybody
        token: str = "shpat_toy",  # noqa: S107
        name: str = "Toy Shop",
        clock: Callable[[], datetime] = utc_now,
        taxes_included: bool = True,
        currency: str = "EUR",
        timezone: str = "Europe/Berlin",
        shipping: int = 490,
        theme: bool = False,
        rate: float = 100.0,
        send: Send = deliveries.post,
    ) -> None:
        settings = Settings(
            url=url.rstrip("/"),
            domain=domain,
            name=name,
            client_id=client_id,
            client_secret=client_secret,
            token=token,
            currency=currency,
            timezone=timezone,
            taxes_included=taxes_included,
            shipping=shipping,
            theme=theme,
        )
        throttle = Throttle(clock, most=rate * 20, rate=rate, left=rate * 20)
        super().__init__(settings=settings, clock=clock, send=send, throttle=throttle)

    @property
    def url(self) -> str:
        """Where the shop is reached."""
        return self.settings.url

    @property
    def access(self) -> tuple[str, str]:
        """Client id and secret of the app that is installed in it."""
        return self.settings.client_id, self.settings.client_secret

    # --- the catalogue ------------------------------------------------------------------------

    def add_product(
        self,
        title: str,
        price: str,
        *,
        sku: str = "",
        rate: str = "19",
        kind: str = "",
        tags: Iterable[str] = (),
        categories: Iterable[str] = (),
        credit: str = "",
        gift_card: bool = False,
    ) -> Product:
        """A new product; ``categories`` are the titles of its collections."""
        with self.lock:
            for each in categories:
                self.add_collection(each)
            product = Product(
                id=self.number("product"),
                variant=self.number("variant"),
                title=title,
                price=parse(price, self.settings.currency),
                sku=sku,
                rate=Decimal(rate),
                kind=kind,
                tags=list(tags),
                collections=list(categories),
                credit=credit,
                gift_card=gift_card,
            )
            self.products[product.id] = product
            deliveries.emit(self, product_body(product), "products/create")
            return product

    def edit_product(self, product: Product, *, credit: str) -> None:
        """Type another credit per piece on an article."""
        with self.lock:
            product.credit = credit
            deliveries.emit(self, product_body(product), "products/update")

    def add_collection(self, title: str) -> int:
        """A collection, if there is none with this title."""
        known = next((number for number, name in self.collections.items() if name == title), 0)
        number = known or self.number("collection")
        self.collections[number] = title
        return number

    # --- customers ----------------------------------------------------------------------------

    def register(self, email: str, first_name: str = "", last_name: str = "") -> Customer:
        """A new customer."""
        with self.lock:
            customer = Customer(self.number("customer"), email, first_name, last_name)
            self.customers[customer.id] = customer
            deliveries.emit(self, customer_body(customer), "customers/create")
            return customer

    def tag(self, customer: Customer, *tags: str) -> None:
        """Replace a customer's tags."""
        with self.lock:
            customer.tags = list(tags)
            body = {"customerId": f"gid://shopify/Customer/{customer.id}", "tags": list(tags)}
            deliveries.emit(self, body, "customer.tags_added")

    def change_email(self, customer: Customer, email: str) -> None:
        """The customer's address changes; codes stay theirs."""
        with self.lock:
            customer.email = email
            deliveries.emit(self, customer_body(customer), "customers/update")

    def delete_customer(self, customer: Customer) -> None:
        """Delete a customer; the orders stay, without one."""
        with self.lock:
            del self.customers[customer.id]
            for order in self.orders.values():
                if order.customer is customer:
                    order.customer = None
            deliveries.emit(self, {"id": customer.id}, "customers/delete")

    def merge(self, kept: Customer, gone: Customer) -> None:
        """Make one customer of two: orders move, the other one vanishes."""
        with self.lock:
            del self.customers[gone.id]
            for order in self.orders.values():
                if order.customer is gone:
                    order.customer = kept
            body = {
                "admin_graphql_api_customer_kept_id": f"gid://shopify/Customer/{kept.id}",
                "admin_graphql_api_customer_deleted_id": f"gid://shopify/Customer/{gone.id}",
                "status": "completed",
                "errors": [],
            }
            deliveries.emit(self, body, "customers/merge")

    # --- buying -------------------------------------------------------------------------------

    def cart(self, who: Customer | str) -> Cart:
        """A cart of a guest with this address, or of a logged-in customer."""
        return Cart(self, who)

    def checkout(
        self,
        who: Customer | str,
        items: Iterable[tuple[Product, int]],
        *,
        codes: Iterable[str] = (),
        method: str = "shopify_payments",
        paid: bool = True,
        declined: bool = False,
        test: bool = False,
        tip: int = 0,
    ) -> Order:
        """A whole purchase. Raises ``Refusal`` where the shop refuses a code."""
        with self.lock:
            cart = self.cart(who)
            for product, quantity in items:
                cart.add(product, quantity)
            cart.codes = list(codes) or ([] if declined else self._by_theme(who))
            if declined:
                cart.attributes[DECLINED] = "1"
            order = cart.place(method, paid)
            order.test, order.tip = test, tip
            self._tell(order, "orders/create", *(["orders/paid"] if order.payments else []), "orders/updated")
            return order

    def _by_theme(self, who: Customer | str) -> list[str]:
        """What the snippet puts on the cart of somebody who is logged in."""
        if not self.settings.theme or not isinstance(who, Customer):
            return []
        shown = json.loads(who.metafields.get((NAMESPACE, ACCOUNT), "{}"))
        code = str(shown.get("code", ""))
        found = self.code(code) if code else None
        usable = found is not None and found.status(self.now()) == "ACTIVE" and found.uses < (found.limit or 1)
        return [code] if usable else []

    # --- the owner's desk ---------------------------------------------------------------------

    def pay(self, order: Order, amount: int | None = None) -> None:
        """Money has come in; all that is missing unless an ``amount`` is named."""
        with self.lock:
            came = outstanding(self, order) if amount is None else amount
            if not came or order.cancelled:
                raise Refusal("There is nothing to be paid.")
            gateway = order.gateways[0] if order.gateways else MANUAL[0]
            order.payments.append(Payment("sale", came, gateway))
            topics = ["orders/paid"] if not outstanding(self, order) else []
            self._changed(order, *topics)

    def fulfil(self, order: Order) -> None:
        """Pack everything."""
        with self.lock:
            order.fulfilled = True
            self._changed(order)

    def cancel(self, order: Order) -> None:
        """Cancel for good: pieces go back on the shelf, money goes back to the customer. Codes do not come back."""
        with self.lock:
            if order.cancelled:
                raise Refusal("The order is cancelled already.")
            rest = {line.id: line.current for line in order.lines if line.current}
            if paid(order) > given_back(order):
                self._give_back(order, rest, None, shipping=not order.refunds)
            for line in order.lines:
                line.current = 0
            order.cancelled = self.now()
            self._changed(order, "orders/cancelled")

    def refund(
        self,
        order: Order,
        lines: Mapping[int, int] | None = None,
        *,
        amount: int | None = None,
        shipping: bool = False,
        to_credit: bool = False,
    ) -> Refund:
        """Give money back: pieces by line id, and/or the parcel, or an ``amount`` in minor units without lines."""
        with self.lock:
            refund = self._give_back(order, lines or {}, amount, shipping, to_credit)
            deliveries.emit(self, refund_body(self, order, refund), "refunds/create")
            self._changed(order)
            return refund

    def _give_back(
        self,
        order: Order,
        lines: Mapping[int, int],
        amount: int | None,
        shipping: bool = False,
        to_credit: bool = False,
    ) -> Refund:
        parts = [self._returned(order, line, count) for line, count in lines.items()]
        parcel = order.shipping if shipping else 0
        tax = 0 if self.settings.taxes_included else sum(each.tax for each in parts)
        whole = amount if amount is not None else sum(each.subtotal for each in parts) + tax + parcel
        whole = min(whole, paid(order) - given_back(order))
        gateway = "shopify_store_credit" if to_credit else order.gateways[0]
        payments = [Payment("refund", whole, gateway)] if whole > 0 else []
        refund = Refund(self.number("refund"), self.now(), parts, parcel, payments)
        order.refunds.append(refund)
        return refund

    def _returned(self, order: Order, line_id: int, count: int) -> Returned:
        line = next(each for each in order.lines if each.id == line_id)
        if not 0 < count <= line.current:
            raise Refusal("So many pieces are not there.")
        before = line.total * (line.quantity - line.current) // line.quantity
        after = line.total * (line.quantity - line.current + count) // line.quantity
        line.current -= count
        return Returned(line, count, after - before, tax_of(self, line, after - before))

    def edit(self, order: Order, line_id: int, pieces: int) -> None:
        """Take pieces off an order that is not paid yet: an edit, which is no refund."""
        with self.lock:
            line = next(each for each in order.lines if each.id == line_id)
            if not 0 <= pieces < line.current:
                raise Refusal("An edit of this toy takes pieces away.")
            line.current = pieces
            deliveries.emit(
                self, {"order_edit": {"id": self.number("edits"), "order_id": order.id}}, "orders/edited"
            )
            self._changed(order)

    def delete(self, order: Order) -> None:
        """Delete an order for good."""
        with self.lock:
            del self.orders[order.id]
            deliveries.emit(self, {"id": order.id}, "orders/delete")

    def ask_for_data(self, topic: str, customer: Customer) -> None:
        """A compliance topic, which the app's own configuration subscribes to: it goes to every address we have."""
        with self.lock:
            body = {
                "shop_domain": self.settings.domain,
                "customer": {"id": customer.id, "email": customer.email},
                "data_request": {"id": self.number("asking")},
            }
            self._by_configuration(topic, body)

    def uninstall(self) -> None:
        """The owner removes the app: its token is worth nothing from now on."""
        with self.lock:
            self._by_configuration("app/uninstalled", {"domain": self.settings.domain})
            self.tokens.clear()
            self.settings = _without_access(self.settings)

    def _by_configuration(self, topic: str, body: Any) -> None:
        known = {webhook.uri: webhook for webhook in self.webhooks.values()}
        for webhook in known.values():
            passing = Webhook(webhook.id, topic.upper().replace("/", "_", 1), webhook.uri)
            before, self.webhooks = self.webhooks, {webhook.id: passing}
            deliveries.emit(self, body, topic)
            self.webhooks = before

    # --- deliveries ---------------------------------------------------------------------------

    def run_queue(self) -> int:
        """Send all deliveries that are due; how many were sent. What they cause waits for the next run."""
        return deliveries.run(self)

    def _changed(self, order: Order, *topics: str) -> None:
        order.updated = self.now()
        self._tell(order, *topics, "orders/updated")

    def _tell(self, order: Order, *topics: str) -> None:
        deliveries.emit(self, order_body(self, order), *topics)


def _without_access(settings: Settings) -> Settings:
    return replace(settings, token="", client_id="")

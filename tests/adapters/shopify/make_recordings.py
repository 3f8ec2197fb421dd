"""Writes ``tests/recordings/shopify``: deliveries of the toy shop, one of each kind, in the form of recordings.

``python -m tests.adapters.shopify.make_recordings`` writes them anew. Bodies that others published may not be kept
here; these have the shape of the real ones, and a test compares the keys we read with the real ones.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.shopify.sandbox import ToyShop, Webhook

FOLDER = Path(__file__).parents[2] / "recordings" / "shopify"
ADDRESS = "https://bridge.example/webhooks/shopify/t0ken"
SECRET = "shpss_recorded-example"
TOPICS = (
    "ORDERS_CREATE",
    "ORDERS_PAID",
    "ORDERS_UPDATED",
    "ORDERS_CANCELLED",
    "ORDERS_EDITED",
    "ORDERS_DELETE",
    "REFUNDS_CREATE",
    "CUSTOMERS_CREATE",
    "CUSTOMERS_UPDATE",
    "CUSTOMERS_DELETE",
    "CUSTOMERS_MERGE",
    "CUSTOMER_TAGS_ADDED",
    "PRODUCTS_UPDATE",
)


class Recorder:
    """Keeps the newest delivery of each topic under a name, told by what it is."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 14, 17, 49, tzinfo=UTC)
        self.letters: list[tuple[Mapping[str, str], bytes]] = []
        self.shop = ToyShop(
            client_secret=SECRET, clock=lambda: self.now, domain="example-bridge.myshopify.com", send=self._take
        )
        self.index: list[dict[str, object]] = []

    def _take(self, _url: str, headers: Mapping[str, str], body: bytes) -> int:
        self.letters.append((headers, body))
        return 200

    def keep(self, topic: str, name: str, what: str) -> None:
        self.shop.run_queue()
        headers, body = next(each for each in reversed(self.letters) if each[0]["X-Shopify-Topic"] == topic)
        (FOLDER / f"{name}.body").write_bytes(body)
        text = json.dumps({"headers": dict(headers)}, indent=1, ensure_ascii=False)
        (FOLDER / f"{name}.headers.json").write_text(text + "\n", "utf-8")
        self.index.append({"name": name, "what": what, "signed": True})
        self.now += timedelta(minutes=1)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    made = Recorder()
    shop = made.shop
    for topic in TOPICS:
        shop.webhooks[len(shop.webhooks) + 1] = Webhook(len(shop.webhooks) + 1, topic, ADDRESS)
    tee = shop.add_product("T-Shirt Rot", "19.99", sku="TS-ROT", categories=("Kleidung",))
    card = shop.add_product("Geschenkkarte", "25.00", rate="0", gift_card=True)
    anna = shop.register("anna@kunden.example", "Anna", "Muster")
    made.keep("customers/create", "customer-created", "a customer registers")
    order = shop.checkout(anna, [(tee, 2), (card, 1)], method="manual")
    made.keep("orders/create", "order-created", "an unpaid order with a gift card among its goods")
    shop.pay(order)
    made.keep("orders/paid", "order-paid", "its money came in")
    shop.refund(order, {order.lines[0].id: 1}, shipping=True)
    made.keep("refunds/create", "refund-created", "one of two pieces came back, with the parcel")
    made.keep("orders/updated", "order-refunded-in-part", "the order with that refund")
    shop.refund(order, amount=500, to_credit=True)
    made.keep("orders/updated", "order-refunded-without-lines", "an amount to store credit, without lines")
    guest = shop.checkout("gerda@gast.example", [(tee, 1)])
    made.keep("orders/create", "guest-order-created", "a guest's order: there is no key for a customer at all")
    shop.cancel(guest)
    made.keep("orders/cancelled", "order-cancelled", "cancelled and given back whole")
    edited = shop.checkout(anna, [(tee, 3)], method="manual")
    shop.edit(edited, edited.lines[0].id, 2)
    made.keep("orders/edited", "order-edited", "an edit tells only the difference")
    shop.delete(edited)
    made.keep("orders/delete", "order-deleted", "only the id is left")
    test = shop.checkout(anna, [(tee, 1)], test=True)
    made.keep("orders/paid", "test-order-paid", "a test order")
    shop.tag(anna, "vip")
    made.keep("customer.tags_added", "customer-tagged", "a tag was put on a customer")
    shop.change_email(anna, "anna@neu.example")
    made.keep("customers/update", "customer-updated", "another address")
    other = shop.register("anna2@kunden.example", "Anna", "Muster")
    shop.merge(anna, other)
    made.keep("customers/merge", "customers-merged", "two customers became one")
    shop.edit_product(tee, credit="1.50")
    made.keep("products/update", "product-updated", "a product and its variant")
    shop.ask_for_data("customers/data_request", anna)
    made.keep("customers/data_request", "data-requested", "a customer asks what is stored")
    shop.ask_for_data("customers/redact", anna)
    made.keep("customers/redact", "customer-redacted", "a customer wants to be forgotten")
    shop.delete_customer(anna)
    made.keep("customers/delete", "customer-deleted", "a customer was deleted")
    shop.uninstall()
    made.keep("app/uninstalled", "app-uninstalled", "the app was removed")
    assert test.test
    about = {
        "secret": SECRET,
        "about": "Deliveries of our own toy shop, see make_recordings.py.",
        "recordings": made.index,
    }
    (FOLDER / "index.json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()

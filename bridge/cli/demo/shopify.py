"""The story's shop as a toy Shopify."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from adapters.shopify.customers import ACCOUNT, NAMESPACE
from adapters.shopify.sandbox import Customer, Order, ToyShop, serve
from bridge.cli.demo.toys import DemoShop


@contextmanager
def opened(name: str, goods: Mapping[str, tuple[str, str]], anna: tuple[str, str, str]) -> Iterator[DemoShop]:
    """The shop, open until the block ends."""
    toy = ToyShop(name=name, theme=True)
    for sku, (title, price) in goods.items():
        toy.add_product(title, price, sku=sku, categories=("Shirts",) if sku.startswith("TEE") else ())
    with serve(toy):
        yield ShopifyDemo(toy, toy.register(*anna))


class ShopifyDemo:
    """See ``DemoShop``."""

    platform = "shopify"

    def __init__(self, toy: ToyShop, anna: Customer) -> None:
        self._toy = toy
        self._anna = anna
        self.name, self.url = toy.settings.name, toy.url
        self.key, self.secret = toy.settings.client_id, toy.settings.client_secret
        self.anna = str(anna.id)

    def buy(self, items: Sequence[tuple[str, int]], later: bool) -> str:
        goods = {product.sku: product for product in self._toy.products.values()}
        chosen = [(goods[sku], quantity) for sku, quantity in items]
        return str(self._toy.checkout(self._anna, chosen, method="manual" if later else "shopify_payments").id)

    def pay(self, order: str) -> None:
        self._toy.pay(self._order(order))

    def take_back_one(self, order: str) -> None:
        found = self._order(order)
        self._toy.refund(found, {found.lines[0].id: 1})

    def live(self) -> list[tuple[str, int]]:
        with self._toy.lock:  # the bridge makes and changes codes meanwhile
            now = self._toy.now()
            usable = [each for each in self._toy.discounts.values() if each.status(now) == "ACTIVE"]
            return [(each.code, each.amount) for each in usable if each.limit is None or each.uses < each.limit]

    def shown(self) -> str:
        found = self._anna.metafields.get((NAMESPACE, ACCOUNT))
        return str(json.loads(found)["code"]) if found else ""

    def taken(self, order: str) -> int:
        return sum(amount for _, amount in self._order(order).codes)

    def fall_silent(self) -> None:
        self._toy.faults.lose = 1_000_000

    def speak_again(self) -> None:
        self._toy.faults.lose = 0

    def has_said_all(self) -> bool:
        return not self._toy.waiting

    def _order(self, order: str) -> Order:
        return self._toy.orders[int(order)]

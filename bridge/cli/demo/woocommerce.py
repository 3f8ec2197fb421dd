"""The story's shop as a toy WooCommerce."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal

from adapters.woocommerce.sandbox import Coupon, Customer, Order, ToyShop, serve
from bridge.cli.demo.toys import DemoShop
from bridge.domain.money import minor


@contextmanager
def opened(name: str, goods: Mapping[str, tuple[str, str]], anna: tuple[str, str, str]) -> Iterator[DemoShop]:
    """The shop, open until the block ends."""
    toy = ToyShop(name=name, plugin=True)
    for sku, (title, price) in goods.items():
        toy.add_product(title, price, sku=sku, categories=("Shirts",) if sku.startswith("TEE") else ())
    with serve(toy):
        yield WooDemo(toy, toy.register(*anna))


class WooDemo:
    """See ``DemoShop``."""

    platform = "woocommerce"

    def __init__(self, toy: ToyShop, anna: Customer) -> None:
        self.toy = toy
        self._anna = anna
        self.name, self.url = toy.settings.name, toy.url
        self.key, self.secret = toy.settings.key, toy.settings.secret
        self.anna = str(anna.id)

    def buy(self, items: Sequence[tuple[str, int]], later: bool) -> str:
        goods = {product.sku: product for product in self.toy.products.values()}
        chosen = [(goods[sku], quantity) for sku, quantity in items]
        return str(self.toy.checkout(self._anna, chosen, method="bacs" if later else "stripe").id)

    def pay(self, order: str) -> None:
        self.toy.pay(self._order(order))

    def take_back_one(self, order: str) -> None:
        found = self._order(order)
        self.toy.refund(found, {found.lines[0].id: 1}, reason="too small")

    def live(self) -> list[tuple[str, int]]:
        with self.toy.lock:  # the bridge makes and changes codes meanwhile
            return [(each.code, each.amount) for each in self.toy.coupons.values() if self._is_live(each)]

    def shown(self) -> str:
        shown = next((meta.value for meta in self._anna.meta if meta.key == "rabattkonto"), None)
        return str(shown.get("code", "")) if isinstance(shown, dict) else ""

    def taken(self, order: str) -> int:
        used = sum((line.discount + line.discount_tax for line in self._order(order).coupons), Decimal(0))
        return minor(used, self.toy.settings.currency)

    def fall_silent(self) -> None:
        self.toy.faults.lose = 1_000_000

    def speak_again(self) -> None:
        self.toy.faults.lose = 0

    def has_said_all(self) -> bool:
        return not self.toy.waiting

    def _order(self, order: str) -> Order:
        return self.toy.orders[int(order)]

    def _is_live(self, coupon: Coupon) -> bool:
        spent = coupon.usage_limit is not None and coupon.usage_count >= coupon.usage_limit
        return not spent and (coupon.expires is None or coupon.expires > self.toy.now())

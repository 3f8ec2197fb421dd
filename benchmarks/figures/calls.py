"""How often a shop is asked and told something: for changed orders, for codes, for what customers see."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import requests

from adapters.woocommerce import WooCommerce, signature
from adapters.woocommerce.api import WooShop
from adapters.woocommerce.sandbox import ToyShop, ToyTransport
from adapters.woocommerce.sandbox.records import Order
from benchmarks import orders, stage
from benchmarks.frame import Claim, Contender, Contenders, Figure, Run, Scale
from benchmarks.stage import Room
from bridge.ports import Access, ShopClient, ShopTerms
from bridge.runtime import Runtime
from bridge.services import push, settle
from bridge.storage import inbox
from bridge.storage.inbox import Arrival

_NEW, _CHANGED = "new orders", "changed orders"

_ARTICLES = 200

_PROGRAMME = stage.PLAIN.replace("[[earn]]", "available_after_days = 0\n[[earn]]")


class _Wire(ToyTransport):
    """The way into the toy shop, which counts who asked for what."""

    def __init__(self, shop: ToyShop) -> None:
        super().__init__(shop)
        self.calls: Counter[str] = Counter()

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        path = (request.url or "").partition("?")[0].partition("/wp-json")[2]
        self.calls[_kind(path)] += 1
        return super().send(request, *args, **options)


def _kind(path: str) -> str:
    """What a call is for: codes, what customers see, or reading orders and all that belongs to them."""
    if "/coupons" in path:
        return "codes"
    return "customers" if "/customers" in path else "orders"


class _Platform(WooCommerce):
    """WooCommerce whose client talks to a shop in this process."""

    def __init__(self, wire: _Wire, clock: Callable[[], datetime]) -> None:
        self._wire = wire
        self._clock = clock

    def connect(self, access: Access, terms: ShopTerms) -> ShopClient:
        """A client on our wire."""
        return WooShop(access, terms, self._clock, transport=self._wire)


class _Trade:
    """A shop with so many customers, the bridge beside it, and the calls between the two."""

    def __init__(self, room: Room, count: int) -> None:
        self.room = room
        self.count = count
        self.now = stage.NOW
        self.came: list[Arrival] = []
        self.settled = 0
        self.orders: list[Order] = []
        self.shop = ToyShop(url=stage.URL, key="ck", secret="cs", clock=lambda: self.now, send=self._take)
        self.wire = _Wire(self.shop)

    def _take(self, _url: str, headers: Mapping[str, str], raw: bytes) -> int:
        """What receiving does with a message, without the web."""
        envelope = signature.describe(headers)
        if not signature.is_ping(raw, headers):
            self.came.append(Arrival(stage.SHOP, self.now, envelope.topic, envelope.source, envelope.kept, raw))
        return 200

    def buy(self) -> None:
        """Everybody orders two pieces of something."""
        self.shop.add_webhook("order.updated", f"{stage.PUBLIC_URL}{stage.HOOK}", orders.SECRET)
        goods = [self.shop.add_product(f"Article {number}", "50.00") for number in range(_ARTICLES)]
        for number in range(self.count):
            buyer = self.shop.register(f"c{number}@customers.example")
            goods_of_them = [(goods[number % _ARTICLES], 2)]
            self.orders.append(self.shop.checkout(buyer, goods_of_them, method="stripe"))

    def give_back(self) -> None:
        """Everybody returns a piece."""
        for order in self.orders:
            self.shop.refund(order, {order.lines[0].id: 1})

    def phase(self, happens: Callable[[], None]) -> Run:
        """Let something happen, settle it and bring the codes in line; the calls for each thousand orders."""
        self.now += timedelta(minutes=1)
        happens()
        self.shop.run_queue()
        with self._runtime() as runtime:
            with runtime.db.transaction() as session:
                inbox.keep(session, self.came)
            self.settled += len(self.came)
            self.came.clear()
            self.wire.calls.clear()
            settle.drain(runtime, stage.SHOP)
            push.push(runtime, stage.SHOP)
        return {kind: self.wire.calls[kind] * 1000 / self.count for kind in ("orders", "codes", "customers")}

    def check(self) -> Iterator[str]:
        """The ledger holds, and everybody has a code worth what the ledger says."""
        yield from stage.unsettled(self.room, self.settled)
        with self._runtime() as runtime:
            yield from stage.found(runtime)
        live = [coupon for coupon in self.shop.coupons.values() if coupon.expires is None]
        if len(live) != self.count:
            yield f"{len(live)} codes are live instead of {self.count}"

    @contextmanager
    def _runtime(self) -> Iterator[Runtime]:
        platform = _Platform(self.wire, lambda: self.now)
        with self.room.runtime() as runtime:
            yield replace(runtime, platform=lambda _: platform, clock=lambda: self.now)


@contextmanager
def _stage(scale: Scale) -> Iterator[Contenders]:
    with stage.folder() as folder:
        trade = _Trade(stage.sqlite(folder, "calls"), scale.of(200, 1000))
        stage.furnish(trade.room, _PROGRAMME)
        yield {
            _NEW: Contender(lambda _: trade.phase(trade.buy), trade.check),
            _CHANGED: Contender(lambda _: trade.phase(trade.give_back), trade.check),
        }


FIGURE = Figure(
    name="calls",
    title="Calls of the shop for a thousand orders, their codes, and what customers are shown",
    unit="thousand orders",
    stage=_stage,
    claims=tuple(
        Claim(phase, "", kind, bound=bound, aim=bound, most=True)
        for phase in (_NEW, _CHANGED)
        for kind, bound in (("orders", 10), ("codes", 20), ("customers", 10))
    ),
    fairness=(
        "Counted at the toy shop, each order of another customer. New orders: two hundred articles that were"
        " never seen, and a first code for everybody. Changed orders: a piece of each is returned, so its"
        " refund must be looked up and its code changed. Small scale: 200 orders, so that one call counts as"
        " five."
    ),
    rounds=1,
)

"""Everything that the toy shop holds in memory, its numbering and its clock."""

import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from adapters.woocommerce.sandbox.faults import Faults
from adapters.woocommerce.sandbox.records import Coupon, Customer, Meta, Order, Product, Refund, Webhook
from adapters.woocommerce.sandbox.refusals import unknown

Send = Callable[[str, Mapping[str, str], bytes], int]
"""Posts a delivery to an address and says the status; raises ``OSError`` when nobody answers."""


class Dated(Protocol):
    """A record that shows when it was last changed."""

    modified: datetime


Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Settings:
    """How the shop is set up. ``shipping`` is the price of a parcel in minor units, tax included.

    ``rates`` are percent by tax class, ``plugin`` says that our companion plugin is installed.
    """

    url: str = "https://shop.example"
    name: str = "Toy Shop"
    key: str = "ck_toy"
    secret: str = field(default="cs_toy", repr=False)
    currency: str = "EUR"
    timezone: str = "Europe/Berlin"
    prices_include_tax: bool = True
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    shipping: int = 490
    coupons_enabled: bool = True
    plugin: bool = False
    read_only: bool = False


class State:
    """The shop's books. Whoever changes them holds ``lock``; a delivery is sent without it."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime], send: Send) -> None:
        self.settings = settings
        self.clock = clock
        self.send = send
        self.faults = Faults()
        self.lock = threading.RLock()
        self.products: dict[int, Product] = {}
        self.customers: dict[int, Customer] = {}
        self.coupons: dict[int, Coupon] = {}
        self.orders: dict[int, Order] = {}
        self.webhooks: dict[int, Webhook] = {}
        self.waiting: dict[tuple[int, int], None] = {}
        self.stale: list[tuple[Webhook, dict[str, str], bytes]] = []
        self._numbers: Counter[str] = Counter()
        self.keys: dict[str, str] = {}
        self._nonces: set[str] = set()
        self._forms: set[str] = set()

    def new_nonce(self) -> str:
        """What a page's button carries, so that nobody else can press it."""
        nonce = secrets.token_hex(5)
        self._forms.add(nonce)
        return nonce

    def take_nonce(self, nonce: str) -> bool:
        """Whether a button carried one of ours; it counts once."""
        known = nonce in self._forms
        self._forms.discard(nonce)
        return known

    def now(self) -> datetime:
        """The current moment in UTC, whole seconds: the shop knows no finer one."""
        return self.clock().astimezone(UTC).replace(microsecond=0)

    def local(self, moment: datetime) -> datetime:
        """A moment in the shop's own time zone."""
        return moment.astimezone(ZoneInfo(self.settings.timezone))

    def number(self, kind: str) -> int:
        """The next id of a kind; products, coupons, orders and refunds share the kind ``post``."""
        self._numbers[kind] += 1
        return self._numbers[kind]

    def meta(self, values: Mapping[str, object]) -> list[Meta]:
        """Fresh meta data entries."""
        return [Meta(self.number("meta"), key, value) for key, value in values.items()]

    def write_meta(self, entries: list[Meta], changes: Iterable[tuple[str, object]]) -> None:
        """Write keys over an existing list: a key again replaces it, an empty value removes it."""
        for key, value in changes:
            kept = next((entry for entry in entries if entry.key == key), None)
            if value is None:
                entries[:] = [entry for entry in entries if entry.key != key]
            elif kept:
                kept.value = value
            else:
                entries.append(Meta(self.number("meta"), key, value))

    def touch(self, record: Dated) -> None:
        """Move the stamp of the last change to now."""
        record.modified = self.now()

    def first_use(self, nonce: str) -> bool:
        """Whether a nonce of a signed request is new; it is remembered."""
        with self.lock:
            known = nonce in self._nonces
            self._nonces.add(nonce)
            return not known

    def rate(self, product: Product) -> Decimal:
        """The tax rate of a product in percent, 0 where its class has none."""
        return self.settings.rates.get(product.tax_class, Decimal(0))

    def standard_rate(self) -> Decimal:
        """The rate that shipping and fees carry."""
        return self.settings.rates.get("", Decimal(0))

    def emit(self, topic: str, resource: int) -> None:
        """Let the webhooks of a topic wait for the queue; one that waits for this id already stays one."""
        for hook in self.webhooks.values():
            if hook.topic == topic and hook.status == "active":
                self.waiting.setdefault((hook.id, resource))

    def find(self, shelf: Mapping[int, Record], kind: str, number: int) -> Record:
        """A record by its id; raises ``Refusal`` with the shop's own code where there is none."""
        if number not in shelf:
            raise unknown(kind)
        return shelf[number]

    def coupon(self, code: str) -> Coupon | None:
        """The published coupon with this code, whatever its case."""
        wanted = code.lower()
        return next((c for c in self.coupons.values() if c.code == wanted and c.status == "publish"), None)

    def refunds(self) -> list[Refund]:
        """All refunds of all orders."""
        return [refund for order in self.orders.values() for refund in order.refunds]

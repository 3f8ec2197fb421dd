"""The toy shop's memory: everything it holds, its settings and its clock."""

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime

from adapters.shopify.connection import VERSION
from adapters.shopify.ids import gid
from adapters.shopify.sandbox.faults import Faults
from adapters.shopify.sandbox.records import (
    Clock,
    Customer,
    Discount,
    Draft,
    Order,
    Parcel,
    Product,
    Webhook,
)
from adapters.shopify.sandbox.throttle import Throttle
from adapters.wires import Send

SCOPES = (
    "read_orders",
    "read_all_orders",
    "write_customers",
    "read_products",
    "write_discounts",
    "write_order_edits",
    "read_customer_merge",
    "write_app_proxy",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What its owner has chosen. ``domain`` is what Shopify calls it, ``url`` where it is reached.

    ``served`` is the version of the interface that answers.
    """

    url: str
    domain: str
    name: str
    client_id: str
    client_secret: str
    token: str
    currency: str
    timezone: str
    taxes_included: bool
    shipping: int
    theme: bool
    scopes: tuple[str, ...] = SCOPES
    served: str = VERSION


class Refusal(Exception):
    """The shop says no to a customer or to its owner."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


SHOP = gid("Shop", "1")
"""The shop itself, where something can belong to it."""


@dataclass(slots=True)
class State:
    """Everything, with one lock around it: customers and the interface act at the same time."""

    settings: Settings
    clock: Clock
    send: Send
    throttle: Throttle
    faults: Faults = field(default_factory=Faults)
    products: dict[int, Product] = field(default_factory=dict)
    customers: dict[int, Customer] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    discounts: dict[int, Discount] = field(default_factory=dict)
    collections: dict[int, str] = field(default_factory=dict)
    webhooks: dict[int, Webhook] = field(default_factory=dict)
    drafts: dict[int, Draft] = field(default_factory=dict)
    waiting: list[Parcel] = field(default_factory=list)
    tokens: dict[str, datetime] = field(default_factory=dict)
    metafields: dict[tuple[str, str], str] = field(default_factory=dict)
    uncounted: list[Discount] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _kinds: dict[str, int] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def number(self, what: str) -> int:
        """The next id; no two kinds of things share one, and all are larger than a float can hold exactly."""
        kind = self._kinds.setdefault(what, len(self._kinds))
        self._numbers[what] += 1
        return 9_100_000_000_000_000 + kind * 1_000_000_000 + self._numbers[what]

    def now(self) -> datetime:
        """The moment in whole seconds, as the shop stamps things."""
        return self.clock().astimezone(UTC).replace(microsecond=0)

    def code(self, name: str) -> Discount | None:
        """A discount by its code, whatever its case."""
        return next((each for each in self.discounts.values() if each.code.lower() == name.lower()), None)

"""What the toy shop keeps. Amounts are minor units in the shop's price mode, moments aware UTC datetimes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass(slots=True)
class Product:
    """An article with one variant. ``rate`` is its tax in percent."""

    id: int
    variant: int
    title: str
    price: int
    sku: str = ""
    rate: Decimal = Decimal(19)
    kind: str = ""
    tags: list[str] = field(default_factory=list)
    collections: list[str] = field(default_factory=list)
    credit: str = ""
    gift_card: bool = False


@dataclass(slots=True)
class Customer:
    """``metafields`` are values by namespace and key."""

    id: int
    email: str
    first_name: str = ""
    last_name: str = ""
    tags: list[str] = field(default_factory=list)
    companies: list[str] = field(default_factory=list)
    metafields: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass(slots=True)
class Discount:
    """A code. ``customers`` None is everybody, ``collections`` empty is all goods, ``percent`` makes it none."""

    id: int
    code: str
    title: str
    amount: int
    starts: datetime
    created: datetime
    ends: datetime | None = None
    limit: int | None = None
    uses: int = 0
    once: bool = False
    customers: list[int] | None = None
    collections: list[int] = field(default_factory=list)
    minimum: int = 0
    tags: list[str] = field(default_factory=list)
    combines: bool = True
    percent: Decimal | None = None

    def status(self, now: datetime) -> str:
        """As the shop shows it."""
        if self.ends is not None and self.ends <= now:
            return "EXPIRED"
        return "ACTIVE" if self.starts <= now else "SCHEDULED"


@dataclass(slots=True)
class Part:
    """What one discount (by its place on the order) took off one line."""

    application: int
    amount: int


@dataclass(slots=True)
class Line:
    """One position; ``quantity`` never changes, ``current`` does."""

    id: int
    product: Product
    quantity: int
    current: int
    price: int
    parts: list[Part] = field(default_factory=list)

    @property
    def total(self) -> int:
        """What it costs after every discount."""
        return self.price * self.quantity - sum(part.amount for part in self.parts)


@dataclass(slots=True)
class Application:
    """A discount on an order. ``kind`` is ``discount_code``, ``automatic`` or ``manual``."""

    kind: str
    name: str
    value: int


@dataclass(slots=True)
class Payment:
    """Money that moved: ``sale`` or ``refund``."""

    kind: str
    amount: int
    gateway: str


@dataclass(slots=True)
class Returned:
    """Pieces of a line that came back; amounts as the shop states them, tax beside them."""

    line: Line
    quantity: int
    subtotal: int
    tax: int


@dataclass(slots=True)
class Refund:
    id: int
    created: datetime
    lines: list[Returned]
    shipping: int
    payments: list[Payment]


@dataclass(slots=True)
class Order:
    """An order with everything that happened to it."""

    id: int
    number: int
    customer: Customer | None
    email: str
    created: datetime
    updated: datetime
    lines: list[Line]
    applications: list[Application] = field(default_factory=list)
    codes: list[tuple[str, int]] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    gateways: list[str] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    shipping: int = 0
    tip: int = 0
    cancelled: datetime | None = None
    test: bool = False
    fulfilled: bool = False
    source: str = "web"
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Webhook:
    """A subscription; Shopify deletes one after eight failures in a row."""

    id: int
    topic: str
    uri: str
    name: str = ""
    failures: int = 0


@dataclass(slots=True)
class Parcel:
    """A delivery on its way: its body and its id stay the same however often it is tried."""

    webhook: Webhook
    headers: dict[str, str]
    body: bytes
    due: datetime
    attempts: int = 0


@dataclass(slots=True)
class Draft:
    """An order edit under way: what it would take off each line, by the line's id."""

    id: int
    order: Order
    parts: list[tuple[Line, int, str]] = field(default_factory=list)


Clock = Callable[[], datetime]

"""The port between the bridge and a shop platform: one ``Platform``, one ``ShopClient``, the values they exchange.

A platform is a folder below ``adapters``; its package exports ``PLATFORM``. The bridge never
sees a platform's word: dictionaries from JSON end in the adapter. Amounts are minor units,
stamps aware UTC datetimes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, TypeAlias, runtime_checkable

from bridge.domain.orders import Article, Order, State


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a delivery's headers say. ``kept`` are the headers worth storing, none of them secret."""

    topic: str
    source: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)


class Means(StrEnum):
    """What a status of the shop means for the money of an order."""

    OPEN = "open"
    PAID = "paid"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A merchant's answer: what a status means for orders paid this way; an empty method is every other one."""

    status: str
    method: str
    means: Means


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a status is taken to mean, and whose word that is: "default", "answer" or "suggestion".

    A suggestion books nothing: such orders wait for an answer. ``note`` is the condition, if there is one.
    """

    means: Means
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShopTerms:
    """What an adapter must know of a shop to understand a body without asking anybody.

    ``paid`` are the merchant's answers to what the shop's statuses mean.
    """

    currency: str
    code_prefix: str = "guthaben-"
    paid: tuple[Ruling, ...] = ()


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach a shop. Never logged: the secrets are kept out of the representation.

    ``private`` is the operator's list of hosts (``host`` or ``host:port``) that may be reached
    without https and at addresses that are not public.
    """

    url: str
    key: str = field(repr=False)
    secret: str = field(repr=False)
    private: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Contact:
    """Who to write to. Personal: lives in erasable tables only."""

    email: str = ""
    name: str = ""


# --- what a delivery or an answer of the shop says ---------------------------------------------


@dataclass(frozen=True, slots=True)
class OrderSeen:
    """The state of an order. ``lacks`` names what this body does not hold and the shop must be asked for.

    ``lacks`` is the adapter's own note (refund ids, for WooCommerce); an empty one means complete.
    ``read_at`` is when our read of the shop began, None for a delivery.
    """

    order: Order
    contact: Contact = Contact()
    lacks: tuple[str, ...] = ()
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderGone:
    """The shop says that this order was deleted or trashed. From a delivery it is only a hint to look."""

    id: str
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CustomerSeen:
    """A registered customer. ``verified`` only where the shop itself has proven the mailbox."""

    id: str
    contact: Contact = Contact()
    group: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class CustomerGone:
    """A registered customer was deleted in the shop. The account and its entries stay."""

    id: str


@dataclass(frozen=True, slots=True)
class ArticleSeen:
    """An article (or variation) as the catalogue knows it now."""

    article: Article


@dataclass(frozen=True, slots=True)
class Nothing:
    """A genuine delivery that is none of our business; ``reason`` is shown in the list of deliveries."""

    reason: str
    order: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A genuine delivery whose content cannot be understood; it is quarantined with this reason.

    ``unknown`` is the (status, method) that only the merchant can explain, where that is what is missing.
    """

    reason: str
    order: str = ""
    unknown: tuple[str, str] | None = None


Reading: TypeAlias = OrderSeen | OrderGone | CustomerSeen | CustomerGone | ArticleSeen | Nothing | Unreadable


# --- codes ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CodeRef:
    """A code we issued. ``external_id`` is empty while we do not know whether the shop has it."""

    code: str
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Barred:
    """Articles on which no credit may be used: every list that is not empty must match, any of its words does."""

    sku: tuple[str, ...] = ()
    product: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    group: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeRules:
    """What a code may take off a basket at most; the storefront computes it, as no shop does so by itself.

    ``share`` is percent of the goods that may use credit, as text and empty for all; ``min_payable``
    is what must be left to pay for all goods, in minor units and the shop's price mode.
    """

    share: str = ""
    min_payable: int = 0
    barred: tuple[Barred, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any rule at all."""
        return self != NO_RULES


NO_RULES = CodeRules()


@dataclass(frozen=True, slots=True)
class ShopCode:
    """A code as the shop has it. ``owner`` is the account token in our meta data, empty for a foreign code.

    ``voucher`` is our mark on a promotional code. ``face`` is the amount as the shop states it (net in a shop
    with net prices).
    """

    code: str
    external_id: str
    face: int
    emails: tuple[str, ...]
    uses: int
    limit: int | None
    expired: bool
    owner: str
    rules: CodeRules = NO_RULES
    voucher: str = ""


@dataclass(frozen=True, slots=True)
class VoucherWrite:
    """What a promotional code should be. Amounts are minor units as the shop states its prices.

    ``email`` empty is open to everybody. ``mark`` says that it is ours. ``last_day`` is a day of the shop's.
    """

    ref: CodeRef
    value: int
    minimum: int
    email: str
    uses: int
    last_day: date
    mark: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class CodeWrite:
    """What a code should be. ``expired`` retires or withdraws it; it is never deleted by us.

    ``rules`` None leaves those that the code has.
    """

    ref: CodeRef
    face: int
    emails: tuple[str, ...]
    owner: str
    expired: bool = False
    rules: CodeRules | None = None


@dataclass(frozen=True, slots=True)
class CodeWritten:
    """The shop's answer to one write: the code as it stands, or a refusal."""

    ref: CodeRef
    now: ShopCode | None = None
    exists: bool = False
    gone: bool = False
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a code put on an order: the order as it stands and what is to be paid now, or a refusal.

    ``total`` is minor units with everything (shipping, tax). ``seen`` is None when nothing was changed.
    """

    seen: OrderSeen | None = None
    total: int = 0
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class CustomerView:
    """What the shop may show to one customer, as texts ready to print; kept in the customer's meta data.

    Without a statement address there is nothing to show, and our meta data is taken out.
    """

    customer: str
    balance: str
    usable: str
    code: str
    statement: str

    @classmethod
    def nothing(cls, customer: str) -> "CustomerView":
        """For a customer whom the shop shall show nothing of us any more."""
        return cls(customer, "", "", "", "")


# --- the shop itself ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShopProfile:
    """What the shop says of itself. ``highest_rate`` is the highest tax rate in percent, as text.

    ``home`` is the address under which it signs its deliveries, empty where it does not say. ``order_page`` is
    where a buyer sees, pays or cancels an order, with ``{order}`` in the place of the order's id.
    """

    name: str
    currency: str
    timezone: str
    prices_include_tax: bool
    highest_rate: str
    version: str
    codes_enabled: bool = True
    home: str = ""
    order_page: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about the shop that is not as it should be: a sentence and what to do."""

    subject: str
    sentence: str
    remedy: str = ""
    serious: bool = True


class ShopClient(Protocol):
    """One shop over its interface. Every call may raise ``ShopAway``, ``AccessLost`` or ``ShopRefused``.

    Calls that take many things make one request per hundred of them.
    """

    def profile(self) -> ShopProfile:
        """What the shop is: currency, time zone, price mode. Also the connection test."""
        ...

    def complete(self, seen: Sequence[OrderSeen]) -> list[OrderSeen | Unreadable]:
        """The same states with what their bodies lacked, in the same order."""
        ...

    def orders(self, ids: Sequence[str]) -> list[OrderSeen | OrderGone | Unreadable]:
        """The orders as they are now, complete; one answer per id, in the order of ``ids``.

        One order that cannot be understood is ``Unreadable``, so that it never holds up the others.
        """
        ...

    def changed_since(self, since: datetime) -> Iterator[list[OrderSeen | Unreadable]]:
        """Pages of complete orders changed at or after ``since``, oldest change first."""
        ...

    def articles(self, ids: Sequence[str]) -> list[Article]:
        """What the catalogue says of these articles or variations; unknown ids are left out."""
        ...

    def customers(self, ids: Sequence[str]) -> list[CustomerSeen]:
        """These registered customers; unknown ids are left out."""
        ...

    def codes(self, refs: Sequence[CodeRef]) -> dict[str, ShopCode]:
        """The codes that the shop has, by code in lower case; missing ones are left out."""
        ...

    def issued(self, since: datetime) -> Iterator[list[ShopCode]]:
        """Pages of the codes with our meta data that the shop made at or after ``since``."""
        ...

    def write_codes(self, writes: Sequence[CodeWrite]) -> list[CodeWritten]:
        """Create or change codes; one answer per write, in the same order."""
        ...

    def write_vouchers(self, writes: Sequence[VoucherWrite]) -> list[CodeWritten]:
        """Create, change or withdraw promotional codes; one answer per write, in the same order."""
        ...

    def apply_code(self, order: str, code: str) -> Applied:
        """Put our code on an unpaid order beside all that are on it, if the shop's present state allows it.

        A code that is there already is success, so that a call that timed out can be repeated.
        """
        ...

    def tell(self, order: str, text: str) -> None:
        """Write a note to the customer of an order; the shop mails it."""
        ...

    def show(self, views: Sequence[CustomerView]) -> list[str]:
        """Keep the customers' meta data current; the ids of customers that could not be written."""
        ...

    def register(self, address: str, secret: str) -> list[str]:
        """Make the webhooks point at ``address`` with our secret; the topics that were made anew."""
        ...

    def unregister(self, address: str) -> None:
        """Take our webhooks for ``address`` out of the shop."""
        ...

    def unsound(self, address: str) -> list[str]:
        """What is wrong with the webhooks for ``address``, in sentences; empty when they are sound."""
        ...

    def lacks_storefront(self) -> str:
        """Why the shop cannot keep ``CodeRules`` in its baskets, in a sentence; empty when it can."""
        ...

    def check(self, address: str) -> list[Finding]:
        """What is wrong with the connection, the webhooks or the shop's settings."""
        ...


class Platform(Protocol):
    """One kind of shop. Stateless and without network but for what ``connect`` returns.

    ``usual`` are the (status, method) worth showing in every shop's paid table, ``offline`` the payment
    methods whose money is sent after the order was placed.
    """

    name: str
    usual: Sequence[tuple[str, str]]
    offline: Sequence[str]

    def describe(self, headers: Mapping[str, str]) -> Envelope:
        """What the headers of a delivery say."""
        ...

    def is_ping(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        """Whether this is the platform's unsigned sign of life, to be answered with 200 and forgotten."""
        ...

    def verify(self, raw: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> None:
        """Raise ``SignatureError`` unless one of the secrets signed exactly these bytes."""
        ...

    def understand(self, envelope: Envelope, raw: bytes, terms: ShopTerms) -> Reading:
        """What a kept body says; never raises for content, never asks anybody."""
        ...

    def meaning(self, status: str, method: str, terms: ShopTerms) -> Meaning:
        """What a status means for orders paid by ``method`` in a shop with these answers."""
        ...

    def state(self, order: Order, terms: ShopTerms) -> State | None:
        """The state of an order that we know, judged anew; None for a status that waits for an answer."""
        ...

    def storefront(self, bridge_host: str) -> bytes:
        """What a merchant installs in the shop so that credit comes off baskets by itself; ready to be uploaded.

        ``bridge_host`` (host or host:port) opens the shop to a bridge at a private address; empty for none.
        """
        ...

    def connect(self, access: Access, terms: ShopTerms) -> ShopClient:
        """A client for one shop. Opens no connection yet."""
        ...


# --- what only some platforms can -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Granted:
    """What a shop sends once its owner has let us in. ``state`` is the text that we sent along.

    ``may_write`` is False for a key that only reads: it is of no use.
    """

    state: str
    key: str = field(repr=False)
    secret: str = field(repr=False)
    may_write: bool


@runtime_checkable
class Approves(Protocol):
    """A platform whose shops make a key for us when their owner agrees: nothing has to be copied."""

    def approval(self, shop: str, state: str, back: str, answer: str) -> str:
        """The shop's page on which its owner agrees.

        The shop sends the key to ``answer`` with ``state`` in it, and only then the browser to ``back``.
        Empty when the shop would not send a key to that address.
        """
        ...

    def granted(self, raw: bytes) -> Granted | None:
        """What the shop sent to ``answer``; None for anything else."""
        ...


@runtime_checkable
class Recognises(Protocol):
    """A platform that can tell its shops by their address."""

    def recognises(self, access: Access) -> bool:
        """Whether a shop of this kind answers there, asked without a key. Raises ``ShopAway``, ``ShopRefused``."""
        ...


def lookup(headers: Mapping[str, str], name: str) -> str:
    """A header's value whatever its case, empty when it is missing."""
    wanted = name.lower()
    return next((value for key, value in headers.items() if key.lower() == wanted), "")

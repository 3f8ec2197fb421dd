"""The port between the bridge and a shop platform: one ``Platform``, one ``ShopClient``, the values they exchange.

A platform is a folder below ``adapters``; its package exports ``PLATFORM``. The bridge never
sees a platform's word: dictionaries from JSON end in the adapter. Amounts are minor units,
stamps aware UTC datetimes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias

from bridge.domain.orders import Article, Order


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a delivery's headers say. ``kept`` are the headers worth storing, none of them secret."""

    topic: str
    source: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShopTerms:
    """What an adapter must know of a shop to understand a body without asking anybody."""

    currency: str
    code_prefix: str = "guthaben-"


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
    """A genuine delivery whose content cannot be understood; it is quarantined with this reason."""

    reason: str
    order: str = ""


Reading: TypeAlias = OrderSeen | OrderGone | CustomerSeen | CustomerGone | ArticleSeen | Nothing | Unreadable


# --- codes ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CodeRef:
    """A code we issued. ``external_id`` is empty while we do not know whether the shop has it."""

    code: str
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class ShopCode:
    """A code as the shop has it. ``owner`` is the account token in our meta data, empty for a foreign code.

    ``face`` is the amount as the shop states it (net in a shop with net prices).
    """

    code: str
    external_id: str
    face: int
    emails: tuple[str, ...]
    uses: int
    limit: int | None
    expired: bool
    owner: str


@dataclass(frozen=True, slots=True)
class CodeWrite:
    """What a code should be. ``expired`` retires or withdraws it; it is never deleted by us."""

    ref: CodeRef
    face: int
    emails: tuple[str, ...]
    owner: str
    expired: bool = False


@dataclass(frozen=True, slots=True)
class CodeWritten:
    """The shop's answer to one write: the code as it stands, or a refusal."""

    ref: CodeRef
    now: ShopCode | None = None
    exists: bool = False
    gone: bool = False
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class CustomerView:
    """What the shop may show to one customer, as texts ready to print; kept in the customer's meta data."""

    customer: str
    balance: str
    usable: str
    code: str
    statement: str


# --- the shop itself ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShopProfile:
    """What the shop says of itself. ``highest_rate`` is the highest tax rate in percent, as text."""

    name: str
    currency: str
    timezone: str
    prices_include_tax: bool
    highest_rate: str
    version: str
    codes_enabled: bool = True


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

    def write_codes(self, writes: Sequence[CodeWrite]) -> list[CodeWritten]:
        """Create or change codes; one answer per write, in the same order."""
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

    def check(self, address: str) -> list[Finding]:
        """What is wrong with the connection, the webhooks or the shop's settings."""
        ...


class Platform(Protocol):
    """One kind of shop. Stateless and without network but for what ``connect`` returns."""

    name: str

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

    def connect(self, access: Access, terms: ShopTerms) -> ShopClient:
        """A client for one shop. Opens no connection yet."""
        ...


def lookup(headers: Mapping[str, str], name: str) -> str:
    """A header's value whatever its case, empty when it is missing."""
    wanted = name.lower()
    return next((value for key, value in headers.items() if key.lower() == wanted), "")

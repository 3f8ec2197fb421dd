"""What a delivery or an answer of the shop says: frozen values, and the platform's words ended before them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from bridge.domain.orders import Article, Order


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a delivery's headers say. ``kept`` are the headers worth storing, none of them secret."""

    topic: str
    source: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contact:
    """Who to write to. Personal: lives in erasable tables only."""

    email: str = ""
    name: str = ""


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

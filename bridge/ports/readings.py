"""What a delivery or an answer of the shop says: frozen values, and the platform's words ended before them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from bridge.domain.orders import Article, Order


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a delivery's headers say. ``kept`` are the headers worth storing, none of them secret.

    ``mark`` is the same whenever the shop sends this very delivery again; empty where nothing tells that.
    """

    topic: str
    source: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)
    mark: str = ""


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
    """The shop was asked for this order, and it was deleted or trashed."""

    id: str
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderHint:
    """Something happened to this order that the delivery does not show: the shop has to be asked."""

    id: str


@dataclass(frozen=True, slots=True)
class CustomerSeen:
    """A registered customer. ``verified`` only where the shop itself has proven the mailbox.

    ``unconfirmed`` only where the shop says that the customer has yet to prove it; most shops say neither.
    ``group`` names all groups, joined by ``GROUPS``, where the platform knows several; empty says nothing of them.
    """

    id: str
    contact: Contact = Contact()
    group: str = ""
    verified: bool = False
    unconfirmed: bool = False


@dataclass(frozen=True, slots=True)
class CustomerGone:
    """A registered customer was deleted in the shop. The account and its entries stay."""

    id: str


@dataclass(frozen=True, slots=True)
class CustomerHint:
    """Something about this customer changed that the delivery does not show: the shop has to be asked."""

    id: str


@dataclass(frozen=True, slots=True)
class CustomersMerged:
    """Two registered customers became one: whatever was ``gone``'s is ``kept``'s from now on."""

    kept: str
    gone: str


@dataclass(frozen=True, slots=True)
class ArticleSeen:
    """An article (or variation) as the catalogue knows it now."""

    article: Article


@dataclass(frozen=True, slots=True)
class ArticleHint:
    """These articles changed, and the delivery does not show all that they inherit: the shop has to be asked."""

    ids: tuple[str, ...]


class Wish(StrEnum):
    """What a person, or the shop's owner, may ask for by law."""

    EXPORT = "export"
    ERASE = "erase"
    ERASE_SHOP = "erase shop"


@dataclass(frozen=True, slots=True)
class PrivacyAsked:
    """The platform passes on what the law lets people ask for. Without customer and address it is the shop's owner.

    ``reference`` is the platform's own number of the request, where it has one.
    """

    wish: Wish
    customer: str = ""
    email: str = field(default="", repr=False)
    reference: str = ""


@dataclass(frozen=True, slots=True)
class AccessEnded:
    """The shop has taken our access away; ``reason`` is a sentence that says what to do."""

    reason: str


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


Reading: TypeAlias = (
    OrderSeen
    | OrderHint
    | CustomerSeen
    | CustomerHint
    | CustomerGone
    | CustomersMerged
    | ArticleSeen
    | ArticleHint
    | PrivacyAsked
    | AccessEnded
    | Nothing
    | Unreadable
)

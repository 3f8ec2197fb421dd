"""What every shop's orders are translated into. Frozen facts: the platform's words end in the adapter.

Amounts are minor units of the order's currency, stamps are aware UTC datetimes.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """What an order is to the ledger; each adapter maps its platform's words onto these.

    ``IGNORED`` is the merchant's own answer: orders in that status are none of the programme's business.
    """

    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    CANCELLED = "cancelled"
    FAILED = "failed"
    GONE = "gone"
    IGNORED = "ignored"


LIVE = frozenset({State.OPEN, State.PAID})
"""States in which the credit on an order counts as redeemed."""


@dataclass(frozen=True, slots=True)
class Article:
    """What was bought. ``credit`` is the amount per piece that the merchant typed on the article.

    ``categories``, ``tags``, ``credit`` and ``originals`` are what was known when the order was first
    resolved; they are kept as a fact, since the shop's catalogue moves on. ``originals`` are the ids of the
    product and the variation that a translated one was made from.
    """

    product: str = ""
    variation: str = ""
    sku: str = ""
    name: str = ""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    credit: int | None = None
    originals: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The platform's id of what was really bought: the variation where there is one."""
        return self.variation or self.product


@dataclass(frozen=True, slots=True)
class Credit:
    """The gross part of a line's discount that one of our codes took off."""

    code: str
    amount: int


@dataclass(frozen=True, slots=True)
class Line:
    """One position of an order: ``paid`` and ``net`` are what was paid after every discount.

    ``refunded`` is gross money given back on this line. The tax is a percentage as text.
    """

    id: str
    article: Article
    quantity: int
    paid: int
    net: int
    credits: tuple[Credit, ...] = ()
    refunded_quantity: int = 0
    refunded: int = 0
    tax: str = ""

    @property
    def credit(self) -> int:
        """All credit on the line, gross minor units."""
        return sum(part.amount for part in self.credits)


@dataclass(frozen=True, slots=True)
class CodeUse:
    """A code of ours on an order. ``face`` is what it took in the shop's own price mode.

    In a shop with net prices a code's amount is net, so retiring it needs the net figure.
    """

    code: str
    face: int


@dataclass(frozen=True, slots=True)
class Order:
    """One order as it looks now, complete.

    ``mailbox`` is a keyed fingerprint of the e-mail, never the address. ``paid_at`` is the
    shop's own stamp, where it states one. ``referral`` is a partner's code found on the order, ``coupons``
    are the shop's own codes on it, in small letters.
    ``adjustable`` says that nothing on the order itself forbids to lower what is still to be paid.
    """

    id: str
    number: str
    currency: str
    state: State
    updated: datetime
    placed: datetime
    lines: tuple[Line, ...]
    customer: str | None = None
    mailbox: str | None = None
    paid_at: datetime | None = None
    refund_without_lines: int = 0
    codes: tuple[CodeUse, ...] = ()
    referral: str = ""
    coupons: tuple[str, ...] = ()
    method: str = ""
    status: str = ""
    test: bool = False
    adjustable: bool = False

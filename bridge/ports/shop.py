"""One shop over its interface: the calls that the bridge makes, and the values they take and give."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bridge.domain.orders import Article
from bridge.ports.codes import CodeRef, CodeRules, CodeWrite, CodeWritten, ShopCode, VoucherWrite
from bridge.ports.readings import CustomerSeen, OrderGone, OrderSeen, Unreadable
from bridge.ports.storefront import Furnishing


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

    def unkept(self, rules: CodeRules) -> str:
        """Why the shop cannot keep these rules in its baskets, in sentences; empty when it can."""
        ...

    def furnish(self, furnishing: Furnishing) -> bool:
        """Tell the storefront what to work with; whether there is one. Being told is its sign of life from us."""
        ...

    def check(self, address: str) -> list[Finding]:
        """What is wrong with the connection, the webhooks or the shop's settings."""
        ...

"""One kind of shop: what its deliveries mean, and a client for one shop of the kind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bridge.domain.orders import Order, State
from bridge.ports.readings import Envelope, Reading
from bridge.ports.shop import ShopClient
from bridge.ports.terms import Meaning, ShopTerms


@dataclass(frozen=True, slots=True)
class Token:
    """A key that a platform gives out for a while. Never logged."""

    value: str = field(repr=False)
    expires_at: datetime


class Tokens(Protocol):
    """Where a shop's token is kept between calls, for all processes that talk to the shop."""

    def current(self) -> Token | None:
        """The token that is kept, None without one."""
        ...

    def renew(self, known: Token | None, ask: Callable[[], Token]) -> Token:
        """Another token than ``known``: what somebody else has just kept, or what ``ask`` gives, then kept.

        One renewal at a time per shop, over all processes. Raises what ``ask`` raises, and ``ShopAway`` when
        somebody else's renewal does not end.
        """
        ...


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach a shop. Never logged: the secrets are kept out of the representation.

    ``tokens`` keeps what a platform gives out for a while in exchange for key and secret. ``private`` is the
    operator's list of hosts (``host`` or ``host:port``) that may be reached without https and at addresses that are
    not public.
    """

    url: str
    key: str = field(repr=False)
    secret: str = field(repr=False)
    private: frozenset[str] = frozenset()
    tokens: Tokens | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody in the shop. ``customer`` is empty for nobody that it knows, ``source`` the address of the shop."""

    customer: str
    source: str


class Platform(Protocol):
    """One kind of shop. Stateless and without network but for what ``connect`` returns.

    ``usual`` are the (status, method) worth showing in every shop's paid table, ``offline`` the payment
    methods whose money is sent after the order was placed. ``signs_with_access``: deliveries are signed with the
    secret of the access, not with one that we choose. ``ties_guests``: a code can be for somebody without account.
    """

    name: str
    usual: Sequence[tuple[str, str]]
    offline: Sequence[str]
    signs_with_access: bool
    ties_guests: bool

    def describe(self, headers: Mapping[str, str]) -> Envelope:
        """What the headers of a delivery say."""
        ...

    def is_ping(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        """Whether this is the platform's unsigned sign of life, to be answered with 200 and forgotten."""
        ...

    def verify(self, raw: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> None:
        """Raise ``SignatureError`` unless one of the secrets signed exactly these bytes."""
        ...

    def visitor(self, query: Sequence[tuple[str, str]], secrets: Sequence[str], now: datetime) -> Visitor:
        """On whose behalf the shop passes a request on.

        ``query`` is what followed the question mark, decoded. Raises ``SignatureError`` unless the shop signed it
        with one of the secrets just now.
        """
        ...

    def holder(self, customer: str, email: str) -> str:
        """What a code for this customer is tied to in the shop; empty when there is nothing to tie it to."""
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


def lookup(headers: Mapping[str, str], name: str) -> str:
    """A header's value whatever its case, empty when it is missing; at once where names are in small letters."""
    wanted = name.lower()
    if wanted in headers:
        return headers[wanted]
    return next((value for key, value in headers.items() if key.lower() == wanted), "")

"""Codes: what one should be, what the shop has, and what it answered. Amounts are minor units."""

import hashlib
from dataclasses import dataclass
from datetime import date


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
    """What a code may take off a basket at most; each platform keeps it in its own way.

    ``share`` is percent of the goods that may use credit, as text and empty for all; ``min_payable``
    is what must be left to pay for all goods, in minor units and the shop's price mode.
    """

    share: str = ""
    min_payable: int = 0
    barred: tuple[Barred, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any rule at all."""
        return self != NO_RULES

    @property
    def mark(self) -> str:
        """A short text that is the same for the same rules, empty for none: it tells what a code was given."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16] if self else ""


NO_RULES = CodeRules()


@dataclass(frozen=True, slots=True)
class ShopCode:
    """A code as the shop has it. ``owner`` is the account token in our meta data, empty for a foreign code.

    ``holders`` are those it is tied to, as the platform names them; none: open to everybody. ``rules`` is the mark
    of the ``CodeRules`` that it keeps, ``voucher`` our mark on a promotional code. ``face`` is the amount as the
    shop states it (net in a shop with net prices).
    """

    code: str
    external_id: str
    face: int
    holders: tuple[str, ...]
    uses: int
    limit: int | None
    expired: bool
    owner: str
    rules: str = ""
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

    ``holders`` are what ``Platform.holder`` said. ``rules`` None leaves those that the code has; only a code that
    ends says nothing of them.
    """

    ref: CodeRef
    face: int
    holders: tuple[str, ...]
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

"""A shop in memory that behaves: it keeps the codes it is given and knows the people of the story."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bridge.domain.orders import Article, Order, State
from bridge.errors import SignatureError
from bridge.ports import (
    Access,
    Applied,
    CodeRef,
    CodeRules,
    CodeWrite,
    CodeWritten,
    Contact,
    CustomerSeen,
    CustomerView,
    Envelope,
    Finding,
    Furnishing,
    Meaning,
    Means,
    Nothing,
    OrderGone,
    OrderSeen,
    Reading,
    ShopCode,
    ShopProfile,
    ShopTerms,
    Unreadable,
    Visitor,
    VoucherWrite,
)
from bridge.services.scenario.story import Person


@dataclass(slots=True)
class MemoryShop:
    """Platform and shop in one: the story hands its orders in directly, only codes go through the port."""

    currency: str
    timezone: str
    people: Mapping[str, Person]
    name: str = "memory"
    usual: Sequence[tuple[str, str]] = ()
    offline: Sequence[str] = ()
    signs_with_access: bool = False
    ties_guests: bool = True
    held: dict[str, ShopCode] = field(default_factory=dict)

    # --- the platform -----------------------------------------------------------------------------

    def describe(self, headers: Mapping[str, str]) -> Envelope:
        return Envelope("")

    def is_ping(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        return False

    def verify(self, raw: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> None:
        raise SignatureError("A shop in memory sends nothing.")

    def visitor(self, query: Sequence[tuple[str, str]], secrets: Sequence[str], now: datetime) -> Visitor:
        raise SignatureError("A shop in memory passes nothing on.")

    def holder(self, customer: str, email: str) -> str:
        return email

    def understand(self, envelope: Envelope, raw: bytes, terms: ShopTerms) -> Reading:
        return Nothing("a shop in memory sends nothing")

    def meaning(self, status: str, method: str, terms: ShopTerms) -> Meaning:
        return Meaning(Means.OPEN, "default")

    def state(self, order: Order, terms: ShopTerms) -> State | None:
        return order.state

    def storefront(self, bridge_host: str) -> bytes:
        return b""

    def connect(self, access: Access, terms: ShopTerms) -> "MemoryShop":
        return self

    # --- the shop ---------------------------------------------------------------------------------

    def profile(self) -> ShopProfile:
        return ShopProfile("memory", self.currency, self.timezone, True, "19", "1")

    def complete(self, seen: Sequence[OrderSeen]) -> list[OrderSeen | Unreadable]:
        return list(seen)

    def orders(self, ids: Sequence[str]) -> list[OrderSeen | OrderGone | Unreadable]:
        return []

    def changed_since(self, since: datetime) -> Iterator[list[OrderSeen | Unreadable]]:
        return iter(())

    def articles(self, ids: Sequence[str]) -> list[Article]:
        return []

    def customers(self, ids: Sequence[str]) -> list[CustomerSeen]:
        known = [self.people[i] for i in ids if i in self.people]
        return [CustomerSeen(p.name, Contact(p.email, p.name), p.group) for p in known]

    def codes(self, refs: Sequence[CodeRef]) -> dict[str, ShopCode]:
        return {ref.code: self.held[ref.code] for ref in refs if ref.code in self.held}

    def issued(self, since: datetime) -> Iterator[list[ShopCode]]:
        yield list(self.held.values())

    def write_codes(self, writes: Sequence[CodeWrite]) -> list[CodeWritten]:
        return [self._write(write) for write in writes]

    def _write(self, write: CodeWrite) -> CodeWritten:
        before = self.held.get(write.ref.code)
        if before is not None and not write.ref.external_id:
            return CodeWritten(write.ref, exists=True)
        code = ShopCode(
            code=write.ref.code,
            external_id=write.ref.code,
            face=write.face,
            holders=write.holders,
            uses=before.uses if before else 0,
            limit=1,
            expired=write.expired,
            owner=write.owner,
            rules=write.rules.mark if write.rules else "",
        )
        self.held[write.ref.code] = code
        return CodeWritten(write.ref, now=code)

    def apply_code(self, order: str, code: str) -> Applied:
        return Applied()

    def tell(self, order: str, text: str) -> None:
        return None

    def write_vouchers(self, writes: Sequence[VoucherWrite]) -> list[CodeWritten]:
        return [CodeWritten(write.ref) for write in writes]

    def show(self, views: Sequence[CustomerView]) -> list[str]:
        return []

    def register(self, address: str, secret: str) -> list[str]:
        return []

    def unregister(self, address: str) -> None:
        return None

    def unsound(self, address: str) -> list[str]:
        return []

    def unkept(self, rules: CodeRules) -> str:
        return ""

    def furnish(self, furnishing: Furnishing) -> bool:
        return False

    def check(self, address: str) -> list[Finding]:
        return []

"""Stand-ins that we own: a shop in memory that treats codes like the measured one, a bell, a clock."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bridge.domain.orders import Article
from bridge.errors import ShopAway
from bridge.ports import (
    Access,
    Applied,
    CodeRef,
    CodeRules,
    CodeWrite,
    CodeWritten,
    CustomerSeen,
    CustomerView,
    Finding,
    Furnishing,
    OrderGone,
    OrderSeen,
    ShopCode,
    ShopProfile,
    ShopTerms,
    Unreadable,
    VoucherWrite,
)

PROFILE = ShopProfile("Toy", "EUR", "Europe/Berlin", prices_include_tax=True, highest_rate="19", version="10.5")


@dataclass
class FakeClock:
    """A clock that moves only when told to."""

    now: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class FakeBell:
    """Remembers who was rung for."""

    rung: list[tuple[str, int]] = field(default_factory=list)

    def ring(self, task: str, shop_id: int) -> None:
        self.rung.append((task, shop_id))


@dataclass
class FakeShop:
    """A shop as its client shows it. ``breaks`` are called before a write is acted upon, ``after`` when it was.

    As the measured shop it drops addresses it does not like, refuses a code twice, and counts uses.
    """

    profile_: ShopProfile = PROFILE
    codes_: dict[str, ShopCode] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    dropped_addresses: set[str] = field(default_factory=set)
    people: dict[str, CustomerSeen] = field(default_factory=dict)
    pages: list[list[OrderSeen | Unreadable]] = field(default_factory=list)
    now_orders: dict[str, OrderSeen] = field(default_factory=dict)
    catalogue: dict[str, Article] = field(default_factory=dict)
    views: dict[str, CustomerView] = field(default_factory=dict)
    writes: list[CodeWrite] = field(default_factory=list)
    vouchers: list[VoucherWrite] = field(default_factory=list)
    shows: list[list[CustomerView]] = field(default_factory=list)
    asked_since: list[datetime] = field(default_factory=list)
    asked_issued: list[datetime] = field(default_factory=list)
    unregistered: list[str] = field(default_factory=list)
    registered: list[tuple[str, str]] = field(default_factory=list)
    adjusted: list[tuple[str, str]] = field(default_factory=list)
    applied: Applied = field(default_factory=Applied)
    notes: list[tuple[str, str]] = field(default_factory=list)
    before_note: Callable[[], None] = lambda: None
    complaints: list[str] = field(default_factory=list)
    no_storefront: str = ""
    furnished: list[Furnishing] = field(default_factory=list)
    before_write: Callable[[], None] = lambda: None
    after_write: Callable[[], None] = lambda: None
    refusal: str = ""
    away: ShopAway | None = None

    def _answer(self) -> None:
        if self.away is not None:
            raise self.away

    # --- codes ------------------------------------------------------------------------------------

    def codes(self, refs: Sequence[CodeRef]) -> dict[str, ShopCode]:
        self._answer()
        wanted = {ref.code.lower() for ref in refs} - self.hidden
        return {code: self.codes_[code] for code in wanted if code in self.codes_}

    def issued(self, since: datetime) -> Iterator[list[ShopCode]]:
        self._answer()
        self.asked_issued.append(since)
        yield [code for code in self.codes_.values() if code.owner]

    def write_codes(self, writes: Sequence[CodeWrite]) -> list[CodeWritten]:
        self._answer()
        self.before_write()
        self.writes += writes
        answers = [self._write(write) for write in writes]
        self.after_write()
        return answers

    def _write(self, write: CodeWrite) -> CodeWritten:
        key, ref = write.ref.code.lower(), write.ref
        known = self.codes_.get(key)
        if self.refusal:
            return CodeWritten(ref, refusal=self.refusal)
        if known is None and ref.external_id:
            return CodeWritten(ref, gone=True)
        if known is not None and not ref.external_id:
            return CodeWritten(ref, exists=True)
        holders = tuple(e.lower() for e in write.holders if e not in self.dropped_addresses)
        base = known or ShopCode(key, str(len(self.codes_) + 1), 0, (), 0, 1, False, write.owner)
        self.codes_[key] = replace(
            base, face=write.face, limit=1, holders=holders, expired=write.expired or base.expired,
            owner=write.owner, rules=base.rules if write.rules is None else write.rules.mark,
        )  # fmt: skip
        return CodeWritten(CodeRef(ref.code, base.external_id), self.codes_[key])

    def write_vouchers(self, writes: Sequence[VoucherWrite]) -> list[CodeWritten]:
        self._answer()
        self.before_write()
        self.vouchers += writes
        answers = [self._write_voucher(write) for write in writes]
        self.after_write()
        return answers

    def _write_voucher(self, write: VoucherWrite) -> CodeWritten:
        key, ref = write.ref.code.lower(), write.ref
        known = self.codes_.get(key)
        if known is not None and not ref.external_id:
            return CodeWritten(ref, exists=True)
        holders = (write.email,) if write.email and write.email not in self.dropped_addresses else ()
        external_id = known.external_id if known else str(len(self.codes_) + 1)
        self.codes_[key] = ShopCode(
            key, external_id, write.value, holders, known.uses if known else 0, write.uses, write.withdrawn, "",
            voucher=write.mark,
        )  # fmt: skip
        return CodeWritten(CodeRef(ref.code, external_id), self.codes_[key])

    def change(self, code: str, **values: object) -> None:
        """What a merchant or a customer does to a code."""
        self.codes_[code] = replace(self.codes_[code], **values)  # type: ignore[arg-type]

    def use(self, code: str) -> None:
        """A customer checks out with the code."""
        assert self.usable(code), f"{code} cannot be used"
        self.change(code, uses=1)

    def usable(self, code: str) -> bool:
        found = self.codes_.get(code)
        return found is not None and not found.expired and not found.uses

    def live(self) -> list[ShopCode]:
        """The codes that somebody could use now."""
        return [code for key, code in self.codes_.items() if self.usable(key)]

    # --- everything else --------------------------------------------------------------------------

    def profile(self) -> ShopProfile:
        self._answer()
        return self.profile_

    def customers(self, ids: Sequence[str]) -> list[CustomerSeen]:
        self._answer()
        return [self.people[i] for i in ids if i in self.people]

    def show(self, views: Sequence[CustomerView]) -> list[str]:
        self._answer()
        self.shows.append(list(views))
        self.views |= {view.customer: view for view in views}
        return []

    def apply_code(self, order: str, code: str) -> Applied:
        self._answer()
        self.adjusted.append((order, code))
        return self.applied

    def tell(self, order: str, text: str) -> None:
        self._answer()
        self.before_note()
        self.notes.append((order, text))

    def unsound(self, address: str) -> list[str]:
        self._answer()
        return self.complaints

    def unkept(self, rules: CodeRules) -> str:
        self._answer()
        return self.no_storefront

    def complete(self, seen: Sequence[OrderSeen]) -> list[OrderSeen | Unreadable]:
        self._answer()
        return [replace(item, lacks=()) for item in seen]

    def orders(self, ids: Sequence[str]) -> list[OrderSeen | OrderGone | Unreadable]:
        self._answer()
        return [self.now_orders.get(i) or OrderGone(i, datetime(2026, 3, 1, 12, tzinfo=UTC)) for i in ids]

    def changed_since(self, since: datetime) -> Iterator[list[OrderSeen | Unreadable]]:
        self.asked_since.append(since)
        for page in self.pages:
            self._answer()
            yield page

    def articles(self, ids: Sequence[str]) -> list[Article]:
        self._answer()
        return [self.catalogue.get(i) or Article(product=i) for i in ids]

    def register(self, address: str, secret: str) -> list[str]:
        self._answer()
        self.registered.append((address, secret))
        return ["order.updated"]

    def unregister(self, address: str) -> None:
        self._answer()
        self.unregistered.append(address)

    def furnish(self, furnishing: Furnishing) -> bool:
        self._answer()
        self.furnished.append(furnishing)
        return not self.no_storefront

    def check(self, address: str) -> list[Finding]:
        self._answer()
        return []


@dataclass
class FakePlatform:
    """A platform with one shop. Only ``connect`` and ``holder`` are of use."""

    shop: FakeShop
    name: str = "toy"
    signs_with_access: bool = False
    ties_guests: bool = True
    accesses: list[Access] = field(default_factory=list)

    def holder(self, customer: str, email: str) -> str:
        return email

    def connect(self, access: Access, terms: ShopTerms) -> FakeShop:
        self.accesses.append(access)
        return self.shop

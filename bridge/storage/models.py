"""The tables. Money is integer minor units, moments are UTC, texts about people live in erasable tables only.

Entries are written by ``storage.ledger`` alone; triggers refuse to change or delete them.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from bridge.storage.columns import Moment


def _moment(**options: Any) -> Any:
    options.setdefault("nullable", False)
    return Field(sa_column=Column(Moment, **options))


def _maybe_moment(**options: Any) -> Any:
    return Field(default=None, sa_column=Column(Moment, nullable=True, **options))


def _json() -> Any:
    return Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class ShopStatus(StrEnum):
    """How a shop is dealt with. Only an active one is settled, pushed to and read.

    ``paused``: deliveries are kept and wait. ``locked``: its access cannot be opened with the keys at hand.
    ``leaving``: codes and our meta data are being taken out of it. ``removed``: only its books are left.
    """

    ACTIVE = "active"
    PAUSED = "paused"
    LOCKED = "locked"
    LEAVING = "leaving"
    REMOVED = "removed"


class Shop(SQLModel, table=True):
    """One store. ``token`` is the unguessable part of its webhook address; ``secrets`` is encrypted.

    ``profile`` keeps what the shop says of itself (price mode, highest tax rate, version), ``answers`` what the
    merchant has decided for it. ``watched_at`` is when its webhooks were last looked at. The daily round over all
    orders has come to ``round_cursor`` at ``round_at``; the last whole one ended at ``round_done_at``.
    ``reconciled_until`` is the shop stamp up to which its orders were read. ``restored_from`` is the moment of
    the backup that was put back: nothing is pushed before the shop was read. ``nightly_at`` is when the last
    night's work was done.
    """

    __tablename__ = "shop"
    id: int | None = Field(default=None, primary_key=True)
    platform: str
    name: str
    url: str
    token: str = Field(unique=True)
    currency: str
    timezone: str = "UTC"
    prices_include_tax: bool = True
    highest_rate: str = "0"
    code_prefix: str = "guthaben-"
    secrets: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    profile: dict[str, Any] = _json()
    answers: dict[str, Any] = _json()
    watched_at: datetime | None = _maybe_moment()
    round_cursor: str = ""
    round_at: datetime | None = _maybe_moment()
    round_done_at: datetime | None = _maybe_moment()
    status: str = ShopStatus.ACTIVE.value
    problem: str = ""
    added_at: datetime = _moment()
    reconciled_until: datetime | None = _maybe_moment()
    reconciled_at: datetime | None = _maybe_moment()
    retry_at: datetime | None = _maybe_moment()
    failures: int = 0
    restored_from: datetime | None = _maybe_moment()
    nightly_at: datetime | None = _maybe_moment()


class Delivery(SQLModel, table=True):
    """One inbound webhook, kept raw before it was answered. It is in exactly one state.

    received → settled | ignored | attention, or waiting (``due_at``) while the shop is away.
    An old body is purged; ``body_hash`` (SHA-256) then still says what it was.
    """

    __tablename__ = "delivery"
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    received_at: datetime = _moment()
    topic: str
    origin: str = ""
    headers: dict[str, Any] = _json()
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    body_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    state: str = "received"
    order_id: str = ""
    reason: str = ""
    attempts: int = 0
    due_at: datetime | None = _maybe_moment()
    settled_at: datetime | None = _maybe_moment()
    __table_args__ = (
        Index(
            "delivery_open",
            "shop_id",
            "id",
            sqlite_where=text("state IN ('received', 'waiting')"),
            postgresql_where=text("state IN ('received', 'waiting')"),
        ),
        Index("delivery_order", "shop_id", "order_id"),
    )


class OrderState(SQLModel, table=True):
    """The newest state of an order, normalised and without personal data (``body`` is JSON of ``Order``).

    ``read_at`` is set when the state was read from the shop rather than delivered.
    ``dirty`` asks for settling again although no delivery came; ``suspect`` asks for a read of the shop.
    ``status`` and ``method`` are the shop's own words. ``adjusting`` is the code that is being put on the order.
    """

    __tablename__ = "order_state"
    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    order_id: str = Field(primary_key=True)
    number: str = Field(index=True)
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    state: str
    updated: datetime = _moment()
    read_at: datetime | None = _maybe_moment()
    placed: datetime = _moment()
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    dirty: bool = False
    suspect: bool = False
    problem: str = ""
    status: str = ""
    method: str = ""
    adjusting: str = ""
    __table_args__ = (
        Index(
            "order_state_todo",
            "shop_id",
            "order_id",
            sqlite_where=text("dirty = 1 OR suspect = 1"),
            postgresql_where=text("dirty OR suspect"),
        ),
        Index(
            "order_state_open",
            "shop_id",
            "placed",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )


class Fact(SQLModel, table=True):
    """What the newest state of an order cannot show, stored once with its date."""

    __tablename__ = "fact"
    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    subject: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    at: datetime = _moment(primary_key=True)
    value: Any = Field(default=None, sa_column=Column(JSON, nullable=True))


class ArticleState(SQLModel, table=True):
    """The catalogue as last seen: categories, tags and the credit typed on the article."""

    __tablename__ = "article"
    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    article_id: str = Field(primary_key=True)
    product_id: str = Field(default="", index=True)
    sku: str = ""
    name: str = ""
    categories: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    tags: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    credit: int | None = None
    seen_at: datetime = _moment()


class OwnCredit(SQLModel, table=True):
    """The credit per piece that the merchant imported for an SKU, minor units. It beats what the article says."""

    __tablename__ = "own_credit"
    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    sku: str = Field(primary_key=True)
    credit: int
    set_at: datetime = _moment()


class Account(SQLModel, table=True):
    """A customer's Rabatt-Konto at one shop, in one currency. ``token`` names it to the outside.

    ``balance`` and ``pending`` are written with the entries; ``due_at`` is when time alone changes
    something (credit becomes usable or expires). ``stale`` says that the shop's code must be looked at.
    ``head`` is the hash of the account's last entry. ``erased_at`` is when its owner was erased: nobody is
    remembered and nothing is offered for it any more.
    """

    __tablename__ = "account"
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id", index=True)
    token: str = Field(unique=True)
    currency: str
    guest: bool = False
    merged_into: int | None = Field(default=None, foreign_key="account.id")
    balance: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, default=0))
    pending: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, default=0))
    entries: int = 0
    head: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    due_at: datetime | None = _maybe_moment(index=True)
    stale: bool = False
    dirty: bool = False
    push_due_at: datetime | None = _maybe_moment()
    push_attempts: int = 0
    shown: str = ""
    automatic: bool = True
    opened_at: datetime = _moment()
    erased_at: datetime | None = _maybe_moment()
    __table_args__ = (
        Index(
            "account_stale",
            "shop_id",
            "id",
            sqlite_where=text("stale = 1"),
            postgresql_where=text("stale"),
        ),
    )


class Identity(SQLModel, table=True):
    """What names an account: a platform customer id or the keyed fingerprint of a mailbox."""

    __tablename__ = "identity"
    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    since: datetime = _moment()


class Person(SQLModel, table=True):
    """Who an account belongs to. Erasable: the ledger never needs this row."""

    __tablename__ = "person"
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    email: str = ""
    name: str = ""
    customer: str = ""
    updated_at: datetime = _moment()


class Partner(SQLModel, table=True):
    """An account that recommends the shop, with its referral code: small letters, unique per shop."""

    __tablename__ = "partner"
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    code: str
    since: datetime = _moment()
    __table_args__ = (UniqueConstraint("shop_id", "code", name="partner_code"),)


class PartnerCoupon(SQLModel, table=True):
    """A coupon that the merchant made in the shop for a partner: whoever comes with it was recommended by them."""

    __tablename__ = "partner_coupon"
    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    code: str = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    since: datetime = _moment()


class Sponsorship(SQLModel, table=True):
    """From ``since`` on, ``sponsor_id`` sponsors ``account_id``; None ends it. History is kept.

    ``cause`` says by what it came about, ``by`` who saw to it (empty: the order itself), ``noted_at`` when.
    ``order_id`` names the order whose recommendation bound the customer.
    """

    __tablename__ = "sponsorship"
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    since: datetime = _moment(primary_key=True)
    sponsor_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    cause: str = ""
    by: str = ""
    noted_at: datetime | None = _maybe_moment()
    order_id: str = ""


class Entry(SQLModel, table=True):
    """One signed ledger row ("Buchung"). Never changed, never deleted: triggers and the hash chain see to it.

    ``expires_on`` is the last usable day in the shop's time zone. ``moves`` marks one half of a pair
    that only moves dates. ``commitment`` is a salted hash of the erasable text in ``EntryText``.
    """

    __tablename__ = "entry"
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    account_id: int = Field(foreign_key="account.id")
    kind: str
    source: str
    revision: int
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    currency: str
    happened_at: datetime = _moment()
    booked_at: datetime = _moment()
    usable_at: datetime = _moment()
    expires_on: date | None = None
    version: int | None = None
    order_id: str | None = None
    moves: bool = False
    explanation: str = "{}"
    cause: str = ""
    reverses: int | None = None
    commitment: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    __table_args__ = (
        UniqueConstraint("account_id", "kind", "source", "revision", name="entry_once"),
        Index(
            "entry_order",
            "shop_id",
            "order_id",
            sqlite_where=text("order_id IS NOT NULL"),
            postgresql_where=text("order_id IS NOT NULL"),
        ),
    )


class EntryText(SQLModel, table=True):
    """The free text of an entry (a reason typed by hand). Erasable; the chain holds only a commitment."""

    __tablename__ = "entry_text"
    entry_id: int = Field(foreign_key="entry.id", primary_key=True)
    salt: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    text: str


class Lot(SQLModel, table=True):
    """An open credit: what is left of one key's credit, with the dates in which it can be used."""

    __tablename__ = "lot"
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    kind: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    rest: int = Field(sa_column=Column(BigInteger, nullable=False))
    usable_at: datetime = _moment()
    expires_on: date | None = None


class Contribution(SQLModel, table=True):
    """What one order adds to its buyer's periods: the turnover paid and kept, gross, and what else bonuses count.

    ``kept`` is False once everything was given back. ``memberships`` lists (line, sku, given back at).
    """

    __tablename__ = "contribution"
    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    order_id: str = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    placed: datetime = _moment()
    paid_at: datetime = _moment()
    turnover: int = Field(sa_column=Column(BigInteger, nullable=False))
    kept: bool = True
    group_name: str = ""
    memberships: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    __table_args__ = (Index("contribution_account", "account_id", "placed"),)


class Offer(SQLModel, table=True):
    """A code we issued for an account, stored before it is sent.

    planned → live → used → retired, or withdrawn; ``foreign`` when the shop has the code from somebody else.
    ``worth`` is gross, ``face`` what the shop was told, ``taken`` what orders took of it, in the shop's price mode.
    ``order_id`` is the first order that carried it.
    """

    __tablename__ = "offer"
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    account_id: int = Field(foreign_key="account.id", index=True)
    sequence: int
    code: str
    state: str = "planned"
    worth: int = 0
    face: int = 0
    taken: int = 0
    order_id: str = ""
    email: str = ""
    external_id: str = ""
    problem: str = ""
    created_at: datetime = _moment()
    pushed_at: datetime | None = _maybe_moment()
    __table_args__ = (
        UniqueConstraint("shop_id", "code", name="offer_code"),
        UniqueConstraint("account_id", "sequence", name="offer_sequence"),
    )


class VoucherBatch(SQLModel, table=True):
    """Promotional codes made together to win customers. Never sold, never paid out, no part of the ledger.

    ``value`` and ``minimum`` are minor units as the shop states its prices. ``email`` is the only one who may use
    them, empty for anybody; ``uses`` how often each code may be used; ``last_day`` the last day in the shop's time.
    """

    __tablename__ = "voucher_batch"
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id", index=True)
    value: int
    minimum: int = 0
    email: str = ""
    uses: int = 1
    last_day: date
    made_at: datetime = _moment()
    made_by: str = ""


class Voucher(SQLModel, table=True):
    """One promotional code. planned → live, withdrawing → withdrawn, or refused by the shop (``problem``)."""

    __tablename__ = "voucher"
    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="voucher_batch.id", index=True)
    shop_id: int = Field(foreign_key="shop.id")
    code: str
    state: str = "planned"
    external_id: str = ""
    problem: str = ""
    __table_args__ = (
        UniqueConstraint("shop_id", "code", name="voucher_code"),
        Index("voucher_state", "shop_id", "state"),
    )


class VoucherUse(SQLModel, table=True):
    """An order that carries a voucher. ``counts`` is False once the order was cancelled or lost the code."""

    __tablename__ = "voucher_use"
    shop_id: int = Field(foreign_key="shop.id", primary_key=True)
    order_id: str = Field(primary_key=True)
    voucher_id: int = Field(foreign_key="voucher.id", primary_key=True)
    placed: datetime = _moment()
    counts: bool = True


class ProgrammeVersion(SQLModel, table=True):
    """An immutable version of the shop's programme; ``valid_from`` None means from the beginning.

    ``activated_by`` and ``reason`` say who put it in force, and why.
    """

    __tablename__ = "programme_version"
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    number: int
    valid_from: datetime | None = _maybe_moment()
    document: str
    activated_at: datetime = _moment()
    activated_by: str = ""
    reason: str = ""
    __table_args__ = (UniqueConstraint("shop_id", "number", name="programme_number"),)


class Case(SQLModel, table=True):
    """Something that needs a decision: one sentence, what to do, open until ``closed_at``."""

    __tablename__ = "needs_attention"
    id: int | None = Field(default=None, primary_key=True)
    shop_id: int = Field(foreign_key="shop.id")
    subject: str
    reason: str
    sentence: str
    opened_at: datetime = _moment()
    closed_at: datetime | None = _maybe_moment()
    __table_args__ = (Index("case_open", "shop_id", "subject", "reason"),)


class User(SQLModel, table=True):
    """Somebody of the merchant's who logs in. ``password`` is an argon2id hash."""

    __tablename__ = "login_user"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    password: str
    role: str = "admin"
    created_at: datetime = _moment()


class LoginSession(SQLModel, table=True):
    """A login. Only the hash of the cookie's value is kept; deleting the row ends the session."""

    __tablename__ = "login_session"
    token_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    user_id: int = Field(foreign_key="login_user.id", index=True)
    created_at: datetime = _moment()
    seen_at: datetime = _moment()


class Beat(SQLModel, table=True):
    """The last sign of life of a part (worker, clock), for ``/readyz`` and the status page."""

    __tablename__ = "beat"
    part: str = Field(primary_key=True)
    at: datetime = _moment()

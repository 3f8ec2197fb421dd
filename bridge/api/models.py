"""What goes over the wire. Money is minor units and a currency, moments are UTC, unknown keys are refused."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

LARGEST = 10**12
"""The greatest amount, in minor units, that a request may name: more is a mistake."""


class Wire(BaseModel):
    """Both directions: frozen, strict about types, and without keys that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Query(Wire):
    """What may stand behind the question mark, where everything is text."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class Money(Wire):
    """An amount in minor units of its currency: 350 in EUR is 3,50 €."""

    amount: Annotated[int, Field(ge=-LARGEST, le=LARGEST)]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]


class Paging(Query):
    """Which part of a list. ``cursor`` is what the answer before gave as ``next``."""

    cursor: Annotated[str, Field(max_length=100)] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class Page(Wire):
    """A part of a list; ``next`` leads to the following one and is null at the end."""

    next: str | None


class Problem(Wire):
    """What went wrong (RFC 9457). ``errors`` names the fields of the request that are wrong."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list["FieldError"] = []


class FieldError(Wire):
    """A field of the request, as a JSON pointer or the name of a parameter, and what is wrong with it."""

    field: str
    detail: str


# --- accounts -----------------------------------------------------------------------------------------


class LiveCode(Wire):
    """The one code that the customer can use now; ``planned`` while it is on its way into the shop."""

    code: str
    worth: Money
    state: str


class Account(Wire):
    """A customer's Rabatt-Konto. ``customer`` is the shop's own number, null for a guest."""

    id: str
    customer: str | None
    guest: bool
    balance: Money
    pending: Money
    available: Money
    automatic: bool
    opened_at: datetime


class Dated(Wire):
    """So much on a day in the shop's time."""

    day: date
    amount: Money


class Goal(Wire):
    """A bonus within reach. ``until`` is the last day, null where there is none."""

    rule: str
    kind: str
    until: date | None
    sentence: str


class AccountDetails(Account):
    """An account with its code, its goals, and what happens to its credit on which day."""

    code: LiveCode | None
    usable_later: list[Dated]
    lapsing: list[Dated]
    goals: list[Goal]


class AccountsQuery(Paging):
    """Optionally only the account of one customer of the shop."""

    customer: Annotated[str, Field(max_length=100)] = ""


class Entry(Wire):
    """One row of the ledger. ``balance_after`` is null where entries of several accounts are listed."""

    id: int
    account: str
    kind: str
    amount: Money
    balance_after: Money | None
    source: str
    revision: int
    order: str | None
    happened_at: datetime
    booked_at: datetime
    usable_at: datetime
    expires_on: date | None
    explanation: str


class AccountPage(Page):
    """A part of the shop's accounts."""

    items: list[Account]


class EntryPage(Page):
    """A part of a list of entries. That of the whole shop has no end: ``next`` then asks for what is new."""

    items: list[Entry]


# --- what is done ---------------------------------------------------------------------------------------


class Adjustment(Wire):
    """An entry by hand: above zero gives credit, below zero takes it. The customer reads the reason."""

    customer: Annotated[str, Field(min_length=1, max_length=100)]
    amount: Money
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class VoucherWish(Wire):
    """Promotional codes to be made; ``code`` is one code of your own, otherwise ``count`` are made up.

    Amounts are as the shop states its prices. Without ``email`` anybody may use them.
    """

    value: Money
    last_day: Annotated[date, Field(strict=False)]
    count: Annotated[int, Field(ge=1, le=10_000)] = 1
    code: Annotated[str, Field(max_length=100)] = ""
    prefix: Annotated[str, Field(max_length=40)] = "gutschein"
    email: Annotated[str, Field(max_length=320)] = ""
    minimum: Money | None = None
    uses: Annotated[int, Field(ge=1, le=1_000_000)] = 1


class VoucherBatch(Wire):
    """A new batch. ``problem`` is why the shop does not have its codes yet; they are sent again by themselves."""

    batch: int
    codes: list[str]
    problem: str


class Voucher(Wire):
    """A promotional code, and how many orders carry it."""

    code: str
    batch: int
    value: Money
    minimum: Money
    last_day: date
    uses: int
    used: int
    state: str
    problem: str


class VoucherPage(Page):
    """A part of the shop's promotional codes."""

    items: list[Voucher]


class Withdrawal(Wire):
    """Which codes to take out of the shop: all of a batch, or one."""

    batch: int | None = None
    code: Annotated[str, Field(max_length=100)] | None = None


class Withdrawn(Wire):
    """How many codes were taken out."""

    withdrawn: int


# --- partners and programme -------------------------------------------------------------------------------


class Partner(Wire):
    """Somebody who recommends the shop; ``account`` is their Rabatt-Konto."""

    account: str
    customer: str
    code: str
    since: datetime


class PartnerPage(Page):
    """A part of the shop's partners."""

    items: list[Partner]


class PartnerDetails(Partner):
    """With what each level has earned, net of what was taken back."""

    earned: dict[str, Money]


class Enrolment(Wire):
    """A customer who is to recommend the shop. Without ``code`` one is made up."""

    customer: Annotated[str, Field(min_length=1, max_length=100)]
    code: Annotated[str, Field(min_length=1, max_length=64)] | None = None


class Version(Wire):
    """A version of the programme; null in ``valid_from`` is from the beginning."""

    number: int
    valid_from: datetime | None
    activated_at: datetime
    document: str


class Programme(Wire):
    """All versions, oldest first; ``current`` is the number of the one in force."""

    current: int | None
    versions: list[Version]


class Activation(Wire):
    """A programme document to be put in force from a moment on, by default now.

    ``confirmed`` holds what has to be typed to confirm a caution; a refusal says what that is.
    """

    document: Annotated[str, Field(min_length=1, max_length=100_000)]
    valid_from: Annotated[AwareDatetime, Field(strict=False)] | None = None
    reason: Annotated[str, Field(max_length=500)] = ""
    confirmed: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=10)] = []


class Activated(Wire):
    """The version that is in force from its moment on, and what the merchant should know about it."""

    number: int
    valid_from: datetime | None
    cautions: list[str]


class Trial(Wire):
    """A programme document to be tried on the orders placed since a moment, on all without it."""

    document: Annotated[str, Field(min_length=1, max_length=100_000)]
    since: Annotated[datetime, Field(strict=False)] | None = None


class Side(Wire):
    """What one programme makes of the orders. ``cost_percent`` is what was earned of the turnover."""

    earned: Money
    redeemed: Money
    redeemed_fully: Money
    expired: Money
    open: Money
    cost_percent: str


class TrialMonth(Wire):
    """A month of the shop's calendar; null in ``month`` is all of them."""

    month: str | None
    turnover: Money
    simulated: Side
    running: Side


class TrialReport(Wire):
    """What the document would have made of the orders, beside what the running programme made of them."""

    orders: int
    months: list[TrialMonth]
    total: TrialMonth


def money(amount: int, currency: str) -> Money:
    """Minor units on their way out."""
    return Money.model_construct(amount=amount, currency=currency)

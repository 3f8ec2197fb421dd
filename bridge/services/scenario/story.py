"""Reads a scenario file into frozen values. Amounts become minor units, moments aware UTC datetimes."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from operator import itemgetter
from typing import Any

from bridge.domain import money
from bridge.domain.orders import Article, State

Table = Mapping[str, Any]
PARTS = ("programme", "earn", "bonus", "referral", "redeem", "expiry", "exclude", "budget")
"""The tables of a scenario file that are the programme document."""


class StoryError(ValueError):
    """A scenario file that cannot be told: it names the key that is wrong."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the story."""

    name: str
    email: str
    group: str = ""
    sponsor: str = ""
    employee: bool = False


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A line of an order as the story tells it; ``credit_of`` empty means the buyer's own code."""

    id: str
    article: Article
    quantity: int
    paid: int
    net: int
    tax: str
    credit: int
    credit_of: str
    refunded_quantity: int
    refunded: int


@dataclass(frozen=True, slots=True)
class OrderTold:
    """The whole state of one order."""

    id: str
    customer: str
    guest: str
    state: State
    updated: datetime
    placed: datetime | None
    paid_at: datetime | None
    lines: tuple[StoryLine, ...]
    refund_without_lines: int


@dataclass(frozen=True, slots=True)
class CustomerTold:
    """A registered customer."""

    id: str
    email: str
    group: str
    verified: bool


@dataclass(frozen=True, slots=True)
class SponsorTold:
    """Who sponsors whom from now on."""

    customer: str
    sponsor: str


@dataclass(frozen=True, slots=True)
class AdjustTold:
    """Credit booked by hand."""

    customer: str
    amount: int
    reason: str


@dataclass(frozen=True, slots=True)
class OpeningTold:
    """Credit brought along from elsewhere."""

    customer: str
    amount: int
    expires: date | None


@dataclass(frozen=True, slots=True)
class ActivateTold:
    """A new version of the programme; parts left out stay as they were."""

    parts: Table = field(hash=False)


Told = OrderTold | CustomerTold | SponsorTold | AdjustTold | OpeningTold | ActivateTold


@dataclass(frozen=True, slots=True)
class Event:
    """Something that reaches us at a moment."""

    at: datetime
    what: Told


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must be true of an account at a moment; None means that nothing is said."""

    at: datetime
    account: str
    balance: int | None
    pending: int | None
    available: int | None
    offer: int | None
    entries: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Story:
    """A whole file. ``document`` is the programme's tables; ``error`` what its refusal must say."""

    title: str
    document: Table
    people: tuple[Person, ...]
    events: tuple[Event, ...]
    expectations: tuple[Expectation, ...]
    error: str
    text: str


def read(text: str) -> Story:
    """The story that a file tells; ``StoryError`` when it cannot be told."""
    table = parse(text)
    try:
        reader = _Reader(str(table["programme"]["currency"]))
        return Story(
            title=table.get("title", ""),
            document=document_in(table),
            people=tuple(reader.person(n, v) for n, v in table.get("people", {}).items()),
            # What an order leaves out is what its earliest state says, wherever that stands in the file.
            events=tuple(reader.event(value) for value in sorted(table.get("event", ()), key=itemgetter("at"))),
            expectations=tuple(reader.expectation(value) for value in table.get("expect", ())),
            error=table.get("error", ""),
            text=text,
        )
    except KeyError as error:
        raise StoryError(f"the story cannot be told: the key {error} is missing") from error
    except (TypeError, AttributeError, ValueError) as error:
        raise StoryError(f"the story cannot be told: {error}") from error


def parse(text: str) -> Table:
    """The tables of a file; ``StoryError`` when it is not TOML."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise StoryError(f"this is not valid TOML: {error}") from error


def document_in(table: Table) -> Table:
    """The tables of a file that the programme has to take or to refuse."""
    return {part: table[part] for part in table if part in PARTS or _is_unknown(part)}


def _is_unknown(part: str) -> bool:
    """Whether a table belongs to neither the story nor the programme: the programme must refuse it."""
    return part not in {"title", "error", "people", "event", "expect"}


class _Reader:
    """Reads the story's tables in one currency."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self._placed: dict[str, datetime] = {}

    def person(self, name: str, table: Table) -> Person:
        email = table.get("email", f"{name}@kunden.example")
        return Person(name, email, table.get("group", ""), table.get("sponsor", ""), table.get("employee", False))

    def event(self, table: Table) -> Event:
        at = _utc(table["at"])
        kinds = [key for key in table if key != "at"]
        if len(kinds) != 1 or kinds[0] not in _EVENTS:
            raise StoryError(f"an event is one of {', '.join(sorted(_EVENTS))}; found {kinds}")
        told: Told = _EVENTS[kinds[0]](self, table[kinds[0]], at)
        return Event(at, told)

    def order(self, table: Table, at: datetime) -> OrderTold:
        first = self._placed.setdefault(str(table["id"]), at)
        return OrderTold(
            id=str(table["id"]),
            customer=table.get("customer", ""),
            guest=table.get("guest", ""),
            state=State(table["state"]),
            updated=_utc(table.get("updated", at)),
            placed=_utc(table.get("placed", first)),
            paid_at=_utc(table["paid_at"]) if "paid_at" in table else None,
            lines=tuple(self._line(line) for line in table["lines"]),
            refund_without_lines=self._money(table.get("refund_without_lines", "0")),
        )

    def _line(self, table: Table) -> StoryLine:
        paid, tax = self._money(table["paid"]), str(table.get("tax", "19"))
        net = self._money(table["net"]) if "net" in table else _net(paid, tax)
        return StoryLine(
            id=str(table["id"]),
            article=Article(
                product=str(table.get("product", "")),
                sku=table.get("sku", ""),
                name=table.get("sku", ""),
                categories=_names(table.get("category", ())),
                tags=_names(table.get("tags", ())),
            ),
            quantity=table.get("quantity", 1),
            paid=paid,
            net=net,
            tax=tax,
            credit=self._money(table.get("credit", "0")),
            credit_of=table.get("credit_of", ""),
            refunded_quantity=table.get("refunded_quantity", 0),
            refunded=self._money(table.get("refunded", "0")),
        )

    def customer(self, table: Table, _at: datetime) -> CustomerTold:
        return CustomerTold(
            table["id"], table.get("email", ""), table.get("group", ""), table.get("verified", False)
        )

    def sponsor(self, table: Table, _at: datetime) -> SponsorTold:
        return SponsorTold(table["customer"], table["sponsor"])

    def adjust(self, table: Table, _at: datetime) -> AdjustTold:
        return AdjustTold(table["customer"], self._money(table["amount"]), table["reason"])

    def opening(self, table: Table, _at: datetime) -> OpeningTold:
        return OpeningTold(table["customer"], self._money(table["amount"]), table.get("expires"))

    def activate(self, table: Table, _at: datetime) -> ActivateTold:
        return ActivateTold(dict(table))

    def expectation(self, table: Table) -> Expectation:
        def amount(key: str) -> int | None:
            return self._money(table[key]) if key in table else None

        entries = tuple(sorted(table["entries"])) if "entries" in table else None
        return Expectation(
            _utc(table["at"]),
            table["account"],
            amount("balance"),
            amount("pending"),
            amount("available"),
            amount("offer"),
            entries,
        )

    def _money(self, text: str) -> int:
        return money.parse(str(text), self._currency)


_EVENTS: dict[str, Callable[[_Reader, Table, datetime], Told]] = {
    "order": _Reader.order,
    "customer": _Reader.customer,
    "sponsor": _Reader.sponsor,
    "adjust": _Reader.adjust,
    "opening": _Reader.opening,
    "activate": _Reader.activate,
}


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise StoryError(f"{moment} has no offset from UTC; write it like 2026-03-02T10:00:00+01:00")
    return moment.astimezone(UTC)


def _net(paid: int, tax: str) -> int:
    return money.half_up(paid / (1 + Fraction(Decimal(tax)) / 100))


def _names(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)

"""Stories told through a platform: each order is written as the shop's own body, read by the adapter, and the codes
go out to a toy shop. Only the catalogue is left out: what an article is, the story itself says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

import adapters
from bridge.domain.orders import Order, State
from bridge.ports import (
    CodeRef,
    CodeWrite,
    CodeWritten,
    Contact,
    OrderGone,
    OrderSeen,
    Platform,
    ShopClient,
    ShopCode,
    ShopTerms,
)
from bridge.services import settle
from bridge.services.contact import find_shop
from bridge.services.scenario.run import Teller
from bridge.services.scenario.shop import MemoryShop
from bridge.services.scenario.story import OrderTold, Story, StoryError


class Scribe(Protocol):
    """Writes orders as a platform's bodies, and has a toy shop of it."""

    name: str

    def person(self, name: str, email: str) -> str:
        """The id of somebody in the toy shop, where they are registered if need be."""
        ...

    def client(self) -> ShopClient:
        """A client of the toy shop."""
        ...

    def read(self, order: Order, contact: Contact, platform: Platform, terms: ShopTerms) -> OrderSeen | OrderGone:
        """The order written as a body, and read again by the adapter."""
        ...


@dataclass(slots=True)
class ToldShop(MemoryShop):
    """The story's shop, with its codes in a toy shop and its customers known there by numbers."""

    scribe: Scribe | None = None
    numbers: dict[str, str] = field(default_factory=dict)

    @property
    def _toys(self) -> Scribe:
        assert self.scribe is not None
        return self.scribe

    def holder(self, customer: str, email: str) -> str:
        return adapters.load(self._toys.name).holder(self.number(customer, email) if customer else "", email)

    def number(self, customer: str, email: str = "") -> str:
        if customer not in self.numbers:
            known = self.people.get(customer)
            self.numbers[customer] = self._toys.person(customer, email or (known.email if known else ""))
        return self.numbers[customer]

    def codes(self, refs: Sequence[CodeRef]) -> dict[str, ShopCode]:
        return self._toys.client().codes(refs)

    def write_codes(self, writes: Sequence[CodeWrite]) -> list[CodeWritten]:
        answers = self._toys.client().write_codes(writes)
        self.held |= {answer.now.code: answer.now for answer in answers if answer.now}
        return answers


class ThroughTeller(Teller):
    """Tells a story with its orders taking the way of real ones."""

    def __init__(self, story: Story, scribe: Scribe) -> None:
        super().__init__(story)
        self._scribe = scribe
        plain = self.shop
        self.shop = ToldShop(plain.currency, plain.timezone, plain.people, scribe=scribe)
        self.shop.ties_guests = adapters.load(scribe.name).ties_guests
        self._platform = adapters.load(scribe.name)

    def _happen(self, what: object) -> None:  # type: ignore[override]
        if not isinstance(what, OrderTold):
            super()._happen(what)
            return
        told, contact = self._order(what), Contact(email=what.guest) if what.guest else Contact()
        seen = self._through(told, contact)
        if seen is None:
            return
        with self.db.reading() as session:
            shop = find_shop(session, self.shop_id)
        result = settle.absorb(self.runtime, shop, [seen], "scenario")
        if result.problems:
            raise StoryError("; ".join(result.problems.values()))

    def _through(self, told: Order, contact: Contact) -> OrderSeen | OrderGone | None:
        """The order as the adapter reads it, with the names that the story has for people and goods."""
        if told.state is State.DRAFT:
            return None  # no platform settles one
        numbered = replace(told, customer=self._shop_number(told.customer))
        read = self._scribe.read(numbered, contact, self._platform, ShopTerms(self.currency))
        if isinstance(read, OrderGone):
            return OrderGone(told.id, told.updated)
        goods = {line.id: line.article for line in told.lines}
        lines = tuple(replace(line, article=goods[line.id]) for line in read.order.lines)
        return replace(read, order=replace(read.order, customer=told.customer, lines=lines))

    def _shop_number(self, customer: str | None) -> str | None:
        assert isinstance(self.shop, ToldShop)
        return self.shop.number(customer) if customer else None


def stamp(moment: datetime) -> str:
    """As bodies have it."""
    return moment.astimezone(UTC).isoformat()

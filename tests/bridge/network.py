"""A shop whose customers recommend it: orders are settled as they come, and the ledger is asked what it says."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from bridge.domain.orders import Line, Order
from bridge.ports import Contact, OrderSeen
from bridge.services import settle
from bridge.services.contact import find_shop
from bridge.services.taken import NOBODY
from bridge.storage import people, programmes
from bridge.storage.models import Account, Entry, Sponsorship
from bridge.storage.people import CUSTOMER, MAILBOX, Name
from tests.bridge.world import World
from tests.builders import line, order

PROGRAMME = """
[programme]
currency = "EUR"
timezone = "Europe/Berlin"
available_after_days = 0
[[earn]]
id = "all"
percent = "10"
[referral]
base = "paid"
levels = ["5", "2"]
"""


@dataclass
class Network:
    """A world with a programme that pays for recommendations."""

    world: World

    def activate(self, text: str = PROGRAMME) -> None:
        with self.world.runtime.db.transaction() as session:
            programmes.add(session, 1, text, None, self.world.clock.now, "test")

    def seen(
        self, number: str, customer: str | None, clock: str, *lines: Line, contact: Contact = NOBODY, **more: Any
    ) -> OrderSeen:
        found: Order = order(*lines, clock=clock, id=number, customer=customer, paid_at=None, **more)
        return OrderSeen(found, contact)

    def settle(self, *seen: OrderSeen) -> None:
        """Settle these in one batch, and whatever that leaves to be settled."""
        with self.world.runtime.db.reading() as session:
            shop = find_shop(session, 1)
        result = settle.absorb(self.world.runtime, shop, list(seen), "test")
        assert not result.problems

    def account(self, customer: str = "", mailbox: str = "") -> int:
        kind, value = (CUSTOMER, customer) if customer else (MAILBOX, self.world.runtime.vault.fingerprint(mailbox))
        with self.world.runtime.db.reading() as session:
            return people.find(session, 1, [Name(kind, value)])[Name(kind, value)]

    def earned(self, customer: str) -> list[str]:
        """The account's entries, as kind and minor units."""
        with self.world.runtime.db.reading() as session:
            rows = session.exec(
                select(Entry)
                .where(Entry.account_id == self.account(customer), col(Entry.moves).is_(False))
                .order_by(col(Entry.id))
            )
            return [f"{row.kind} {row.amount}" for row in rows]

    def bindings(self, customer: str) -> list[Sponsorship]:
        with self.world.runtime.db.reading() as session:
            found = select(Sponsorship).where(Sponsorship.account_id == self.account(customer))
            return list(session.exec(found.order_by(col(Sponsorship.since))))

    def standing(self, customer: str) -> Account:
        with self.world.runtime.db.reading() as session:
            return session.get_one(Account, self.account(customer))


def bought(paid: int = 10000, tax: str = "19", line_id: str = "1", **values: Any) -> Line:
    return line(line_id, paid, tax=tax, **values)

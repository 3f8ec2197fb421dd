"""A ledger in memory to which orders are told, for tests of what is read from the books and proven about them."""

import atexit
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

from sqlmodel import Session, col, select

from bridge.config import Settings
from bridge.domain.orders import Order
from bridge.ports import Contact, CustomerSeen, OrderSeen
from bridge.reports import statement as statements
from bridge.runtime import Runtime
from bridge.services import customers, settle, sweep
from bridge.services.checks.pages import Finding
from bridge.services.connect import Secrets, seal
from bridge.services.contact import find_shop
from bridge.services.settlement import Settlement
from bridge.services.verify import verify
from bridge.storage import programmes
from bridge.storage.db import Database
from bridge.storage.models import Account, Offer, Shop
from bridge.vault import Vault
from tests.builders import at
from tests.fakes import FakeBell, FakeClock, FakePlatform, FakeShop

TEN_PERCENT = """
[programme]
currency = "EUR"
available_after_days = 0
[[earn]]
id = "all"
percent = "10"
"""


def _folder() -> Path:
    """A data folder that is gone when the tests are over."""
    made = mkdtemp(prefix="told-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return Path(made)


@dataclass
class Told:
    """The ledger of one shop, with the clock of the story."""

    db: Database
    shop: FakeShop = field(default_factory=FakeShop)
    bell: FakeBell = field(default_factory=FakeBell)
    clock: FakeClock = field(default_factory=lambda: FakeClock(at("2026-03-02 12:00")))
    shop_id: int = 1
    data: Path = field(default_factory=_folder)

    def __post_init__(self) -> None:
        platform = FakePlatform(self.shop)
        settings = Settings(data=self.data, database_url="sqlite://")
        vault = Vault([bytes(32)])
        self.runtime = Runtime(settings, self.db, vault, lambda _: platform, self.bell, self.clock)  # type: ignore[arg-type, return-value]

    def open(self, document: str, name: str = "t0ken") -> None:
        with self.db.transaction() as session:
            session.add(
                Shop(
                    platform="toy",
                    name="Toy",
                    url="https://toy.example",
                    token=name,
                    currency="EUR",
                    timezone="Europe/Berlin",
                    added_at=self.clock.now,
                    secrets=seal(self.runtime, name, Secrets("key", "secret", ("hook",))),
                )
            )
            session.flush()
            programmes.add(session, self.shop_id, document, None, self.clock.now, "test")

    def tell(self, *orders: Order, email: str = "") -> None:
        """The shop shows these orders now."""
        with self.db.reading() as session:
            shop = find_shop(session, self.shop_id)
        result = settle.absorb(self.runtime, shop, [OrderSeen(o, Contact(email)) for o in orders], "told")
        assert not result.problems, result.problems

    def meet(self, customer: str) -> None:
        """The shop knows this customer, although we have never heard of them."""
        self.shop.people[customer] = CustomerSeen(customer, Contact(f"{customer}@example.org", customer))

    def know(self, *people: CustomerSeen) -> None:
        """The shop says who these customers are."""
        with self.db.transaction() as session:
            shop = find_shop(session, self.shop_id)
            settlement = Settlement(session, shop, self.runtime.vault.fingerprint, self.clock.now, "told")
            customers.absorb(settlement, people, False)
            settlement.close()

    def wait_until(self, clock: str) -> None:
        """Time passes, and the sweep with it."""
        self.clock.now = at(clock)
        sweep.sweep(self.runtime)

    def account(self, customer: str = "anna") -> Account:
        with self.db.reading() as session:
            account = session.get(Account, statements.find_account(session, self.shop_id, customer))
            assert account is not None
            return account

    def statement(self, customer: str = "anna", language: str = "de") -> statements.Statement:
        with self.db.reading() as session:
            account = statements.find_account(session, self.shop_id, customer)
            return statements.statement(session, account, self.clock.now, language)

    def entries(self, customer: str = "anna") -> list[tuple[str, int]]:
        return [(line.entry.kind, line.entry.amount) for line in self.statement(customer).lines]

    def offer(self, worth: int, state: str = "live", customer: str = "anna", sequence: int = 1) -> None:
        """A code of the customer's, as a push would have left it."""
        account = self.account(customer)
        with self.db.transaction() as session:
            session.add(
                Offer(
                    shop_id=self.shop_id,
                    account_id=account.id or 0,
                    sequence=sequence,
                    state=state,
                    worth=worth,
                    code=f"guthaben-{customer}-{sequence}",
                    created_at=self.clock.now,
                )
            )
            for row in session.exec(select(Account).where(col(Account.id) == account.id)):
                row.stale = False

    def verify(self) -> list[Finding]:
        return verify(self.runtime)

    @contextmanager
    def tampered(self) -> Iterator[Session]:
        """A transaction of somebody who holds the database and has taken the triggers away for a while."""
        with self.db.transaction() as session:
            connection = session.connection()
            triggers = connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            ).all()
            for name, _ in triggers:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            yield session
            session.flush()
            for _, sql in triggers:
                connection.exec_driver_sql(sql)


@contextmanager
def told(document: str = TEN_PERCENT) -> Iterator[Told]:
    """An empty ledger in memory, for one shop with this programme."""
    db = Database("sqlite://")
    db.migrate()
    ledger = Told(db)
    ledger.open(document)
    yield ledger
    db.close()

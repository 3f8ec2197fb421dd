"""A small world for use cases: a real database, one shop in memory, a clock that stands still."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import SQLModel, col, select

from bridge.config import Settings
from bridge.runtime import Runtime
from bridge.services.connect import Secrets, seal
from bridge.storage.db import Database
from bridge.storage.models import Account, Case, Offer, Person, ProgrammeVersion, Shop
from bridge.vault import Vault
from tests.fakes import FakeBell, FakeClock, FakePlatform, FakeShop

PROGRAMME = '[programme]\ncurrency = "EUR"\n'


@dataclass
class World:
    """The parts of a test, and short ways to set the scene and to look."""

    runtime: Runtime
    shop: FakeShop
    bell: FakeBell
    clock: FakeClock
    platform: FakePlatform
    shop_id: int = 1

    def account(
        self, available: int = 0, email: str = "anna@example.org", customer: str = "7", **values: Any
    ) -> int:
        """A stale account with so much to use; its id."""
        with self.runtime.db.transaction() as session:
            count = len(session.exec(select(Account)).all())
            account = Account(
                shop_id=self.shop_id, token=f"account{count + 1}", currency="EUR", balance=available,
                stale=True, head=b"", opened_at=self.clock.now, **values,
            )  # fmt: skip
            session.add(account)
            session.flush()
            assert account.id is not None
            session.add(Person(account_id=account.id, email=email, customer=customer, updated_at=self.clock.now))
            return account.id

    def credit(self, account_id: int, available: int) -> None:
        """The ledger says another amount now."""
        self.change(Account, account_id, balance=available, stale=True, push_due_at=None)

    def settle_use(self, account_id: int, taken: int) -> None:
        """The order with the account's open code arrived and took so much of it."""
        with self.runtime.db.transaction() as session:
            for offer in session.exec(select(Offer).where(Offer.account_id == account_id)):
                if offer.state in ("planned", "live"):
                    offer.state, offer.taken = "used", taken
                    session.add(offer)
            account = session.get(Account, account_id)
            assert account is not None
            account.balance -= taken
            account.stale, account.push_due_at = True, None
            session.add(account)

    def change(self, table: type[SQLModel], key: object, **values: object) -> None:
        with self.runtime.db.transaction() as session:
            row = session.get(table, key)
            assert row is not None
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)

    def get(self, table: type[Any], key: object) -> Any:
        with self.runtime.db.reading() as session:
            return session.get(table, key)

    def offers(self, account_id: int) -> list[Offer]:
        with self.runtime.db.reading() as session:
            found = select(Offer).where(Offer.account_id == account_id).order_by(col(Offer.sequence))
            return list(session.exec(found))

    def cases(self) -> list[Case]:
        """The open cases."""
        with self.runtime.db.reading() as session:
            return list(session.exec(select(Case).where(col(Case.closed_at).is_(None))))


def open_world(db: Database, folder: Path) -> World:
    """A world over an empty database, with a shop and a programme that redeems from one cent on."""
    bell, clock, shop = FakeBell(), FakeClock(), FakeShop()
    platform = FakePlatform(shop)
    settings = Settings(folder, "", public_url="https://credit.example.com")
    runtime = Runtime(settings, db, Vault([bytes(32)]), lambda _: platform, bell, clock)  # type: ignore[arg-type, return-value]
    with db.transaction() as session:
        session.add(_shop(runtime))
        session.flush()
        session.add(ProgrammeVersion(shop_id=1, number=1, document=PROGRAMME, activated_at=clock.now))
    return World(runtime, shop, bell, clock, platform)


def _shop(runtime: Runtime) -> Shop:
    now = runtime.clock()
    return Shop(
        platform="toy", name="Toy", url="https://toy.example", token="t0ken", currency="EUR", added_at=now,
        secrets=seal(runtime, "t0ken", Secrets("key", "secret", ("hook",))),
        profile={"codes_enabled": True, "read_at": now.isoformat()},
    )  # fmt: skip

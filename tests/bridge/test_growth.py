"""What one more order asks of the database: no more in a shop with a long history than in a new one.

SQLite counts the steps of its machine, so nothing here depends on time.
"""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import insert

from bridge.ports import Contact, CustomerSeen
from bridge.reports import partners
from bridge.reports.statement import find_account, statement
from bridge.services import settle, sweep
from bridge.services.contact import load_shop
from bridge.services.partners import bind, enrol
from bridge.storage import inbox, offers, orders, people
from bridge.storage.db import Database
from bridge.storage.models import Delivery, Shop
from bridge.storage.people import CUSTOMER, Name
from tests.bridge.history import bought, earning
from tests.bridge.told import Told
from tests.bridge.world import World, open_world
from tests.builders import at, line, order


def with_past(folder: Path, template: Path, size: int) -> World:
    """A shop with so many customers, old deliveries and orders, most of them by one and the same customer."""
    folder.mkdir()
    copy = shutil.copy(template, folder / "ledger.db")
    world = earning(open_world(Database(f"sqlite:///{copy}"), folder))
    now = world.clock.forward(days=400) or world.clock.now
    with world.runtime.db.transaction() as session:
        shop = session.get_one(Shop, 1)
        people.find_or_open(session, shop, [Name(CUSTOMER, f"old{n}") for n in range(size)], now)
        kept = {
            "shop_id": 1,
            "received_at": now,
            "topic": "order.updated",
            "origin": "",
            "headers": {},
            "body": b"",
        }
        done = {"state": "settled", "order_id": "", "reason": "", "attempts": 1}
        session.execute(insert(Delivery), [kept | done for _ in range(size)])
    tell(world, range(100, 100 + size))
    return world


def tell(world: World, numbers: range) -> None:
    shop = load_shop(world.runtime, 1)
    for start in range(numbers.start, numbers.stop, 200):
        some = range(start, min(start + 200, numbers.stop))
        settle.absorb(world.runtime, shop, [bought(number) for number in some], "test")


def steps(world: World, work: Callable[[], object]) -> int:
    """How many steps SQLite takes for it."""
    taken = 0

    def step() -> int:
        nonlocal taken
        taken += 1
        return 0

    raw = world.runtime.db.engine.raw_connection()
    driver = raw.driver_connection
    assert driver is not None
    raw.close()
    driver.set_progress_handler(step, 1)
    work()
    driver.set_progress_handler(None, 0)
    assert taken > 50, "the work went over another connection"
    return taken


def look_around(world: World) -> None:
    """What drain, push and sweep ask again and again."""
    with world.runtime.db.reading() as session:
        now = world.clock.now
        inbox.waiting(session, 1, now, 200)
        offers.due(session, 1, now, 10)
        sweep._due_accounts(session, 1, now)
        orders.dirty(session, 1, 10)


def page(world: World) -> None:
    with world.runtime.db.reading() as session:
        account = people.find(session, 1, [Name(CUSTOMER, "7")])[Name(CUSTOMER, "7")]
        statement(session, account, world.clock.now, limit=10)


def test_one_more_order_costs_no_more_after_a_long_history(tmp_path: Path, sqlite_template: Path) -> None:
    young, old = (with_past(tmp_path / str(size), sqlite_template, size) for size in (30, 1500))
    for work in (lambda world: tell(world, range(90, 91)), look_around, page):
        few = steps(young, lambda work=work: work(young))  # type: ignore[misc]
        many = steps(old, lambda work=work: work(old))  # type: ignore[misc]
        assert many <= 1.3 * few + 100, f"{few} steps have become {many}"


PAID_BY_LEVEL = """
[programme]
name = "Teeladen"
currency = "EUR"
[[earn]]
id = "all"
percent = "10"
[referral]
levels = ["5", "2"]
base = "paid"
"""


def test_what_a_partner_earned_is_added_up_by_level(tmp_path: Path, sqlite_template: Path) -> None:
    with closing(Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'ledger.db')}")) as db:
        books = Told(db)
        books.open(PAID_BY_LEVEL)
        books.know(*(CustomerSeen(name, Contact(f"{name}@example.org", name)) for name in ("anna", "bert", "carl")))
        for partner in ("anna", "bert"):
            enrol(books.runtime, 1, partner, f"code-{partner}", since=at("2025-01-01 00:00"))
        for below, above in (("bert", "anna"), ("carl", "bert")):
            bind(books.runtime, 1, below, above, at("2026-01-01 00:00"), "test")
        for number in range(20):
            name = "bert" if number % 2 else "carl"
            books.tell(order(line(paid=1000), id=f"20{number:02}", customer=name))
        books.tell(order(line(paid=1000, refunded=1000, refunded_quantity=1), id="2001", customer="bert"))
        with db.reading() as session:
            anna = find_account(session, 1, "anna")
            assert partners.earned(session, anna) == {1: 9 * 50, 2: 10 * 20}

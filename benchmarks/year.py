"""A year of a network-marketing shop: 100,000 orders, 20,000 partners, six levels; settled, verified, simulated.

``python benchmarks/year.py [--orders N] [--partners N] [--keep FILE]`` plays the same year each time: customers
come by recommendation, some pay with their credit, some give goods back or cancel, and every night what has
become due is looked at. It prints CPU seconds, peak memory and what ``verify`` finds; 1 is the exit code if the
books are not clean or the simulation says something else than they do.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TypeVar

from sqlalchemy import insert, select
from sqlmodel import Session, col

from adapters import woocommerce
from bridge.config import Settings
from bridge.domain.orders import Article, CodeUse, Credit, Line, Order, State
from bridge.ports import Contact, OrderSeen
from bridge.runtime import Runtime
from bridge.services import settle
from bridge.services.connect import Secrets, seal
from bridge.services.contact import load_shop
from bridge.services.simulate import simulate
from bridge.services.verify import verify
from bridge.storage import people, programmes
from bridge.storage.db import Database
from bridge.storage.models import Account, Offer, Shop
from bridge.storage.people import CUSTOMER, Binding, Name
from bridge.vault import Vault

T = TypeVar("T")

BEGIN = datetime(2025, 1, 1, 6, tzinfo=UTC)
YEAR = timedelta(days=365)
SHOP = 1
BATCH = 200

PROGRAMME = """
[programme]
currency = "EUR"
available_after_days = 14
[[earn]]
id = "all"
percent = "4"
[[earn]]
id = "care"
category = ["care"]
amount = "0.50"
also = true
[[bonus]]
id = "quarter"
kind = "turnover"
period = "quarter"
minimum = "400.00"
percent = "2"
[[bonus]]
id = "faithful"
kind = "regularity"
period = "month"
orders = 1
periods = 3
amount = "5.00"
[referral]
base = "paid"
levels = ["5", "3", "2", "1", "1", "0.5"]
cap_percent_of_paid = "12"
own_turnover = { period = "quarter", minimum = "80.00" }
[expiry]
months = 36
"""


@dataclass
class Clock:
    """The year's own time."""

    now: datetime = BEGIN

    def __call__(self) -> datetime:
        return self.now


class Silence:
    """A bell that nobody hears."""

    def ring(self, task: str, shop_id: int) -> None:
        """There are no workers here."""


# --- the shop and its orders ----------------------------------------------------------------------------


def opened(file: Path, partners: int) -> tuple[Runtime, Clock]:
    """A shop with its programme and its tree: everybody but the first few was recommended by somebody before."""
    db, clock = Database(f"sqlite:///{file}"), Clock()
    db.migrate()
    settings = Settings(file.parent, "", public_url="https://credit.example.com")
    runtime = Runtime(settings, db, Vault([bytes(32)]), lambda _: woocommerce.PLATFORM, Silence(), clock)
    secrets = seal(runtime, "year", Secrets("key", "secret", ("hook",)))
    with db.transaction() as session:
        shop = Shop(
            platform="woocommerce", name="Year", url="https://shop.example.com", token="year", currency="EUR",
            timezone="Europe/Berlin", secrets=secrets, added_at=BEGIN,
        )  # fmt: skip
        session.add(shop)
        session.flush()
        programmes.add(session, SHOP, PROGRAMME, None, BEGIN, "year")
        _plant(session, shop, partners)
    return runtime, clock


def _plant(session: Session, shop: Shop, partners: int) -> None:
    chance = Random(7)  # noqa: S311 - the same year each time
    names = [Name(CUSTOMER, str(number)) for number in range(1, partners + 1)]
    accounts: dict[Name, int] = {}
    for start in range(0, partners, 1000):
        accounts |= people.find_or_open(session, shop, names[start : start + 1000], BEGIN)
    bound = []
    for number in range(4, partners + 1):
        # Whoever came early has recommended more, as it is in such networks.
        sponsor = chance.randint(max(1, number // 6), max(1, number // 3))
        bound.append(Binding(accounts[names[number - 1]], BEGIN, accounts[names[sponsor - 1]], "recommended"))
    people.sponsor(session, bound)


def placed(count: int, partners: int) -> Iterator[OrderSeen]:
    """The year's orders as the shop would tell them when they are paid."""
    chance = Random(11)  # noqa: S311
    for number in range(1, count + 1):
        at = BEGIN + YEAR * number / count
        at -= timedelta(microseconds=at.microsecond)
        customer = min(int(chance.paretovariate(0.9) * partners / 40) + chance.randint(0, partners // 2), partners)
        lines = tuple(_line(number, place, chance) for place in range(chance.randint(1, 4)))
        order = Order(
            id=str(number), number=str(number), currency="EUR", state=State.PAID, updated=at, placed=at,
            lines=lines, customer=str(max(1, customer)), paid_at=at, status="processing", method="stripe",
        )  # fmt: skip
        yield OrderSeen(order, Contact(f"c{customer}@example.com", f"Customer {customer}"))


def _line(order: int, place: int, chance: Random) -> Line:
    product, paid = chance.randint(1, 300), chance.randint(800, 9000)
    article = Article(
        str(product), sku=f"sku-{product}", name=f"Article {product}",
        categories=("care",) if product % 3 == 0 else ("food",),
    )  # fmt: skip
    return Line(f"{order}-{place}", article, chance.randint(1, 3), paid, round(paid / 1.19), tax="19")


def changed(seen: OrderSeen, later: datetime, chance: Random) -> OrderSeen | None:
    """What becomes of an order some weeks later: mostly nothing, sometimes a return or a cancellation."""
    order, fate = seen.order, chance.random()
    if fate < 0.02:
        return replace(seen, order=replace(order, state=State.CANCELLED, updated=later))
    if fate < 0.08:
        first, *rest = order.lines
        back = replace(first, refunded=first.paid, refunded_quantity=first.quantity)
        return replace(seen, order=replace(order, lines=(back, *rest), updated=later))
    return None


# --- playing it -----------------------------------------------------------------------------------------


def play(runtime: Runtime, clock: Clock, count: int, partners: int) -> None:
    """Settle the year day by day, as deliveries would be, with the nights between."""
    chance, day = Random(13), BEGIN.date()  # noqa: S311
    later: list[tuple[datetime, OrderSeen]] = []
    batch: list[OrderSeen] = []
    for seen in placed(count, partners):
        if len(batch) == BATCH or seen.order.placed.date() != day:
            _settle(runtime, clock, batch, chance)
            batch = []
        if seen.order.placed.date() != day:
            day = seen.order.placed.date()
            clock.now = max(clock.now, datetime(day.year, day.month, day.day, tzinfo=UTC))
            _turn_over(runtime, clock.now)
            due = [item for at, item in later if at <= clock.now]
            later = [(at, item) for at, item in later if at > clock.now]
            _absorb(runtime, due)
        batch.append(seen)
        change = changed(seen, seen.order.placed + timedelta(days=21), chance)
        if change is not None:
            later.append((change.order.updated, change))
    _settle(runtime, clock, batch, chance)
    clock.now = BEGIN + YEAR + timedelta(days=30)
    _absorb(runtime, [item for _, item in later])
    _turn_over(runtime, clock.now)


def _settle(runtime: Runtime, clock: Clock, batch: list[OrderSeen], chance: Random) -> None:
    if batch:
        clock.now = batch[-1].order.placed
        _absorb(runtime, _with_codes(runtime, batch, chance))


def _absorb(runtime: Runtime, seen: list[OrderSeen]) -> None:
    for start in range(0, len(seen), BATCH):
        done = settle.absorb(runtime, load_shop(runtime, SHOP), seen[start : start + BATCH], "year")
        if done.problems:
            raise SystemExit(f"not settled: {done.problems}")


def _turn_over(runtime: Runtime, now: datetime) -> None:
    """What the sweep does: accounts on which time alone has changed something."""
    with runtime.db.reading() as session:
        due = session.execute(
            select(col(Account.id)).where(col(Account.shop_id) == SHOP, col(Account.due_at) <= now)
        )
        accounts = [account for account in due.scalars() if account is not None]
    settle.settle_accounts(runtime, SHOP, sorted(accounts))


def _with_codes(runtime: Runtime, batch: list[OrderSeen], chance: Random) -> list[OrderSeen]:
    """Some of these orders were paid in part with a code, which the shop had been given before."""
    names = {Name(CUSTOMER, item.order.customer or "") for item in batch}
    with runtime.db.transaction() as session:
        accounts = people.find(session, SHOP, names)
        rows = session.execute(
            select(col(Account.id), col(Account.balance), col(Account.pending), col(Account.entries)).where(
                col(Account.id).in_(accounts.values())
            )
        )
        usable = {row.id: (row.balance - row.pending, row.entries) for row in rows}
        offers, found = [], []
        for item in batch:
            account = accounts.get(Name(CUSTOMER, item.order.customer or ""), 0)
            worth, entries = usable.pop(account, (0, 0))
            if worth < 300 or chance.random() > 0.3:
                found.append(item)
                continue
            code = f"guthaben-{account}-{entries}"
            taken = min(worth, item.order.lines[0].paid // 2)
            offers.append(_offer(runtime, account, entries, code, worth))
            found.append(_paid_with(item, code, taken))
        if offers:
            session.execute(insert(Offer), offers)
    return found


def _offer(runtime: Runtime, account: int, sequence: int, code: str, worth: int) -> dict[str, object]:
    return {
        "shop_id": SHOP, "account_id": account, "sequence": sequence, "code": code, "state": "live", "worth": worth,
        "face": worth, "created_at": runtime.clock(),
    }  # fmt: skip


def _paid_with(item: OrderSeen, code: str, taken: int) -> OrderSeen:
    first, *rest = item.order.lines
    paid = first.paid - taken
    first = replace(first, paid=paid, net=round(paid / 1.19), credits=(Credit(code, taken),))
    return replace(item, order=replace(item.order, lines=(first, *rest), codes=(CodeUse(code, taken),)))


# --- telling ----------------------------------------------------------------------------------------------


def measured(what: str, orders: int, work: Callable[[], T]) -> T:
    """Do it and say what it took."""
    started = time.process_time()
    result = work()
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{what:10} {seconds:8.1f} CPU s  {seconds / orders * 1e6:7.0f} µs per order  peak {peak:.0f} MB",
        flush=True,
    )
    return result


def main() -> int:
    """Play the year; whether the books are clean."""
    parser = argparse.ArgumentParser("benchmarks/year.py")
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--partners", type=int, default=20_000)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="rabattkonto-year-") as folder:
        file = asked.keep or Path(folder) / "year.db"
        runtime, clock = opened(file, asked.partners)
        measured("settle", asked.orders, lambda: play(runtime, clock, asked.orders, asked.partners))
        findings = measured("verify", asked.orders, lambda: verify(runtime))
        report = measured("simulate", asked.orders, lambda: simulate(runtime, SHOP, PROGRAMME))
        with runtime.db.reading() as session:
            _tell_size(session)
        runtime.db.close()
    for finding in findings:
        print(f"{finding.invariant} {finding.subject}: {finding.sentence}")
    same = report.total.simulated.earned == report.total.running.earned
    print(
        f"earned {report.total.running.earned}, simulated {report.total.simulated.earned}; {len(findings)} findings"
    )
    return 0 if same and not findings else 1


def _tell_size(session: Session) -> None:
    tables = "SELECT sum(pgsize) FROM dbstat WHERE name IN ({})"
    of_entries = "'entry', 'entry_order', 'sqlite_autoindex_entry_1', 'sqlite_autoindex_entry_2'"
    connection = session.connection()
    entries = connection.exec_driver_sql("SELECT count(*) FROM entry").scalar_one()
    size = connection.exec_driver_sql(tables.format(of_entries)).scalar_one()
    hottest = connection.exec_driver_sql("SELECT max(entries) FROM account").scalar_one()
    print(f"{entries} entries, {size / entries:.0f} bytes each with indexes; the longest account has {hottest}")


if __name__ == "__main__":
    sys.exit(main())

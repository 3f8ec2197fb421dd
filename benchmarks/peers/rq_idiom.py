"""The idiom of the tutorials: one queue job per message, forked, that books with an ORM session. Runs apart."""

import json
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from redis import Redis
from rq import Queue, Worker
from sqlalchemy import Engine, create_engine, event
from sqlmodel import Field, Session, func, select

from benchmarks.apart import Stopwatch
from benchmarks.frame import Run, run_of
from benchmarks.peers.tables import Peer

_engine: Engine | None = None


class Customer(Peer, table=True):
    """Who earns."""

    __tablename__ = "idiom_customer"
    id: int = Field(primary_key=True)
    balance: int = 0


class Purchase(Peer, table=True):
    """An order that was booked; its number keeps it from being booked twice."""

    __tablename__ = "idiom_purchase"
    id: int | None = Field(default=None, primary_key=True)
    number: int = Field(unique=True)
    body: str


class Booking(Peer, table=True):
    """What a line has earned."""

    __tablename__ = "idiom_booking"
    id: int | None = Field(default=None, primary_key=True)
    purchase_id: int = Field(foreign_key="idiom_purchase.id", index=True)
    customer_id: int = Field(foreign_key="idiom_customer.id", index=True)
    amount: int
    booked_at: datetime


def work(redis_url: str, database: str, bodies: list[bytes]) -> Run:
    """Enqueue a job per message and let RQ's usual worker do them, each in a process that it forks."""
    global _engine
    _engine = _durable(database)
    Peer.metadata.create_all(_engine, tables=[Peer.metadata.tables[table.__tablename__] for table in _TABLES])
    _engine.dispose()  # a forked process must open its own connection
    queue = Queue("idiom", connection=Redis.from_url(redis_url))
    watch = Stopwatch()
    for raw in bodies:
        queue.enqueue(book, raw, result_ttl=0)
    Worker([queue], connection=queue.connection).work(burst=True, logging_level="ERROR")
    found = run_of(len(bodies), *watch.stop())
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # which RQ has taken for itself
    return found


def book(raw: bytes) -> None:
    """The job."""
    found = json.loads(raw)
    with Session(_engine) as session:
        customer = session.get(Customer, found["customer_id"]) or Customer(id=found["customer_id"])
        purchase = Purchase(number=found["id"], body=raw.decode())
        session.add_all([customer, purchase])
        session.flush()
        for line in found["line_items"]:
            paid = Decimal(line["total"]) + Decimal(line["total_tax"])
            amount = int(paid * 3 + Decimal("0.5"))
            customer.balance += amount
            session.add(
                Booking(
                    purchase_id=purchase.id or 0,
                    customer_id=customer.id,
                    amount=amount,
                    booked_at=datetime.now(UTC),
                )
            )
        session.commit()


def faults(database: str, orders: int) -> Iterator[str]:
    """What is missing when so many orders were booked."""
    with Session(_durable(database)) as session:
        booked = session.exec(select(func.count()).select_from(Booking)).one()
        balances = session.exec(select(func.sum(Customer.balance))).one()
        sums = session.exec(select(func.sum(Booking.amount))).one()
    if booked != orders * 3:
        yield f"{booked} bookings instead of {orders * 3}"
    if balances != sums:
        yield f"the balances are {balances}, but the bookings {sums}"


_TABLES = (Customer, Purchase, Booking)


def _durable(database: str) -> Engine:
    engine = create_engine(database)
    event.listen(engine, "connect", _pragmas)
    return engine


def _pragmas(connection: object, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]

"""Simulations that somebody asked for on the pages: a worker runs them, and the database says how far they are."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func
from sqlmodel import Session, col, select

from bridge.domain import document
from bridge.errors import BridgeError, NotFound
from bridge.runtime import Runtime
from bridge.services.contact import find_shop
from bridge.services.simulate import simulate
from bridge.storage.models import OrderState, Simulation

log = structlog.get_logger(__name__)

TASK = "simulate"

LOST = timedelta(minutes=10)
"""A simulation that has said nothing for so long is begun anew: its worker is gone."""

_KEPT = 20
"""How many are kept per shop; older ones give way."""

_EVERY = timedelta(seconds=2)
"""How often the progress is written: each time is a transaction that others wait for."""


def ask(runtime: Runtime, shop_id: int, text: str, since: datetime | None) -> int:
    """Have a document tried on the orders placed since a moment (UTC); the number of the simulation.

    Raises ``document.ProgrammeError`` at once for a document that is wrong.
    """
    document.read(text)
    with runtime.db.transaction() as session:
        find_shop(session, shop_id)
        asked = Simulation(
            shop_id=shop_id,
            document=text,
            since=since,
            total=_orders(session, shop_id, since),
            asked_at=runtime.clock(),
        )
        session.add(asked)
        session.flush()
        _make_room(session, shop_id)
    runtime.bell.ring(TASK, shop_id)
    return asked.id or 0


def find(session: Session, shop_id: int, number: int) -> Simulation:
    """One simulation of the shop; ``NotFound`` without it."""
    found = session.get(Simulation, number)
    if found is None or found.shop_id != shop_id:
        raise NotFound(f"There is no simulation {number} of shop {shop_id} here.")
    return found


def newest(session: Session, shop_id: int, limit: int = 5) -> list[Simulation]:
    """The simulations asked for last, newest first, without their reports."""
    rows = select(Simulation).where(Simulation.shop_id == shop_id).order_by(col(Simulation.id).desc()).limit(limit)
    return list(session.exec(rows))


def waiting(session: Session, shop_id: int, now: datetime) -> int | None:
    """The next one to run: not begun yet, or begun by a worker that is gone."""
    lost = (col(Simulation.state) == "running") & (col(Simulation.seen_at) < now - LOST)
    question = (
        select(Simulation.id)
        .where(Simulation.shop_id == shop_id, (col(Simulation.state) == "waiting") | lost)
        .order_by(col(Simulation.id))
    )
    return session.exec(question).first()


def work(runtime: Runtime, shop_id: int) -> None:
    """Run whatever waits, one after the other."""
    while True:
        with runtime.db.reading() as session:
            number = waiting(session, shop_id, runtime.clock())
        if number is None:
            return
        _run(runtime, number)


def _run(runtime: Runtime, number: int) -> None:
    with runtime.db.transaction() as session:
        asked = session.get_one(Simulation, number)
        asked.state, asked.orders, asked.seen_at = "running", 0, runtime.clock()
    try:
        report = simulate(runtime, asked.shop_id, asked.document, asked.since, _teller(runtime, number))
    except (BridgeError, document.ProgrammeError) as problem:
        _end(runtime, number, "failed", problem=str(problem))
    except Exception:
        # Whatever it was, whoever looks at the page must not wait for ever.
        _end(runtime, number, "failed", problem="The simulation broke off; the log of the worker says why.")
        raise
    else:
        _end(runtime, number, "done", report=report.as_json())


def _end(
    runtime: Runtime, number: int, state: str, problem: str = "", report: dict[str, object] | None = None
) -> None:
    with runtime.db.transaction() as session:
        asked = session.get_one(Simulation, number)
        asked.state, asked.problem, asked.report, asked.ended_at = state, problem, report, runtime.clock()


def _teller(runtime: Runtime, number: int) -> Callable[[int], None]:
    """Writes how many orders are done, now and then."""
    done, told = 0, runtime.clock()

    def advance(more: int) -> None:
        nonlocal done, told
        done += more
        if runtime.clock() - told < _EVERY:
            return
        told = runtime.clock()
        with runtime.db.transaction() as session:
            asked = session.get_one(Simulation, number)
            asked.orders, asked.seen_at = min(done, asked.total), told

    return advance


def _orders(session: Session, shop_id: int, since: datetime | None) -> int:
    """How many orders there are to play; a stop of a budget plays them twice, so the progress then ends at half."""
    question = select(func.count()).select_from(OrderState).where(col(OrderState.shop_id) == shop_id)
    if since is not None:
        question = question.where(col(OrderState.placed) >= since)
    return session.exec(question).one()


def _make_room(session: Session, shop_id: int) -> None:
    old = select(Simulation).where(Simulation.shop_id == shop_id).order_by(col(Simulation.id).desc()).offset(_KEPT)
    for row in session.exec(old):
        session.delete(row)

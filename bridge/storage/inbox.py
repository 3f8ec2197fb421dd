"""The inbox: deliveries are kept here raw, before anybody answers for them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, or_, text, update
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from bridge.storage.bulk import change_rows
from bridge.storage.columns import milliseconds
from bridge.storage.models import Delivery
from bridge.storage.models.inbox import OPEN

STATES = ("received", "waiting", "settled", "ignored", "attention")
"""The states a delivery can be in; it is always in exactly one of them."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A genuine delivery on its way into the inbox. ``received_at`` is UTC, ``body`` the raw bytes."""

    shop_id: int
    received_at: datetime
    topic: str
    origin: str
    headers: Mapping[str, str]
    body: bytes
    mark: str = ""


def keep(session: Session, arrivals: Sequence[Arrival]) -> list[int]:
    """Store all of them, up to some thousands, in one statement; their ids, in the same order."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        return _keep_in_sqlite(connection, arrivals)
    statement = insert(Delivery).returning(col(Delivery.id), sort_by_parameter_order=True)
    kept = connection.execute(statement, [_row(arrival) for arrival in arrivals])
    return [delivery for delivery in kept.scalars() if delivery is not None]


def _keep_in_sqlite(connection: Connection, arrivals: Sequence[Arrival]) -> list[int]:
    """The same past SQLAlchemy: it would write row by row, and the driver lets go of the interpreter for each.

    With many threads waiting to answer, that costs a fifth of all that receiving a delivery takes. There is one
    writer at a time, so the ids follow one another.
    """
    rows = [_plain(arrival) for arrival in arrivals]
    values = tuple(value for row in rows for value in row.values())
    last: int = connection.exec_driver_sql(_insert_rows(tuple(rows[0]), len(rows)), values).lastrowid
    return list(range(last - len(rows) + 1, last + 1))


@cache
def _insert_rows(names: tuple[str, ...], count: int) -> str:
    places = f"({', '.join('?' * len(names))})"
    return f"INSERT INTO delivery ({', '.join(names)}) VALUES {', '.join([places] * count)}"  # noqa: S608 - our names


def _plain(arrival: Arrival) -> dict[str, object]:
    """A row as the driver takes it."""
    at, headers = milliseconds(arrival.received_at), json.dumps(dict(arrival.headers))
    return _row(arrival) | {"received_at": at, "headers": headers}


def _row(arrival: Arrival) -> dict[str, object]:
    return {
        "shop_id": arrival.shop_id,
        "received_at": arrival.received_at,
        "topic": arrival.topic,
        "origin": arrival.origin,
        "mark": arrival.mark,
        "headers": dict(arrival.headers),
        "body": arrival.body,
        "state": "received",
        "order_id": "",
        "reason": "",
        "attempts": 0,
    }


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a delivery: its next state and the reason that is shown. ``attempts`` so far."""

    delivery: int
    state: str
    reason: str = ""
    order: str = ""
    attempts: int = 0


def waiting(
    session: Session, shop_id: int, now: datetime, limit: int, first: int | None = None, end: int | None = None
) -> list[Delivery]:
    """Deliveries to be settled now, oldest first: new ones, and those whose time to try again has come.

    With ``first`` and ``end`` only those with ids from the one up to, not including, the other.
    """
    asked: list[Any] = [col(Delivery.shop_id) == shop_id, text(OPEN), _due(now)]
    asked += [col(Delivery.id) >= first] if first is not None else []
    asked += [col(Delivery.id) < end] if end is not None else []
    return list(session.exec(select(Delivery).where(*asked).order_by(col(Delivery.id)).limit(limit)))


def waiting_ids(session: Session, shop_id: int, now: datetime, limit: int) -> list[int]:
    """The ids of deliveries to be settled now, oldest first."""
    statement = sa_select(col(Delivery.id)).where(col(Delivery.shop_id) == shop_id, text(OPEN), _due(now))
    ids = session.execute(statement.order_by(col(Delivery.id)).limit(limit)).scalars()
    return [number for number in ids if number is not None]


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(
        col(Delivery.state) == "received",
        (col(Delivery.state) == "waiting") & (col(Delivery.due_at) <= now),
    )


def repeated(session: Session, deliveries: Sequence[Delivery]) -> set[int]:
    """Those of the deliveries, all of one shop, that the platform had sent once before."""
    marks = {delivery.mark for delivery in deliveries if delivery.mark}
    if not marks:
        return set()
    rows = session.execute(
        sa_select(col(Delivery.mark), func.min(col(Delivery.id)))
        .where(
            col(Delivery.shop_id) == deliveries[0].shop_id, col(Delivery.mark).in_(marks), col(Delivery.mark) != ""
        )
        .group_by(col(Delivery.mark))
    )
    first = {row[0]: row[1] for row in rows}
    return {d.id for d in deliveries if d.id is not None and d.mark and first[d.mark] != d.id}


def judge(session: Session, verdicts: Sequence[Verdict], now: datetime) -> None:
    """Write what becomes of deliveries. A waiting one is tried again later and later, at most ten minutes."""
    if not verdicts:
        return
    names = ("state", "reason", "order_id", "attempts", "due_at", "settled_at")
    change_rows(session, Delivery, names, ("id",), [_judged(verdict, now) for verdict in verdicts])


def _judged(verdict: Verdict, now: datetime) -> tuple[object, ...]:
    waits = verdict.state == "waiting"
    wait = timedelta(seconds=min(600, 5 * 2 ** min(verdict.attempts, 7)))
    due_at = milliseconds(now + wait) if waits else None
    settled_at = None if waits else milliseconds(now)
    return (
        verdict.state, verdict.reason, verdict.order, verdict.attempts + 1, due_at, settled_at, verdict.delivery,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A delivery as lists show it. ``order`` is the platform's id, empty where it is about none."""

    id: int
    state: str
    topic: str
    order: str
    received_at: datetime
    reason: str


def newest(
    session: Session,
    state: str | None = None,
    limit: int | None = None,
    shop_id: int | None = None,
    before: int | None = None,
) -> list[Told]:
    """Deliveries without their bodies, newest first: of one shop if given, those with ids below ``before``."""
    question = _NEWEST.limit(limit)
    if state is not None:
        # Written out: with a parameter SQLite does not see that an index holds these very rows.
        question = question.where(col(Delivery.state) == bindparam("wanted", state, literal_execute=True))
    if shop_id is not None:
        question = question.where(col(Delivery.shop_id) == shop_id)
    if before is not None:
        question = question.where(col(Delivery.id) < before)
    return [Told(*row) for row in session.execute(question)]


_NEWEST = sa_select(
    col(Delivery.id),
    col(Delivery.state),
    col(Delivery.topic),
    col(Delivery.order_id),
    col(Delivery.received_at),
    col(Delivery.reason),
).order_by(col(Delivery.id).desc())


def take_up_again(session: Session, ids: Sequence[int]) -> None:
    """Let deliveries be settled once more, as if they had just come. A purged one stays as it is."""
    session.execute(
        update(Delivery)
        .where(col(Delivery.id).in_(ids), col(Delivery.body_hash).is_(None))
        .values(state="received", reason="", due_at=None, settled_at=None, attempts=0)
    )

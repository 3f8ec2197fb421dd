"""One message from a shop: what it said, how it was judged, and what was booked because of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.domain.why import sentence
from bridge.errors import NotFound
from bridge.storage.codec import unpack_why
from bridge.storage.models import Delivery, Entry, OrderState, Shop

SHOWN = 20_000
"""Characters of a body on a page: enough for any order, and the page stays small."""


@dataclass(frozen=True, slots=True)
class Caused:
    """An entry that this message led to, minor units."""

    id: int
    account: int
    kind: str
    amount: int
    explanation: str


@dataclass(frozen=True, slots=True)
class Message:
    """A delivery with what came of it. ``body`` is empty once it was thrown away; ``number`` is the order's."""

    id: int
    shop_id: int
    topic: str
    origin: str
    state: str
    reason: str
    received_at: datetime
    settled_at: datetime | None
    attempts: int
    due_at: datetime | None
    headers: Sequence[tuple[str, str]]
    body: str
    cut: bool
    purged: str
    order: str
    number: str
    account: int | None
    caused: Sequence[Caused]


def message(session: Session, number: int, language: str) -> Message:
    """The delivery of that number; ``NotFound`` without it."""
    row = session.get(Delivery, number)
    if row is None:
        raise NotFound(f"There is no delivery {number} here.")
    order = session.get(OrderState, (row.shop_id, row.order_id)) if row.order_id else None
    body = _pretty(row.body)
    return Message(
        id=number,
        shop_id=row.shop_id,
        topic=row.topic,
        origin=row.origin,
        state=row.state,
        reason=row.reason,
        received_at=row.received_at,
        settled_at=row.settled_at,
        attempts=row.attempts,
        due_at=row.due_at,
        headers=sorted((name, str(value)) for name, value in row.headers.items()),
        body=body[:SHOWN],
        cut=len(body) > SHOWN,
        purged=row.body_hash.hex() if row.body_hash else "",
        order=row.order_id,
        number=order.number if order else row.order_id,
        account=order.account_id if order else None,
        caused=_caused(session, row, language),
    )


def _pretty(body: bytes) -> str:
    """As it is read best; what is no JSON is shown as it came."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        return body.decode("utf-8", "replace")


def _caused(session: Session, row: Delivery, language: str) -> list[Caused]:
    if not row.order_id:
        return []
    currency = session.execute(select(col(Shop.currency)).where(col(Shop.id) == row.shop_id)).scalar_one()
    entries = session.execute(
        select(col(Entry.id), col(Entry.account_id), col(Entry.kind), col(Entry.amount), col(Entry.explanation))
        .where(col(Entry.shop_id) == row.shop_id, col(Entry.order_id) == row.order_id)
        .where(col(Entry.cause) == f"delivery:{row.id}", col(Entry.moves).is_(False))
        .order_by(col(Entry.id))
    )
    return [
        Caused(e.id or 0, e.account_id, e.kind, e.amount, sentence(unpack_why(e.explanation), language, currency))
        for e in entries
    ]

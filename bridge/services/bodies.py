"""Raw bodies of deliveries: they hold names and addresses, so they are thrown away once nobody needs them.

A hash says what each one was; topic and order stay, as do normalised states and facts.
"""

import hashlib
from datetime import timedelta

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlmodel import col

from bridge.runtime import Runtime
from bridge.storage.models import Delivery

_BATCH = 200
_DONE = ("settled", "ignored")
"""States in which nobody needs the raw body any more."""


def purge(runtime: Runtime, shop_id: int) -> int:
    """Throw away what was settled more than RAW_BODIES_DAYS ago; how many. What waits for somebody is kept."""
    before = runtime.clock() - timedelta(days=runtime.settings.raw_bodies_days)
    old = col(Delivery.state).in_(_DONE) & (col(Delivery.received_at) < before)
    return empty(runtime, (col(Delivery.shop_id) == shop_id) & old)


def purge_all(runtime: Runtime, shop_id: int) -> int:
    """The same for every delivery of a shop that was removed."""
    return empty(runtime, col(Delivery.shop_id) == shop_id)


def empty(runtime: Runtime, chosen: ColumnElement[bool]) -> int:
    """Throw away the bodies of the chosen deliveries, in portions; how many."""
    emptied = 0
    statement = (
        select(col(Delivery.id), col(Delivery.body), col(Delivery.state), col(Delivery.reason))
        .where(chosen, col(Delivery.body_hash).is_(None))
        .order_by(col(Delivery.id))
        .limit(_BATCH)
    )
    while True:
        with runtime.db.shredding() as session:
            rows = session.execute(statement).all()
            if not rows:
                return emptied
            session.connection().execute(_EMPTYING, [_emptied(*row) for row in rows])
        emptied += len(rows)


_EMPTYING = (
    update(Delivery)
    .where(col(Delivery.id) == bindparam("delivery"))
    .values(
        body=b"",
        headers={},
        body_hash=bindparam("new_hash"),
        state=bindparam("new_state"),
        reason=bindparam("new_reason"),
        due_at=None,
    )
)


def _emptied(delivery: int, body: bytes, state: str, reason: str) -> dict[str, object]:
    """One that was not settled yet can never be: reading the shop brings what it told."""
    done = state in _DONE
    return {
        "delivery": delivery,
        "new_hash": hashlib.sha256(body).digest(),
        "new_state": state if done else "ignored",
        "new_reason": reason if done else "thrown away with its person; the order is read from the shop",
    }

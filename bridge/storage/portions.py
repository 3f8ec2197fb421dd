"""Deliveries in portions, so that several workers can settle for one shop without doing anything twice.

On PostgreSQL a portion is claimed by a lock that belongs to the process, not to a transaction: the shop may be
asked meanwhile, and when a worker dies its portion is free. On SQLite one worker writes at a time anyway.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from bridge.storage import inbox
from bridge.storage.alone import alone
from bridge.storage.db import Database
from bridge.storage.models import Delivery

_AHEAD = 8
"""How many portions a worker looks at for one that nobody has: there may be so many workers at one shop."""


@contextmanager
def claimed(db: Database, shop_id: int, now: datetime, limit: int) -> Iterator[list[Delivery]]:
    """Deliveries to be settled now that nobody else has at hand, at most ``limit``; none when there are none."""
    if db.sqlite:
        with db.reading() as session:
            waiting = inbox.waiting(session, shop_id, now, limit)
        yield waiting
        return
    with db.reading() as session:
        ids = inbox.waiting_ids(session, shop_id, now, limit * _AHEAD)
    for portion in dict.fromkeys(number // limit for number in ids):
        with alone(db, f"deliveries-{shop_id}-{portion}") as mine:
            if not mine:
                continue
            with db.reading() as session:
                waiting = inbox.waiting(session, shop_id, now, limit, portion * limit, (portion + 1) * limit)
            if waiting:
                yield waiting
                return
    yield []

"""Tallies: how often something has happened, for monitors and the status page. No row for each time it did."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.storage.dialect import upsert
from bridge.storage.models import Tally

HEALED = "order healed"
"""An order for which something was missing until the shop was read."""

MESSAGE = "message "
"""What became of a message: its state follows."""


def count(session: Session, shop_id: int, happened: Mapping[str, int], now: datetime) -> None:
    """Add so many of each. In one order, so that two transactions never wait for each other in a ring."""
    rows = [
        {"shop_id": shop_id, "name": name, "count": happened[name], "at": now}
        for name in sorted(happened)
        if happened[name]
    ]
    if rows:
        statement = upsert(session, Tally)
        added = {"count": col(Tally.count) + statement.excluded["count"], "at": statement.excluded["at"]}
        session.execute(statement.on_conflict_do_update(index_elements=["shop_id", "name"], set_=added), rows)


def messages(states: Iterable[str]) -> Counter[str]:
    """What is to be counted for messages that came to these states."""
    return Counter(f"{MESSAGE}{state}" for state in states)


def found(session: Session, shop_id: int, name: str) -> Tally | None:
    """One tally, None while it never happened."""
    return session.get(Tally, (shop_id, name))


def everything(session: Session) -> list[Tally]:
    """All tallies of all shops."""
    return list(session.execute(select(Tally).order_by(col(Tally.shop_id), col(Tally.name))).scalars())

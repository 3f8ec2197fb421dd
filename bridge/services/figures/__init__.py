"""Figures over all orders and accounts of a shop: worked out at night or when asked for, and kept for the pages."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from bridge.runtime import Runtime
from bridge.services.figures.effect import effect
from bridge.services.figures.live import live
from bridge.storage.dialect import upsert
from bridge.storage.models import Figure

EFFECT, LIVE, PROOF = "effect", "live", "proof"


def refresh(runtime: Runtime, shop_id: int) -> None:
    """Work everything out anew. Reading comes first, so that nobody waits for it to write."""
    now = runtime.clock()
    with runtime.db.reading() as session:
        found = {LIVE: live(session, shop_id, now).as_json(), EFFECT: effect(session, shop_id, now).as_json()}
    with runtime.db.transaction() as session:
        for name, value in found.items():
            keep(session, shop_id, name, now, value)


def keep(session: Session, shop_id: int, name: str, now: datetime, value: dict[str, Any]) -> None:
    """Keep one figure as the newest of its name."""
    statement = upsert(session, Figure).values(shop_id=shop_id, name=name, at=now, value=value)
    newest = {"at": statement.excluded["at"], "value": statement.excluded["value"]}
    session.execute(statement.on_conflict_do_update(index_elements=["shop_id", "name"], set_=newest))

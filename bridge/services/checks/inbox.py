"""I5: every acknowledged delivery is in exactly one known state, and none is stuck."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select

from bridge.runtime import Runtime
from bridge.services.checks.pages import Finding
from bridge.services.contact import RESTING
from bridge.storage.models import Delivery, Shop

STATES = ("received", "waiting", "settled", "ignored", "attention")

_NEW = timedelta(minutes=10)
_WAITING = timedelta(hours=1)
"""How long a delivery may wait past its time before it counts as stuck."""


def check(runtime: Runtime) -> Iterator[Finding]:
    """Every delivery that is in no known state, or in one that it should have left."""
    with runtime.db.reading() as session:
        statement = (
            select(Delivery.id, Delivery.state, Delivery.received_at)
            .join(Shop, col(Shop.id) == col(Delivery.shop_id))
            .where(_wrong(runtime.clock()))
            .order_by(col(Delivery.id))
            .execution_options(yield_per=1000)
        )
        for delivery, state, received_at in session.exec(statement):
            yield Finding("I5", f"delivery {delivery}", _sentence(state, received_at))


def _wrong(now: datetime) -> ColumnElement[bool]:
    due_at = col(Delivery.due_at)
    forgotten = or_(due_at.is_(None) & (col(Delivery.received_at) < now - _WAITING), due_at < now - _WAITING)
    # What is kept for a shop that rests waits in good order.
    resting = col(Shop.status).in_(RESTING)
    return or_(
        col(Delivery.state).not_in(STATES),
        and_(~resting, col(Delivery.state) == "received", col(Delivery.received_at) < now - _NEW),
        and_(~resting, col(Delivery.state) == "waiting", forgotten),
    )


def _sentence(state: str, received_at: datetime) -> str:
    if state not in STATES:
        return f"Its state “{state}” is not known."
    since = received_at.isoformat(timespec="seconds")
    return f"It came in at {since} and is still “{state}”: is a worker running? `rabattkonto doctor` tells."

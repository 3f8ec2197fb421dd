"""Replay: deliveries are run again exactly as they were received, and the orders they told of are settled anew."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlmodel import Session, col

from bridge.errors import NotFound
from bridge.runtime import Runtime
from bridge.services import settle
from bridge.storage import inbox, orders
from bridge.storage.models import Delivery

BATCH = 500
FAILED = ("attention", "waiting")


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many deliveries were run again, the states they are in now, and the entries that were missing."""

    replayed: int
    states: dict[str, int]
    entries: int


def replay(
    runtime: Runtime, *, delivery: int | None = None, failed: bool = False, since: datetime | None = None
) -> Replayed:
    """Run one delivery again, all that failed, or all received since a moment (UTC).

    Raises ``NotFound`` for a delivery that is not here. What is booked already stays as it is, since
    settling books differences only.
    """
    chosen = _choose(runtime, delivery, failed, since)
    entries = sum(settle.drain(runtime, shop).entries for shop in sorted({shop for _, shop, _ in chosen}))
    return Replayed(len(chosen), _states(runtime, [number for number, _, _ in chosen]), entries)


def ask(runtime: Runtime, *, delivery: int | None = None, failed: bool = False, shop_id: int | None = None) -> int:
    """The same, left to the workers; how many deliveries will be run again."""
    chosen = _choose(runtime, delivery, failed, None, shop_id)
    for shop in sorted({shop for _, shop, _ in chosen}):
        runtime.bell.ring("drain", shop)
    return len(chosen)


def _choose(
    runtime: Runtime, delivery: int | None, failed: bool, since: datetime | None, shop_id: int | None = None
) -> list["Chosen"]:
    """Choose the deliveries and let them be taken up again."""
    chosen = [item for item in _chosen(runtime, delivery, failed, since) if shop_id in (None, item[1])]
    for start in range(0, len(chosen), BATCH):
        with runtime.db.transaction() as session:
            _take_up_again(session, chosen[start : start + BATCH])
    return chosen


Chosen = tuple[int, int, str]
"""A delivery's id, its shop, and the order it was found to be about."""


def _chosen(runtime: Runtime, delivery: int | None, failed: bool, since: datetime | None) -> list[Chosen]:
    question = select(col(Delivery.id), col(Delivery.shop_id), col(Delivery.order_id)).order_by(col(Delivery.id))
    with runtime.db.reading() as session:
        rows = session.execute(_narrowed(question, delivery, failed, since))
        found = [(row[0], row[1], row[2]) for row in rows]
    if delivery is not None and not found:
        raise NotFound(f"There is no delivery {delivery} here; `rabattkonto deliveries` lists them.")
    return found


def _narrowed(
    question: Select[int | None, int, str], delivery: int | None, failed: bool, since: datetime | None
) -> Select[int | None, int, str]:
    if delivery is not None:
        question = question.where(col(Delivery.id) == delivery)
    if failed:
        question = question.where(col(Delivery.state).in_(FAILED))
    if since is not None:
        question = question.where(col(Delivery.received_at) >= since)
    return question


def _take_up_again(session: Session, chosen: Sequence[Chosen]) -> None:
    inbox.take_up_again(session, [number for number, _, _ in chosen])
    for shop_id, ids in _orders(chosen).items():
        orders.flag_again(session, shop_id, ids)


def _orders(chosen: Iterable[Chosen]) -> dict[int, set[str]]:
    by_shop: dict[int, set[str]] = defaultdict(set)
    for _, shop_id, order in chosen:
        if order:
            by_shop[shop_id].add(order)
    return by_shop


def _states(runtime: Runtime, ids: Sequence[int]) -> dict[str, int]:
    count: Counter[str] = Counter()
    with runtime.db.reading() as session:
        for start in range(0, len(ids), BATCH):
            part = ids[start : start + BATCH]
            count.update(session.execute(select(col(Delivery.state)).where(col(Delivery.id).in_(part))).scalars())
    return dict(count)

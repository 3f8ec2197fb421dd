"""The newest state of each order, and which of two states is the newer one."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from bridge.domain.orders import Order
from bridge.storage.bulk import change_rows, insert_rows
from bridge.storage.codec import unpack_order
from bridge.storage.columns import maybe_milliseconds, milliseconds
from bridge.storage.models import OrderState


@dataclass(frozen=True, slots=True)
class Stored:
    """An order as the database knows it."""

    order: Order
    account: int | None
    read_at: datetime | None
    body: bytes


_CLOCKS_DIFFER = timedelta(minutes=10)
"""The shop's clock may be so far from ours; it stamps orders, we note when a read began."""


class Rank(Enum):
    """What a state is beside the stored one."""

    NEWER = "newer"
    SAME = "same"
    OLDER = "older"
    UNCLEAR = "unclear"


def rank(order: Order, body: bytes, read_at: datetime | None, stored: Stored | None) -> Rank:
    """Whether a state replaces the stored one.

    A delivered state replaces one with an older stamp. A state read from the shop also replaces any that
    is stamped no later than itself, since deleting a refund moves no stamp. A read that began well after the
    stored stamp and shows an older one says that the shop went back: it was restored from a backup. One stamp
    with two contents is unclear as long as nobody has asked the shop.
    """
    if stored is None:
        return Rank.NEWER
    if body == stored.body:
        return Rank.SAME
    if order.updated > stored.order.updated:
        return Rank.NEWER
    if order.updated < stored.order.updated:
        return Rank.NEWER if _went_back(read_at, stored) else Rank.OLDER
    if read_at is None:
        return Rank.UNCLEAR
    return Rank.NEWER if stored.read_at is None or read_at >= stored.read_at else Rank.OLDER


def _went_back(read_at: datetime | None, stored: Stored) -> bool:
    """Whether a read that shows an older stamp must be believed: it began long after the stored state."""
    if read_at is None or (stored.read_at is not None and read_at < stored.read_at):
        return False
    return read_at >= stored.order.updated + _CLOCKS_DIFFER


def load(session: Session, shop_id: int, ids: Collection[str]) -> dict[str, Stored]:
    """The stored states of these orders."""
    rows = session.execute(
        select(
            col(OrderState.order_id),
            col(OrderState.account_id),
            col(OrderState.read_at),
            col(OrderState.body),
        ).where(col(OrderState.shop_id) == shop_id, col(OrderState.order_id).in_(list(ids)))
    )
    return {row.order_id: Stored(unpack_order(row.body), row.account_id, row.read_at, row.body) for row in rows}


@dataclass(frozen=True, slots=True)
class Settled:
    """A state to be stored, with its buyer's account. ``suspect`` asks for a read of the shop."""

    order: Order
    body: bytes
    account: int | None
    read_at: datetime | None
    suspect: bool = False


def save(session: Session, shop_id: int, states: Sequence[Settled], known: Collection[str]) -> None:
    """Store the newest states; ``known`` are the ids that have a row already."""
    fresh = [_values(shop_id, s) for s in states if s.order.id not in known]
    changed = [_values(shop_id, s) for s in states if s.order.id in known]
    insert_rows(session, OrderState, (*_MOVES, *_KEY, "adjusting"), [(*row, "") for row in fresh])
    change_rows(session, OrderState, _MOVES, _KEY, changed)


_KEY = ("shop_id", "order_id")
_MOVES = (
    "number", "account_id", "state", "updated", "read_at", "placed", "body", "dirty", "suspect", "problem",
    "status", "method",
)  # fmt: skip


def _values(shop_id: int, state: Settled) -> tuple[Any, ...]:
    order = state.order
    return (
        order.number,
        state.account,
        order.state.value,
        milliseconds(order.updated),
        maybe_milliseconds(state.read_at),
        milliseconds(order.placed),
        state.body,
        False,
        state.suspect,
        "",
        order.status,
        order.method,
        shop_id,
        order.id,
    )


def flag_suspect(session: Session, shop_id: int, ids: Iterable[str]) -> None:
    """Ask for a read of these orders from the shop."""
    session.execute(
        update(OrderState)
        .where(col(OrderState.shop_id) == shop_id, col(OrderState.order_id).in_(list(ids)))
        .values(suspect=True)
    )


def flag_dirty(session: Session, accounts: Collection[int], since: datetime, until: datetime | None = None) -> None:
    """Ask for the orders of these accounts placed since then, and before ``until``, to be settled again."""
    statement = update(OrderState).where(
        col(OrderState.account_id).in_(list(accounts)), col(OrderState.placed) >= since
    )
    if until is not None:
        statement = statement.where(col(OrderState.placed) < until)
    session.execute(statement.values(dirty=True))


def flag_dirty_since(session: Session, shop_id: int, since: datetime) -> None:
    """Ask for everything placed since then to be settled again."""
    session.execute(
        update(OrderState)
        .where(col(OrderState.shop_id) == shop_id, col(OrderState.placed) >= since)
        .values(dirty=True)
    )


def flag_again(session: Session, shop_id: int, ids: Iterable[str]) -> None:
    """Ask for these orders to be settled again."""
    session.execute(
        update(OrderState)
        .where(col(OrderState.shop_id) == shop_id, col(OrderState.order_id).in_(list(ids)))
        .values(dirty=True)
    )


def dirty(session: Session, shop_id: int, limit: int) -> list[str]:
    """Orders that wait for being settled again."""
    return list(
        session.execute(
            select(col(OrderState.order_id))
            .where(col(OrderState.shop_id) == shop_id, col(OrderState.dirty))
            .order_by(col(OrderState.order_id))
            .limit(limit)
        ).scalars()
    )


def suspect(session: Session, shop_id: int, limit: int) -> list[str]:
    """Orders of which the shop must be asked."""
    return list(
        session.execute(
            select(col(OrderState.order_id))
            .where(col(OrderState.shop_id) == shop_id, col(OrderState.suspect))
            .order_by(col(OrderState.order_id))
            .limit(limit)
        ).scalars()
    )

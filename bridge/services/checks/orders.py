"""I2 of orders: settling every order again books nothing. It is tried for real and rolled back."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import msgspec
from sqlalchemy import func, select
from sqlmodel import Session, col

from bridge.runtime import Runtime
from bridge.services.checks.pages import PAGE, Finding, Scope, scopes
from bridge.services.settlement import Settlement
from bridge.storage import contributions
from bridge.storage.codec import unpack_order
from bridge.storage.models import Account, Entry, OrderState, Shop


class _Tried(Exception):
    """Raised to roll back what was only tried."""


def check(runtime: Runtime) -> Iterator[Finding]:
    """Every order of every shop, and every entry that names an order."""
    for scope in scopes(runtime):
        for ids in _order_pages(runtime, scope.shop_id):
            odd = _unlike_their_state(runtime, scope.shop_id, ids)
            yield from odd.values()
            yield from _try(runtime, scope, [i for i in ids if i not in odd])
        yield from _without_order(runtime, scope)


def _order_pages(runtime: Runtime, shop_id: int) -> Iterator[list[str]]:
    last = ""
    while True:
        with runtime.db.reading() as session:
            statement = (
                select(col(OrderState.order_id))
                .where(col(OrderState.shop_id) == shop_id, col(OrderState.order_id) > last)
                .order_by(col(OrderState.order_id))
                .limit(PAGE)
            )
            ids = list(session.execute(statement).scalars())
        if not ids:
            return
        yield ids
        last = ids[-1]


def _unlike_their_state(runtime: Runtime, shop_id: int, ids: list[str]) -> dict[str, Finding]:
    """Orders whose row does not say what its stored state says, or whose state cannot be read."""
    statement = select(
        col(OrderState.order_id), col(OrderState.state), col(OrderState.updated), col(OrderState.body)
    ).where(col(OrderState.shop_id) == shop_id, col(OrderState.order_id).in_(ids))
    odd = {}
    with runtime.db.reading() as session:
        for row in session.execute(statement):
            sentence = _unlike(row)
            if sentence:
                odd[row.order_id] = Finding("I2", f"order {row.order_id}", sentence)
    return odd


def _unlike(row: Any) -> str:
    try:
        order = unpack_order(row.body)
    except msgspec.MsgspecError:
        return "Its stored state cannot be read; `rabattkonto reconcile --full` reads it from the shop again."
    if (order.state.value, order.updated) != (row.state, row.updated):
        return f"Its row says {row.state}, but its stored state is {order.state.value}: somebody has changed one."
    return ""


def _try(runtime: Runtime, scope: Scope, ids: list[str]) -> list[Finding]:
    """Settle these orders again in a transaction that is never committed."""
    found: list[Finding] = []
    with suppress(_Tried), runtime.db.transaction() as session:
        waiting = _waiting(session, scope.shop_id, ids)
        before = contributions.of_orders(session, scope.shop_id, ids)
        newest = session.execute(select(func.max(col(Entry.id)))).scalar_one() or 0
        shop = session.get_one(Shop, scope.shop_id)
        Settlement(session, shop, runtime.vault.fingerprint, scope.now, "verify").again(ids)
        found += _booked(session, scope, newest, waiting)
        found += _moved(before, contributions.of_orders(session, scope.shop_id, ids), waiting)
        raise _Tried
    return found


def _waiting(session: Session, shop_id: int, ids: list[str]) -> set[str]:
    """Orders of which it is known that they have to be settled again."""
    marked = col(OrderState.dirty).is_(True) | col(OrderState.suspect).is_(True)
    statement = select(col(OrderState.order_id)).where(
        col(OrderState.shop_id) == shop_id, col(OrderState.order_id).in_(ids), marked
    )
    return set(session.execute(statement).scalars())


def _booked(session: Session, scope: Scope, newest: int, waiting: set[str]) -> Iterator[Finding]:
    """One finding per order for which settling again booked something."""
    statement = (
        select(col(Entry.order_id), col(Entry.kind), col(Entry.source), col(Entry.amount), col(Account.token))
        .join(Account, col(Account.id) == col(Entry.account_id))
        .where(col(Entry.id) > newest)
        .order_by(col(Entry.id))
    )
    named: set[str] = set()
    for row in session.execute(statement):
        if row.order_id not in named:
            named.add(row.order_id)
            yield _finding(row.order_id, _asked_for(scope, row), waiting)


def _asked_for(scope: Scope, row: Any) -> str:
    return (
        f"Its newest state and facts ask for another {scope.plain(row.amount)} on {row.kind} {row.source} "
        f"of account {row.token}."
    )


def _moved(
    before: dict[str, contributions.Owned], now: dict[str, contributions.Owned], waiting: set[str]
) -> Iterator[Finding]:
    for order in sorted(before.keys() | now.keys()):
        if before.get(order) != now.get(order):
            yield _finding(order, "What it adds to its buyer's periods is not what its newest state says.", waiting)


def _finding(order: str, sentence: str, waiting: set[str]) -> Finding:
    if order in waiting:
        sentence += " It waits for being settled: run `rabattkonto work --until-empty` and verify again."
    return Finding("I2", f"order {order}", sentence)


def _without_order(runtime: Runtime, scope: Scope) -> Iterator[Finding]:
    same = (col(OrderState.shop_id) == col(Entry.shop_id)) & (col(OrderState.order_id) == col(Entry.order_id))
    statement = (
        select(col(Entry.id), col(Entry.order_id), col(Entry.kind), col(Entry.source))
        .join(OrderState, same, isouter=True)
        .where(col(Entry.shop_id) == scope.shop_id, col(Entry.order_id).is_not(None))
        .where(col(OrderState.order_id).is_(None))
        .order_by(col(Entry.id))
        .limit(1)
    )
    with runtime.db.reading() as session:
        for row in session.execute(statement):
            sentence = f"Entry {row.id} ({row.kind} {row.source}) is of an order that is not known."
            yield Finding("I2", f"order {row.order_id}", sentence)

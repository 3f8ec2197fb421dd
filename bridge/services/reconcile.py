"""Reconcile: read from the shop what its webhooks may have missed. Orders that are as we know them cost nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, col, select

from bridge.domain.orders import LIVE
from bridge.errors import ShopError
from bridge.ports import OrderGone, OrderSeen, ShopClient, Unreadable
from bridge.runtime import Runtime
from bridge.services import audit, contact, lost, overtaken, recover, rounds, vanished
from bridge.services.connect import client_of
from bridge.services.settle import absorb
from bridge.storage import programmes, tallies
from bridge.storage.cases import open_case
from bridge.storage.models import OrderState, Shop
from bridge.storage.offers import look_at_all
from bridge.storage.statuses import NOT_SETTLED

log = structlog.get_logger(__name__)

OVERLAP = timedelta(minutes=10)
"""Read again each time: a shop stamps an order before it can be listed."""

FIRST_LOOK = timedelta(days=1)
"""How far before its adding a shop is read at first; what is older is for the backfill."""

_PAGE = 100


@dataclass(slots=True)
class Reconciled:
    """What a reading found: how many orders were read, and the numbers of those that something was missing for.

    ``problems`` are sentences by order number. ``problem`` says why the reading stopped early, if it did.
    """

    read: int = 0
    healed: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    problem: str = ""


def reconcile(runtime: Runtime, shop_id: int, since: datetime | None = None, full: bool = False) -> Reconciled:
    """Read the orders changed since the last reading (or ``since``, UTC) and settle what is missing.

    ``full`` reads all orders since the shop was added, and compares every one that still counts, which finds
    those that came or went without a trace, every code of ours, which finds those that somebody changed, and
    every customer.
    Each page is committed before the next is asked for, so a reading that breaks off is resumed.
    """
    result = Reconciled()
    shop = contact.load_shop(runtime, shop_id)
    if contact.is_resting(shop):
        result.problem = f"The shop is {shop.status}, so it is not read; `rabattkonto shop list` shows it."
        return result
    client = client_of(runtime, shop)
    try:
        shop = contact.introduced(runtime, shop, client)
        since = shop.added_at - FIRST_LOOK if full and since is None else since
        _read_changes(runtime, shop, client, None if shop.restored_from else since, result)
        if full or shop.restored_from:
            _read_all(runtime, shop, client, result)
            audit.look_around(runtime, shop, client)
            rounds.finished(runtime, shop_id)
        else:
            _go_the_round(runtime, shop, client, result)
        _find_lost_uses(runtime, shop, client, result)
        if shop.restored_from:
            recover.recover(runtime, shop, client)
        contact.worked(runtime, shop)
    except ShopError as error:
        contact.failed(runtime, shop_id, error)
        result.problem = str(error)
    if result.healed:
        log.info("missed orders healed", shop=shop_id, orders=result.healed)
        with runtime.db.transaction() as session:
            tallies.count(session, shop_id, {tallies.HEALED: len(result.healed)}, runtime.clock())
    runtime.bell.ring("push", shop_id)
    return result


def _read_changes(
    runtime: Runtime, shop: Shop, client: ShopClient, since: datetime | None, result: Reconciled
) -> None:
    until = shop.reconciled_until
    usual = until - OVERLAP if until else shop.added_at - FIRST_LOOK
    start = since or usual
    # A reading that begins later than the last one ended leaves a gap, which must be read some other time.
    gapless = start <= (until or usual)
    for page in client.changed_since(start):
        _take(runtime, shop, client, page, result)
        if gapless:
            _advance(runtime, shop, page)
    _finish(runtime, shop)


def _find_lost_uses(runtime: Runtime, shop: Shop, client: ShopClient, result: Reconciled) -> None:
    """Read again what may carry a code whose use no order shows; an order that cannot be read may be the one."""
    since = lost.since(runtime, shop.id or 0)
    if since is None:
        return
    again = Reconciled()
    _read_changes(runtime, shop, client, since - OVERLAP, again)
    result.healed += [number for number in again.healed if number not in result.healed]
    if again.problems:
        lost.put_off(runtime, shop.id or 0)
    else:
        lost.release(runtime, shop.id or 0)


def _go_the_round(runtime: Runtime, shop: Shop, client: ShopClient, result: Reconciled) -> None:
    """Today's share of comparing every order; a whole round ends with a look at everything else."""
    ids = rounds.next_orders(runtime, shop)
    for start in range(0, len(ids), _PAGE):
        page = ids[start : start + _PAGE]
        _take(runtime, shop, client, client.orders(page), result)
        if rounds.compared(runtime, shop.id or 0, page):
            audit.look_around(runtime, shop, client)


def _read_all(runtime: Runtime, shop: Shop, client: ShopClient, result: Reconciled) -> None:
    for ids in _counting(runtime, shop):
        _take(runtime, shop, client, client.orders(ids), result)


def _counting(runtime: Runtime, shop: Shop) -> Iterator[list[str]]:
    """The ids of all orders that still count, by the page. Sorted, so that what is settled meanwhile skips none."""
    last = ""
    statement = (
        select(OrderState.order_id)
        .where(OrderState.shop_id == shop.id, col(OrderState.state).in_([s.value for s in LIVE]))
        .order_by(col(OrderState.order_id))
        .limit(_PAGE)
    )
    while True:
        with runtime.db.reading() as session:
            ids = list(session.exec(statement.where(col(OrderState.order_id) > last)))
        if not ids:
            return
        yield ids
        last = ids[-1]


def _take(
    runtime: Runtime,
    shop: Shop,
    client: ShopClient,
    page: Sequence[OrderSeen | OrderGone | Unreadable],
    result: Reconciled,
) -> None:
    absorbed = absorb(runtime, shop, page, "reconcile")
    numbers = _numbers(runtime, shop, page)
    result.read += len(page)
    result.healed += [number for i in absorbed.booked if (number := numbers.get(i, i)) not in result.healed]
    result.problems |= {numbers.get(i, i): reason for i, reason in absorbed.problems.items()}
    if absorbed.problems:
        with runtime.db.transaction() as session:
            for order, reason in absorbed.problems.items():
                open_case(session, shop.id or 0, f"order:{order}", NOT_SETTLED, reason, runtime.clock())
    read = [item.order for item in page if isinstance(item, OrderSeen)]
    overtaken.close(runtime, shop.id or 0, {order.id for order in read} - absorbed.problems.keys())
    vanished.look_for(runtime, shop.id or 0, client, [order.id for order in read if order.customer is None])


def _numbers(runtime: Runtime, shop: Shop, page: Sequence[OrderSeen | OrderGone | Unreadable]) -> dict[str, str]:
    """The order numbers that people know, by id; a deleted order's from what we stored."""
    numbers = {item.order.id: item.order.number for item in page if isinstance(item, OrderSeen)}
    gone = [item.id for item in page if isinstance(item, OrderGone)]
    if gone:
        with runtime.db.reading() as session:
            rows = session.exec(
                select(OrderState).where(OrderState.shop_id == shop.id, col(OrderState.order_id).in_(gone))
            )
            numbers |= {row.order_id: row.number for row in rows}
    return numbers


def _advance(runtime: Runtime, shop: Shop, page: Sequence[OrderSeen | Unreadable]) -> None:
    stamps = [item.order.updated for item in page if isinstance(item, OrderSeen)]
    if not stamps:
        return
    with runtime.db.transaction() as session:
        known = contact.find_shop(session, shop.id or 0)
        known.reconciled_until = max([*stamps, *filter(None, [known.reconciled_until])])
        session.add(known)


def _finish(runtime: Runtime, shop: Shop) -> None:
    now = runtime.clock()
    with runtime.db.transaction() as session:
        known = contact.find_shop(session, shop.id or 0)
        if _programme_began(session, known, now):
            look_at_all(session, shop.id or 0)
        known.reconciled_at = now
        session.add(known)


def _programme_began(session: Session, shop: Shop, now: datetime) -> bool:
    """Whether a version came into force since the last reading: nothing else would tell the codes."""
    versions = programmes.timeline(session, shop.id or 0)
    return shop.reconciled_at is not None and versions.at(shop.reconciled_at) != versions.at(now)

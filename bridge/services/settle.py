"""Settling from the outside: drain what waits for a shop, take in what was read from it, look at accounts.

Each batch is one short transaction; the shop is asked before it opens. A batch that fails is halved until
the order that cannot be settled stands alone, so it never stops the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from bridge.domain.programme import Timeline
from bridge.errors import AccessLost, ShopAway, ShopRefused, Unsettled
from bridge.ports import (
    CustomerSeen,
    Nothing,
    OrderGone,
    OrderSeen,
    Platform,
    Reading,
    ShopTerms,
    Unreadable,
)
from bridge.runtime import Runtime
from bridge.services import contact, customers, origin
from bridge.services.connect import client_of, terms_of
from bridge.services.contact import find_shop
from bridge.services.resolve import Resolved, Resolver, read
from bridge.services.settlement import Outcome, Settlement
from bridge.storage import catalogue, inbox, orders, portions, programmes, requests, statuses, tallies
from bridge.storage.inbox import Verdict
from bridge.storage.models import Delivery, Shop

log = structlog.get_logger(__name__)

BATCH = 200
"""Deliveries or orders in one transaction: a few milliseconds of holding the write lock."""

_STORM = 8
"""So many at once come in only while a shop sends faster than we settle: its messages go first then.

A few are worked off at once, as their customers wait for a code.
"""


REPEATED = Nothing("The shop sent this very message before; the first one counts.")


class _DryRun(Exception):
    """Raised to roll back what was only tried."""


@dataclass(slots=True)
class Drained:
    """What draining did: deliveries judged, by their new state, and entries booked."""

    states: dict[str, int] = field(default_factory=dict)
    entries: int = 0


@dataclass(slots=True)
class Absorbed:
    """What states read from the shop led to. ``booked`` are the orders for which something was missing."""

    settled: list[str] = field(default_factory=list)
    booked: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    entries: int = 0


def drain(runtime: Runtime, shop_id: int) -> Drained:
    """Settle everything that waits for the shop and can be settled now; nothing while the shop rests."""
    done = Drained()
    if contact.is_resting(contact.load_shop(runtime, shop_id)):
        return done
    while _drain_deliveries(runtime, shop_id, done):
        pass
    settle_marked(runtime, shop_id, done)
    if done.states or done.entries:
        runtime.bell.ring("push", shop_id)
    return done


def settle_marked(runtime: Runtime, shop_id: int, done: Drained | None = None, *, put_off: bool = False) -> Drained:
    """Settle again what something beside the orders has changed, and ask the shop about unclear orders.

    ``put_off`` leaves the accounts to be closed later (see ``Settlement.put_off``).
    """
    done = done or Drained()
    while _settle_dirty(runtime, shop_id, done, put_off):
        pass
    while _ask_about_suspects(runtime, shop_id, done):
        pass
    return done


def absorb(
    runtime: Runtime,
    shop: Shop,
    found: Sequence[OrderSeen | OrderGone | Unreadable],
    cause: str,
    keep: bool = True,
) -> Absorbed:
    """Take states that were read from the shop the same way that deliveries go.

    With ``keep`` False everything is tried and rolled back; the answer says what would be booked.
    Raises ``ShopError`` when the shop had to be asked for more and could not: whoever read the states must
    read them again.
    """
    shop_id = shop.id or 0
    resolved = _resolver(runtime, shop).states(found)
    result = Absorbed(problems=dict(resolved.unreadable))
    _commit(runtime, shop_id, resolved, cause, result, {}, keep)
    if keep:
        settle_marked(runtime, shop_id)
    if resolved.problem is not None:
        raise resolved.problem
    return result


def absorb_customers(runtime: Runtime, shop: Shop, found: Sequence[CustomerSeen]) -> None:
    """Take what was read of customers the same way that deliveries go."""
    shop_id = shop.id or 0
    _commit(runtime, shop_id, Resolved(customers=list(found)), "read of the shop", Absorbed(), {}, keep=True)
    settle_marked(runtime, shop_id)


def settle_accounts(runtime: Runtime, shop_id: int, accounts: Sequence[int]) -> int:
    """Book what time alone has made due on these accounts; the number of entries."""
    entries = 0
    for start in range(0, len(accounts), BATCH):
        with runtime.db.transaction() as session:
            settlement = _settlement(runtime, session, shop_id, "time")
            settlement.accounts(accounts[start : start + BATCH])
            settlement.close()
            entries += settlement.outcome.entries
    return entries


def _settlement(
    runtime: Runtime, session: Session, shop_id: int, cause: str, causes: dict[str, str] | None = None
) -> Settlement:
    shop = find_shop(session, shop_id)
    return Settlement(session, shop, runtime.vault.fingerprint, runtime.clock(), cause, causes)


def _resolver(runtime: Runtime, shop: Shop) -> Resolver:
    with runtime.db.reading() as session:
        timeline: Timeline = programmes.timeline(session, shop.id or 0)
    client = None if contact.is_waiting(runtime, shop) else client_of(runtime, shop)
    return Resolver(runtime.db, shop.id or 0, client, timeline)


# --- deliveries -------------------------------------------------------------------------------------


def _drain_deliveries(runtime: Runtime, shop_id: int, done: Drained) -> bool:
    """Judge one batch; whether there may be more."""
    with portions.claimed(runtime.db, shop_id, runtime.clock(), BATCH) as waiting:
        if len(waiting) >= _STORM:
            runtime.db.give_way()
        if waiting:
            _work_off(runtime, shop_id, waiting, done)
    return bool(waiting)


def _work_off(runtime: Runtime, shop_id: int, waiting: Sequence[Delivery], done: Drained) -> None:
    """Read these deliveries, settle what they tell, and say what became of each."""
    shop = contact.load_shop(runtime, shop_id)
    with runtime.db.reading() as session:
        repeated = inbox.repeated(session, waiting)
    platform, terms = runtime.platform(shop.platform), terms_of(shop)
    shop = origin.remember(runtime, shop, waiting)
    readings = [(d.id or 0, REPEATED if d.id in repeated else _reading(platform, terms, shop, d)) for d in waiting]
    resolved = _resolver(runtime, shop).deliveries(readings)
    tried = {delivery.id: delivery.attempts for delivery in waiting}
    resolved.verdicts = [replace(v, attempts=tried[v.delivery]) for v in resolved.verdicts]
    if resolved.problem is not None:
        contact.failed(runtime, shop_id, resolved.problem)
    if resolved.ended:
        contact.failed(runtime, shop_id, AccessLost(resolved.ended))
    causes = {verdict.order: f"delivery:{verdict.delivery}" for verdict in resolved.verdicts}
    result = Absorbed()
    _commit(runtime, shop_id, resolved, "delivery", result, causes, keep=True)
    done.entries += result.entries
    for verdict in _judged(resolved.verdicts, result):
        done.states[verdict.state] = done.states.get(verdict.state, 0) + 1


def _reading(platform: Platform, terms: ShopTerms, shop: Shop, delivery: Delivery) -> Reading:
    """What a delivery says; one that a copy of the shop has sent is not even looked into."""
    foreign = origin.refusal(shop, delivery.origin)
    return Unreadable(foreign) if foreign else read(platform, terms, delivery)


def _judged(verdicts: Sequence[Verdict], result: Absorbed) -> list[Verdict]:
    """The verdicts, with those of orders that could not be settled turned into "needs attention"."""
    return [
        replace(v, state="attention", reason=result.problems[v.order])
        if v.state == "settled" and v.order in result.problems
        else v
        for v in verdicts
    ]


def _commit(
    runtime: Runtime,
    shop_id: int,
    resolved: Resolved,
    cause: str,
    result: Absorbed,
    causes: dict[str, str],
    keep: bool,
) -> None:
    """Book a batch in one transaction, or its halves where it cannot be booked whole."""
    try:
        _book_soon(runtime, shop_id, resolved, cause, result, causes, keep)
    except (OperationalError, ShopAway):
        raise  # the database or the shop, not an order: trying again later is right
    except _DryRun:
        return
    except Exception as error:  # noqa: BLE001 - the job edge: one order must not stop the others
        if len({_order_id(item) for item in resolved.orders}) <= 1:
            _set_aside(runtime, shop_id, resolved, error, result)
            return
        log.warning("batch halved", shop=shop_id, orders=len(resolved.orders), problem=type(error).__name__)
        for part in _halves(resolved):
            _commit(runtime, shop_id, part, cause, result, causes, keep)


_DEADLOCK = "40P01"
_TRIES = 4
"""How often a batch begins anew that had to give way to another worker's."""


def _book_soon(
    runtime: Runtime,
    shop_id: int,
    resolved: Resolved,
    cause: str,
    result: Absorbed,
    causes: dict[str, str],
    keep: bool,
) -> None:
    """Book a batch, again where PostgreSQL has ended it because two workers had waited for each other."""
    for attempt in range(1, _TRIES + 1):
        try:
            return _book(runtime, shop_id, resolved, cause, result, causes, keep)
        except OperationalError as error:
            if attempt == _TRIES or getattr(error.orig, "sqlstate", "") != _DEADLOCK:
                raise
    return None


def _book(
    runtime: Runtime,
    shop_id: int,
    resolved: Resolved,
    cause: str,
    result: Absorbed,
    causes: dict[str, str],
    keep: bool,
) -> None:
    now = runtime.clock()
    with runtime.db.transaction() as session:
        settlement = _settlement(runtime, session, shop_id, cause, causes)
        catalogue.keep(session, shop_id, [seen.article for seen in resolved.articles], now)
        customers.absorb(settlement, resolved.customers, runtime.settings.claim == "registration")
        customers.merge(settlement, resolved.merged)
        customers.forget_gone(settlement, resolved.gone_customers)
        requests.keep(session, shop_id, resolved.asked, now)
        outcome = settlement.take(resolved.orders)
        settlement.close()
        _judge(session, shop_id, resolved.verdicts, now)
        statuses.ask(session, shop_id, resolved.unknown, resolved.unread, now)
        if not keep:
            _count(result, outcome)
            raise _DryRun
    _count(result, outcome)


def _judge(session: Session, shop_id: int, verdicts: Sequence[Verdict], now: datetime) -> None:
    inbox.judge(session, verdicts, now)
    tallies.count(session, shop_id, tallies.messages(verdict.state for verdict in verdicts), now)


def _count(result: Absorbed, outcome: Outcome) -> None:
    result.settled += [item.order.id for item in outcome.settled]
    result.booked += sorted(outcome.booked)
    result.entries += outcome.entries


def _halves(resolved: Resolved) -> tuple[Resolved, Resolved]:
    """The batch in two parts, an order's deliveries with the order; what has no order goes with the first."""
    ids = sorted({_order_id(item) for item in resolved.orders})
    second = set(ids[(len(ids) + 1) // 2 :])
    return (
        Resolved(
            orders=[o for o in resolved.orders if _order_id(o) not in second],
            verdicts=[v for v in resolved.verdicts if v.order not in second],
            articles=resolved.articles,
            customers=resolved.customers,
            gone_customers=resolved.gone_customers,
            merged=resolved.merged,
            asked=resolved.asked,
            unknown=resolved.unknown,
            unread=resolved.unread,
        ),
        Resolved(
            orders=[o for o in resolved.orders if _order_id(o) in second],
            verdicts=[v for v in resolved.verdicts if v.order in second],
        ),
    )


def _order_id(item: OrderSeen | OrderGone) -> str:
    return item.order.id if isinstance(item, OrderSeen) else item.id


def _set_aside(runtime: Runtime, shop_id: int, resolved: Resolved, error: Exception, result: Absorbed) -> None:
    """One order that cannot be settled: its deliveries need attention, with a sentence."""
    if isinstance(error, Unsettled):
        reason = str(error)
    else:
        log.exception("order cannot be settled", shop=shop_id)
        reason = (
            f"This message could not be booked because of a fault in the program ({type(error).__name__}). "
            "It is kept; after an update, run it again with `rabattkonto replay`."
        )
    result.problems |= {_order_id(item): reason for item in resolved.orders}
    with runtime.db.transaction() as session:
        judged = [replace(v, state="attention", reason=reason) for v in resolved.verdicts if v.order]
        rest = [v for v in resolved.verdicts if not v.order]
        _judge(session, shop_id, [*judged, *rest], runtime.clock())


# --- what is marked ---------------------------------------------------------------------------------


def _settle_dirty(runtime: Runtime, shop_id: int, done: Drained, put_off: bool) -> bool:
    with runtime.db.transaction() as session:
        ids = orders.dirty(session, shop_id, BATCH)
        if not ids:
            return False
        settlement = _settlement(runtime, session, shop_id, "settled again")
        settlement.again(ids)
        if put_off:
            settlement.put_off()
        else:
            settlement.close()
        done.entries += settlement.outcome.entries
    return True


def _ask_about_suspects(runtime: Runtime, shop_id: int, done: Drained) -> bool:
    """Ask the shop about a hundred unclear orders; whether to go on."""
    with runtime.db.reading() as session:
        shop = find_shop(session, shop_id)
        ids = orders.suspect(session, shop_id, 100)
    if not ids or contact.is_waiting(runtime, shop):
        return False
    try:
        resolved = _resolver(runtime, shop).states(client_of(runtime, shop).orders(ids))
    except (ShopAway, ShopRefused) as error:
        contact.failed(runtime, shop_id, error)
        return False
    if resolved.problem is not None:
        contact.failed(runtime, shop_id, resolved.problem)
        return False
    result = Absorbed()
    _commit(runtime, shop_id, resolved, "read of the shop", result, {}, keep=True)
    _settle_again(runtime, shop_id, ids, result)
    done.entries += result.entries
    return len(ids) == 100


def _settle_again(runtime: Runtime, shop_id: int, ids: Sequence[str], result: Absorbed) -> None:
    """Orders whose state was the same after all are settled with what was learnt beside it."""
    with runtime.db.transaction() as session:
        settlement = _settlement(runtime, session, shop_id, "read of the shop")
        settlement.again([i for i in ids if i not in result.settled])
        settlement.close()
        result.entries += settlement.outcome.entries

"""When is an order paid? The shop's table of statuses and payment methods, and the merchant's answers to it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from bridge.domain.orders import Order
from bridge.errors import Refused, ShopError
from bridge.ports import Means, Platform, Ruling, ShopTerms
from bridge.runtime import Runtime
from bridge.services import settle
from bridge.services.connect import client_of, rulings_of, terms_of
from bridge.services.contact import find_shop, load_shop
from bridge.storage import inbox, orders, statuses
from bridge.storage.cases import close_cases
from bridge.storage.models import OrderState, Shop
from bridge.storage.statuses import Pair

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Row:
    """What a status means for one payment method (empty: any other). ``source`` is whose word that is.

    ``orders`` counts the stored ones; ``open_question`` says that some wait for an answer,
    ``fixed`` that the shop itself has settled what it means.
    """

    status: str
    method: str
    means: Means
    source: str
    note: str = ""
    orders: int = 0
    open_question: bool = False
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer led to: orders judged anew, deliveries run again, entries booked. ``problem``: what not."""

    orders: int
    deliveries: int
    entries: int
    problem: str = ""


def table(runtime: Runtime, shop_id: int) -> list[Row]:
    """The whole table of one shop: what is usual, what its orders show, what was answered, what is asked."""
    with runtime.db.reading() as session:
        shop = find_shop(session, shop_id)
        seen, asked = statuses.seen(session, shop_id), set(statuses.asked(session, shop_id))
    platform, terms = runtime.platform(shop.platform), terms_of(shop)
    pairs = {*platform.usual, *seen, *asked, *((r.status, r.method) for r in terms.paid)}
    return [_row(platform, terms, pair, seen.get(pair, 0), pair in asked) for pair in sorted(pairs)]


def _row(platform: Platform, terms: ShopTerms, pair: Pair, count: int, question: bool) -> Row:
    found = platform.meaning(*pair, terms)
    asked = replace(terms, paid=(Ruling(*pair, found.means),))
    fixed = platform.meaning(*pair, asked).source != "answer"
    return Row(*pair, found.means, found.source, found.note, count, question, fixed)


def answer(runtime: Runtime, shop_id: int, ruling: Ruling) -> Answered:
    """Keep the merchant's answer and settle again all that it changes.

    Raises ``Refused`` where the shop itself has fixed what the status means.
    """
    with runtime.db.transaction() as session:
        shop = find_shop(session, shop_id)
        _keep(shop, ruling)
        _refuse_fixed(runtime.platform(shop.platform), terms_of(shop), ruling)
        session.add(shop)
        settled = [
            p for p in statuses.asked(session, shop_id) if p[0] == ruling.status and ruling.method in (p[1], "")
        ]
        statuses.answered(session, shop_id, settled, runtime.clock())
        again = statuses.quarantined(session, shop_id)
        inbox.take_up_again(session, again)
    changed = _judge_anew(runtime, shop, ruling)
    problem = _read_again(runtime, shop_id)
    drained = settle.drain(runtime, shop_id)
    return Answered(changed, len(again), drained.entries, problem)


def _keep(shop: Shop, ruling: Ruling) -> None:
    others = [r for r in rulings_of(shop) if (r.status, r.method) != (ruling.status, ruling.method)]
    kept = sorted((r.status, r.method, r.means.value) for r in (*others, ruling))
    shop.answers = {**shop.answers, "paid": [list(each) for each in kept]}


def _refuse_fixed(platform: Platform, terms: ShopTerms, ruling: Ruling) -> None:
    if platform.meaning(ruling.status, ruling.method, terms).source != "answer":
        raise Refused(
            f"What “{ruling.status}” means is fixed by the shop itself, since it gives coupons back and stock free"
            " then. Nothing was changed."
        )


def _judge_anew(runtime: Runtime, shop: Shop, ruling: Ruling) -> int:
    """Derive the state of the stored orders from what is known of them; how many it changed."""
    platform, terms = runtime.platform(shop.platform), terms_of(shop)
    changed = 0
    for ids in _affected(runtime, shop, ruling):
        with runtime.db.transaction() as session:
            changed += _restate(session, shop.id or 0, ids, platform, terms)
    return changed


def _affected(runtime: Runtime, shop: Shop, ruling: Ruling) -> Iterator[list[str]]:
    rows = select(OrderState.order_id).where(OrderState.shop_id == shop.id, OrderState.status == ruling.status)
    if ruling.method:
        rows = rows.where(OrderState.method == ruling.method)
    with runtime.db.reading() as session:
        ids = list(session.exec(rows.order_by(col(OrderState.order_id))))
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]


def _restate(session: Session, shop_id: int, ids: Sequence[str], platform: Platform, terms: ShopTerms) -> int:
    known = orders.load(session, shop_id, ids)
    fresh = [
        orders.Settled(order, stored.account, stored.read_at)
        for stored in known.values()
        if (order := _judged(stored.order, platform, terms)) != stored.order
    ]
    orders.save(session, shop_id, fresh, known)
    orders.flag_again(session, shop_id, [each.order.id for each in fresh])
    return len(fresh)


def _judged(order: Order, platform: Platform, terms: ShopTerms) -> Order:
    state = platform.state(order, terms)
    return order if state is None else replace(order, state=state)


def _read_again(runtime: Runtime, shop_id: int) -> str:
    """Ask the shop once more for orders that were read and not understood; why not, if that failed."""
    shop = load_shop(runtime, shop_id)
    with runtime.db.reading() as session:
        ids = statuses.unread(session, shop_id)
    if not ids:
        return ""
    try:
        absorbed = settle.absorb(runtime, shop, client_of(runtime, shop).orders(ids), "answer")
    except ShopError as error:
        return f"{error} Orders that only the shop knows follow with the next answer, or by `rabattkonto backfill`."
    _close(runtime, shop_id, set(ids) - absorbed.problems.keys())
    return ""


def _close(runtime: Runtime, shop_id: int, ids: Iterable[str]) -> None:
    with runtime.db.transaction() as session:
        close_cases(session, shop_id, [f"order:{one}" for one in ids], ["not settled"], runtime.clock())

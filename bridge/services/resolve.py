"""From kept deliveries to complete states: reads the bodies, and asks the shop for what they lack.

No transaction is open here. The shop being away postpones only what needs it.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from bridge.domain.orders import Article, State
from bridge.domain.programme import Timeline
from bridge.errors import ShopAway, ShopError, ShopRefused
from bridge.ports import (
    AccessEnded,
    ArticleHint,
    ArticleSeen,
    CustomerGone,
    CustomerHint,
    CustomerSeen,
    CustomersMerged,
    Envelope,
    Nothing,
    OrderGone,
    OrderHint,
    OrderSeen,
    Platform,
    PrivacyAsked,
    Reading,
    ShopClient,
    ShopTerms,
    Unreadable,
)
from bridge.storage import catalogue, people
from bridge.storage.db import Database
from bridge.storage.inbox import Verdict
from bridge.storage.models import Delivery

T = TypeVar("T")

AWAY = "the shop has to be asked, and is away"
DRAFT = "a checkout that was only opened; it may never become an order"


@dataclass(slots=True)
class Resolved:
    """What a batch of deliveries amounts to. ``unreadable`` gives the reason by order id.

    ``unknown`` are statuses with their payment methods that only the merchant can explain, ``unread`` the reasons
    by order id where the shop was read: no delivery is left that could be run again. ``asked`` are requests by law
    with their deliveries, ``ended`` says that the shop has taken our access away.

    ``problem`` is why the shop could not be asked, had it to be.
    """

    orders: list[OrderSeen | OrderGone] = field(default_factory=list)
    customers: list[CustomerSeen] = field(default_factory=list)
    gone_customers: list[CustomerGone] = field(default_factory=list)
    merged: list[CustomersMerged] = field(default_factory=list)
    asked: list[tuple[int, PrivacyAsked]] = field(default_factory=list)
    articles: list[ArticleSeen] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)
    unknown: set[tuple[str, str]] = field(default_factory=set)
    unread: dict[str, str] = field(default_factory=dict)
    problem: ShopError | None = None
    ended: str = ""


def read(platform: Platform, terms: ShopTerms, delivery: Delivery) -> Reading:
    """What one kept delivery says."""
    envelope = Envelope(delivery.topic, delivery.origin, delivery.headers)
    return platform.understand(envelope, delivery.body, terms)


@dataclass(slots=True)
class _Hints:
    """What only the shop itself can say, by delivery."""

    orders: list[tuple[int, str]] = field(default_factory=list)
    customers: list[tuple[int, str]] = field(default_factory=list)
    articles: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)


class Resolver:
    """Turns deliveries of one shop into complete states, with one question to the shop per hundred things.

    Without a ``client`` the shop is left in peace for now, as after a failure.
    """

    def __init__(self, db: Database, shop_id: int, client: ShopClient | None, timeline: Timeline) -> None:
        self._db = db
        self._shop = shop_id
        self._client = client
        self._catalogue_decides = any(v.programme.reads_catalogue for v in timeline.versions)
        self._groups_decide = any(v.programme.reads_groups for v in timeline.versions)
        self._result = Resolved()

    def deliveries(self, readings: Iterable[tuple[int, Reading]]) -> Resolved:
        """Sort the readings and complete them; every delivery gets a verdict."""
        seen: list[tuple[int, OrderSeen]] = []
        hints = _Hints()
        for delivery, reading in readings:
            match reading:
                case OrderSeen() if reading.order.state is State.DRAFT:
                    self._say(delivery, "ignored", DRAFT, reading.order.id)
                case OrderSeen():
                    seen.append((delivery, reading))
                case OrderHint():
                    hints.orders.append((delivery, reading.id))
                case CustomerHint():
                    hints.customers.append((delivery, reading.id))
                case ArticleHint():
                    hints.articles.append((delivery, reading.ids))
                case Nothing():
                    self._say(delivery, "ignored", reading.reason, reading.order)
                case Unreadable():
                    self._say(delivery, "attention", reading.reason, reading.order)
                    self._wonder(reading)
                case _:
                    self._note(delivery, reading)
                    self._say(delivery, "settled")
        self._complete(seen)
        self._look_for(hints.orders)
        self._look_at(hints.customers)
        self._look_up(hints.articles)
        return self._result

    def _note(self, delivery: int, reading: Reading) -> None:
        """What says all by itself."""
        match reading:
            case CustomerSeen():
                self._result.customers.append(reading)
            case CustomerGone():
                self._result.gone_customers.append(reading)
            case CustomersMerged():
                self._result.merged.append(reading)
            case ArticleSeen():
                self._result.articles.append(reading)
            case PrivacyAsked():
                self._result.asked.append((delivery, reading))
            case AccessEnded():
                self._result.ended = reading.reason

    def states(self, found: Sequence[OrderSeen | OrderGone | Unreadable]) -> Resolved:
        """Complete states that were read from the shop; only their articles can be missing."""
        self._take(found)
        return self._result

    def _take(self, found: Sequence[OrderSeen | OrderGone | Unreadable]) -> None:
        seen = []
        for item in found:
            match item:
                case OrderSeen():
                    seen.append(item)
                case OrderGone():
                    self._result.orders.append(item)
                case Unreadable():
                    self._result.unreadable[item.order] = item.reason
                    self._wonder(item, read=True)
        self._result.orders += self._with_groups(self._with_catalogue(seen))

    def _wonder(self, item: Unreadable, read: bool = False) -> None:
        if item.unknown is None:
            return
        self._result.unknown.add(item.unknown)
        if read:
            self._result.unread[item.order] = item.reason

    def _say(self, delivery: int, state: str, reason: str = "", order: str = "") -> None:
        self._result.verdicts.append(Verdict(delivery, state, reason, order))

    def _complete(self, seen: Sequence[tuple[int, OrderSeen]]) -> None:
        """Ask for what bodies lack; while the shop is away, the newest state that is complete has to do."""
        newest = _newest(item for _, item in seen)
        asked = self._ask_for([item for item in newest.values() if item.lacks])
        whole = [item for _, item in seen if not item.lacks and item.order.id not in asked]
        chosen = _newest(whole)
        self._take(list(chosen.values()))
        ready = {_id(item) for item in self._result.orders}
        # Two contents under one stamp must both be shown to the ledger, which then asks the shop.
        self._result.orders += [i for i in whole if i.order.id in ready and i is not chosen[i.order.id]]
        for delivery, item in seen:
            outdated = item.order.updated < newest[item.order.id].order.updated
            lacking = bool(item.lacks) and item.order.id not in asked and not outdated
            self._judge(delivery, item.order.id, () if lacking else ready)

    def _judge(self, delivery: int, order: str, ready: Container[str]) -> None:
        if order in self._result.unreadable:
            self._say(delivery, "attention", self._result.unreadable[order], order)
        elif order in ready:
            self._say(delivery, "settled", order=order)
        else:
            self._say(delivery, "waiting", AWAY, order)

    def _ask_for(self, lacking: Sequence[OrderSeen]) -> set[str]:
        """Complete these states; the ids of the orders about which the shop answered."""
        if not lacking:
            return set()
        complete = self._ask(lambda client: client.complete(lacking))
        self._take(complete or [])
        return set() if complete is None else {item.order.id for item in lacking}

    def _with_catalogue(self, seen: Sequence[OrderSeen]) -> list[OrderSeen]:
        """See that the articles are known; an order whose body says enough does not wait for that."""
        missing = self._unknown(seen)
        if not missing or self._fetch(missing):
            return list(seen)
        if self._catalogue_decides:
            return [item for item in seen if not catalogue.article_ids([item.order]) & missing]
        return [_ask_later(item) if catalogue.article_ids([item.order]) & missing else item for item in seen]

    def _unknown(self, seen: Sequence[OrderSeen]) -> set[str]:
        wanted = catalogue.article_ids(i.order for i in seen if not _says_enough(i))
        if not wanted:
            return set()
        with self._db.reading() as session:
            return wanted - catalogue.known(session, self._shop, wanted).keys()

    def _fetch(self, missing: set[str]) -> bool:
        found = self._ask(lambda client: client.articles(sorted(missing)))
        if found is None:
            return False
        self._result.articles += [ArticleSeen(article) for article in found]
        # What the shop no longer has is kept as known, so that nobody asks for it again and again.
        lost = missing - {article.id for article in found}
        self._result.articles += [ArticleSeen(Article(product=name)) for name in sorted(lost)]
        return True

    def _with_groups(self, seen: Sequence[OrderSeen]) -> list[OrderSeen]:
        """See that the buyers' groups are known where a rule asks for them; without the shop such orders wait."""
        customers = {item.order.customer for item in seen if item.order.customer}
        if not self._groups_decide or not customers:
            return list(seen)
        with self._db.reading() as session:
            missing = customers - people.with_group(session, self._shop, customers)
        if not missing:
            return list(seen)
        found = self._ask(lambda client: client.customers(sorted(missing)))
        self._result.customers += found or []
        return list(seen) if found is not None else [i for i in seen if i.order.customer not in missing]

    def _look_for(self, hints: Sequence[tuple[int, str]]) -> None:
        """The shop says what became of these orders: a deletion that was delivered proves nothing, either."""
        if not hints:
            return
        found = self._ask(lambda client: client.orders(sorted({order for _, order in hints}))) or []
        self._take(found)
        ready = {_id(item) for item in found if not isinstance(item, Unreadable)}
        for delivery, order in hints:
            self._judge(delivery, order, ready)

    def _look_at(self, hints: Sequence[tuple[int, str]]) -> None:
        ids = sorted({customer for _, customer in hints})
        found = self._ask(lambda client: client.customers(ids)) if ids else []
        self._result.customers += found or []
        self._say_known([delivery for delivery, _ in hints], found is not None)

    def _look_up(self, hints: Sequence[tuple[int, tuple[str, ...]]]) -> None:
        ids = {article for _, articles in hints for article in articles}
        self._say_known([delivery for delivery, _ in hints], not ids or self._fetch(ids))

    def _say_known(self, deliveries: Sequence[int], known: bool) -> None:
        for delivery in deliveries:
            self._say(delivery, "settled" if known else "waiting", "" if known else AWAY)

    def _ask(self, question: Callable[[ShopClient], T]) -> T | None:
        """The shop's answer, None when it cannot be asked now; why is noted."""
        if self._client is None:
            return None
        try:
            return question(self._client)
        except (ShopAway, ShopRefused) as error:
            self._result.problem = error
            self._client = None
            return None


def _says_enough(item: OrderSeen) -> bool:
    """Some platforms send the articles with the order; then nobody has to be asked."""
    return all(catalogue.of_body(line.article) is not None for line in item.order.lines)


def _ask_later(item: OrderSeen) -> OrderSeen:
    return replace(item, lacks=("articles",))


def _newest(seen: Iterable[OrderSeen]) -> dict[str, OrderSeen]:
    """The newest state of each order, of equal stamps the last."""
    newest: dict[str, OrderSeen] = {}
    for item in seen:
        known = newest.get(item.order.id)
        if known is None or item.order.updated >= known.order.updated:
            newest[item.order.id] = item
    return newest


def _id(item: OrderSeen | OrderGone) -> str:
    return item.order.id if isinstance(item, OrderSeen) else item.id

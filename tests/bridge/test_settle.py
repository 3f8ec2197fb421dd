"""Settling real deliveries: whatever is delivered how often and in which order, the ledger says the same."""

import json
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import col, select

import adapters
from bridge.config import Settings
from bridge.errors import ShopAway
from bridge.ports import OrderGone, OrderSeen
from bridge.runtime import Runtime
from bridge.services import settle
from bridge.services.connect import Secrets, seal
from bridge.services.contact import find_shop
from bridge.storage import inbox, programmes
from bridge.storage.db import Database
from bridge.storage.models import Account, Delivery, Entry, OrderState, Shop
from bridge.vault import Vault
from tests.fakes import FakeBell, FakeShop

RECORDINGS = Path(__file__).parents[1] / "recordings" / "woocommerce"
PROGRAMME = """
[programme]
currency = "EUR"
available_after_days = 0
[[earn]]
id = "all"
percent = "10"
"""


class Recorded:
    """The real adapter over a shop of our own, so that a test decides what the shop answers."""

    def __init__(self, shop: FakeShop) -> None:
        self._real = adapters.load("woocommerce")
        self._shop = shop

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def connect(self, *_: object) -> FakeShop:
        return self._shop


@dataclass
class Post:
    """A shop of ours, its inbox and its ledger."""

    runtime: Runtime
    shop: FakeShop
    shop_id: int

    def keep(self, names: Iterable[str], edit: object = None) -> None:
        arrivals = []
        for name in names:
            headers = dict(json.loads((RECORDINGS / f"{name}.headers.json").read_text())["headers"])
            envelope = self.runtime.platform("woocommerce").describe(headers)
            raw = (RECORDINGS / f"{name}.body").read_bytes()
            raw = edit(raw) if callable(edit) else raw
            arrivals.append(
                inbox.Arrival(
                    self.shop_id, self.runtime.clock(), envelope.topic, envelope.source, envelope.kept, raw
                )
            )
        with self.runtime.db.transaction() as session:
            inbox.keep(session, arrivals)

    def drain(self) -> settle.Drained:
        return settle.drain(self.runtime, self.shop_id)

    def sums(self) -> dict[str, int]:
        """What every source has booked in all."""
        found: Counter[str] = Counter()
        with self.runtime.db.reading() as session:
            for entry in session.exec(select(Entry)):
                found[f"{entry.kind} {entry.source}"] += entry.amount
        return {source: amount for source, amount in found.items() if amount}

    def deliveries(self) -> list[tuple[str, str, str]]:
        with self.runtime.db.reading() as session:
            rows = session.exec(select(Delivery).order_by(col(Delivery.id)))
            return [(row.topic, row.state, row.reason) for row in rows]


@pytest.fixture
def post(database: Database) -> Post:
    shop = FakeShop(away=ShopAway("the shop is away"))
    vault = Vault([b"k" * 32])
    runtime = Runtime(
        Settings(data=Path(), database_url="sqlite://"),
        database,
        vault,
        lambda _: Recorded(shop),
        FakeBell(),  # type: ignore[arg-type, return-value]
    )
    with database.transaction() as session:
        row = Shop(
            platform="woocommerce",
            name="Toy",
            url="https://shop.example",
            token="t",
            currency="EUR",
            timezone="Europe/Berlin",
            secrets=seal(runtime, "t", Secrets("k", "s", ("w",))),
            added_at=runtime.clock(),
        )
        session.add(row)
        session.flush()
        programmes.add(session, row.id or 0, PROGRAMME, None, runtime.clock(), "test")
        return Post(runtime, shop, row.id or 0)


SIGNED = [r["name"] for r in json.loads((RECORDINGS / "index.json").read_text())["recordings"] if r["signed"]]


def test_an_order_whose_body_says_enough_is_settled_while_the_shop_is_away(post: Post) -> None:
    post.keep(["status-pending-to-processing-order-updated"])
    assert post.drain().states == {"settled": 1}
    assert sum(post.sums().values()) == 426


def test_an_order_with_refunds_waits_for_the_shop_and_is_settled_when_it_is_back(post: Post) -> None:
    post.keep(["refund-partial-order-updated"])
    assert post.drain().states == {"waiting": 1}
    assert post.sums() == {}
    post.shop.away = None
    with post.runtime.db.transaction() as session:
        session.exec(select(Delivery)).one().due_at = post.runtime.clock()
        find_shop(session, post.shop_id).retry_at = None
    assert post.drain().states == {"settled": 1}
    assert sum(post.sums().values()) > 0


def test_a_checkout_that_was_only_opened_is_ignored_and_says_so(post: Post) -> None:
    post.keep(["store-checkout-draft-order-updated"])
    post.drain()
    assert post.deliveries() == [
        ("order.updated", "ignored", "a checkout that was only opened; it may never become an order")
    ]


@pytest.mark.parametrize("seed", range(5))
def test_any_order_and_doubling_of_all_recordings_ends_in_the_same_sums(post: Post, seed: int) -> None:
    names = SIGNED * 2
    random.Random(seed).shuffle(names)
    for name in names:
        post.keep([name])
        if random.Random(f"{seed}{name}").random() < 0.5:
            post.drain()
    post.drain()
    assert post.sums() == {
        "accrual shop:1/order:40/line:45/rule:all": 400,
        "accrual shop:1/order:40/line:46/rule:all": 26,
        "accrual shop:1/order:52/line:77/rule:all": 400,
    }


def test_two_orders_under_one_delivery_id_are_two_orders(post: Post) -> None:
    post.keep(["same-delivery-id-a", "same-delivery-id-b"])
    post.drain()
    with post.runtime.db.reading() as session:
        assert len(session.exec(select(OrderState)).all()) == 2


def test_one_order_in_another_currency_needs_attention_and_stops_nobody(post: Post) -> None:
    post.keep(
        ["rest-guest-pending-order-created"], lambda raw: raw.replace(b'"currency":"EUR"', b'"currency":"CHF"')
    )
    post.keep(["order-restored-order-restored"])
    post.drain()
    (_, first, reason), (_, second, _) = post.deliveries()
    assert (first, second) == ("attention", "settled")
    assert "CHF" in reason
    assert sum(post.sums().values()) == 400


def test_one_stamp_with_two_contents_asks_the_shop(post: Post) -> None:
    name = "status-pending-to-processing-order-updated"
    post.keep([name])
    post.keep([name], lambda raw: raw.replace(b'"total":"33.60"', b'"total":"30.00"', 1))
    post.drain()
    with post.runtime.db.reading() as session:
        assert session.exec(select(OrderState.suspect)).one()


def test_what_was_read_from_the_shop_outranks_a_delivery_of_the_same_stamp(post: Post) -> None:
    post.keep(["status-processing-to-completed-order-updated"])
    post.drain()
    with post.runtime.db.reading() as session:
        shop = find_shop(session, post.shop_id)
        body = session.exec(select(Delivery.body)).one()
    reading = post.runtime.platform("woocommerce").understand(
        post.runtime.platform("woocommerce").describe({"X-WC-Webhook-Topic": "order.updated"}),
        body,
        settle.terms_of(shop),
    )
    assert isinstance(reading, OrderSeen)
    fewer = replace(reading.order, lines=reading.order.lines[:1])
    seen = OrderSeen(fewer, reading.contact, read_at=datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert settle.absorb(post.runtime, shop, [seen], "test").booked == ["40"]
    assert sum(post.sums().values()) == 400
    post.keep(["status-processing-to-completed-order-updated"])
    post.drain()
    assert sum(post.sums().values()) == 400


def test_an_order_that_is_gone_takes_everything_back(post: Post) -> None:
    post.keep(["status-processing-to-completed-order-updated"])
    post.drain()
    with post.runtime.db.reading() as session:
        shop = find_shop(session, post.shop_id)
    gone = OrderGone("40", read_at=post.runtime.clock())
    assert settle.absorb(post.runtime, shop, [gone], "audit").booked == ["40"]
    assert post.sums() == {}
    assert settle.absorb(post.runtime, shop, [gone], "audit").booked == []


def test_a_rehearsal_says_what_would_be_booked_and_books_nothing(post: Post) -> None:
    post.keep(["status-processing-to-completed-order-updated"])
    post.drain()
    with post.runtime.db.reading() as session:
        shop = find_shop(session, post.shop_id)
    gone = OrderGone("40", read_at=post.runtime.clock())
    assert settle.absorb(post.runtime, shop, [gone], "audit", keep=False).booked == ["40"]
    assert sum(post.sums().values()) == 426


def test_stored_balances_follow_the_entries(post: Post) -> None:
    post.keep(SIGNED)
    post.drain()
    with post.runtime.db.reading() as session:
        balances = [a.balance for a in session.exec(select(Account))]
    assert sum(balances) == sum(post.sums().values())

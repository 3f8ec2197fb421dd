"""Whatever the rules and whatever happens: the ledger ends in the same sums, keeps its bounds and loses no cent."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func
from sqlmodel import col, select

from bridge.config import Settings
from bridge.domain import document
from bridge.domain.earning import Facts, kept, targets
from bridge.domain.levels import Sponsor
from bridge.domain.money import half_up
from bridge.domain.orders import Article, Line, Order, State
from bridge.domain.programme import Version
from bridge.domain.targets import Kind
from bridge.ports import OrderSeen
from bridge.runtime import Runtime
from bridge.services import settle
from bridge.services.settlement import Settlement
from bridge.services.simulate import simulate
from bridge.storage import people, programmes
from bridge.storage.db import Database
from bridge.storage.facts import ALWAYS
from bridge.storage.models import Entry, Identity, Shop
from bridge.storage.people import CUSTOMER, Binding, Name
from bridge.vault import Vault
from tests.fakes import FakeBell

BEGIN = datetime(2026, 1, 5, 12, tzinfo=UTC)
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
CHAIN = ("ada", "bea", "carl", "dora")
"""Each of them was referred by the one before."""

BOUNDED = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

# --- random programmes and histories ----------------------------------------------------------------

amounts = st.integers(1, 900).map(lambda cents: f"{cents // 100}.{cents % 100:02}")
percents = st.sampled_from(["0.5", "1", "2.5", "7", "33.3", "50"])
skus = st.sampled_from(["A", "B", "C"])


@st.composite
def earn_rules(draw: st.DrawFn) -> list[dict[str, Any]]:
    rules = []
    for number in range(draw(st.integers(1, 3))):
        rule: dict[str, Any] = {"id": f"rule{number}", "also": draw(st.booleans())}
        rule |= {"amount": draw(amounts)} if draw(st.booleans()) else {"percent": draw(percents)}
        rule |= {"sku": [draw(skus)]} if draw(st.booleans()) else {}
        rule |= {"minimum_order": "40.00"} if draw(st.booleans()) else {}
        rules.append(rule)
    return rules


bonuses = st.lists(
    st.sampled_from(
        [
            {"id": "month", "kind": "turnover", "period": "month", "minimum": "50.00", "percent": "2"},
            {"id": "half", "kind": "turnover", "period": "half_year", "minimum": "120.00", "amount": "5.00"},
            {"id": "first", "kind": "first_order", "amount": "3.00"},
            {"id": "often", "kind": "regularity", "period": "month", "orders": 1, "periods": 2, "amount": "1.00"},
        ]
    ),
    unique_by=lambda rule: rule["id"],
)

referrals = st.fixed_dictionaries(
    {
        "base": st.sampled_from(["accrual", "paid"]),
        "levels": st.lists(percents, min_size=1, max_size=4),
        "compression": st.booleans(),
    },
    optional={
        "cap_percent_of_paid": percents,
        "own_turnover": st.just({"period": "quarter", "minimum": "60.00"}),
    },
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    basics = {"currency": "EUR", "available_after_days": 0, "earn_basis": draw(st.sampled_from(["gross", "net"]))}
    table: dict[str, Any] = {"programme": basics, "earn": draw(earn_rules()), "bonus": draw(bonuses)}
    if draw(st.booleans()):
        table["referral"] = draw(referrals)
    if draw(st.booleans()):
        table["exclude"] = [{"sku": [draw(skus)]}]
    return tomli_w.dumps(table)


@st.composite
def lines(draw: st.DrawFn) -> tuple[Line, ...]:
    found = []
    for number in range(draw(st.integers(1, 3))):
        paid = draw(st.integers(0, 20000))
        article = Article(product=str(number), sku=draw(skus))
        found.append(Line(str(number), article, draw(st.integers(1, 3)), paid, half_up_net(paid), tax="19"))
    return tuple(found)


def half_up_net(paid: int) -> int:
    return (paid * 200 + 119) // 238


@st.composite
def lives(draw: st.DrawFn, number: int) -> list[Order]:
    """The states of one order, oldest first: each a whole state with a stamp of its own."""
    placed = BEGIN + timedelta(days=draw(st.integers(0, 200)))
    order = Order(
        id=f"o{number}", number=str(number), currency="EUR", state=State.OPEN, updated=placed, placed=placed,
        lines=draw(lines()), customer=draw(st.sampled_from(CHAIN)), paid_at=placed,
    )  # fmt: skip
    states = [order]
    for step in draw(st.lists(st.sampled_from(["pay", "return", "refund", "cancel"]), max_size=4)):
        changed = _next(states[-1], step, draw)
        states.append(replace(changed, updated=states[-1].updated + timedelta(hours=1)))
    return states


def _next(order: Order, step: str, draw: st.DrawFn) -> Order:
    if step == "pay":
        return replace(order, state=State.PAID)
    if step == "cancel":
        return replace(order, state=State.CANCELLED)
    if step == "refund":
        most = sum(line.paid - line.refunded for line in order.lines)
        return replace(order, refund_without_lines=draw(st.integers(0, most)))
    line, *rest = order.lines
    pieces = draw(st.integers(line.refunded_quantity, line.quantity))
    money = draw(st.integers(line.refunded, line.paid))
    return replace(order, lines=(replace(line, refunded_quantity=pieces, refunded=money), *rest))


@st.composite
def histories(draw: st.DrawFn) -> list[Order]:
    return [state for number in range(draw(st.integers(1, 5))) for state in draw(lives(number))]


# --- a ledger for them ------------------------------------------------------------------------------


@dataclass
class Ledger:
    """One database for all examples; each tells its story to a shop of its own."""

    runtime: Runtime
    numbers: Iterator[int]

    def open(self, text: str) -> int:
        """A new shop with this programme, and the chain of sponsors."""
        with self.runtime.db.transaction() as session:
            shop = Shop(
                platform="toy", name="Toy", url="toy:", token=f"shop{next(self.numbers)}", currency="EUR",
                timezone="Europe/Berlin", secrets=b"", added_at=BEGIN,
            )  # fmt: skip
            session.add(shop)
            session.flush()
            shop_id = shop.id or 0
            programmes.add(session, shop_id, text, None, BEGIN, "test")
            found = people.find_or_open(session, shop, [Name(CUSTOMER, name) for name in CHAIN], BEGIN)
            for above, below in pairwise(CHAIN):
                account, sponsor = found[Name(CUSTOMER, below)], found[Name(CUSTOMER, above)]
                people.sponsor(session, [Binding(account, ALWAYS, sponsor, "test")])
        return shop_id

    def settle(self, shop_id: int, states: list[Order]) -> None:
        """One batch of deliveries."""
        with self.runtime.db.transaction() as session:
            shop = session.get_one(Shop, shop_id)
            settlement = Settlement(session, shop, self.runtime.vault.fingerprint, NOW, "test")
            settlement.take([OrderSeen(order) for order in states])
            settlement.close()
        settle.settle_marked(self.runtime, shop_id)

    def sums(self, shop_id: int) -> Mapping[tuple[str, str, str], int]:
        """What each source has booked in all, by customer and kind; the shop's own number left out."""
        statement = (
            select(Identity.value, Entry.kind, Entry.source, func.sum(col(Entry.amount)))
            .join(Identity, col(Identity.account_id) == col(Entry.account_id))
            .where(Entry.shop_id == shop_id)
            .group_by(Identity.value, Entry.kind, Entry.source)
        )
        with self.runtime.db.reading() as session:
            rows = session.execute(statement).all()
        return {(who, kind, source.partition("/")[2]): int(total) for who, kind, source, total in rows if total}


@pytest.fixture(scope="module")
def ledger() -> Iterator[Ledger]:
    db = Database("sqlite://")
    db.migrate()
    config = Settings(data=Path(), database_url="sqlite://")
    yield Ledger(
        Runtime(config, db, Vault([bytes(32)]), lambda _: None, FakeBell(), lambda: NOW),  # type: ignore[arg-type, return-value]
        count(1),
    )
    db.close()


# --- the properties ---------------------------------------------------------------------------------


@BOUNDED
@given(documents(), histories(), st.randoms(use_true_random=False))
def test_any_order_doubling_and_splitting_ends_in_the_same_sums(
    ledger: Ledger, text: str, history: list[Order], chance: random.Random
) -> None:
    straight, muddled = ledger.open(text), ledger.open(text)
    ledger.settle(straight, history)
    deliveries = history + chance.choices(history, k=len(history))
    chance.shuffle(deliveries)
    while deliveries:
        cut = chance.randint(1, len(deliveries))
        ledger.settle(muddled, deliveries[:cut])
        deliveries = deliveries[cut:]
    assert ledger.sums(muddled) == ledger.sums(straight)


@BOUNDED
@given(documents(), histories())
def test_a_wholly_returned_history_sums_to_zero(ledger: Ledger, text: str, history: list[Order]) -> None:
    shop_id = ledger.open(text)
    ledger.settle(shop_id, history)
    newest = {order.id: order for order in history}
    ledger.settle(shop_id, [_given_back(order) for order in newest.values()])
    assert ledger.sums(shop_id) == {}


def _given_back(order: Order) -> Order:
    everything = tuple(replace(i, refunded=i.paid, refunded_quantity=i.quantity) for i in order.lines)
    later = order.updated + timedelta(hours=1)
    return replace(order, lines=everything, refund_without_lines=0, updated=later)


@settings(BOUNDED, max_examples=150)
@given(documents(), histories(), st.lists(st.booleans(), max_size=5))
def test_the_levels_of_a_line_never_exceed_their_cap(
    text: str, history: list[Order], qualified: list[bool]
) -> None:
    programme = document.read(text)
    if programme.referral is None or programme.referral.cap_percent_of_paid is None:
        return
    upline = tuple(Sponsor(number, ok) for number, ok in enumerate(qualified, start=2))
    facts = Facts(buyer=1, version=Version(1, None, programme), prefix="shop:1", upline=upline)
    for order in history:
        shared = Counter[str]()
        for target in targets(order, facts):
            if target.key.kind is Kind.REFERRAL:
                shared[target.key.source.split("/")[2]] += target.amount
        for item in kept(order, programme, ""):
            cap = half_up(item.money * programme.referral.cap_percent_of_paid)
            assert shared[f"line:{item.line.id}"] <= cap


@settings(BOUNDED, max_examples=150)
@given(documents(), histories())
def test_spreading_a_refund_loses_no_cent(text: str, history: list[Order]) -> None:
    programme = document.read(text)
    for order in history:
        before = sum(max(0, line.paid - line.refunded) for line in order.lines)
        after = [item.money for item in kept(order, programme, "")]
        assert sum(after) == max(0, before - order.refund_without_lines)
        assert min(after) >= 0


@settings(BOUNDED, max_examples=6)
@given(documents(), histories())
def test_simulating_equals_settling(ledger: Ledger, text: str, history: list[Order]) -> None:
    shop_id = ledger.open(text)
    ledger.settle(shop_id, history)
    report = simulate(ledger.runtime, shop_id, text)
    for month in report.months:
        assert +month.simulated.kinds == +month.running.kinds
    assert (report.gains, report.losses) == ((), ())

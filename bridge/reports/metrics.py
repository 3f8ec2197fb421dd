"""Figures for Prometheus, read from the database at each scrape: workers and web share no counters.

Every query is bounded by an index or counts small tables, so that a scrape costs the same on a large ledger.
"""

from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select, text
from sqlmodel import Session, SQLModel, col

from bridge.domain import money
from bridge.runtime import Runtime
from bridge.services import health
from bridge.services.figures import PROOF
from bridge.storage import tallies
from bridge.storage.models import (
    Account,
    Beat,
    Case,
    Delivery,
    Entry,
    Figure,
    MonthTotal,
    OrderState,
    OutgoingMail,
    Shop,
    ShopTotal,
)


def metrics(runtime: Runtime) -> bytes:
    """The whole answer in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(runtime))
    return generate_latest(registry)


_WAITING = text("state IN ('received', 'waiting')")
"""Written out as in the index for it: with parameters SQLite would read the whole table."""


class _Figures(Collector):
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def collect(self) -> Iterator[Metric]:
        """All figures of this moment."""
        obstacles = health.obstacles(self._runtime)
        yield GaugeMetricFamily(
            "rabattkonto_up", "1 when nothing keeps the installation from working", not obstacles
        )
        with self._runtime.db.reading() as session:
            yield from self._of_parts(session)
            yield from self._of_shops(session)
            yield _newest(session, "rabattkonto_deliveries", "Deliveries taken in so far", Delivery)
            yield _newest(session, "rabattkonto_entries", "Entries booked so far", Entry)
            yield _counted(session, "rabattkonto_mails", "Mails by state", OutgoingMail, col(OutgoingMail.state))

    def _of_parts(self, session: Session) -> Iterator[Metric]:
        age = GaugeMetricFamily("rabattkonto_beat_age_seconds", "Since a part's last sign of life", labels=["part"])
        now = self._runtime.clock()
        for beat in session.execute(select(Beat)).scalars():
            if beat.part in health.PARTS:
                age.add_metric([beat.part], (now - beat.at).total_seconds())
        yield age

    def _of_shops(self, session: Session) -> Iterator[Metric]:
        yield _by_shop(session, "rabattkonto_deliveries_waiting", "Deliveries that wait", Delivery, _WAITING)
        yield _by_shop(session, "rabattkonto_cases", "Open cases", Case, col(Case.closed_at).is_(None))
        todo = col(OrderState.dirty) | col(OrderState.suspect)
        yield _by_shop(
            session, "rabattkonto_orders_waiting", "Orders that wait to be settled or read", OrderState, todo
        )
        yield _by_shop(
            session, "rabattkonto_accounts_stale", "Accounts whose code waits", Account, col(Account.stale)
        )
        yield from _liability(session)
        yield _booked(session)
        yield from _tallied(session)
        yield self._oldest(session)
        yield from self._reached(session)

    def _oldest(self, session: Session) -> Metric:
        found = GaugeMetricFamily(
            "rabattkonto_oldest_delivery_seconds", "Age of the oldest delivery that waits", labels=["shop"]
        )
        rows = select(col(Delivery.shop_id), func.min(col(Delivery.id))).where(_WAITING)
        now = self._runtime.clock()
        for shop, first in session.execute(rows.group_by(col(Delivery.shop_id))):
            found.add_metric([str(shop)], (now - session.get_one(Delivery, first).received_at).total_seconds())
        return found

    def _reached(self, session: Session) -> Iterator[Metric]:
        failures = GaugeMetricFamily(
            "rabattkonto_shop_failures", "Failed calls to the shop in a row", labels=["shop"]
        )
        read = GaugeMetricFamily(
            "rabattkonto_reconcile_age_seconds", "Since the shop was last read", labels=["shop"]
        )
        now = self._runtime.clock()
        for shop in session.execute(select(Shop)).scalars():
            failures.add_metric([str(shop.id)], shop.failures)
            if shop.reconciled_at is not None:
                read.add_metric([str(shop.id)], (now - shop.reconciled_at).total_seconds())
        yield from (failures, read)


def _by_shop(session: Session, name: str, about: str, table: type[SQLModel], which: Any) -> Metric:
    found = GaugeMetricFamily(name, about, labels=["shop"])
    shop = table.shop_id  # type: ignore[attr-defined]
    for number, count in session.execute(select(shop, func.count()).where(which).group_by(shop)):
        found.add_metric([str(number)], count)
    return found


def _counted(session: Session, name: str, about: str, table: type[SQLModel], by: Any) -> Metric:
    found = GaugeMetricFamily(name, about, labels=["state"])
    for state, count in session.execute(select(by, func.count()).select_from(table).group_by(by)):
        found.add_metric([state], count)
    return found


def _newest(session: Session, name: str, about: str, table: type[SQLModel]) -> Metric:
    """The highest number in a table whose rows stay: as good as a count, and at no cost."""
    highest = session.execute(select(func.max(table.id))).scalar()  # type: ignore[attr-defined]
    return GaugeMetricFamily(name, about, highest or 0)


def _booked(session: Session) -> Metric:
    """From the kept totals of months: a few rows for each month, however many entries there are."""
    labels = ["shop", "kind"]
    found = GaugeMetricFamily("rabattkonto_entries_by_kind", "Entries booked so far by kind", labels=labels)
    by = (col(MonthTotal.shop_id), col(MonthTotal.kind))
    for shop, kind, entries in session.execute(select(*by, func.sum(col(MonthTotal.entries))).group_by(*by)):
        found.add_metric([str(shop), kind], int(entries))
    return found


def _tallied(session: Session) -> Iterator[Metric]:
    messages = GaugeMetricFamily(
        "rabattkonto_messages_by_result", "Messages by what became of them", labels=["shop", "result"]
    )
    healed = GaugeMetricFamily(
        "rabattkonto_orders_healed", "Orders that only reading the shop has brought", labels=["shop"]
    )
    for tally in tallies.everything(session):
        if tally.name == tallies.HEALED:
            healed.add_metric([str(tally.shop_id)], tally.count)
        elif tally.name.startswith(tallies.MESSAGE):
            messages.add_metric([str(tally.shop_id), tally.name.removeprefix(tallies.MESSAGE)], tally.count)
    proof = GaugeMetricFamily(
        "rabattkonto_proof_findings", "What was wrong when the books were last calculated anew", labels=["shop"]
    )
    for figure in session.execute(select(Figure).where(col(Figure.name) == PROOF)).scalars():
        proof.add_metric([str(figure.shop_id)], figure.value["findings"])
    yield from (messages, healed, proof)


def _liability(session: Session) -> Iterator[Metric]:
    """In the currency's own unit, as Prometheus wants it: a gauge to look at, never a figure to book by."""
    labels = ["shop", "currency"]
    owed = GaugeMetricFamily("rabattkonto_open_credit", "What customers have, in the currency", labels=labels)
    over = GaugeMetricFamily("rabattkonto_overspent", "What some customers have overspent", labels=labels)
    kept = select(Shop.id, Shop.currency, ShopTotal.owed, ShopTotal.overspent)  # type: ignore[call-overload]
    for shop, currency, plus, minus in session.execute(kept.where(col(ShopTotal.shop_id) == col(Shop.id))):
        owed.add_metric([str(shop), currency], float(money.plain(plus, currency)))
        over.add_metric([str(shop), currency], float(money.plain(-minus, currency)))
    yield from (owed, over)

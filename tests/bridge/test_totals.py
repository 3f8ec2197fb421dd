"""Totals beside the ledger: they say what the entries say, and verify sees it when they do not."""

from datetime import timedelta
from importlib import import_module

import pytest
from sqlalchemy import text

from bridge.domain.orders import State
from bridge.reports.liability import liability
from bridge.services import adjust, night
from bridge.services.programmes import activate
from bridge.storage import totals
from tests.bridge.older import spell_out
from tests.bridge.told import TEN_PERCENT, told
from tests.builders import at, line, order

PENDING = TEN_PERCENT.replace("days = 0", "days = 14")


def test_totals_say_what_the_liability_report_adds_up() -> None:
    with told(PENDING) as books:
        books.tell(order(line(paid=10000)), order(line(paid=3000), id="1002", customer="ben"))
        adjust.adjust(books.runtime, books.shop_id, "ben", -500, "Irrtum", "test")
        books.clock.now = at("2026-04-01 00:00")
        books.tell(order(line(paid=10000), clock="2026-04-01 00:00", state=State.CANCELLED))
        with books.db.reading() as session:
            kept, months = totals.stand(session, 1), totals.months(session, 1)
            found = liability(session, 1, books.clock.now)
        assert (kept.accounts, kept.owed, kept.pending, kept.overspent) == (
            found.accounts, found.owed, found.pending, found.overspent,
        )  # fmt: skip
        assert (kept.owed, kept.overspent) == (0, -200)
        assert months == {"2026-03": {"accrual": 1300, "adjustment": -500}, "2026-04": {"accrual": -1000}}
        assert months["2026-04"] == found.month.kinds
        assert books.verify() == []


def test_time_alone_moves_pending_and_expired_credit() -> None:
    with told(f"{PENDING}[expiry]\nmonths = 1\n") as books:
        books.tell(order(line(paid=10000)))
        books.wait_until("2026-03-20 12:00")
        with books.db.reading() as session:
            assert (totals.stand(session, 1).owed, totals.stand(session, 1).pending) == (1000, 0)
        books.wait_until("2026-06-01 12:00")
        with books.db.reading() as session:
            assert totals.stand(session, 1).owed == 0
            assert sum(sum(kinds.values()) for kinds in totals.months(session, 1).values()) == 0
        assert books.verify() == []


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE month_total SET amount = amount + 1",
        "DELETE FROM month_total",
        "UPDATE month_total SET month = '2026-02'",
        "UPDATE shop_total SET owed = owed - 1",
        "UPDATE shop_total SET pending = 7",
        "DELETE FROM shop_total",
    ],
)
def test_a_total_that_drifted_is_found(tampering: str) -> None:
    with told() as books:
        books.tell(order())
        with books.db.transaction() as session:
            session.execute(text(tampering))
        assert {finding.invariant for finding in books.verify()} == {"I8"}


def test_months_follow_when_the_programme_moves_to_another_zone() -> None:
    with told() as books:
        books.clock.now = at("2026-04-01 00:30")
        books.tell(order(clock="2026-03-31 23:50"))
        london = TEN_PERCENT.replace('currency = "EUR"', 'currency = "EUR"\ntimezone = "Europe/London"')
        activate(books.runtime, 1, london)
        books.wait_until("2026-04-01 00:31")
        assert books.verify() == []
        with books.db.reading() as session:
            assert set(totals.months(session, 1)) == {"2026-04"}
        books.clock.now += timedelta(days=1)
        night.night(books.runtime, 1)
        with books.db.reading() as session:
            assert set(totals.months(session, 1)) == {"2026-03"}
        assert books.verify() == []


def test_an_older_database_gets_its_totals_and_words_with_the_migration() -> None:
    version = import_module("bridge.storage.migrations.versions.0006_desk_totals_searches_and_proposals")
    with told(PENDING) as books:
        books.tell(order(line(paid=10000)), email="Anna.Muster@example.org")
        adjust.adjust(books.runtime, 1, "anna", -2500, "Irrtum", "test")
        with books.db.transaction() as session:
            before = sorted(session.execute(text("SELECT word FROM person_word")).scalars())
            for table in ("month_total", "shop_total", "person_word"):
                session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own names
            spell_out(session)
            version._fill(session.connection())
            import_module("bridge.storage.migrations.versions.0008_shorthand_in_the_ledger")._rewrite(
                session.connection()
            )
        assert before == ["anna", "anna.muster@example.org", "muster"]
        with books.db.reading() as session:
            assert sorted(session.execute(text("SELECT word FROM person_word")).scalars()) == before
        assert books.verify() == []

"""What was booked stays: the database itself refuses to change, delete or replace entries and versions."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from bridge.storage.db import Database
from bridge.storage.models import Account, Entry, ProgrammeVersion, Shop

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TABLES = ("entry", "programme_version")
OTHER_ID = {
    "entry": "id + 1, shop_id, account_id, number, kind, source, revision, amount, currency, happened_at,"
    " booked_at, usable_at, expires_on, version, order_id, moves, explanation, cause, reverses, commitment, hash",
    "programme_version": "id + 1, shop_id, number, valid_from, document, activated_at, activated_by, reason",
}


@pytest.fixture
def booked(database: Database) -> Database:
    """One entry and one version."""
    with database.transaction() as session:
        shop = Shop(platform="toy", name="Toy", url="u", token="t", currency="EUR", secrets=b"", added_at=NOW)
        session.add(shop)
        session.flush()
        account = Account(shop_id=shop.id or 0, token="a", currency="EUR", opened_at=NOW)
        session.add(account)
        session.flush()
        session.add(ProgrammeVersion(shop_id=shop.id or 0, number=1, document="", activated_at=NOW))
        session.add(
            Entry(
                shop_id=shop.id or 0, account_id=account.id or 0, number=1, kind="accrual", source="s", revision=1,
                amount=1, currency="EUR", happened_at=NOW, booked_at=NOW, usable_at=NOW, hash=b"h",
            )
        )  # fmt: skip
    return database


def refused(database: Database, statement: str) -> bool:
    """Whether our own trigger refuses it, not merely a unique key."""
    try:
        with database.transaction() as session:
            session.execute(text(statement))
    except DatabaseError as problem:
        return "never changed or deleted" in str(problem)
    return False


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET shop_id = shop_id", "DELETE FROM {}"])
def test_a_row_that_stays_is_not_changed_or_deleted(booked: Database, statement: str, table: str) -> None:
    assert refused(booked, statement.format(table))


@pytest.mark.parametrize("table", TABLES)
def test_a_row_that_stays_is_not_replaced_either(booked: Database, table: str) -> None:
    if not booked.sqlite:
        assert refused(booked, f"TRUNCATE {table} CASCADE")
        return
    assert refused(booked, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")  # noqa: S608
    assert refused(booked, f"INSERT OR REPLACE INTO {table} SELECT {OTHER_ID[table]} FROM {table}")  # noqa: S608


def test_another_row_is_still_taken(booked: Database) -> None:
    assert not refused(
        booked,
        "INSERT INTO programme_version (shop_id, number, document, activated_at, activated_by,"
        " reason) SELECT shop_id, 2, document, activated_at, '', '' FROM programme_version",
    )
    with booked.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM programme_version")) == 2

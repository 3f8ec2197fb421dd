"""Shorthand: what lies on the disk is short, and what is read is what was written."""

from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, select

from bridge.domain.targets import Kind
from bridge.services import adjust
from bridge.storage.db import Database
from bridge.storage.migrations import guard
from bridge.storage.models import Entry, Lot
from bridge.storage.shorthand import CAUSES, CURRENCIES, KINDS, MARKS, REASONS, SOURCES, Shorthand
from tests.bridge.older import spell_out
from tests.bridge.told import TEN_PERCENT, Told
from tests.builders import line, order

TABLES = (KINDS, CURRENCIES, SOURCES, CAUSES, REASONS)


@given(st.sampled_from(TABLES), st.data())
def test_any_text_comes_back_and_equal_ones_alone_are_equal(table: Shorthand, data: st.DataObject) -> None:
    piece = st.sampled_from(table.words) | st.text(max_size=4) | st.sampled_from([*MARKS, "\x1f", '"', "1", "ß"])
    one, other = ("".join(pieces) for pieces in data.draw(st.tuples(st.lists(piece), st.lists(piece))))
    assert table.read(table.write(one)) == one
    assert (table.write(one) == table.write(other)) == (one == other)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_a_mark_for_each_word(table: Shorthand) -> None:
    assert len(set(table.words)) == len(table.words) <= len(MARKS)
    assert "".join(map(table.write, table.words)) == MARKS[: len(table.words)]


def test_every_kind_is_one_character() -> None:
    assert {len(KINDS.write(kind)) for kind in Kind} == {1}


def test_a_part_of_a_short_text_is_refused_instead_of_never_found() -> None:
    with pytest.raises(TypeError, match="as a whole"):
        col(Entry.source).endswith("/rule:tee")


def test_what_lies_on_disks_today_is_read_for_ever() -> None:
    """A failure here means that a table was changed: add a new one and a migration instead."""
    assert SOURCES.read("\x01123\x047\x05tee\x10") == "shop:1/order:123/line:7/rule:tee/claimed"
    assert SOURCES.read("\x023\x03123\x047\x062") == "shop:3/order:123/line:7/level:2"
    assert SOURCES.read("\x021\x07a\x021\x08b\x021\x0ec") == "shop:1/bonus:ashop:1/adjust:bshop:1/opening:c"
    assert [SOURCES.read(SOURCES.write(word)) for word in SOURCES.words] == list(SOURCES.words)
    assert CAUSES.read("".join(MARKS[:9])) == (
        "delivery:reconcilebackfillimportopeningsettled againread of the shoptimeuser "
    )
    assert CURRENCIES.read("".join(MARKS[:10])) == "EURCHFUSDGBPDKKSEKNOKPLNCZKHUF"
    assert KINDS.read("".join(MARKS[:8])) == "accrualbonusreferralredemptionexpiryadjustmentopeningtransfer"
    assert REASONS.read("\x01TEE\x103\x111999\x1460\x18") == (
        '{"what":"percent","article":"TEE","percent":"3","of":1999,"basis":"gross","amount":60,"returned":0,"tax":"19"}'
    )


@pytest.fixture
def books(database: Database) -> Told:
    """One customer with credit, a return, and something by hand."""
    books = Told(database)
    books.open(TEN_PERCENT)
    books.tell(order(line("1"), line("2", paid=2500)))
    books.tell(order(line("1"), line("2", paid=2500, refunded=2500), clock="2026-03-02 11:00"))
    adjust.adjust(books.runtime, 1, "anna", -200, "Irrtum", "user 1")
    return books


def shown(books: Told) -> tuple[object, ...]:
    """All that the ledger says: to the customer, to programs, to the chain."""
    with books.db.reading() as session:
        entries = [entry.model_dump() for entry in session.exec(select(Entry).order_by(col(Entry.id)))]
        lots = [lot.model_dump() for lot in session.exec(select(Lot).order_by(col(Lot.number)))]
    return books.statement(), entries, lots, books.verify()


def stored(session: Session, table: type[SQLModel], name: str) -> list[str]:
    return list(session.execute(text(f"SELECT {name} FROM {table.__tablename__} ORDER BY 1")).scalars())  # noqa: S608


def test_an_older_ledger_says_the_same_when_it_is_short(books: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    version = import_module("bridge.storage.migrations.versions.0008_shorthand_in_the_ledger")
    monkeypatch.setattr(version, "_PORTION", 2)
    before = shown(books)
    names = [(Entry, name) for name in version._ENTRY] + [(Lot, name) for name in version._LOT]
    with books.db.transaction() as session:
        short = [stored(session, *name) for name in names]
        spell_out(session)
        long = [stored(session, *name) for name in names]
        version._rewrite(session.connection())
        assert [stored(session, *name) for name in names] == short != long
        assert guard.missing(session.connection()) == []
    assert "shop:1/order:1001/line:1/rule:all" in long[1]
    assert shown(books) == before
    assert before[-1] == []
    books.tell(order(line("1", refunded=1000), line("2", paid=2500, refunded=2500), clock="2026-03-02 11:30"))
    assert books.verify() == []


def test_no_key_is_booked_twice_whoever_writes(books: Told) -> None:
    with books.db.reading() as session:
        entry = session.exec(select(Entry).order_by(col(Entry.id))).first()
    assert entry is not None
    again = entry.model_dump() | {"id": None, "number": 99}
    with pytest.raises(IntegrityError), books.db.transaction() as session:
        session.add(Entry(**again))

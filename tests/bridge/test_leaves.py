"""An account's book read by leaves: what the whole book says, without reading it."""

from itertools import pairwise

from sqlalchemy import event
from sqlmodel import Session

from bridge.domain.orders import State
from bridge.reports.statement import find_account, statement
from bridge.storage.leaves import Leaf, leaf
from bridge.storage.models import Account
from tests.bridge.told import TEN_PERCENT, told
from tests.builders import line, order

EXPIRING = TEN_PERCENT.replace("days = 0", "days = 14") + "[expiry]\nmonths = 12\n"


def leaves(session: Session, account: Account, limit: int, kinds: tuple[str, ...] = ()) -> list[Leaf]:
    found, place = [], None
    while True:
        found.append(leaf(session, account, limit, place, kinds))
        place = found[-1].next
        if place is None:
            return found


def test_leaves_of_any_size_say_what_the_whole_book_says() -> None:
    with told(EXPIRING) as books:
        for number in range(1001, 1006):
            books.tell(order(line(paid=number), id=str(number)))
        # Cancelled, and paid again on another day: entries taken back, and pairs that only move dates.
        books.tell(order(line(paid=1002), id="1002", clock="2026-03-02 11:00", state=State.CANCELLED))
        books.tell(order(line(paid=1002), id="1002", clock="2026-03-03 11:00"))
        with books.db.reading() as session:
            account = session.get_one(Account, find_account(session, 1, "anna"))
            whole = [each.entry for each in statement(session, account.id or 0, books.clock.now).lines][::-1]
            assert len(whole) >= 7
            for limit in (1, 2, 3, 100):
                read = [entry for each in leaves(session, account, limit) for entry in each.entries]
                assert read == whole
            kinds = ("accrual",)
            only = [entry for each in leaves(session, account, 2, kinds) for entry in each.entries]
            assert only == [entry for entry in whole if entry.kind == "accrual"]


def test_a_leaf_reads_as_much_of_a_long_book_as_of_a_short_one() -> None:
    with told() as books:
        for number in range(1001, 1041):
            books.tell(order(line(paid=number), id=str(number)))
        plans: list[str] = []
        with books.db.reading() as session:
            account = session.get_one(Account, find_account(session, 1, "anna"))
            asked: list[tuple[str, object]] = []
            listen = lambda _c, _cur, text, given, *_: asked.append((text, given))  # noqa: E731
            event.listen(books.db.engine, "before_cursor_execute", listen)
            found = leaves(session, account, 10)
            cursor = session.connection().connection.cursor()
            for text, given in [pair for pair in asked if "LIMIT" in pair[0]]:
                cursor.execute(f"EXPLAIN QUERY PLAN {text}", given)
                plans += [row[3] for row in cursor.fetchall()]
        assert [len(each.entries) for each in found] == [10] * 4
        for before, after in pairwise(found):
            assert before.next is not None
            assert before.next.before == before.entries[-1].id > after.entries[0].id
        assert [plan for plan in plans if "entry_account" in plan]
        assert not [plan for plan in plans if plan.startswith(("SCAN entry ", "USE TEMP"))]

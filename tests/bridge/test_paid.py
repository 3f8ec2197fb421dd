"""When is an order paid? The table, the merchant's answers, and what they settle again."""

from collections.abc import Iterator

import pytest

from adapters.woocommerce.sandbox import ToyShop, serve
from bridge.errors import Refused
from bridge.ports import Means, Ruling
from bridge.services import paid
from bridge.services.backfill import backfill
from bridge.services.verify import verify
from bridge.storage.db import Database
from tests.bridge.till import Till


@pytest.fixture
def till(database: Database) -> Iterator[Till]:
    toy = ToyShop()
    with serve(toy, queue=False):
        yield Till(toy, database).open()


def rows(till: Till) -> dict[tuple[str, str], paid.Row]:
    return {(row.status, row.method): row for row in paid.table(till.runtime, till.shop_id)}


def answer(till: Till, status: str, method: str, means: Means) -> paid.Answered:
    return paid.answer(till.runtime, till.shop_id, Ruling(status, method, means))


def test_the_table_shows_what_is_usual_and_what_the_orders_show(till: Till) -> None:
    till.earned()
    found = rows(till)
    assert (found["processing", "cod"].means, found["processing", "cod"].source) == (Means.OPEN, "default")
    assert found["processing", "stripe"].orders == 1


def test_cash_on_delivery_earns_when_it_is_completed(till: Till) -> None:
    order = till.buy(till.toy.register("anna@kunden.example"), method="cod")
    till.turn()
    assert till.balance() == 0
    till.toy.set_status(order, "completed")
    till.turn()
    assert till.balance() == 1500


def test_a_status_of_a_plugin_books_nothing_and_is_asked_about_once(till: Till) -> None:
    for price in ("10.00", "30.00"):
        till.toy.set_status(till.buy(till.toy.register(f"{price}@kunden.example"), price), "shipped")
    till.turn()
    assert till.balance() == 0
    assert [row for row in rows(till).values() if row.open_question] == [
        paid.Row("shipped", "bacs", Means.PAID, "suggestion", open_question=True)
    ]
    assert "--status shipped" in till.cases()["paid table"]


def test_an_answer_books_what_waited_for_it(till: Till) -> None:
    till.toy.set_status(till.buy(till.toy.register("anna@kunden.example")), "shipped")
    till.turn()
    done = answer(till, "shipped", "", Means.PAID)
    assert (done.deliveries > 0, done.entries, done.problem) == (True, 1, "")
    assert till.balance() == 1500
    assert till.cases() == {}
    assert till.deliveries("attention") == []
    assert rows(till)["shipped", ""].source == "answer"


def test_an_order_that_only_a_reading_has_shown_is_read_again(till: Till) -> None:
    till.toy.set_status(till.buy(till.toy.register("anna@kunden.example")), "shipped")
    till.toy.waiting.clear()
    backfill(till.runtime, till.shop_id)
    assert (till.balance(), "paid table" in till.cases()) == (0, True)
    answer(till, "shipped", "bacs", Means.PAID)
    assert till.balance() == 1500


def test_an_order_that_had_earned_keeps_it_until_its_new_status_is_explained(till: Till) -> None:
    anna = till.toy.register("anna@kunden.example")
    order = till.buy(anna, method="stripe")
    till.turn()
    till.toy.set_status(order, "sent-back")
    till.turn()
    assert till.balance() == 1500
    answer(till, "sent-back", "stripe", Means.IGNORED)
    assert till.balance() == 0


def test_an_answer_settles_stored_orders_again_without_asking_the_shop(till: Till) -> None:
    till.buy(till.toy.register("anna@kunden.example"), method="cod")
    till.turn()
    till.toy.faults.away = 100
    assert answer(till, "processing", "cod", Means.PAID).orders == 1
    assert till.balance() == 1500
    assert answer(till, "processing", "cod", Means.OPEN).orders == 1
    assert till.balance() == 0


def test_an_answer_for_one_method_leaves_the_others(till: Till) -> None:
    till.buy(till.toy.register("anna@kunden.example"), method="cod")
    till.turn()
    assert answer(till, "processing", "invoice", Means.PAID).orders == 0
    assert till.balance() == 0


def test_what_the_shop_has_fixed_cannot_be_answered(till: Till) -> None:
    with pytest.raises(Refused, match="fixed by the shop"):
        answer(till, "cancelled", "", Means.PAID)
    assert till.shop().answers.get("paid") is None


def test_after_all_answers_the_books_verify(till: Till) -> None:
    till.toy.set_status(till.buy(till.earned()), "shipped")
    till.turn()
    answer(till, "shipped", "", Means.IGNORED)
    till.turn()
    assert verify(till.runtime) == []

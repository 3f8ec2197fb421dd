"""What the shop told of a customer and nobody heard: the daily comparison asks for it."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from adapters.woocommerce.sandbox import ToyShop, serve
from adapters.woocommerce.sandbox.records import Meta
from bridge.services import audit
from bridge.services.connect import client_of
from bridge.services.reconcile import reconcile
from bridge.storage.db import Database
from bridge.storage.facts import Facts
from bridge.storage.models import Account, Person
from tests.bridge.till import Till


@pytest.fixture
def till(database: Database) -> Iterator[Till]:
    toy = ToyShop()
    with serve(toy, queue=False):
        yield Till(toy, database).open()


def lose_everything(till: Till) -> None:
    till.toy.faults.lose = 100
    till.toy.run_queue()
    till.toy.faults.lose = 0


def test_a_changed_address_that_nobody_told_of_follows_into_the_code(till: Till) -> None:
    anna = till.earned()
    till.toy.change_email(anna, "anna@neu.example")
    lose_everything(till)
    reconcile(till.runtime, till.shop_id, full=True)
    till.turn()
    (coupon,) = till.toy.coupons.values()
    assert coupon.emails == ("anna@neu.example",)


def test_a_group_that_nobody_told_of_is_learnt(till: Till) -> None:
    anna = till.earned()
    anna.role = "wholesale"
    reconcile(till.runtime, till.shop_id, full=True)
    with till.database.reading() as session:
        (account,) = session.exec(select(Account.id))
        groups = Facts(session, till.shop_id, [f"account:{account}"]).history(f"account:{account}", "group")
    assert groups[-1].value == "wholesale"


def test_a_mailbox_proven_unheard_claims_what_a_guest_earned(till: Till) -> None:
    anna = till.earned()
    till.toy.checkout(anna.email, [(next(iter(till.toy.products.values())), 1)], method="stripe")
    till.turn()
    anna.meta.append(Meta(999, "rabattkonto_mailbox", anna.email))
    reconcile(till.runtime, till.shop_id, full=True)
    with till.database.reading() as session:
        assert sorted(session.exec(select(Account.balance))) == [0, 2000]


def test_customers_that_the_shop_does_not_list_keep_what_is_known_of_them(till: Till) -> None:
    till.earned()
    till.toy.customers.clear()
    reconcile(till.runtime, till.shop_id, full=True)
    with till.database.reading() as session:
        assert list(session.exec(select(Person.email))) == ["anna@kunden.example"]


def test_a_hundred_customers_cost_one_question(till: Till) -> None:
    for number in range(3):
        till.earned(f"kunde{number}@kunden.example", price=f"2{number}.00")
    asked: list[list[str]] = []
    client = client_of(till.runtime, till.shop())
    real = client.customers
    client.customers = lambda ids: asked.append(list(ids)) or real(ids)  # type: ignore[method-assign, func-returns-value]
    audit.look_at_customers(till.runtime, till.shop(), client)
    assert [len(ids) for ids in asked] == [3]

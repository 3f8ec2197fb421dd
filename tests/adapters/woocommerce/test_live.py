"""The client against the toy shop on a real socket: what one writes, the other must understand."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from adapters.woocommerce.api import WooShop, utc_now
from adapters.woocommerce.sandbox import ToyShop, serve
from bridge.domain.orders import State
from bridge.errors import AccessLost
from bridge.ports import Access, CodeRef, CodeWrite, CustomerView, OrderGone, OrderSeen, ShopTerms

CODE = CodeRef("guthaben-x")


@pytest.fixture
def toy() -> Iterator[ToyShop]:
    shop = ToyShop()
    with serve(shop, queue=False):
        yield shop


def connected(toy: ToyShop, proof: str = "cs_toy") -> WooShop:
    allowed = frozenset({urlsplit(toy.url).netloc})
    return WooShop(Access(toy.url, "ck_toy", proof, allowed), ShopTerms("EUR"))


def test_a_code_comes_off_an_order_which_is_refunded_trashed_and_deleted(toy: ToyShop) -> None:
    client = connected(toy)
    tee = toy.add_product("Tee", "19.99", sku="TEE", credit="1.50", categories=("Shirts",))
    anna = toy.register("anna@kunden.example", "Anna", "Muster")
    write = CodeWrite(CODE, 500, ("anna@kunden.example",), "acc-1")
    (created,) = client.write_codes([write])
    assert created.now is not None
    assert client.write_codes([write])[0].exists

    order = toy.checkout(anna, [(tee, 2)], codes=[CODE.code], method="bacs")
    toy.pay(order)
    toy.refund(order, {order.lines[0].id: 1})
    ((seen,),) = client.changed_since(utc_now() - timedelta(hours=1))
    assert isinstance(seen, OrderSeen)
    (line,) = seen.order.lines
    assert (seen.order.state, line.paid, line.credit) == (State.PAID, 3498, 500)
    assert (line.refunded_quantity, line.refunded) == (1, 1749)
    assert client.codes([CODE])[CODE.code].uses == 1

    toy.trash(order)
    trashed, unknown = client.orders([str(order.id), "99999"])
    assert isinstance(trashed, OrderSeen)
    assert trashed.order.state is State.GONE
    assert isinstance(unknown, OrderGone)


def test_a_retired_code_is_expired_and_a_deleted_one_gone(toy: ToyShop) -> None:
    client = connected(toy)
    (created,) = client.write_codes([CodeWrite(CODE, 500, ("anna@kunden.example",), "acc-1")])
    (retired,) = client.write_codes([CodeWrite(created.ref, 0, (), "acc-1", expired=True)])
    assert retired.now is not None
    assert (retired.now.expired, retired.now.face) == (True, 0)
    deleted = CodeRef("guthaben-y", "987654")
    assert client.write_codes([CodeWrite(deleted, 500, ("anna@kunden.example",), "acc-1")])[0].gone


def test_codes_made_in_the_very_second_are_issued_since_it_and_earlier_ones_are_not(toy: ToyShop) -> None:
    client = connected(toy)
    client.write_codes([CodeWrite(CODE, 500, ("anna@kunden.example",), "acc-1")])
    (made,) = toy.coupons.values()
    assert [len(page) for page in client.issued(made.created)] == [1]
    assert [len(page) for page in client.issued(made.created + timedelta(seconds=1))] == [0]


def test_customers_see_what_is_written_and_unknown_ones_are_named(toy: ToyShop) -> None:
    anna = toy.register("anna@kunden.example", "Anna", "Muster")
    views = [CustomerView(who, "8,25 €", "8,25 €", "x", "https://konto.example") for who in (str(anna.id), "9999")]
    assert connected(toy).show(views) == ["9999"]


def test_webhooks_are_made_once_however_often_they_are_registered(toy: ToyShop) -> None:
    client = connected(toy)
    address = f"{toy.url}/konto"
    topics = client.register(address, "secret-1")
    assert client.register(address, "secret-2") == topics
    assert [finding for finding in client.check(address) if finding.serious] == []
    client.unregister(address)
    assert {finding.subject for finding in client.check(address)} >= {"webhooks"}


def test_a_wrong_secret_is_lost_access(toy: ToyShop) -> None:
    with pytest.raises(AccessLost):
        connected(toy, proof="cs_wrong").profile()

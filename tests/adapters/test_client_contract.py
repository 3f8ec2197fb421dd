"""What every client must do with a shop, against its own toy on a socket. A new platform is covered by itself."""

import importlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

import adapters
from bridge.errors import AccessLost
from bridge.ports import (
    Access,
    CodeRef,
    CodeRules,
    CodeWrite,
    CustomerView,
    OrderGone,
    OrderSeen,
    Platform,
    ShopClient,
    ShopTerms,
    VoucherWrite,
)

TERMS = ShopTerms("EUR")
EVER = datetime(2000, 1, 1, tzinfo=UTC)


class Shop:
    """A toy shop of a platform with one customer, and a client."""

    def __init__(self, name: str, toy: Any) -> None:
        self.platform: Platform = adapters.load(name)
        self.toy = toy
        self.hook = f"https://credit.example/webhooks/{name}/t0ken"
        self.tee = toy.add_product("Tee", "20.00", sku="TEE", categories=("Shirts",))
        self.anna = toy.register("anna@kunden.example", "Anna", "Muster")

    def client(self, secret: str = "") -> ShopClient:
        key, real = self.toy.access
        private = frozenset({urlsplit(self.toy.url).netloc})
        return self.platform.connect(Access(self.toy.url, key, secret or real, private), TERMS)

    def write(self, code: str = "guthaben-x", face: int = 1000, **other: Any) -> CodeWrite:
        holder = self.platform.holder(str(self.anna.id), self.anna.email)
        return CodeWrite(**{"ref": CodeRef(code), "face": face, "holders": (holder,), "owner": "acc", **other})


@pytest.fixture(params=adapters.names())
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    sandbox = importlib.import_module(f"adapters.{request.param}.sandbox")
    toy = sandbox.ToyShop(send=lambda *_: 200)
    with sandbox.serve(toy, queue=False):
        yield Shop(request.param, toy)


def test_the_profile_says_what_the_shop_is(shop: Shop) -> None:
    found = shop.client().profile()
    assert (found.currency, found.timezone, found.prices_include_tax) == ("EUR", "Europe/Berlin", True)


def test_a_wrong_secret_is_a_lost_access(shop: Shop) -> None:
    with pytest.raises(AccessLost):
        shop.client(secret="wrong").profile()


def test_a_code_goes_its_whole_way(shop: Shop) -> None:
    client = shop.client()
    (made,) = client.write_codes([shop.write()])
    (doubled,) = client.write_codes([shop.write()])
    (raised,) = client.write_codes([shop.write(ref=made.ref, face=2500)])
    (ended,) = client.write_codes([shop.write(ref=made.ref, face=649, expired=True)])
    assert made.now is not None
    assert raised.now is not None
    assert ended.now is not None
    assert (made.now.face, made.now.limit, made.now.uses, made.now.owner) == (1000, 1, 0, "acc")
    assert [each.lower() for each in made.now.holders] == list(shop.write().holders)
    assert doubled.exists
    assert (raised.now.face, raised.now.expired) == (2500, False)
    assert (ended.now.face, ended.now.expired) == (649, True)
    assert client.codes([made.ref]) == client.codes([CodeRef("guthaben-x")]) == {"guthaben-x": ended.now}


def test_what_is_not_there_is_left_out_or_said_to_be_gone(shop: Shop) -> None:
    client = shop.client()
    assert client.codes([CodeRef("guthaben-none"), CodeRef("guthaben-nothing", "999999")]) == {}
    assert client.articles(["999999"]) == []
    assert client.customers(["999999", "nobody"]) == []
    assert [type(found) for found in client.orders(["999999", "x"])] == [OrderGone, OrderGone]
    (gone,) = client.write_codes([shop.write(ref=CodeRef("guthaben-y", "999999"))])
    assert gone.gone


def test_a_code_without_a_holder_is_never_sent(shop: Shop) -> None:
    client = shop.client()
    (refused,) = client.write_codes([shop.write(holders=())])
    assert refused.refusal
    assert client.codes([CodeRef("guthaben-x")]) == {}


def test_a_code_tells_which_rules_it_was_given(shop: Shop) -> None:
    client, rules = shop.client(), CodeRules(share="50", min_payable=300)
    (made,) = client.write_codes([shop.write(rules=rules)])
    (freed,) = client.write_codes([shop.write(ref=made.ref, rules=CodeRules())])
    assert [answer.now.rules for answer in (made, freed) if answer.now] == [rules.mark, ""]


def test_our_codes_are_found_by_reading_the_shop(shop: Shop) -> None:
    client = shop.client()
    client.write_codes([shop.write("guthaben-a"), shop.write("guthaben-b")])
    client.write_vouchers([_voucher("willkommen")])
    found = [code.code for page in client.issued(EVER) for code in page]
    assert sorted(found) == ["guthaben-a", "guthaben-b"]


def test_a_voucher_is_open_to_everybody_or_to_one_customer(shop: Shop) -> None:
    client = shop.client()
    everybody, one = client.write_vouchers([_voucher("willkommen"), _voucher("nurdu", email=shop.anna.email)])
    assert everybody.now is not None
    assert one.now is not None
    assert (everybody.now.holders, everybody.now.voucher, everybody.now.owner) == ((), "batch:1", "")
    assert len(one.now.holders) == 1
    (withdrawn,) = client.write_vouchers([replace(_voucher("willkommen"), ref=everybody.ref, withdrawn=True)])
    assert withdrawn.now is not None
    assert withdrawn.now.expired


def _voucher(code: str, email: str = "") -> VoucherWrite:
    last = (datetime.now(UTC) + timedelta(days=30)).date()
    return VoucherWrite(CodeRef(code), 500, 2000, email, 1, last, "batch:1")


def test_orders_are_read_whole_with_what_their_articles_are(shop: Shop) -> None:
    order = shop.toy.checkout(shop.anna, [(shop.tee, 2)])
    client = shop.client()
    (seen,) = client.orders([str(order.id)])
    assert isinstance(seen, OrderSeen)
    assert (seen.lacks, seen.order.customer, seen.read_at is not None) == ((), str(shop.anna.id), True)
    (line,) = seen.order.lines
    assert (line.quantity, line.paid, line.article.sku) == (2, 4000, "TEE")
    (article,) = client.articles([line.article.id])
    assert "Shirts" in article.categories
    assert [[each.order.id for each in page] for page in client.changed_since(EVER)] == [[str(order.id)]]  # type: ignore[union-attr]


def test_a_delivered_order_and_a_read_one_are_the_same(shop: Shop) -> None:
    """Else every order would look changed, and the shop would be asked about each of them."""
    shop.client().register(shop.hook, "s3cret")
    letters: list[tuple[Any, bytes]] = []
    shop.toy.send = lambda _url, headers, body: letters.append((headers, body)) or 200
    order = shop.toy.checkout(shop.anna, [(shop.tee, 2)])
    shop.toy.run_queue()
    told = [shop.platform.understand(shop.platform.describe(headers), body, TERMS) for headers, body in letters]
    states = {reading.order for reading in told if isinstance(reading, OrderSeen)}
    (read,) = shop.client().orders([str(order.id)])
    assert isinstance(read, OrderSeen)
    assert states == {read.order}


def test_webhooks_are_made_found_sound_and_taken_out(shop: Shop) -> None:
    client = shop.client()
    assert client.unsound(shop.hook)
    assert client.register(shop.hook, "s3cret")
    assert client.unsound(shop.hook) == []
    client.unregister(shop.hook)
    assert client.unsound(shop.hook)


def test_whom_nothing_can_be_shown_is_named(shop: Shop) -> None:
    anna = str(shop.anna.id)
    views = [CustomerView(each, "1,00", "1,00", "guthaben-x", "https://c.example/s") for each in (anna, "999999")]
    assert shop.client().show(views) == ["999999"]
    assert shop.client().show([CustomerView.nothing(anna)]) == []


def test_a_healthy_shop_has_nothing_serious_to_tell(shop: Shop) -> None:
    shop.client().register(shop.hook, "s3cret")
    assert [finding for finding in shop.client().check(shop.hook) if finding.serious] == []

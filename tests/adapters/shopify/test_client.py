"""The client against the toy shop: what HTTP, errors, user errors and points mean, and how the token is kept."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import responses

from adapters.shopify.api import ShopifyShop
from adapters.shopify.connection import VERSION
from adapters.shopify.keys import HEADER, InMemory
from bridge.errors import AccessLost, ShopAway, ShopError, ShopRefused
from bridge.ports import Access, CodeRef, Furnishing, Rate, Tariff, Token
from tests.adapters.shopify.toy import TERMS, World

URL = "https://toy-shop.myshopify.com"
GRAPHQL = f"{URL}/admin/api/{VERSION}/graphql.json"
TOKEN = f"{URL}/admin/oauth/access_token"


def alone(key: str = "shpat_x") -> ShopifyShop:
    """A client whose shop a test writes down."""
    return ShopifyShop(Access(URL, key, "secret"), TERMS, sleep=lambda _: None)


# --- what an answer means -----------------------------------------------------------------------


@responses.activate
@pytest.mark.parametrize(
    ("status", "kind", "word"),
    [
        (401, AccessLost, "no longer accepts"),
        (402, ShopRefused, "frozen"),
        (403, AccessLost, "may not"),
        (404, ShopRefused, ".myshopify.com"),
        (423, ShopRefused, "locked"),
        (429, ShopAway, "busy"),
        (503, ShopAway, "fault"),
    ],
)
def test_a_status_is_looked_at_first(status: int, kind: type[ShopError], word: str) -> None:
    responses.post(GRAPHQL, status=status, json={"errors": "no"})
    with pytest.raises(kind, match=word):
        alone().customers(["7"])


@responses.activate
@pytest.mark.parametrize(
    ("code", "kind"),
    [("ACCESS_DENIED", AccessLost), ("INTERNAL_SERVER_ERROR", ShopAway), ("SOMETHING", ShopRefused)],
)
def test_errors_count_even_beside_data(code: str, kind: type[ShopError]) -> None:
    answer = {"data": {"nodes": [None]}, "errors": [{"message": "x", "extensions": {"code": code}}]}
    responses.post(GRAPHQL, json=answer)
    with pytest.raises(kind):
        alone().customers(["7"])


@responses.activate
@pytest.mark.parametrize("answer", [{"data": None}, {}, [], {"data": {"discountCodeBasicCreate": None}}])
def test_an_answer_without_data_is_none(answer: object) -> None:
    responses.post(GRAPHQL, json=answer)
    with pytest.raises(ShopAway):
        alone().write_codes([World().code()])


@responses.activate
def test_a_token_is_never_part_of_a_failure() -> None:
    responses.post(GRAPHQL, status=401)
    with pytest.raises(AccessLost) as lost:
        alone("shpat_very-secret").profile()
    assert "very-secret" not in f"{lost.value!r}"


def test_a_retired_version_is_noticed() -> None:
    world = World()
    world.shop.settings = replace(world.shop.settings, served="2026-01")
    assert "version" in [finding.subject for finding in world.client().check("https://bridge.example/x")]


# --- points -------------------------------------------------------------------------------------


def test_a_throttled_request_waits_for_the_points_that_are_missing() -> None:
    world = World()
    client = world.client()
    client.customers([str(world.anna.id)])
    world.shop.faults.throttled = 2
    assert len(client.customers([str(world.anna.id)])) == 1
    assert 0 < world.clock.slept < 10


def test_before_asking_what_would_be_refused_we_wait() -> None:
    world = World()
    client = world.client()
    client.customers([str(world.anna.id)] * 1)
    world.shop.throttle.charge(world.shop.throttle.left)
    client.articles([str(n) for n in range(1, 50)])
    asked = world.shop.throttle.spent
    client.articles([str(n) for n in range(1, 50)])
    assert world.shop.throttle.spent > asked
    assert world.clock.slept > 0


def test_who_would_have_to_wait_for_minutes_is_told_to_come_back() -> None:
    world = World(rate=1.0)
    client = world.client()
    world.shop.faults.throttled = 1000
    with pytest.raises(ShopAway) as away:
        client.customers([str(world.anna.id)])
    assert away.value.after is not None


def test_reading_everything_takes_hardly_longer_than_the_points_allow() -> None:
    """A hundredth of the orders at a hundredth of the speed: nothing here grows but the number of pages."""
    world = World(rate=2.0)
    world.shop.throttle.most = world.shop.throttle.left = 1000.0
    for _ in range(120):
        world.shop.checkout(world.anna, [(world.tee, 1), (world.pin, 2)])
        world.clock.forward(seconds=1)
    world.shop.waiting.clear()
    world.shop.throttle.refill()
    started, spent = world.clock.now, world.shop.throttle.spent
    client = world.client()
    pages = [len(page) for page in client.changed_since(datetime(2026, 1, 1, tzinfo=UTC))]
    assert sum(pages) == 120
    allowed = (world.shop.throttle.spent - spent - 1000.0) / 2.0
    assert (world.clock.now - started).total_seconds() <= 1.2 * allowed + 60
    assert allowed > 60


def test_orders_with_more_lines_and_refunds_than_fit_are_read_whole() -> None:
    world = World()
    goods = [world.shop.add_product(f"Ware {n}", "2.00", sku=f"W{n}") for n in range(23)]
    order = world.shop.checkout(world.anna, [(each, 4) for each in goods])
    for line in order.lines[:7]:
        world.shop.refund(order, {line.id: 1})
    world.shop.refund(order, {each.id: 1 for each in order.lines[:8]})
    told = world.newest()
    (read,) = world.client().orders([str(order.id)])
    assert len(read.order.lines) == 23
    assert read.order == told.order


# --- the token ----------------------------------------------------------------------------------


@responses.activate
def test_a_permanent_token_is_sent_as_it_is() -> None:
    sent = responses.post(GRAPHQL, json={"data": {"nodes": []}})
    alone("shpat_forever").customers(["7"])
    assert sent.calls[0].request.headers[HEADER] == "shpat_forever"


def test_a_token_is_asked_for_once_and_renewed_before_it_ends() -> None:
    world, tokens = World(), InMemory()
    client = world.client(tokens=tokens)
    for _ in range(3):
        client.customers([str(world.anna.id)])
    assert len(world.shop.tokens) == 1
    world.clock.forward(hours=23, minutes=30)
    client.customers([str(world.anna.id)])
    assert len(world.shop.tokens) == 2


def test_a_token_that_was_withdrawn_early_is_renewed_once() -> None:
    world = World()
    client = world.client()
    client.customers([str(world.anna.id)])
    world.shop.tokens.clear()
    assert len(client.customers([str(world.anna.id)])) == 1


def test_a_token_of_another_process_is_taken_over() -> None:
    world, tokens = World(), InMemory()
    world.client(tokens=tokens).customers([str(world.anna.id)])
    world.client(tokens=tokens).customers([str(world.anna.id)])
    assert len(world.shop.tokens) == 1


@responses.activate
@pytest.mark.parametrize("body", ['{"error": "shop_not_permitted"}', "Oauth error shop_not_permitted: no"])
def test_a_foreign_organisation_is_explained(body: str) -> None:
    responses.post(TOKEN, status=400, body=body)
    with pytest.raises(AccessLost, match="organisation"):
        alone("c11e47").profile()


@responses.activate
def test_missing_scopes_are_named() -> None:
    about = {
        "name": "T",
        "currencyCode": "EUR",
        "ianaTimezone": "UTC",
        "taxesIncluded": True,
        "myshopifyDomain": "t",
    }
    scopes = {"accessScopes": [{"handle": "read_orders"}, {"handle": "write_customers"}]}
    responses.post(GRAPHQL, json={"data": {"currentAppInstallation": scopes, "shop": about}})
    with pytest.raises(AccessLost, match="read_products, write_discounts"):
        alone().profile()


def test_in_memory_keeps_what_somebody_else_has_just_renewed() -> None:
    tokens, later = InMemory(), datetime(2027, 1, 1, tzinfo=UTC)
    first = tokens.renew(None, lambda: Token("a", later))
    second = tokens.renew(first, lambda: Token("b", later + timedelta(days=1)))
    assert tokens.renew(first, lambda: Token("c", later)) == second


# --- codes --------------------------------------------------------------------------------------


def test_a_code_whose_answer_was_lost_is_found_again() -> None:
    world = World()
    client = world.client()
    world.shop.faults.stall = 0
    client.customers([str(world.anna.id)])
    world.shop.faults.act_then_stall = 1
    with pytest.raises(ShopAway):
        client.write_codes([world.code()])
    (again,) = client.write_codes([world.code()])
    assert again.exists
    assert client.codes([CodeRef("guthaben-x")])["guthaben-x"].owner == "acc"


def test_a_code_is_raised_lowered_and_ended() -> None:
    world = World()
    client = world.client()
    (made,) = client.write_codes([world.code()])
    for face in (1500, 300):
        (changed,) = client.write_codes([world.code(ref=made.ref, face=face)])
        assert changed.now is not None
        assert (changed.now.face, changed.now.holders, changed.now.limit) == (face, (str(world.anna.id),), 1)
    (ended,) = client.write_codes([world.code(ref=made.ref, face=0, expired=True)])
    assert ended.now is not None
    assert (ended.now.face, ended.now.expired) == (0, True)


def test_strangers_are_taken_off_a_code() -> None:
    world = World()
    client = world.client()
    (made,) = client.write_codes([world.code()])
    eve = world.shop.register("eve@kunden.example")
    world.shop.discounts[int(made.ref.external_id)].customers = [eve.id]
    (again,) = client.write_codes([world.code(ref=made.ref)])
    assert again.now is not None
    assert again.now.holders == (str(world.anna.id),)


def test_a_code_without_a_customer_is_never_sent() -> None:
    world = World()
    (refused,) = world.client().write_codes([world.code(holders=())])
    assert "anybody" in refused.refusal
    assert not world.shop.discounts


def test_a_code_that_is_gone_is_said_to_be() -> None:
    world = World()
    (gone,) = world.client().write_codes([world.code(ref=CodeRef("guthaben-x", "5"))])
    assert gone.gone


# --- what the theme is told ----------------------------------------------------------------------


def test_the_tariff_is_written_where_themes_read_it() -> None:
    world = World()
    rate = Rate({"sku": ("TEE",)}, amount=150)
    assert not world.client().furnish(Furnishing(Tariff(typed=True, rates=(rate,)))), "nobody saw a snippet"
    told = json.loads(world.shop.metafields["rabattkonto", "tariff"])
    assert told["rates"] == [
        {"only": [{"kind": "sku", "words": ["TEE"]}], "minimum": 0, "also": False, "amount": 150}
    ]


@responses.activate
def test_a_shop_that_keeps_no_tariff_loses_nothing_else() -> None:
    responses.post(GRAPHQL, json={"data": {"shop": {"id": "gid://shopify/Shop/1"}}})
    denied = {"message": "x", "extensions": {"code": "ACCESS_DENIED"}}
    responses.post(GRAPHQL, json={"data": {"metafieldsSet": None}, "errors": [denied]})
    assert not alone().furnish(Furnishing(Tariff()))

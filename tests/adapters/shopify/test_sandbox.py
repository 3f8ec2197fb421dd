"""The toy shop keeps Shopify's habits: what it sends and how often, what a code takes, what it refuses."""

import pytest

from adapters.shopify.sandbox import Refusal
from adapters.shopify.sandbox.deliveries import MOST_FAILURES, RETRIES
from bridge.ports import CodeRules
from tests.adapters.shopify.toy import World


def test_a_delivery_is_tried_again_eight_times_within_four_hours_with_the_same_body_and_id() -> None:
    world = World()
    for number, hook in list(world.shop.webhooks.items()):
        if hook.topic != "ORDERS_CREATE":
            del world.shop.webhooks[number]
    world.shop.waiting.clear()
    world.post.status = 500
    started = world.clock.now
    world.shop.checkout(world.anna, [(world.tee, 1)])
    world.shop.run_queue()
    for pause in RETRIES[: MOST_FAILURES - 1]:
        world.clock.forward(seconds=pause)
        world.shop.run_queue()
    assert len(world.post.letters) == MOST_FAILURES
    assert len({(body, headers["X-Shopify-Webhook-Id"]) for _, headers, body in world.post.letters}) == 1
    assert world.shop.webhooks == {}  # eight in a row: the subscription is deleted
    assert sum(RETRIES) == 4 * 3600
    assert (world.clock.now - started).total_seconds() < 4 * 3600


def test_one_good_answer_forgives_all_failures_before_it() -> None:
    world = World()
    world.post.status = 404
    world.shop.change_email(world.anna, "neu@kunden.example")
    for _ in range(MOST_FAILURES - 1):
        world.shop.run_queue()
        world.clock.forward(hours=2)
    world.post.status = 200
    world.shop.run_queue()
    assert {hook.failures for hook in world.shop.webhooks.values()} == {0}


def test_topics_of_one_event_share_its_id_and_have_ids_of_their_own() -> None:
    world = World()
    world.shop.waiting.clear()
    world.shop.checkout(world.anna, [(world.tee, 1)])
    world.shop.run_queue()
    heads = [headers for _, headers, _ in world.post.letters]
    assert [head["X-Shopify-Topic"] for head in heads] == ["orders/create", "orders/paid", "orders/updated"]
    assert len({head["X-Shopify-Event-Id"] for head in heads}) == 1
    assert len({head["X-Shopify-Webhook-Id"] for head in heads}) == 3


def test_a_code_takes_no_more_than_the_basket_and_no_parcel_and_the_rest_is_lost() -> None:
    world = World()
    world.client().write_codes([world.code(face=1000)])
    order = world.shop.checkout(world.anna, [(world.pin, 1)], codes=["guthaben-x"])
    assert (order.codes, order.payments[0].amount) == ([("guthaben-x", 649)], 490)
    with pytest.raises(Refusal):
        world.shop.checkout(world.anna, [(world.pin, 1)], codes=["guthaben-x"])


def test_cancelling_gives_no_code_back() -> None:
    world = World()
    world.client().write_codes([world.code()])
    order = world.shop.checkout(world.anna, [(world.tee, 1)], codes=["GUTHABEN-X"])
    world.shop.cancel(order)
    with pytest.raises(Refusal, match="limit"):
        world.shop.checkout(world.anna, [(world.tee, 1)], codes=["guthaben-x"])


def test_a_code_is_for_its_customer_and_a_large_enough_basket() -> None:
    world = World()
    world.client().write_codes([world.code(rules=CodeRules(min_payable=1500))])
    eve = world.shop.register("eve@kunden.example")
    for who, count in ((eve, 5), ("gast@gaeste.example", 5), (world.anna, 1)):
        with pytest.raises(Refusal):
            world.shop.checkout(who, [(world.tee, count)], codes=["guthaben-x"])
    assert world.shop.checkout(world.anna, [(world.tee, 2)], codes=["guthaben-x"]).codes == [("guthaben-x", 1000)]


def test_a_request_that_costs_too_much_is_refused_and_one_after_too_many_is_throttled() -> None:
    world = World(rate=10.0)
    client = world.client()
    assert len(client.articles([str(n) for n in range(1, 90)])) == 0
    assert client._shop._sizes["Articles"] < 90
    assert world.clock.slept == 0
    for _ in range(4):
        client.articles([str(world.tee.variant)] * 1)
    world.shop.throttle.charge(world.shop.throttle.refill())
    client.articles([str(world.tee.variant)])
    assert world.clock.slept > 0

"""What the toy shop sends, in which order, how it is signed, and how it gives up."""

import base64
import hashlib
import hmac

import pytest
from flask import Flask, request

from adapters.woocommerce.sandbox import ToyShop, into_app
from tests.adapters.woocommerce.stories import guest_order
from tests.adapters.woocommerce.toy import HOOK, SECRET, call, coupon, world

UPDATED = "order.updated"


def test_each_change_sends_what_the_measured_shop_sent() -> None:
    made = world()
    order = guest_order(made)
    assert made.topics() == ["order.created", UPDATED]
    made.shop.pay(order)
    assert made.topics() == [UPDATED, "product.updated"]
    refund = made.shop.refund(order, {order.lines[1].id: 1})
    assert made.topics() == [UPDATED]
    stamp = order.modified
    made.clock.pass_by(5)
    made.shop.delete_refund(order, refund)
    assert (made.topics(), order.modified) == ([], stamp)
    made.shop.trash(order)
    trashed = made.arrive()
    assert [(letter.topic, letter.body) for letter in trashed] == [("order.deleted", {"id": order.id})]
    made.shop.restore(order)
    assert made.topics() == ["order.restored", UPDATED]
    made.shop.destroy(order)
    assert made.topics() == []


def test_an_empty_change_and_a_note_to_the_customer_are_changes_a_private_note_is_none() -> None:
    made = world()
    order = guest_order(made)
    made.arrive()
    call(made, "PUT", f"orders/{order.id}", {})
    assert made.topics() == [UPDATED]
    call(made, "POST", f"orders/{order.id}/notes", {"note": "hi", "customer_note": True})
    assert made.topics() == [UPDATED]
    call(made, "POST", f"orders/{order.id}/notes", {"note": "hush"})
    assert made.topics() == []


def test_the_block_checkout_tells_of_its_draft_first() -> None:
    made = world()
    cart = made.shop.cart("neu@kunden.example").add(made["TS-ROT"])
    cart.open()
    assert [(letter.topic, letter.body["status"]) for letter in made.arrive()] == [(UPDATED, "checkout-draft")]
    cart.place(account=True)
    expected = [UPDATED, "customer.created", "customer.updated", "order.created", "product.updated"]
    assert made.topics() == expected


def test_the_classic_checkout_tells_of_the_creation_first() -> None:
    made = world()
    made.shop.checkout("neu@kunden.example", [(made["TS-ROT"], 1)], classic=True)
    assert made.topics() == ["order.created", UPDATED, "product.updated"]


def test_a_trashed_coupon_is_told_to_the_webhooks_of_products_too() -> None:
    made = world()
    number = coupon(made)["id"]
    assert made.topics() == ["coupon.created"]
    call(made, "DELETE", f"coupons/{number}")
    assert made.topics() == ["coupon.deleted", "product.deleted"]


def test_five_changes_before_the_queue_runs_are_one_delivery_of_the_last_state() -> None:
    made = world()
    order = guest_order(made)
    for status in ("on-hold", "processing", "completed", "cancelled", "failed"):
        made.shop.set_status(order, status)
    sent = [letter for letter in made.arrive() if letter.topic == UPDATED]
    assert [letter.body["status"] for letter in sent] == ["failed"]


def test_an_order_gone_before_the_queue_runs_is_a_signed_error_object() -> None:
    made = world()
    order = guest_order(made)
    made.shop.destroy(order)
    body = made.arrive()[0].body
    assert body == {
        "code": "woocommerce_rest_shop_order_invalid_id",
        "message": "Invalid ID.",
        "data": {"status": 404},
    }


def test_a_custom_topic_carries_nothing_but_the_number() -> None:
    made = world()
    made.shop.add_webhook("action.woocommerce_order_status_changed", HOOK, SECRET)
    order = guest_order(made)
    made.arrive()
    made.shop.set_status(order, "processing")
    last = [letter for letter in made.arrive() if letter.topic.startswith("action.")]
    assert [letter.raw for letter in last] == [b'{"action":"woocommerce_order_status_changed","arg":%d}' % order.id]


def test_the_signature_covers_the_raw_bytes_and_entities_in_the_secret_are_decoded() -> None:
    made = world()
    made.shop.webhooks.clear()
    made.shop.add_webhook("order.created", HOOK, "a&amp;b")
    guest_order(made)
    sent = made.arrive()[-1]
    expected = base64.b64encode(hmac.new(b"a&b", sent.raw, hashlib.sha256).digest()).decode()
    assert sent.headers["X-WC-Webhook-Signature"] == expected


def test_deliveries_of_one_webhook_in_one_second_share_their_delivery_id() -> None:
    made = world()
    guest_order(made)
    guest_order(made)
    ids = [s.headers["X-WC-Webhook-Delivery-ID"] for s in made.arrive() if s.topic == UPDATED]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_the_ping_is_an_unsigned_form_without_any_header_of_a_webhook() -> None:
    made = world()
    made.post.status = 500
    shown = call(
        made, "POST", "webhooks", {"topic": "order.updated", "delivery_url": HOOK, "secret": SECRET, "name": "x"}
    )
    ping = made.post.take()[0]
    assert (ping.raw, ping.url) == (b"webhook_id=%d" % shown["id"], HOOK)
    assert not any(name.startswith("X-WC") for name in ping.headers)
    assert shown["status"] == "active"
    assert SECRET not in str(shown)
    call(made, "PUT", f"webhooks/{shown['id']}", {"status": "active"})
    assert made.post.take() == []
    call(made, "PUT", f"webhooks/{shown['id']}", {"delivery_url": f"{HOOK}/neu"})
    assert [ping.url for ping in made.post.take()] == [f"{HOOK}/neu"]


def test_the_seventh_failure_in_a_row_disables_and_nothing_is_sent_again() -> None:
    made = world()
    order = guest_order(made)
    hook = next(each for each in made.shop.webhooks.values() if each.topic == UPDATED)
    made.post.status = 303
    sent = 0
    for _ in range(9):
        made.shop.edit_order(order, {})
        sent += made.topics().count(UPDATED)
        assert hook.status == ("disabled" if sent >= 7 else "active")
    assert sent == 7
    made.post.status = 200
    call(made, "PUT", f"webhooks/{hook.id}", {"status": "active"})
    made.post.status = 500
    made.shop.edit_order(order, {})
    made.arrive()
    assert hook.status == "disabled", "activating again does not reset the counter"


@pytest.mark.parametrize(
    ("status", "accepted"), [(200, True), (299, True), (302, True), (303, False), (404, False)]
)
def test_two_hundred_to_three_hundred_and_two_count_as_delivered(status: int, accepted: bool) -> None:
    made = world()
    guest_order(made)
    made.post.status = status
    made.arrive()
    assert all((hook.failures == 0) == accepted for hook in made.shop.webhooks.values() if hook.topic == UPDATED)


def test_a_receiver_that_is_away_is_a_failure_and_no_error() -> None:
    made = world()

    def nobody(*_anything: object) -> int:
        raise ConnectionRefusedError

    made.shop.send = nobody
    guest_order(made)
    assert made.shop.run_queue() == 2


def test_deliveries_can_be_lost_doubled_late_and_reversed() -> None:
    made = world()
    order = guest_order(made)
    made.arrive()
    made.shop.faults.lose = 1
    made.shop.edit_order(order, {})
    assert made.topics() == []
    made.shop.faults.double = 1
    made.shop.edit_order(order, {})
    assert made.topics() == [UPDATED, UPDATED]
    made.shop.faults.late = 1
    made.shop.set_status(order, "failed")
    assert made.topics() == []
    made.shop.set_status(order, "on-hold")
    late = [letter.body["status"] for letter in made.arrive() if letter.topic == UPDATED]
    assert late == ["failed", "on-hold"], "the late one still says what was true when it was built"
    made.shop.faults.reverse = 1
    guest_order(made)
    assert made.topics() == [UPDATED, "order.created"]


def test_a_flask_application_in_this_process_can_take_the_deliveries() -> None:
    receiver = Flask("receiver")
    seen: list[tuple[str, bytes]] = []

    @receiver.post("/hook")
    def take() -> str:
        seen.append((request.headers.get("X-WC-Webhook-Topic", ""), request.get_data()))
        return ""

    shop = ToyShop(send=into_app(receiver))
    hook = shop.add_webhook("product.created", HOOK, SECRET)
    product = shop.add_product("Tee", "3.50")
    shop.run_queue()
    assert seen == [
        ("", b"webhook_id=%d" % hook.id),
        ("product.created", shop.delivery("product.created", product.id)),
    ]

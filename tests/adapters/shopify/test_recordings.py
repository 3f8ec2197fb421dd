"""Every recorded body is understood as its index says; every signature vector holds."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.shopify import PLATFORM
from adapters.shopify.signature import sign_query
from bridge.domain.orders import State
from bridge.errors import SignatureError
from bridge.ports import (
    AccessEnded,
    CustomerGone,
    CustomerSeen,
    Envelope,
    Nothing,
    OrderHint,
    OrderSeen,
    PrivacyAsked,
    Reading,
    ShopTerms,
    Wish,
)
from tests.adapters.shopify.shared import SHARED, body, folder, needs_shared, recorded

pytestmark = needs_shared

NAMES = sorted(recorded()) if SHARED else ["(none)"]
KINDS: dict[str, type] = {
    "orders/create": OrderSeen,
    "orders/paid": OrderSeen,
    "orders/updated": OrderSeen,
    "orders/cancelled": OrderSeen,
    "orders/edited": OrderHint,
    "refunds/create": OrderHint,
    "order_transactions/create": OrderHint,
    "customers/create": CustomerSeen,
    "customers/update": CustomerSeen,
    "customers/delete": CustomerGone,
    "customers/merge": Nothing,  # the sample is of a merge that failed
    "app/uninstalled": AccessEnded,
    "bulk_operations/finish": Nothing,
    "draft_orders/create": Nothing,
    "customers/data_request": PrivacyAsked,
    "customers/redact": PrivacyAsked,
    "shop/redact": PrivacyAsked,
}


def reading(name: str, prefix: str = "credit-") -> Any:
    terms = ShopTerms("EUR", code_prefix=prefix)
    found: Reading = PLATFORM.understand(Envelope(recorded()[name]["topic"]), body(name), terms)
    return found


def amounts(name: str) -> list[tuple[int, int, int]]:
    return [(line.quantity, line.paid, line.credit) for line in reading(name).order.lines]


@pytest.mark.parametrize("name", NAMES)
def test_every_body_is_what_its_topic_says(name: str) -> None:
    assert isinstance(reading(name), KINDS[recorded()[name]["topic"]])


@pytest.mark.parametrize("name", NAMES)
def test_every_body_is_signed_as_the_index_says(name: str) -> None:
    index = json.loads((folder("recordings", "shopify") / "index.json").read_text("utf-8"))
    headers = {"x-shopify-hmac-sha256": recorded()[name]["hmac_sha256_base64_of_file_bytes"]}
    PLATFORM.verify(body(name), headers, [index["secret"]])
    with pytest.raises(SignatureError):
        PLATFORM.verify(body(name) + b" ", headers, [index["secret"]])


def test_a_plain_order_is_read_to_the_cent() -> None:
    seen = reading("orders_paid.two_articles.json")
    order = seen.order
    assert (order.id, order.customer, order.state) == ("6100000000001", "7700000000001", State.PAID)
    assert amounts("orders_paid.two_articles.json") == [(2, 3600, 0), (1, 2550, 0)]
    assert [line.article.sku for line in order.lines] == ["MUG-BLUE", "PLATE-GREEN"]
    assert seen.lacks == ()


def test_the_same_order_under_another_topic_is_the_same_state() -> None:
    assert reading("orders_create.two_articles.json") == reading("orders_paid.two_articles.json")


def test_a_guest_has_no_customer_whether_the_key_is_missing_or_null() -> None:
    for name in ("orders_create.guest_automatic_discount.json", "orders_paid.guest_customer_null.json"):
        assert reading(name).order.customer is None


def test_a_test_order_says_so() -> None:
    assert reading("orders_paid.test_order.json").order.test
    assert reading("orders_updated.documented_test_order.json").order.test


def test_a_gift_card_among_the_goods_is_no_line() -> None:
    stated = json.loads(body("orders_paid.with_gift_card_line.json"))["line_items"]
    lines = reading("orders_paid.with_gift_card_line.json").order.lines
    assert len(lines) == sum(not each["gift_card"] for each in stated) < len(stated)


def test_a_code_of_ours_is_credit_on_the_lines_it_was_spread_over() -> None:
    order = reading("orders_paid.credit_code_redeemed.json").order
    assert [(use.code, use.face) for use in order.codes] == [("credit-7f3k9", 1000)]
    assert [line.credit for line in order.lines] == [585, 415]
    assert order.coupons == ()


def test_a_code_that_is_not_ours_is_a_coupon_and_beside_it_an_automatic_discount_counts() -> None:
    order = reading("orders_create.code_fixed_plus_automatic.json").order
    assert (order.codes, order.coupons) == ((), ("0124c",))
    assert [line.paid for line in order.lines] == [9080, 9660, 9660]


def test_a_code_by_hand_is_ours_when_its_title_says_so() -> None:
    order = reading("orders_create.code_fixed_plus_automatic.json", prefix="0124").order
    assert [(use.code, use.face) for use in order.codes] == [("0124c", 1000)]
    assert [line.credit for line in order.lines] == [320, 340, 340]


def test_store_credit_sends_us_to_the_transactions() -> None:
    assert reading("orders_paid.native_store_credit.json").lacks == ("transactions",)


def test_a_cancelled_order_with_its_refund_adds_up() -> None:
    order = reading("orders_cancelled.discounted_refunded.json").order
    assert order.state is State.CANCELLED
    assert [(line.paid, line.refunded) for line in order.lines] == [(58645, 58645), (118993, 118993)]
    assert order.refund_without_lines == 0  # 30.00 of the refund were the parcel


def test_current_quantities_decide_what_is_left() -> None:
    order = reading("orders_cancelled.with_refund.json").order
    assert all(line.refunded_quantity == line.quantity for line in order.lines)


def test_ids_beyond_what_a_float_holds_survive() -> None:
    stated = json.loads(body("orders_updated.documented_test_order.json"))["id"]
    assert reading("orders_updated.documented_test_order.json").order.id == str(stated)


def test_refunds_and_edits_name_their_order() -> None:
    assert reading("refunds_create.amount_only.json").id == "6100000000001"
    assert reading("orders_edited.json").id == "820982911946154508"


def test_compliance_topics_say_who_asks_for_what() -> None:
    assert reading("customers_data_request.json") == PrivacyAsked(
        Wish.EXPORT, "7700000000001", "customer@example.com", "9999"
    )
    assert reading("customers_redact.json").wish is Wish.ERASE
    assert reading("shop_redact.json") == PrivacyAsked(Wish.ERASE_SHOP)


# --- signatures -------------------------------------------------------------------------------


def vectors() -> Any:
    return json.loads((folder("recordings", "shopify") / "signature_vectors.json").read_text("utf-8"))


def test_the_webhook_vector_holds_over_the_escaped_bytes() -> None:
    vector = vectors()["webhook"]
    raw = body(vector["body_file"])
    headers = {**vector["headers"], "X-Shopify-Hmac-Sha256": vector["X-Shopify-Hmac-Sha256"]}
    PLATFORM.verify(raw, headers, ["rotated", vector["secret"]])
    envelope = PLATFORM.describe(headers)
    assert (envelope.topic, envelope.source) == ("orders/paid", "https://example-bridge.myshopify.com")
    assert envelope.mark == headers["X-Shopify-Webhook-Id"]
    assert PLATFORM.understand(envelope, raw, ShopTerms("EUR")) == reading(
        "orders_paid.two_articles.json", "guthaben-"
    )


@pytest.mark.parametrize("name", ["app_proxy_documented", "app_proxy"])
def test_the_app_proxy_vectors_hold(name: str) -> None:
    vector = vectors()[name]
    assert sign_query(vector["params"], vector["secret"]) == vector["signature"]
    query = [(key, value) for key, values in vector["params"].items() for value in values]
    now = datetime.fromtimestamp(int(vector["params"]["timestamp"][0]) + 60, UTC)
    signed = [*query, ("signature", vector["signature"])]
    found = PLATFORM.visitor(signed, [vector["secret"]], now)
    assert found.customer == vector["params"]["logged_in_customer_id"][0]
    assert found.source == f"https://{vector['params']['shop'][0]}"

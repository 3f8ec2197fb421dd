"""Every recorded delivery is taken as what its index says it is."""

from datetime import UTC, datetime

import pytest

import adapters
from bridge.domain.orders import Article, CodeUse, Credit, State
from bridge.ports import (
    ArticleHint,
    ArticleSeen,
    CustomerGone,
    CustomerSeen,
    Nothing,
    OrderHint,
    OrderSeen,
    Reading,
    ShopTerms,
)
from tests.adapters.recordings import recording, recordings

PLATFORM = adapters.load("woocommerce")

ORDERS = {
    "rest-guest-pending-order-created": ("40", State.OPEN, None, (3998, 259), ()),
    "rest-guest-pending-order-updated": ("40", State.OPEN, None, (3998, 259), ()),
    "status-pending-to-processing-order-updated": ("40", State.PAID, None, (3998, 259), ()),
    "status-processing-to-completed-order-updated": ("40", State.PAID, None, (3998, 259), ()),
    "rest-customer-onhold-order-created": ("41", State.OPEN, "3", (10500, 1947, 1290), ()),
    "refund-partial-order-updated": ("41", State.PAID, "3", (10500, 1947, 1290), ("42",)),
    "status-to-cancelled-order-updated": ("44", State.CANCELLED, "4", (1999,), ()),
    "store-checkout-draft-order-updated": ("48", State.DRAFT, None, (1999, 1110), ()),
    "store-guest-bacs-order-updated": ("48", State.OPEN, None, (1999, 1110), ()),
    "store-guest-bacs-order-created": ("48", State.OPEN, None, (1999, 1110), ()),
    "store-coupon-order-created": ("51", State.OPEN, "2", (1587, 476), ()),
    "edit-line-quantity-order-updated": ("52", State.PAID, "4", (3998, 3700), ()),
    "order-restored-order-restored": ("52", State.PAID, "4", (3998,), ()),
    "same-delivery-id-a": ("44", State.CANCELLED, "4", (1999,), ()),
    "same-delivery-id-b": ("45", State.FAILED, "4", (1999,), ()),
    "refund-admin-lines-order-updated": ("284", State.PAID, "4", (5997, 1298), ("285",)),
    "store-new-account-order-created": ("286", State.OPEN, "6", (1999,), ()),
    "refund-full-by-lines-order-updated": ("310", State.PAID, "4", (3998, 2100), ("311",)),
}
OTHERS = {
    "status-pending-to-processing-action-order_status_changed": Nothing,
    "refund-partial-action-order_refunded": Nothing,
    "coupon-coupon-created": Nothing,
    "coupon-trash-coupon-deleted": Nothing,
    "order-trashed-order-deleted": OrderHint,
    "customer-customer-created": CustomerSeen,
    "customer-email-changed-customer-updated": CustomerSeen,
    "customer-customer-deleted": CustomerGone,
    "store-new-account-customer-created": CustomerSeen,
    "product-created": ArticleSeen,
    "product-updated": ArticleSeen,
    "product-variation-updated": ArticleHint,
}


def reading(name: str, prefix: str = "gut-") -> Reading:
    delivery = recording("woocommerce", name)
    terms = ShopTerms("EUR", code_prefix=prefix)
    return PLATFORM.understand(PLATFORM.describe(delivery.headers), delivery.raw, terms)


def test_no_recording_is_left_out() -> None:
    assert {each.name for each in recordings("woocommerce")} == {"ping", *ORDERS, *OTHERS}


@pytest.mark.parametrize("name", ORDERS)
def test_a_recorded_order_is_taken_as_what_it_is(name: str) -> None:
    seen = reading(name)
    assert isinstance(seen, OrderSeen)
    order = seen.order
    paid = tuple(line.paid for line in order.lines)
    assert (order.id, order.state, order.customer, paid, seen.lacks) == ORDERS[name]
    assert (order.number, order.currency) == (order.id, "EUR")


@pytest.mark.parametrize("name", OTHERS)
def test_a_recording_that_is_no_order_is_taken_as_what_it_is(name: str) -> None:
    assert isinstance(reading(name), OTHERS[name])


def test_the_recorded_code_is_found_on_the_lines_as_the_shop_spread_it() -> None:
    seen = reading("store-coupon-order-created")
    assert isinstance(seen, OrderSeen)
    assert seen.order.codes == (CodeUse("gut-anna-1", 1234),)
    assert [line.credits for line in seen.order.lines] == [
        (Credit("gut-anna-1", 412),),
        (Credit("gut-anna-1", 822),),
    ]


def test_a_code_of_somebody_else_is_none_of_ours() -> None:
    seen = reading("store-coupon-order-created", prefix="guthaben-")
    assert isinstance(seen, OrderSeen)
    assert seen.order.codes == ()
    assert [line.credit for line in seen.order.lines] == [0, 0]


def test_the_whole_of_a_recorded_order_is_read() -> None:
    seen = reading("store-coupon-order-created")
    assert isinstance(seen, OrderSeen)
    order = seen.order
    stamp = datetime(2026, 11, 22, 5, 10, 43, tzinfo=UTC)
    assert (order.placed, order.updated, order.paid_at) == (stamp, stamp, None)
    assert (order.method, order.status, order.referral, order.mailbox) == ("bacs", "on-hold", "", None)
    assert (seen.contact.email, seen.contact.name) == ("anna@kunden.example", "Gerda Gast")
    coffee = order.lines[1]
    assert coffee.article == Article(product="11", sku="KAFFEE-250", name="Kaffee 250g")
    assert (coffee.id, coffee.quantity, coffee.net, coffee.tax) == ("74", 2, 445, "7")


def test_a_variation_is_named_beside_its_product() -> None:
    seen = reading("rest-customer-onhold-order-created")
    assert isinstance(seen, OrderSeen)
    hoodie = seen.order.lines[0].article
    assert (hoodie.product, hoodie.variation, hoodie.id) == ("15", "18", "18")


def test_a_deleted_order_is_only_a_hint_to_look() -> None:
    assert reading("order-trashed-order-deleted") == OrderHint("52")


def test_a_changed_address_is_read() -> None:
    seen = reading("customer-email-changed-customer-updated")
    assert isinstance(seen, CustomerSeen)
    assert (seen.id, seen.contact.email, seen.group) == ("5", "dora.neu@kunden.example", "customer")
    assert not seen.verified


def test_the_credit_typed_on_a_product_is_read() -> None:
    before, after = reading("product-created"), reading("product-updated")
    assert isinstance(before, ArticleSeen)
    assert isinstance(after, ArticleSeen)
    assert (before.article.credit, after.article.credit) == (75, 80)
    assert before.article.categories == ("bucher", "Bücher")


def test_a_variation_is_delivered_without_what_it_inherits_so_the_shop_is_asked() -> None:
    assert reading("product-variation-updated") == ArticleHint(("16",))

from dataclasses import replace
from typing import Any

import pytest

import adapters
from adapters.woocommerce.orders import read_order
from bridge.domain.orders import CodeUse, Credit, State
from bridge.ports import Envelope, Means, Nothing, OrderHint, OrderSeen, Ruling, Unreadable
from tests.adapters.woocommerce.bodies import TERMS, coupon, line, order_body, raw, read

CODE = "guthaben-x7"


def credits_of(*lines: dict[str, Any], coupons: list[dict[str, Any]], **other: Any) -> list[tuple[Credit, ...]]:
    return [each.credits for each in read(line_items=list(lines), coupon_lines=coupons, **other).lines]


# --- when is it paid? ---------------------------------------------------------------------------


def test_a_state_we_have_never_seen_needs_attention_and_an_answer() -> None:
    seen = read_order(order_body(status="at-the-printers"), TERMS)
    assert isinstance(seen, Unreadable)
    assert (seen.order, seen.unknown) == ("51", ("at-the-printers", "bacs"))
    assert "--status at-the-printers --means open" in seen.reason


def test_an_answer_makes_such_an_order_readable() -> None:
    terms = replace(TERMS, paid=(Ruling("at-the-printers", "", Means.PAID),))
    seen = read_order(order_body(status="at-the-printers"), terms)
    assert isinstance(seen, OrderSeen)
    assert (seen.order.state, seen.order.status) == (State.PAID, "at-the-printers")


WAITING: dict[str, Any] = {"status": "on-hold", "date_paid_gmt": None}


def test_an_order_on_hold_can_be_adjusted() -> None:
    assert read(**WAITING).adjustable


@pytest.mark.parametrize(
    "change",
    [
        {"status": "pending"},
        {"status": "processing"},
        {"date_paid_gmt": "2026-11-22T05:10:44"},
        {"transaction_id": "ch_1"},
        {"coupon_lines": [coupon("guthaben-a", "1.00")]},
        {"created_via": "subscription"},
        {"meta_data": [{"key": "_subscription_renewal", "value": "12"}]},
        {"meta_data": [{"key": "_rabattkonto_declined", "value": "guthaben-a"}]},
        {"meta_data": [{"key": "_wcpdf_invoice_number", "value": "2026-7"}]},
        {"meta_data": [{"key": "_wp_wc_running_invoice_number", "value": "7"}]},
    ],
)
def test_an_order_that_somebody_relies_on_is_not_adjusted(change: dict[str, Any]) -> None:
    assert not read(**{**WAITING, **change}).adjustable


def test_a_coupon_of_somebody_else_does_not_stand_in_the_way() -> None:
    assert read(**WAITING, coupon_lines=[coupon("spring", "1.00")]).adjustable


# --- what our codes took --------------------------------------------------------------------------


def test_one_code_takes_what_each_line_shows_however_the_shop_spread_it() -> None:
    dear, cheap = line(1, "100.00", "97.50"), line(2, "5.00", "2.50")
    found = credits_of(dear, cheap, coupons=[coupon(CODE, "5.00")])
    assert found == [(Credit(CODE, 250),), (Credit(CODE, 250),)]


def test_a_line_that_lost_its_discount_by_hand_took_nothing() -> None:
    edited, kept = line(1, "30.00", "30.00"), line(2, "20.00", "17.50")
    order = read(line_items=[edited, kept], coupon_lines=[coupon(CODE, "5.00")])
    assert [each.credit for each in order.lines] == [0, 250]
    assert order.codes == (CodeUse(CODE, 250),)


def test_a_line_made_cheaper_by_hand_does_not_make_the_code_dearer() -> None:
    order = read(line_items=[line(1, "30.00", "10.00")], coupon_lines=[coupon(CODE, "5.00")])
    assert order.lines[0].credit == 500


def test_a_line_made_dearer_by_hand_hides_no_discount_of_another() -> None:
    found = credits_of(line(1, "10.00", "15.00"), line(2, "20.00", "15.00"), coupons=[coupon(CODE, "5.00")])
    assert found == [(), (Credit(CODE, 500),)]


def test_beside_a_code_of_somebody_else_only_our_part_is_credit() -> None:
    found = credits_of(
        line(1, "20.00", "13.00"),
        line(2, "10.00", "6.50"),
        coupons=[coupon("SOMMER", "4.50"), coupon(CODE, "6.00")],
    )
    assert found == [(Credit(CODE, 400),), (Credit(CODE, 200),)]


def test_two_codes_of_ours_are_kept_apart() -> None:
    order = read(
        line_items=[line(1, "20.00", "15.00"), line(2, "20.00", "15.00")],
        coupon_lines=[coupon(CODE, "6.00"), coupon("guthaben-y8", "4.00")],
    )
    assert order.codes == (CodeUse(CODE, 600), CodeUse("guthaben-y8", 400))
    assert [[part.amount for part in each.credits] for each in order.lines] == [[300, 200], [300, 200]]


def test_a_code_that_took_nothing_is_still_on_the_order() -> None:
    order = read(coupon_lines=[coupon(CODE, "0.00")])
    assert order.codes == (CodeUse(CODE, 0),)
    assert order.lines[0].credits == ()


def test_codes_are_known_in_any_case() -> None:
    order = read(line_items=[line(1, "20.00", "15.00")], coupon_lines=[coupon("GUTHABEN-X7", "5.00")])
    assert order.codes == (CodeUse(CODE, 500),)


def test_in_a_net_shop_the_face_is_net_and_the_credit_gross() -> None:
    taxed = line(1, "20.00", "15.00", subtotal_tax="3.80", total_tax="2.85")
    order = read(line_items=[taxed], coupon_lines=[coupon(CODE, "5.00", "0.95")], prices_include_tax=False)
    assert order.codes == (CodeUse(CODE, 500),)
    assert order.lines[0].credits == (Credit(CODE, 595),)


def test_in_a_net_shop_the_face_too_is_no_more_than_the_lines_show() -> None:
    taxed = line(1, "20.00", "17.50", subtotal_tax="3.80", total_tax="3.33")
    order = read(line_items=[taxed], coupon_lines=[coupon(CODE, "5.00", "0.95")], prices_include_tax=False)
    assert order.codes == (CodeUse(CODE, 250),)
    assert order.lines[0].credits == (Credit(CODE, 297),)


# --- the rest of an order -----------------------------------------------------------------------


def test_the_taxes_on_a_line_add_up() -> None:
    both = [{"id": 1, "total": "1.00", "subtotal": "1.00"}, {"id": 2, "total": "0.40", "subtotal": "0.40"}]
    rates = [{"rate_id": 1, "rate_percent": 5}, {"rate_id": 2, "rate_percent": "9.975"}]
    assert read(line_items=[line(1, "20.00", "20.00", taxes=both)], tax_lines=rates).lines[0].tax == "14.975"


def test_a_rate_listed_without_amount_is_not_on_the_line() -> None:
    taxes = [{"id": 1, "total": "3.19", "subtotal": "3.19"}, {"id": 2, "total": "", "subtotal": ""}]
    rates = [{"rate_id": 1, "rate_percent": 19}, {"rate_id": 2, "rate_percent": 7}]
    assert read(line_items=[line(1, "20.00", "20.00", taxes=taxes)], tax_lines=rates).lines[0].tax == "19"


def test_an_order_may_have_no_lines_or_one_of_no_pieces() -> None:
    assert read(line_items=[]).lines == ()
    assert read(line_items=[line(1, "0.00", "0.00", quantity=0)]).lines[0].quantity == 0


def test_a_deleted_product_leaves_a_line_without_sku() -> None:
    article = read(line_items=[line(1, "9.00", "9.00", sku=None, product_id=0)]).lines[0].article
    assert (article.sku, article.product, article.name) == ("", "", "Article 1")


def test_the_number_that_people_see_is_kept_beside_the_id() -> None:
    order = read(number="2026-0007")
    assert (order.id, order.number) == ("51", "2026-0007")


@pytest.mark.parametrize("key", ["rabattkonto_ref", "_rabattkonto_ref"])
def test_the_referral_is_read_from_the_meta_data(key: str) -> None:
    assert read(
        meta_data=[{"id": 1, "key": "x", "value": {}}, {"id": 2, "key": key, "value": " ANNA7 "}]
    ).referral == ("ANNA7")


@pytest.mark.parametrize("items", [None, {}, "x", [None], [7], [{"key": "rabattkonto_ref", "value": [1]}], [{}]])
def test_odd_meta_data_of_plugins_harms_nothing(items: Any) -> None:
    assert read(meta_data=items).referral == ""


def test_a_foreign_currency_is_read_in_its_own_minor_units() -> None:
    assert read(currency="JPY", line_items=[line(1, "2000", "2000")]).lines[0].paid == 2000


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"line_items": [line(1, "20.00", "-1.00")]}, "negative price"),
        ({"line_items": [line(1, "20.00", "20.00", quantity=1.5)]}, "quantity"),
        ({"line_items": [line(1, "20.00", "20.00", quantity=-1)]}, "quantity"),
        ({"line_items": [line(1, "20.00", "20.00"), line(1, "5.00", "5.00")]}, "same id"),
        ({"line_items": [line(1, "20.00", "")]}, "not a number"),
        ({"line_items": [line(1, "20.00", "12,50")]}, "not a number"),
        ({"line_items": [line(1, "20.00", "NaN")]}, "not a number"),
        ({"line_items": [line(1, "20.00", "1e9")]}, "not a number"),
        ({"line_items": [line(1, "20.00", "9" * 40)]}, "not a number"),
        ({"line_items": [line(1, "20.00", "٣.٠٠")]}, "not a number"),
        ({"line_items": [{"id": 1, "quantity": 1}]}, "subtotal"),
        ({"line_items": None}, "line_items"),
        ({"line_items": {"0": {}}}, "line_items"),
        ({"customer_id": "3"}, "customer_id"),
        ({"customer_id": 2**64}, "customer_id"),
        ({"date_modified_gmt": "yesterday"}, "date_modified_gmt"),
        ({"date_modified_gmt": None, "date_created_gmt": None}, "no date"),
        ({"refunds": [{"id": 0}]}, "refunds"),
        ({"tax_lines": [{"rate_id": 1, "rate_percent": "NaN"}]}, "percentage"),
        ({"tax_lines": [{"rate_id": 1, "rate_percent": "1e99"}]}, "percentage"),
    ],
)
def test_what_cannot_be_booked_is_unreadable_and_says_why(change: dict[str, Any], reason: str) -> None:
    taxed = line(1, "20.00", "20.00", taxes=[{"id": 1, "total": "1.00", "subtotal": "1.00"}])
    seen = read_order(order_body(**{"line_items": [taxed], **change}), TERMS)
    assert isinstance(seen, Unreadable)
    assert reason in seen.reason
    assert seen.order == "51"


# --- signed bodies that are no order ------------------------------------------------------------


@pytest.mark.parametrize("topic", ["order.updated", "order.deleted", "order.created"])
def test_a_body_of_nothing_but_an_id_is_a_hint_to_look(topic: str) -> None:
    seen = adapters.load("woocommerce").understand(Envelope(topic), raw({"id": 7}), TERMS)
    assert seen == OrderHint("7")


@pytest.mark.parametrize("topic", ["order.updated", "order.deleted", "customer.updated", "product.updated"])
def test_an_error_in_place_of_the_thing_is_nothing_and_names_its_code(topic: str) -> None:
    error = {"code": "woocommerce_rest_shop_order_invalid_id", "message": "Invalid ID.", "data": {"status": 404}}
    seen = adapters.load("woocommerce").understand(Envelope(topic), raw(error), TERMS)
    assert isinstance(seen, Nothing)
    assert "woocommerce_rest_shop_order_invalid_id" in seen.reason


def test_a_delivery_carries_no_time_of_reading() -> None:
    seen = adapters.load("woocommerce").understand(Envelope("order.updated"), raw(order_body()), TERMS)
    assert isinstance(seen, OrderSeen)
    assert seen.read_at is None

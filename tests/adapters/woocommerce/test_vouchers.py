"""Vouchers as the shop gets them, and the codes on an order that are not ours."""

from datetime import date

import pytest
import responses

from adapters.woocommerce.orders import read_order
from adapters.woocommerce.vouchers import voucher_payload
from bridge.ports import CodeRef, OrderSeen, ShopTerms, VoucherWrite
from tests.adapters.woocommerce.bodies import TERMS, order_body
from tests.adapters.woocommerce.shop import REST, client, sent
from tests.adapters.woocommerce.toy import call, world

WRITE = VoucherWrite(CodeRef("welcome"), 500, 2000, "", 3, date(2026, 12, 31), "batch:7")


def test_a_voucher_ends_after_its_last_day_and_is_marked_as_no_credit() -> None:
    assert voucher_payload(WRITE, "EUR") == {
        "code": "welcome",
        "amount": "5.00",
        "discount_type": "fixed_cart",
        "usage_limit": 3,
        "individual_use": False,
        "minimum_amount": "20.00",
        "email_restrictions": [],
        "date_expires": "2027-01-01T00:00:00",
        "meta_data": [{"key": "_rabattkonto_voucher", "value": "batch:7"}],
    }


def test_a_withdrawn_voucher_is_expired_by_its_id() -> None:
    known = VoucherWrite(CodeRef("welcome", "81"), 500, 0, "a@b.example", 1, date(2026, 12, 31), "batch:7", True)
    body = voucher_payload(known, "EUR")
    assert (body["id"], body["date_expires"], body["email_restrictions"]) == (
        81, "2000-01-02T00:00:00", ["a@b.example"],
    )  # fmt: skip
    assert "code" not in body


@responses.activate
def test_new_and_known_vouchers_go_in_one_request_and_come_back_in_order() -> None:
    shop = world()
    made = call(shop, "POST", "coupons/batch", {"create": [voucher_payload(WRITE, "EUR")]})["create"]
    responses.post(f"{REST}/coupons/batch", json={"create": made, "update": [{**made[0], "id": 81, "code": "old"}]})
    old = VoucherWrite(CodeRef("old", "81"), 500, 0, "", 1, date(2026, 12, 31), "batch:7")
    answers = client().write_vouchers([old, WRITE])
    assert [answer.ref.code for answer in answers] == ["old", "welcome"]
    assert all(answer.now is not None and answer.now.voucher == "batch:7" for answer in answers)
    assert all(answer.now is not None and not answer.now.owner for answer in answers)
    assert set(sent(0)) == {"create", "update"}


def test_the_toy_shop_takes_it_on_its_last_day_and_not_on_the_next() -> None:
    shop = world()
    call(shop, "POST", "coupons/batch", {"create": [voucher_payload(WRITE, "EUR")]})
    (made,) = call(shop, "GET", "coupons", code="welcome")
    assert made["date_expires"] == "2027-01-01T00:00:00"
    assert made["usage_limit"] == 3


@pytest.mark.parametrize("prefix", ["guthaben-", "Guthaben-"])
def test_codes_that_are_not_ours_are_read_in_small_letters(prefix: str) -> None:
    lines = [
        {"code": "guthaben-abc", "discount": "1.00", "discount_tax": "0.00"},
        {"code": "Welcome", "discount": "1.00", "discount_tax": "0.00"},
        {"code": "ada10", "discount": "1.00", "discount_tax": "0.00"},
    ]
    seen = read_order(order_body(coupon_lines=lines), ShopTerms(TERMS.currency, code_prefix=prefix))
    assert isinstance(seen, OrderSeen)
    assert seen.order.coupons == ("ada10", "welcome")

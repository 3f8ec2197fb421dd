"""Coupons in the toy shop's cart, as measured in section 5 and 6 of the WooCommerce facts."""

import pytest

from adapters.woocommerce.sandbox import Coupon, Customer, Order, Refusal
from adapters.woocommerce.sandbox.pricing import percentage, spread
from tests.adapters.woocommerce.toy import World, call, coupon, world

CODE = "gut-anna-1"
RETIRED = {"date_expires": "2000-01-02T00:00:00"}


def anna(made: World) -> Customer:
    return made.shop.register("anna@kunden.example", "Anna", "Muster")


def stored(made: World, code: str = CODE) -> Coupon:
    return next(each for each in made.shop.coupons.values() if each.code == code)


def bought(made: World, *, amount: str = "12.34", shirts: int = 1) -> Order:
    coupon(made, amount=amount)
    return made.shop.checkout(anna(made), [(made["TS-ROT"], shirts)], codes=[CODE])


def taken(made: World, order: Order) -> int:
    """What the coupon line says that the code took, gross minor units."""
    shown = made.shop.orders_body(order)["coupon_lines"][0]
    return round(100 * (float(shown["discount"]) + float(shown["discount_tax"])))


@pytest.mark.parametrize(
    ("amount", "prices", "pieces", "parts"),
    [
        (1234, [1999, 1298], [1, 2], [412, 822]),
        (1000, [5000, 100], [1, 1], [900, 100]),
        (2, [300, 400, 500], [1, 1, 1], [0, 1, 1]),
        (9999, [1999, 649], [1, 1], [1999, 649]),
        (500, [0, 649], [1, 1], [0, 500]),
        (0, [1999], [1], [0]),
    ],
)
def test_a_code_is_spread_over_the_pieces_and_never_over_their_value(
    amount: int, prices: list[int], pieces: list[int], parts: list[int]
) -> None:
    assert spread(amount, prices, pieces) == parts


def test_a_percent_coupon_gives_the_missing_cent_to_the_dearest_piece() -> None:
    assert percentage(1000, [1999, 649], [1, 1]) == [200, 65]


def test_the_total_falls_by_exactly_the_amount_where_prices_include_tax() -> None:
    made = world()
    assert made.shop.orders_body(bought(made))["total"] == "12.55"


def test_the_total_falls_by_amount_and_tax_where_prices_are_net() -> None:
    made = world(prices_include_tax=False)
    shown = made.shop.orders_body(bought(made, amount="5.00"))
    assert (shown["coupon_lines"][0]["discount"], shown["coupon_lines"][0]["discount_tax"]) == ("5.00", "0.95")
    assert shown["total"] == "22.74"  # 19.99 net + 19 % + 4.90 parcel, less 5.95


def test_a_code_covers_goods_only_and_its_rest_is_lost() -> None:
    made = world()
    order = bought(made, amount="100.00")
    assert made.shop.orders_body(order)["total"] == "4.90"
    assert (stored(made).usage_count, stored(made).amount, taken(made, order)) == (1, 10000, 1999)


def test_an_order_of_zero_is_processing_and_paid_at_once() -> None:
    made = world(shipping=0)
    order = bought(made, amount="100.00")
    assert (order.status, order.paid, order.method) == ("processing", made.clock.now, "bacs")


@pytest.mark.parametrize("status", ["cancelled", "failed"])
def test_a_cancelled_or_failed_order_gives_the_use_back_and_takes_it_again(status: str) -> None:
    made = world()
    order = bought(made)
    made.shop.set_status(order, status)
    assert (stored(made).usage_count, stored(made).used_by) == (0, [])
    made.shop.set_status(order, "processing")
    assert (stored(made).usage_count, stored(made).used_by) == (1, [str(order.customer_id)])


def test_the_trash_gives_the_use_back_and_a_restore_takes_it_again() -> None:
    made = world()
    order = bought(made)
    made.shop.trash(order)
    assert stored(made).usage_count == 0
    made.shop.restore(order)
    assert (order.status, stored(made).usage_count) == ("on-hold", 1)


def test_a_refund_does_not_give_the_use_back() -> None:
    made = world()
    order = bought(made)
    made.shop.pay(order)
    made.shop.refund(order)
    assert (order.status, stored(made).usage_count) == ("refunded", 1)


@pytest.mark.parametrize(
    ("who", "accepted"),
    [("anna@kunden.example", True), ("ANNA@kunden.example", True), ("bert@kunden.example", False), ("", False)],
)
def test_a_guest_needs_the_owners_address_and_anybody_may_type_it(who: str, accepted: bool) -> None:
    made = world()
    coupon(made)
    cart = made.shop.cart(who).add(made["TS-ROT"])
    if accepted:
        cart.apply(CODE)
        assert cart.place().coupons[0].code == CODE
    else:
        with pytest.raises(Refusal, match="valid email"):
            cart.apply(CODE)


def test_a_logged_in_owner_may_give_another_billing_address() -> None:
    made = world()
    coupon(made)
    order = made.shop.checkout(anna(made), [(made["TS-ROT"], 1)], codes=[CODE], email="work@office.example")
    assert (order.billing.email, order.coupons[0].code) == ("work@office.example", CODE)


def test_a_whole_domain_may_be_allowed() -> None:
    made = world()
    coupon(made, email_restrictions=["*@kunden.example"])
    assert stored(made).emails == ("*@kunden.example",)
    assert made.shop.checkout("x@kunden.example", [(made["TS-ROT"], 1)], codes=[CODE]).coupons


def test_an_address_that_is_none_is_dropped_and_leaves_the_code_open_to_everybody() -> None:
    made = world()
    assert coupon(made, email_restrictions=["a&b@kunden.example", "", "nonsense"])["email_restrictions"] == []
    assert made.shop.checkout("anybody@else.example", [(made["TS-ROT"], 1)], codes=[CODE]).coupons


def test_the_restriction_does_not_follow_a_changed_address() -> None:
    made = world()
    coupon(made)
    owner = anna(made)
    made.shop.change_email(owner, "anna.neu@kunden.example")
    with pytest.raises(Refusal, match="valid email"):
        made.shop.checkout(owner, [(made["TS-ROT"], 1)], codes=[CODE])


def test_an_expired_code_is_refused() -> None:
    made = world()
    coupon(made, **RETIRED)
    with pytest.raises(Refusal, match="expired"):
        made.shop.checkout(anna(made), [(made["TS-ROT"], 1)], codes=[CODE])


def test_of_two_open_carts_the_second_checkout_loses_the_code_and_may_submit_again() -> None:
    made = world()
    coupon(made)
    owner = anna(made)
    first, second = (made.shop.cart(owner).add(made["TS-ROT"]) for _ in range(2))
    first.apply(CODE)
    second.apply(CODE)
    first.place()
    with pytest.raises(Refusal) as refused:
        second.place()
    assert (refused.value.status, second.codes) == (409, [])
    assert second.place().coupons == []


def test_two_checkouts_in_one_moment_end_with_a_reservation_refused() -> None:
    made = world()
    coupon(made)
    made.shop.faults.reserve_fails = 1
    cart = made.shop.cart(anna(made)).add(made["TS-ROT"])
    cart.apply(CODE)
    with pytest.raises(Refusal) as refused:
        cart.place()
    assert (refused.value.code, cart.codes) == ("woocommerce_rest_coupon_reserve_failed", [CODE])


def test_an_individual_code_throws_the_others_out() -> None:
    made = world()
    coupon(made)
    coupon(made, code="solo", individual_use=True)
    cart = made.shop.cart(anna(made)).add(made["TS-ROT"])
    cart.apply(CODE)
    cart.apply("solo")
    assert cart.codes == ["solo"]


# --- retiring a used code -------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["expired", "trashed", "deleted"])
def test_a_retired_code_stays_on_its_order_through_cancel_and_recalculation(how: str) -> None:
    made = world()
    order = bought(made)
    number = stored(made).id
    if how == "expired":
        call(made, "PUT", f"coupons/{number}", RETIRED)
    else:
        call(made, "DELETE", f"coupons/{number}", force="true" if how == "deleted" else "false")
    made.shop.cancel(order)
    made.shop.set_status(order, "on-hold")
    made.shop.recalculate(order)
    assert (taken(made, order), made.shop.orders_body(order)["total"]) == (1234, "12.55")


def test_a_recalculation_takes_what_the_code_is_worth_now_so_a_retired_one_needs_its_amount_set() -> None:
    made = world()
    coupon(made, amount="10.00")
    order = made.shop.checkout(anna(made), [(made["KAFFEE-250"], 1)], codes=[CODE])
    assert taken(made, order) == 649
    call(made, "PUT", f"coupons/{stored(made).id}", {**RETIRED, "amount": "6.49"})
    made.shop.edit_order(order, {"line_items": [{"product_id": made["TS-ROT"].id, "quantity": 1}]})
    made.shop.recalculate(order)
    assert taken(made, order) == 649
    call(made, "PUT", f"coupons/{stored(made).id}", {"amount": "10.00"})
    made.shop.recalculate(order)
    assert taken(made, order) == 1000


def test_a_line_edited_to_its_full_price_loses_its_share_while_the_coupon_line_goes_on_showing_it() -> None:
    made = world()
    coupon(made, amount="5.00")
    items = [(made["TS-ROT"], 1), (made["KAFFEE-250"], 1)]
    order = made.shop.checkout(anna(made), items, codes=[CODE])
    before = made.shop.orders_body(order)
    made.shop.edit_line(order, order.lines[0].id, quantity=1, subtotal="16.80", total="16.80")
    after = made.shop.orders_body(order)
    assert after["coupon_lines"] == before["coupon_lines"]
    assert float(after["total"]) - float(before["total"]) == pytest.approx(2.50, abs=0.011)
    made.shop.recalculate(order)
    assert taken(made, order) == 500


# --- a code put on an order over the interface ----------------------------------------------------


def test_coupon_lines_replace_all_codes_and_count_their_uses_once() -> None:
    made = world()
    coupon(made)
    coupon(made, code="other", amount="1.00")
    order = made.shop.checkout("anna@kunden.example", [(made["TS-ROT"], 1)])
    for _ in range(2):
        answer = call(made, "PUT", f"orders/{order.id}", {"coupon_lines": [{"code": CODE}]})
        assert answer["total"] == "12.55"
    assert (stored(made).usage_count, taken(made, order)) == (1, 1234)
    call(made, "PUT", f"orders/{order.id}", {"coupon_lines": [{"code": "other"}]})
    assert (stored(made).usage_count, stored(made, "other").usage_count, taken(made, order)) == (0, 1, 100)
    call(made, "PUT", f"orders/{order.id}", {"customer_note": "no list keeps them"})
    assert len(order.coupons) == 1
    call(made, "PUT", f"orders/{order.id}", {"coupon_lines": []})
    assert made.shop.orders_body(order)["total"] == "24.89"


def test_a_refused_code_leaves_the_order_as_it_was() -> None:
    made = world()
    coupon(made, email_restrictions=["bert@kunden.example"])
    order = made.shop.checkout(anna(made), [(made["TS-ROT"], 1)])
    before = made.shop.orders_body(order)
    answer = call(made, "PUT", f"orders/{order.id}", {"customer_note": "x", "coupon_lines": [{"code": CODE}]})
    assert answer["code"] == "woocommerce_rest_invalid_coupon"
    assert made.shop.orders_body(order) == before
    answer = call(made, "PUT", f"orders/{order.id}", {"coupon_lines": [{"id": 1, "code": CODE}]})
    assert answer["code"] == "woocommerce_rest_coupon_item_id_readonly"

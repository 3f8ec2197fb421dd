"""The toy shop's interface: keys, lists, batches, refunds, its refusals and its bad days."""

from collections.abc import Iterator

import pytest
import requests
from requests_oauthlib import OAuth1

from adapters.woocommerce.sandbox import Order, ToyShop, create_app, serve
from tests.adapters.woocommerce.stories import guest_order, three_pieces_back
from tests.adapters.woocommerce.toy import World, ask, call, coupon, world

KEY, SECRET = "ck_toy", "cs_toy"


def orders(made: World, count: int) -> list[Order]:
    """Orders one second apart."""
    found = []
    for _ in range(count):
        made.clock.pass_by(1)
        found.append(guest_order(made))
    return found


# --- keys -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serve(ToyShop(), queue=False) as url:
        yield url


@pytest.mark.parametrize("method", ["HMAC-SHA1", "HMAC-SHA256"])
@pytest.mark.parametrize("place", ["AUTH_HEADER", "QUERY"])
def test_plain_http_takes_a_signed_request_once(address: str, method: str, place: str) -> None:
    auth = OAuth1(KEY, SECRET, signature_method=method, signature_type=place)
    first = requests.get(f"{address}/wp-json/wc/v3/orders?_fields=id,status", auth=auth, timeout=5)
    assert (first.status_code, first.json()) == (200, [])
    again = requests.Request("GET", first.request.url, headers=first.request.headers).prepare()
    with requests.Session() as session:
        assert session.send(again, timeout=5).json()["message"].startswith("Invalid nonce")


def test_plain_http_does_not_see_a_basic_key_and_refuses_a_wrong_signature(address: str) -> None:
    url = f"{address}/wp-json/wc/v3/orders"
    answer = requests.get(url, auth=(KEY, SECRET), timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (401, "woocommerce_rest_cannot_view")
    answer = requests.get(url, auth=OAuth1(KEY, "cs_wrong"), timeout=5)
    assert answer.json()["code"] == "woocommerce_rest_authentication_error"
    answer = requests.get(url, auth=OAuth1(KEY, SECRET, timestamp="1000000000"), timeout=5)
    assert answer.json()["message"] == "Invalid timestamp."


def test_https_takes_a_basic_key_and_says_what_is_wrong_with_it() -> None:
    client = create_app(ToyShop()).test_client()
    path = "https://shop.example/wp-json/wc/v3/orders"
    assert client.get(path, auth=(KEY, SECRET)).status_code == 200
    wrong, unknown = client.get(path, auth=(KEY, "x")), client.get(path, auth=("x", SECRET))
    assert (wrong.status_code, wrong.get_json()["code"]) == (401, "woocommerce_rest_authentication_error")
    assert (unknown.status_code, unknown.get_json()["code"]) == (401, "woocommerce_rest_cannot_view")


def test_a_read_only_key_may_not_write() -> None:
    made = world(read_only=True)
    assert isinstance(call(made, "GET", "coupons"), list)
    assert "write permissions" in coupon(made)["message"]


# --- lists ----------------------------------------------------------------------------------------


def test_pages_carry_their_totals_and_end_in_an_empty_list() -> None:
    made = world()
    made_orders = orders(made, 5)
    first = ask(made, "GET", "orders", per_page=2, orderby="id", order="asc")
    assert [each["id"] for each in first.json()] == [order.id for order in made_orders[:2]]
    assert (first.headers["X-WP-Total"], first.headers["X-WP-TotalPages"]) == ("5", "3")
    assert 'rel="next"' in first.headers["Link"]
    assert "page=2" in first.headers["Link"]
    beyond = ask(made, "GET", "orders", per_page=2, page=9)
    assert (beyond.status_code, beyond.json()) == (200, [])


@pytest.mark.parametrize(("size", "status"), [("1", 200), ("100", 200), ("101", 400), ("0", 400), ("x", 400)])
def test_a_page_holds_one_to_a_hundred(size: str, status: int) -> None:
    answer = ask(world(), "GET", "orders", per_page=size)
    assert answer.status_code == status
    assert status == 200 or answer.json()["code"] == "rest_invalid_param"


def test_modified_after_leaves_the_equal_second_out_and_is_shop_time_unless_told() -> None:
    made = world()
    first, second = orders(made, 2)
    gmt = first.modified.strftime("%Y-%m-%dT%H:%M:%S")
    local = made.shop.local(first.modified).strftime("%Y-%m-%dT%H:%M:%S")

    def found(**query: str) -> list[int]:
        return [each["id"] for each in call(made, "GET", "orders", orderby="modified", order="asc", **query)]

    assert found(modified_after=gmt, dates_are_gmt="true") == [second.id]
    assert found(modified_after=f"{gmt}Z") == [second.id]
    assert found(modified_after=local) == [second.id]
    assert found(modified_after=gmt) == [first.id, second.id], "read as shop time this is an hour earlier"


def test_lists_of_orders_show_drafts_and_hide_the_trash() -> None:
    made = world()
    draft = made.shop.cart("g@gast.example").add(made["TS-ROT"]).open()
    kept, trashed = orders(made, 2)
    made.shop.trash(trashed)
    assert {each["id"] for each in call(made, "GET", "orders")} == {draft.id, kept.id}
    assert [each["id"] for each in call(made, "GET", "orders", status="trash")] == [trashed.id]
    assert [each["id"] for each in call(made, "GET", "orders", status="pending")] == [kept.id]
    assert call(made, "GET", f"orders/{trashed.id}")["status"] == "trash"


def test_many_orders_are_read_by_number_and_unknown_numbers_are_left_out() -> None:
    made = world()
    first, second = orders(made, 2)
    shown = call(made, "GET", "orders", include=f"{first.id},{second.id},9999", _fields="id,status")
    assert shown == [{"id": second.id, "status": "pending"}, {"id": first.id, "status": "pending"}]


@pytest.mark.parametrize(
    ("path", "code", "status"),
    [
        ("orders/999", "woocommerce_rest_shop_order_invalid_id", 404),
        ("coupons/999", "woocommerce_rest_shop_coupon_invalid_id", 404),
        ("products/999", "woocommerce_rest_product_invalid_id", 404),
        ("customers/999", "woocommerce_rest_invalid_id", 404),
        ("nowhere", "rest_no_route", 404),
    ],
)
def test_what_is_not_there_is_refused_with_the_shops_own_code(path: str, code: str, status: int) -> None:
    answer = ask(world(), "GET", path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


# --- writing --------------------------------------------------------------------------------------


def test_a_batch_answers_each_item_and_keeps_what_worked() -> None:
    made = world()
    kept = coupon(made)
    asked = {
        "create": [{"code": "new", "amount": "1.00"}, {"code": "GUT-anna-1", "amount": "1.00"}],
        "update": [{"id": kept["id"], "amount": "2.00"}, {"id": 9999, "amount": "2.00"}],
    }
    answer = call(made, "POST", "coupons/batch", asked)
    assert answer["create"][0]["amount"] == "1.00"
    assert answer["create"][1]["error"]["code"] == "woocommerce_rest_coupon_code_already_exists"
    assert answer["update"][0]["amount"] == "2.00"
    assert answer["update"][1] == {
        "id": 9999,
        "error": {
            "code": "woocommerce_rest_shop_coupon_invalid_id",
            "message": "Invalid ID.",
            "data": {"status": 404},
        },
    }


def test_a_batch_of_more_than_a_hundred_is_refused_whole() -> None:
    made = world()
    answer = ask(made, "POST", "coupons/batch", {"create": [{"code": f"c{n}"} for n in range(101)]})
    assert (answer.status_code, made.shop.coupons) == (413, {})


@pytest.mark.parametrize(
    ("sent", "stored"), [("12.345", "12.35"), ("12,34", "12.34"), ("much", "0.00"), ("7", "7.00")]
)
def test_amounts_of_coupons_are_read_as_the_shop_reads_them(sent: str, stored: str) -> None:
    assert coupon(world(), amount=sent)["amount"] == stored


def test_a_coupons_code_is_found_in_any_case_but_not_as_a_draft_and_free_again_from_the_trash() -> None:
    made = world()
    number = coupon(made)["id"]
    assert [each["id"] for each in call(made, "GET", "coupons", code="GUT-ANNA-1")] == [number]
    call(made, "PUT", f"coupons/{number}", {"status": "draft"})
    assert call(made, "GET", "coupons", code="gut-anna-1") == []
    call(made, "DELETE", f"coupons/{number}")
    assert coupon(made)["id"] != number


def test_coupons_switched_off_refuse_a_new_one() -> None:
    made = world(coupons_enabled=False)
    assert coupon(made)["code"] == "woocommerce_rest_cannot_create"
    assert call(made, "GET", "settings/general/woocommerce_enable_coupons")["value"] == "no"


def test_a_customers_meta_data_loses_keys_that_begin_with_an_underscore() -> None:
    made = world()
    anna = made.shop.register("anna@kunden.example", "Anna")
    written = [{"key": "rabattkonto", "value": {"balance": "8.25"}}, {"key": "_rabattkonto", "value": "x"}]
    shown = call(made, "PUT", f"customers/{anna.id}", {"meta_data": written})
    assert [(each["key"], each["value"]) for each in shown["meta_data"]] == [("rabattkonto", {"balance": "8.25"})]


def test_customers_are_found_by_exact_address_and_staff_only_when_asked_for() -> None:
    made = world()
    anna = made.shop.register("anna@kunden.example", "Anna")
    boss = made.shop.register("boss@shop.example", "Boss")
    boss.role = "administrator"
    assert [each["id"] for each in call(made, "GET", "customers", email="ANNA@kunden.example")] == [anna.id]
    assert [each["id"] for each in call(made, "GET", "customers", include=f"{anna.id},{boss.id}")] == [anna.id]
    both = call(made, "GET", "customers", include=f"{anna.id},{boss.id}", role="all", orderby="id", order="asc")
    assert [each["id"] for each in both] == [anna.id, boss.id]


def test_an_unknown_topic_is_refused_and_a_webhook_goes_only_by_force() -> None:
    made = world()
    answer = call(made, "POST", "webhooks", {"topic": "order.refunded", "delivery_url": "https://x.example"})
    assert answer["data"]["status"] == 400
    number = next(iter(made.shop.webhooks))
    assert ask(made, "DELETE", f"webhooks/{number}").status_code == 501
    assert ask(made, "DELETE", f"webhooks/{number}", force="true").status_code == 200
    assert number not in made.shop.webhooks


def test_the_index_and_the_settings_say_what_the_shop_is() -> None:
    made = world(prices_include_tax=False)
    with create_app(made.shop).test_client() as browser:
        assert browser.get("/wp-json/").get_json()["timezone_string"] == "Europe/Berlin"
    tax = {each["id"]: each["value"] for each in call(made, "GET", "settings/tax")}
    assert tax["woocommerce_prices_include_tax"] == "no"
    assert [each["rate"] for each in call(made, "GET", "taxes")] == ["19.0000", "7.0000"]


# --- refunds --------------------------------------------------------------------------------------


def test_refunds_of_many_orders_come_in_one_answer_and_a_parent_is_ignored() -> None:
    made = world()
    first, second = three_pieces_back(made), three_pieces_back(made)
    numbers = f"{first.refunds[0].id},{second.refunds[0].id}"
    shown = call(made, "GET", "refunds", include=numbers)
    assert {each["parent_id"] for each in shown} == {first.id, second.id}
    assert len(call(made, "GET", "refunds", parent=str(first.id))) == 2


def test_the_four_shapes_of_a_refund() -> None:
    made = world()
    order = guest_order(made)
    made.shop.pay(order)
    path, line = f"orders/{order.id}/refunds", order.lines[0].id
    net_only = {"line_items": [{"id": line, "quantity": 1, "refund_total": 16.80}], "api_refund": False}
    assert call(made, "POST", path, net_only)["amount"] == "16.80"
    amount_only = call(made, "POST", path, {"amount": "2.00", "api_refund": False, "reason": "Kulanz"})
    assert (amount_only["amount"], amount_only["line_items"]) == ("2.00", [])
    no_money = call(made, "POST", path, {"line_items": [{"id": line, "quantity": 1}], "api_refund": False})
    assert (no_money["amount"], no_money["line_items"][0]["total"]) == ("0.00", "0.00")
    made.shop.set_status(order, "refunded")
    rest = call(made, "GET", path)[0]
    assert (rest["reason"], rest["amount"], rest["line_items"]) == ("Order fully refunded.", "28.67", [])


def test_a_refund_needs_a_gateway_unless_it_is_told_not_to_and_never_exceeds_the_rest() -> None:
    made = world()
    order = guest_order(made)
    refused = call(made, "POST", f"orders/{order.id}/refunds", {"amount": "1.00"})
    assert "automatic refunds" in refused["message"]
    refused = call(made, "POST", f"orders/{order.id}/refunds", {"amount": "99.00", "api_refund": False})
    assert refused["message"] == "Invalid refund amount."
    assert order.refunds == []


def test_a_deleted_refund_is_gone_without_a_trace_in_the_stamp() -> None:
    made = world()
    order = three_pieces_back(made)
    stamp = order.modified
    made.clock.pass_by(9)
    call(made, "DELETE", f"orders/{order.id}/refunds/{order.refunds[0].id}", force="true")
    assert (order.refunds, order.modified) == ([], stamp)

"""The toy shop on its bad days, its window, and its queue beside a server."""

import threading

import pytest
import requests
from requests_oauthlib import OAuth1

from adapters.woocommerce.sandbox import ToyShop, create_app, serve
from tests.adapters.woocommerce.stories import guest_order
from tests.adapters.woocommerce.toy import ask, call, coupon, world

KEY, SECRET = "ck_toy", "cs_toy"


def test_a_shop_in_trouble_answers_what_its_switches_say_and_then_recovers() -> None:
    made = world()
    faults = made.shop.faults
    faults.server_error = faults.html = faults.too_many = faults.unauthorized = faults.wrong_shape = 1
    faults.retry_after = "7"
    answers = [ask(made, "GET", "orders") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [500, 429, 200, 401, 200, 200]
    assert answers[1].headers["Retry-After"] == "7"
    assert answers[2].headers["Content-Type"].startswith("text/html")
    assert (answers[4].json(), answers[5].json()) == ({"surprise": True}, [])


def test_a_time_out_after_acting_has_acted() -> None:
    made = world()
    made.shop.faults.act_then_stall = 1
    with pytest.raises(requests.ReadTimeout):
        coupon(made)
    assert coupon(made)["code"] == "woocommerce_rest_coupon_code_already_exists"


def test_a_shop_that_hangs_up_or_cuts_its_answer_short() -> None:
    made = world()
    made.shop.faults.away = made.shop.faults.truncated = 1
    with pytest.raises(requests.ConnectionError):
        call(made, "GET", "orders")
    with pytest.raises(requests.JSONDecodeError):
        call(made, "GET", "system_status")


def test_over_a_socket_the_same_faults_are_real_ones() -> None:
    shop = ToyShop()
    with serve(shop, queue=False) as url, requests.Session() as session:
        session.auth = OAuth1(KEY, SECRET)
        shop.faults.away = 1
        with pytest.raises(requests.ConnectionError):
            session.get(f"{url}/wp-json/wc/v3/orders", timeout=5)
        shop.faults.act_then_stall, shop.faults.stall = 1, 0.4
        with pytest.raises(requests.Timeout):
            session.get(f"{url}/wp-json/wc/v3/orders", timeout=0.1)
        shop.faults.slow, shop.faults.drip = 1, 0.001
        assert session.get(f"{url}/wp-json/wc/v3/taxes", timeout=5).status_code == 200


def test_the_shop_window_sells_cancels_and_says_why_not() -> None:
    made = world(plugin=True)
    anna = made.shop.register("anna@kunden.example", "Anna", "Muster")
    browser = create_app(made.shop).test_client()
    asked = {"product": str(made["TS-ROT"].id), "customer": str(anna.id), "quantity": "2", "method": "stripe"}
    assert browser.post("/buy", data=asked).status_code == 303
    order = made.shop.newest()[0]
    assert order.customer_id == anna.id
    for deed in ("return", "cancel"):
        assert browser.post(f"/orders/{order.id}/{deed}").status_code == 303
    assert (order.status, made.shop.orders_body(order)["refunds"][0]["total"]) == ("cancelled", "-19.99")
    refused = browser.post("/buy", data={**asked, "code": "nonsense"})
    assert (refused.status_code, "does not exist" in refused.text) == (400, True)
    assert "Anna Muster" in browser.get("/").text


def test_the_queue_runs_by_itself_beside_a_server() -> None:
    arrived = threading.Event()

    def take(*_delivery: object) -> int:
        arrived.set()
        return 200

    made = world()
    made.shop.send = take
    with serve(made.shop):
        guest_order(made)
        assert arrived.wait(timeout=5)

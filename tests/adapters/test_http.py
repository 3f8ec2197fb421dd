"""Failures of a shop, against a real server on loopback that misbehaves on request."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
import responses
from requests.auth import HTTPBasicAuth

from adapters.http import Http, Limits, failure, retry_after
from bridge.errors import AccessLost, ShopAway, ShopError, ShopRefused

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
SHOP = "https://shop.example"

Behaviour = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A shop that does to each request what the test wants."""

    def __init__(self) -> None:
        self.behave: Behaviour = lambda request: send(request, b"{}")
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.behave(self)

            def log_message(self, *_: Any) -> None:
                return

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()
        self.host = f"127.0.0.1:{self._http.server_port}"

    def ask(self, **limits: Any) -> Any:
        shop = Http(f"http://{self.host}", None, frozenset({self.host}), lambda: NOW, Limits(**limits))
        return shop.ask("GET", "/orders")

    def close(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


def send(request: BaseHTTPRequestHandler, body: bytes, length: int | None = None) -> None:
    request.send_response(200)
    request.send_header("Content-Length", str(len(body) if length is None else length))
    request.end_headers()
    request.wfile.write(body)


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def test_an_answer_is_read_with_exact_numbers(server: Server) -> None:
    server.behave = lambda request: send(request, b'{"price": 16.798319333333335}')
    assert str(server.ask()["price"]) == "16.798319333333335"


def test_a_shop_that_does_not_answer_is_away(server: Server) -> None:
    done = threading.Event()

    def wait(_: BaseHTTPRequestHandler) -> None:
        done.wait(5)

    server.behave = wait
    with pytest.raises(ShopAway, match="no answer came in time"):
        server.ask(silence=0.1)
    done.set()


def test_an_answer_that_drips_for_ever_is_given_up(server: Server) -> None:
    done = threading.Event()

    def drip(request: BaseHTTPRequestHandler) -> None:
        send(request, b"[", length=1000)
        while not done.wait(0.02):
            try:
                request.wfile.write(b" ")
            except OSError:
                return

    server.behave = drip
    with pytest.raises(ShopAway, match="longer than"):
        server.ask(total=0.15)
    done.set()


def test_an_answer_that_breaks_off_is_no_answer(server: Server) -> None:
    server.behave = lambda request: send(request, b'[{"id": 7}]', length=1000)
    with pytest.raises(ShopAway, match="broke off"):
        server.ask()


def test_an_answer_without_end_is_dropped(server: Server) -> None:
    server.behave = lambda request: send(request, b"[" + b" " * 100_000 + b"]")
    with pytest.raises(ShopAway, match="larger than 1000 bytes"):
        server.ask(size=1000)


def test_a_shop_that_is_not_there_is_away(server: Server) -> None:
    server.close()
    with pytest.raises(ShopAway, match="connection failed"):
        server.ask(connect=0.5)


def test_a_proxy_in_the_environment_is_not_asked_for_this_machine(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert server.ask() == {}


# --- the table of answers -----------------------------------------------------------------------

REFUSAL = json.dumps({"code": "woocommerce_rest_x", "message": "No.", "data": {"status": 400}}).encode()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, ShopRefused),
        (304, ShopRefused),
        (400, ShopRefused),
        (401, AccessLost),
        (403, AccessLost),
        (404, ShopRefused),
        (408, ShopAway),
        (413, ShopRefused),
        (425, ShopAway),
        (429, ShopAway),
        (500, ShopAway),
        (502, ShopAway),
        (503, ShopAway),
        (599, ShopAway),
    ],
)
def test_the_table_of_statuses(status: int, kind: type[ShopError]) -> None:
    problem = failure(status, {}, REFUSAL, "GET /orders at shop.example", NOW)
    assert type(problem) is kind
    assert "GET /orders at shop.example" in str(problem)


def test_what_a_shop_writes_for_browsers_is_said_in_plain_text() -> None:
    body = b'{"code": "x", "message": "Please use coupon code &quot;credit-1&quot; &amp; a valid email."}'
    problem = failure(400, {}, body, "PUT /orders/1", NOW)
    assert 'coupon code "credit-1" & a valid email.' in str(problem)


@pytest.mark.parametrize("status", [200, 201, 204])
def test_what_was_done_is_no_failure(status: int) -> None:
    assert failure(status, {}, b"", "GET /orders", NOW) is None


def test_a_refusal_carries_the_shops_own_code() -> None:
    problem = failure(400, {}, REFUSAL, "POST /coupons", NOW)
    assert isinstance(problem, ShopRefused)
    assert (problem.code, "No." in str(problem)) == ("woocommerce_rest_x", True)


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("", None),
        ("soon", None),
        ("30", 30.0),
        ("Sun, 22 Nov 2026 06:02:00 GMT", 120.0),
        ("Sun, 22 Nov 2026 05:00:00 GMT", 0.0),
        ("Sun, 22 Nov 2026 06:02:00", 120.0),
        ("9" * 500, 86_400.0),
        ("Sun, 22 Nov 2099 06:02:00 GMT", 86_400.0),
        ("-5", None),
    ],
)
def test_how_long_a_busy_shop_wants_to_be_left_alone(stated: str, seconds: float | None) -> None:
    headers = {"Retry-After": stated} if stated else {}
    assert retry_after(headers, NOW) == seconds
    problem = failure(429, headers, b"", "GET /orders", NOW)
    assert isinstance(problem, ShopAway)
    assert problem.after == seconds


def https(**other: Any) -> Http:
    return Http(SHOP, HTTPBasicAuth("ck_1", "cs_secret"), frozenset(), lambda: NOW, **other)


@responses.activate
def test_a_redirect_names_the_host_and_is_not_followed() -> None:
    there = responses.get("https://elsewhere.example/orders", json=[])
    target = "https://elsewhere.example/orders?token=abc"
    responses.get(f"{SHOP}/orders", status=302, headers={"Location": target})
    with pytest.raises(ShopRefused, match=r"elsewhere\.example") as caught:
        https().ask("GET", "/orders")
    assert "token" not in str(caught.value)
    assert there.call_count == 0


@responses.activate
@pytest.mark.parametrize("page", [b"<html>Maintenance</html>", b"", b"\xff", b'[{"id": 1}'])
def test_a_page_in_place_of_data_is_a_shop_that_is_away(page: bytes) -> None:
    responses.get(f"{SHOP}/orders", body=page)
    with pytest.raises(ShopAway, match="something else than data"):
        https().ask("GET", "/orders")


@responses.activate
@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (requests.exceptions.SSLError("x"), "REQUESTS_CA_BUNDLE"),
        (requests.exceptions.ProxyError("x"), "HTTPS_PROXY"),
        (requests.exceptions.ConnectTimeout("x"), "accept a connection"),
        (requests.exceptions.ReadTimeout("x"), "in time"),
        (requests.exceptions.ChunkedEncodingError("x"), "broke off"),
    ],
)
def test_each_failed_connection_has_its_own_sentence(error: Exception, sentence: str) -> None:
    responses.get(f"{SHOP}/orders", body=error)
    with pytest.raises(ShopAway, match=sentence) as caught:
        https().ask("GET", "/orders")
    assert "cs_secret" not in str(caught.value)


@responses.activate
def test_the_key_travels_in_a_header_only() -> None:
    sent = responses.get(f"{SHOP}/orders", json=[])
    https().ask("GET", "/orders", {"page": 1})
    request = sent.calls[0].request
    assert "cs_secret" not in str(request.url)
    assert str(request.headers["Authorization"]).startswith("Basic ")

"""Being let in by the shop: the page that the owner is sent to, what comes back, and the toy shop's refusals."""

import json
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from werkzeug.test import Client

from adapters.woocommerce.approval import address, granted
from adapters.woocommerce.sandbox import ToyShop
from adapters.woocommerce.sandbox.rest import create_app

KEY = {
    "key_id": 1,
    "user_id": "s",
    "consumer_key": "ck_1",
    "consumer_secret": "cs_1",
    "key_permissions": "read_write",
}


def test_the_address_asks_for_what_the_shop_wants_to_know() -> None:
    found = urlsplit(
        address("https://shop.example/laden", "state", "https://b.example/back", "https://b.example/key")
    )
    assert found.path == "/laden/wc-auth/v1/authorize"
    assert parse_qs(found.query) == {
        "app_name": ["rabattkonto"], "scope": ["read_write"], "user_id": ["state"],
        "return_url": ["https://b.example/back"], "callback_url": ["https://b.example/key"],
    }  # fmt: skip


def test_a_shop_is_not_asked_to_send_a_key_in_the_open() -> None:
    assert address("https://shop.example", "s", "http://b.example/back", "http://b.example/key") == ""
    assert address("https://shop.example", "s", "http://127.0.0.1/back", "http://127.0.0.1/key") == ""
    assert address("http://127.0.0.1:8080", "s", "http://127.0.0.1/back", "http://127.0.0.1/key")


def test_a_key_is_read_and_its_secret_kept_out_of_sight() -> None:
    found = granted(json.dumps(KEY).encode())
    assert found
    assert (found.state, found.key, found.secret, found.may_write) == ("s", "ck_1", "cs_1", True)
    assert "cs_1" not in repr(found)
    reading = granted(json.dumps({**KEY, "key_permissions": "read"}).encode())
    assert reading
    assert not reading.may_write


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b"\xff", b'{"user_id": "s"}', json.dumps({**KEY, "consumer_key": ""}).encode()]
)
def test_anything_else_is_no_key(raw: bytes) -> None:
    assert granted(raw) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"user_id": "0"}, "Missing parameter user_id"),
        ({"app_name": ""}, "Missing parameter app_name"),
        ({"scope": "all"}, "Invalid scope"),
        ({"callback_url": "http://b.example/key"}, "over SSL"),
        ({"return_url": "nowhere"}, "not a valid URL"),
    ],
)
def test_the_toy_shop_refuses_what_the_real_one_does(change: dict[str, str], said: str) -> None:
    asked = {
        "app_name": "rabattkonto", "scope": "read_write", "user_id": "s",
        "return_url": "https://b.example/back", "callback_url": "https://b.example/key", **change,
    }  # fmt: skip
    answer = Client(create_app(ToyShop())).get(f"/wc-auth/v1/authorize?{urlencode(asked)}")
    assert answer.status_code == 401
    assert said in answer.text


@pytest.mark.parametrize(("status", "kept"), [(200, 1), (201, 0), (204, 0), (403, 0), (500, 0)])
def test_only_200_keeps_the_key(status: int, kept: int) -> None:
    shop = ToyShop(send=lambda *_: status)
    asked = {
        "app_name": "rabattkonto", "scope": "read_write", "user_id": "s",
        "return_url": "https://b.example/back?a=b", "callback_url": "https://b.example/key",
        "wc_auth_nonce": shop.new_nonce(),
    }  # fmt: skip
    visitor = Client(create_app(shop))
    answer = visitor.get(f"/wc-auth/v1/access_granted?{urlencode(asked)}")
    assert len(shop.keys) == kept
    assert (answer.status_code == 302) == bool(kept)
    if kept:
        assert answer.headers["Location"] == "https://b.example/back?a=b&success=1&user_id=s"
    assert visitor.get(f"/wc-auth/v1/access_granted?{urlencode(asked)}").status_code == 403

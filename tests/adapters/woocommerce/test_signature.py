import base64
import hashlib
import hmac

import pytest

from adapters.woocommerce.signature import SIGNATURE, is_ping, shop_reading, sign, verify
from bridge.errors import SignatureError
from tests.adapters.recordings import recording

BODY = b'{"id":7}'
SECRET = "geheim-webhook-2026"
PING = recording("woocommerce", "ping")


def signed_with(secret: str) -> dict[str, str]:
    return {SIGNATURE: sign(BODY, secret)}


@pytest.mark.parametrize(
    ("headers", "secrets", "sentence"),
    [
        ({}, [SECRET], "no X-WC-Webhook-Signature"),
        ({SIGNATURE: "  "}, [SECRET], "no X-WC-Webhook-Signature"),
        ({SIGNATURE: "dG9vIHNob3J0"}, [SECRET], "12 characters instead of 44"),
        ({SIGNATURE: "ü" * 44}, [SECRET], "no signature has"),
        (signed_with(SECRET), [], "no webhook secret"),
        (signed_with("another"), [SECRET], "fits none"),
        ({SIGNATURE: sign(BODY, SECRET).lower()}, [SECRET], "fits none"),
    ],
)
def test_each_kind_of_bad_signature_has_its_own_sentence(
    headers: dict[str, str], secrets: list[str], sentence: str
) -> None:
    with pytest.raises(SignatureError, match=sentence):
        verify(BODY, headers, secrets)


@pytest.mark.parametrize(
    ("typed", "used"),
    [
        ("plain-1", "plain-1"),
        ("a&amp;b", "a&b"),
        ("&lt;&gt;&quot;&#039;", "<>\"'"),
        ("&#39;&#0034;&#x27;&#X22;", "'\"'\""),
        ("&#038;&#x26;", "&&"),
        ("&amp;lt;", "&lt;"),
        ("&copy;&nbsp;&#65;", "&copy;&nbsp;&#65;"),
    ],
)
def test_a_secret_is_read_as_the_shop_reads_it(typed: str, used: str) -> None:
    digest = hmac.new(used.encode(), BODY, hashlib.sha256).digest()
    assert shop_reading(typed) == used
    verify(BODY, {SIGNATURE: base64.b64encode(digest).decode()}, [typed])


def test_the_ping_is_known_without_a_signature() -> None:
    assert is_ping(PING.raw, PING.headers)


@pytest.mark.parametrize(
    ("raw", "headers"),
    [
        (b"webhook_id=25&x=1", PING.headers),
        (b"webhook_id=", PING.headers),
        (b"webhook_id=25\n", PING.headers),
        (b'{"webhook_id":25}', PING.headers),
        (PING.raw, {"Content-Type": "application/json"}),
        (PING.raw, {}),
        (PING.raw, {**PING.headers, SIGNATURE: sign(PING.raw, SECRET)}),
    ],
)
def test_nothing_else_passes_for_a_ping(raw: bytes, headers: dict[str, str]) -> None:
    assert not is_ping(raw, headers)


def test_the_ping_may_name_its_encoding() -> None:
    assert is_ping(PING.raw, {"content-type": "Application/x-www-form-urlencoded; charset=UTF-8"})

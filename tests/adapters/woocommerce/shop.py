"""A client for a shop whose answers a test writes down."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import responses

from adapters.woocommerce.api import WooShop
from bridge.ports import Access
from tests.adapters.woocommerce.bodies import TERMS

REST = "https://shop.example/wp-json/wc/v3"
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def client(*private: str) -> WooShop:
    return WooShop(Access("https://shop.example/", "ck_1", "cs_1", frozenset(private)), TERMS, clock=lambda: NOW)


def asked(position: int) -> dict[str, str]:
    """The query of one request."""
    return dict(parse_qsl(urlsplit(str(responses.calls[position].request.url)).query))


def sent(position: int) -> Any:
    """The body of one request."""
    return json.loads(responses.calls[position].request.body or "null")

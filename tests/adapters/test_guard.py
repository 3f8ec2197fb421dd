import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from adapters.guard import GuardedConnection, check_address, ensure_public
from adapters.http import Http
from bridge.errors import ShopRefused
from tests.adapters.test_http import NOW

NOBODY: frozenset[str] = frozenset()


@pytest.mark.parametrize("url", ["https://shop.example", "https://shop.example:443/laden", "https://93.184.215.14"])
def test_a_public_address_over_https_may_be_called(url: str) -> None:
    check_address(url, NOBODY)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example",
        "https://shop.example:8443",
        "https://user@shop.example",
        "https://user:password@shop.example",
        "https://127.0.0.1",
        "https://10.0.0.5",
        "https://169.254.169.254",
        "https://100.64.0.1",
        "https://[::1]",
        "https://[::ffff:10.0.0.5]",
        "https://[fe80::1]",
        "https://224.0.0.1",
        "ftp://shop.example",
        "shop.example",
        "https://",
        "https://shop.example:99999",
        "https://[broken",
        "",
    ],
)
def test_nothing_else_may_be_called(url: str) -> None:
    with pytest.raises(ShopRefused):
        check_address(url, NOBODY)


@pytest.mark.parametrize("entry", ["127.0.0.1", "127.0.0.1:8081"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_operator_can_allow_a_host_or_one_port_of_it(entry: str, scheme: str) -> None:
    check_address(f"{scheme}://127.0.0.1:8081/laden", frozenset({entry}))


@pytest.mark.parametrize("entry", ["127.0.0.1:8082", "27.0.0.1", "127.0.0", "shop.example"])
def test_an_allowed_host_allows_no_other(entry: str) -> None:
    with pytest.raises(ShopRefused, match="ALLOW_PRIVATE_SHOPS"):
        check_address("http://127.0.0.1:8081", frozenset({entry}))


def test_an_allowed_host_is_known_in_any_case() -> None:
    check_address("http://Laden.local", frozenset({"laden.LOCAL"}))


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.1.2.3", "fe80::1%eth0", "::ffff:192.168.0.1"])
def test_a_name_may_not_resolve_to_an_inner_address(address: str) -> None:
    with pytest.raises(ShopRefused, match="ALLOW_PRIVATE_SHOPS"):
        ensure_public(address, "shop.example")


# --- the connection itself ----------------------------------------------------------------------


@pytest.fixture
def door() -> Iterator[socket.socket]:
    """Something inner that listens and must never be talked to."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        listening.settimeout(0)
        yield listening


def resolving_to(*answers: str) -> Any:
    """A name that resolves to each of these addresses in turn."""
    left = list(answers)

    def resolve(_host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    return resolve


def test_a_name_that_resolves_inside_is_not_even_connected_to(
    door: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to("127.0.0.1"))
    with pytest.raises(ShopRefused, match="not public"):
        GuardedConnection("shop.example", door.getsockname()[1])._new_conn()
    with pytest.raises(BlockingIOError):
        door.accept()


def test_a_name_that_resolves_inside_at_the_second_look_gets_no_byte(
    door: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to("93.184.215.14", "127.0.0.1"))
    with pytest.raises(ShopRefused, match="not public"):
        GuardedConnection("shop.example", door.getsockname()[1])._new_conn()
    caller, _ = door.accept()
    with closing(caller):
        assert caller.recv(1) == b""


def test_a_shop_whose_name_resolves_inside_is_refused_by_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to("10.0.0.5"))
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    monkeypatch.delenv("https_proxy", raising=False)
    with pytest.raises(ShopRefused, match="ALLOW_PRIVATE_SHOPS"):
        Http("https://shop.example", None, NOBODY, lambda: NOW).ask("GET", "/orders")

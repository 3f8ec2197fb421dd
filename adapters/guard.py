"""Which addresses we may call: public ones over https, and whatever hosts the operator has allowed.

The address of a shop is typed by a merchant. Without this rule it could point at the
operator's own network; checking names alone would be undone by a name that resolves anew.
"""

import socket
from collections.abc import Set as AbstractSet
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool

from bridge.errors import ShopRefused


def check_address(url: str, private: AbstractSet[str]) -> None:
    """Raise ``ShopRefused`` unless ``url`` is https without user name on the usual port, or its host is allowed."""
    parts = _split(url)
    if parts.username is not None or parts.password is not None:
        raise ShopRefused(f"The shop's address must not hold a user name: write https://{parts.hostname}.")
    if is_private(url, private):
        return
    if parts.scheme != "https":
        raise ShopRefused(
            f"{parts.hostname} is not called without https, as the key would travel in the open. "
            + _allow(parts.hostname)
        )
    if parts.port not in (None, 443):
        raise ShopRefused(f"{parts.hostname} is not called on port {parts.port}. " + _allow(parts.netloc))
    _check_literal(parts.hostname or "")


def is_private(url: str, private: AbstractSet[str]) -> bool:
    """Whether the operator allowed this host (``host`` or ``host:port``) whatever its address."""
    parts = _split(url)
    host = parts.hostname or ""
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    wide = {entry.lower() for entry in private}
    return host in wide or f"{host}:{port}" in wide


def ensure_public(address: str, host: str) -> None:
    """Raise ``ShopRefused`` when ``address``, which ``host`` resolved to, is not globally routable."""
    found = ip_address(address.partition("%")[0])
    plain: IPv4Address | IPv6Address = getattr(found, "ipv4_mapped", None) or found
    if not plain.is_global or plain.is_multicast:
        raise ShopRefused(f"{host} resolves to an address that is not public. Nothing was sent. " + _allow(host))


class PublicOnly(HTTPAdapter):
    """A transport that connects to public addresses only, judged by the connection it really made.

    Requests through a proxy from the environment are the operator's own choice and pass by.
    """

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"https": _GuardedPool}


class GuardedConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        # Looking before connecting keeps us from knocking at inner doors at all; looking again
        # afterwards closes the gap in which the name could resolve to something else.
        for *_, address in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
            ensure_public(str(address[0]), self.host)
        connection = super()._new_conn()
        try:
            ensure_public(connection.getpeername()[0], self.host)
        except ShopRefused:
            connection.close()
            raise
        return connection


class _GuardedPool(HTTPSConnectionPool):
    ConnectionCls = GuardedConnection


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ShopRefused("The shop's address cannot be used. Write it like https://shop.example.")
    return parts


def _check_literal(host: str) -> None:
    try:
        ip_address(host)
    except ValueError:
        return
    ensure_public(host, host)


def _allow(host: str | None) -> str:
    return f"If it is your own shop, add “{host}” to ALLOW_PRIVATE_SHOPS."

"""One shop over HTTP: limits on time and size, no redirects, exact JSON, and failures that say what to do.

Everything that can go wrong is one of three things to the bridge: the shop is away (ask again
later), it refused (asking again changes nothing), or it no longer accepts our key.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from html import unescape
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from adapters.documents import Unclear, document, text
from adapters.guard import PublicOnly, check_address, is_private
from bridge.errors import AccessLost, ShopAway, ShopError, ShopRefused

Query = Mapping[str, str | int]

LONGEST_WAIT = 86_400.0
"""Seconds. A longer ``Retry-After`` is not believed: we look again once a day in any case."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What we put up with from a shop: seconds to connect, between two bytes, in all; bytes of an answer."""

    connect: float = 5.0
    silence: float = 30.0
    total: float = 90.0
    size: int = 32 * 1024 * 1024


class Http:
    """Requests to one base address. Raises ``ShopAway``, ``AccessLost`` or ``ShopRefused``, nothing else.

    ``transport`` takes the place of the network, for a shop that lives in this process. ``judge`` says what an
    answer means in place of ``failure``; ``listen`` is told the headers of every good answer.
    """

    def __init__(
        self,
        base: str,
        auth: AuthBase | None,
        private: frozenset[str],
        clock: Callable[[], datetime],
        limits: Limits | None = None,
        transport: BaseAdapter | None = None,
        judge: "Judge | None" = None,
        listen: Callable[[Mapping[str, str]], None] = lambda _: None,
    ) -> None:
        self._base = base.rstrip("/")
        self._auth = auth
        self._private = private
        self._clock = clock
        self._limits = limits or Limits()
        self._transport = transport
        self._judge = judge or failure
        self._listen = listen

    def ask(self, method: str, path: str, query: Query | None = None, body: object = None) -> Any:
        """Send one request and return the JSON document of the answer, money as text or ``Decimal``."""
        session = self._session
        what = f"{method} {path} at {urlsplit(self._base).hostname}"
        try:
            with self._send(session, method, path, query, body) as answer:
                raw = self._read(answer, what)
        except (requests.RequestException, HTTPError) as error:
            raise _unreached(error, what) from None
        problem = self._judge(answer.status_code, answer.headers, raw, what, self._clock())
        if problem:
            raise problem
        self._listen(answer.headers)
        return _parsed(raw, what)

    @cached_property
    def _session(self) -> requests.Session:
        """Made at the first request: an address that must not be called is an answer to a call."""
        check_address(self._base, self._private)
        session = requests.Session()
        session.auth = self._auth or _anonymous
        session.headers.update({"User-Agent": "rabattkonto", "Accept": "application/json"})
        if not is_private(self._base, self._private):
            session.mount("https://", PublicOnly())
        if self._transport is not None:
            session.mount(self._base, self._transport)
        return session

    def _send(
        self, session: requests.Session, method: str, path: str, query: Query | None, body: object
    ) -> requests.Response:
        return session.request(
            method,
            self._base + path,
            params=query,
            json=body,
            timeout=(self._limits.connect, self._limits.silence),
            allow_redirects=False,
            stream=True,
            proxies=_no_proxy_for_loopback(self._base),
        )

    def _read(self, answer: requests.Response, what: str) -> bytes:
        """The body, however slowly it drips: a time-out between bytes alone would let it drip for ever."""
        deadline = time.monotonic() + self._limits.total
        parts = bytearray()
        while part := answer.raw.read1(65_536, decode_content=True):
            parts += part
            if len(parts) > self._limits.size:
                raise ShopAway(f"The answer to {what} is larger than {self._limits.size} bytes; it was dropped.")
            if time.monotonic() > deadline:
                raise ShopAway(f"The answer to {what} took longer than {self._limits.total:.0f} seconds.")
        return bytes(parts)


Judge: TypeAlias = Callable[[int, Mapping[str, str], bytes, str, datetime], ShopError | None]


def failure(status: int, headers: Mapping[str, str], raw: bytes, what: str, now: datetime) -> ShopError | None:
    """The table of answers: what a status means to us; None when the shop did what was asked."""
    if 200 <= status < 300:
        return None
    code, words = _complaint(raw)
    said = f"{what} was answered with {status}" + (f" ({words})" if words else "")
    match status:
        case _ if 300 <= status < 400:
            return ShopRefused(_redirected(headers, what), "redirect")
        case 401 | 403:
            return AccessLost(
                f"{said}: the shop does not accept our key. Make a new one that may read and write.", code
            )
        case 408 | 425 | 429:
            return ShopAway(f"{said}: the shop is busy. We ask again later.", retry_after(headers, now))
        case _ if status >= 500:
            return ShopAway(f"{said}: the shop has a fault. We ask again later.", retry_after(headers, now))
        case _:
            return ShopRefused(f"{said}.", code)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait by the ``Retry-After`` header (seconds or a date), None when it says nothing usable."""
    stated = headers.get("Retry-After", "").strip()
    if stated.isascii() and stated.isdigit():
        return min(float(stated), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(stated)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((aware - now).total_seconds(), 0.0), LONGEST_WAIT)


def _parsed(raw: bytes, what: str) -> Any:
    try:
        return document(raw)
    except Unclear as problem:
        raise ShopAway(
            f"{what} was answered with something else than data: {problem}. Often this is a page of a firewall "
            "or of a shop under maintenance. We ask again later."
        ) from None


def _complaint(raw: bytes) -> tuple[str, str]:
    """Code and message of an error body, as far as it is one; cut short, since they end in our log."""
    try:
        body = document(raw)
    except Unclear:
        return "", ""
    if not isinstance(body, dict):
        return "", ""
    return text(str(body.get("code", "")))[:100], text(unescape(str(body.get("message", ""))))[:200]


def _redirected(headers: Mapping[str, str], what: str) -> str:
    try:
        target = urlsplit(headers.get("Location", "")).hostname or "another path of the same host"
    except ValueError:
        target = "an address that cannot be read"
    return (
        f"{what} is redirected to {target}. We do not follow, as the key must not travel on. "
        "Enter the shop's final address."
    )


def _unreached(error: Exception, what: str) -> ShopAway:
    """What a failed connection means. Always worth another try; the sentence helps when it stays so."""
    match error:
        case requests.exceptions.SSLError():
            hint = (
                "its certificate cannot be verified; for a certificate authority of your own set REQUESTS_CA_BUNDLE"
            )
        case requests.exceptions.ProxyError():
            hint = "the proxy named in HTTPS_PROXY does not pass it on"
        case requests.exceptions.ConnectTimeout():
            hint = "it does not accept a connection in time"
        case requests.exceptions.Timeout():
            hint = "no answer came in time"
        case requests.exceptions.ConnectionError():
            hint = "the connection failed"
        case _:
            hint = "the answer broke off"
    return ShopAway(f"{what} failed: {hint}. We ask again later.")


def _no_proxy_for_loopback(base: str) -> dict[str, str]:
    """A proxy from the environment cannot reach a shop on this very machine."""
    host = urlsplit(base).hostname or ""
    return {"no_proxy": host} if host == "localhost" or host.startswith("127.") or host == "::1" else {}


def _anonymous(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """No credentials, and none from a .netrc either, which requests would otherwise look up."""
    return request

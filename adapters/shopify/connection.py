"""Shopify's GraphQL interface as requests: who we are, how fast we may ask, and what an answer means.

This is the one place that knows the order in which an answer is to be looked at: the HTTP status, then
``errors`` (also beside data), then ``userErrors`` of the one field that was asked for, then null. What the app may
ask is measured in points: they are given back by the second, and every answer says how many are left.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from requests.adapters import BaseAdapter

from adapters.documents import Unclear, document, text
from adapters.http import Http, Limits, failure
from adapters.shopify.keys import Keys
from adapters.shopify.operations import document_of
from bridge.errors import AccessLost, ShopAway, ShopError, ShopRefused
from bridge.ports import Access, lookup

T = TypeVar("T")
P = ParamSpec("P")

VERSION = "2026-10"
"""The version of the interface that we speak. Shopify serves a retired one by the oldest that is left."""

PAGE = 100
"""Things per request; Shopify takes 250 ids at most."""

LONGEST = 60.0
"""Seconds that one call may wait for its points; longer, and it is tried again later instead."""

_PATH = f"/admin/api/{VERSION}/graphql.json"
_FIGURES = ("currentlyAvailable", "restoreRate", "maximumAvailable")
_TOO_COSTLY = "MAX_COST_EXCEEDED"


class Complaint(ShopRefused):
    """A ``userErrors`` entry: the request was understood, and the answer is no. ``code`` may be empty."""


class TooCostly(ShopRefused):
    """The request costs more points than a single one may."""


@dataclass(slots=True)
class Bucket:
    """What may be asked: ``available`` points at the moment ``at``, ``rate`` more each second, up to ``most``."""

    available: float
    rate: float
    most: float
    at: datetime

    def wait(self, cost: float, now: datetime) -> float:
        """Seconds until so many points are there."""
        there = min(self.most, self.available + self.rate * max((now - self.at).total_seconds(), 0.0))
        missing = min(cost, self.most) - there
        return missing / self.rate if missing > 0 and self.rate > 0 else 0.0


class Connection:
    """Requests to one shop. Raises ``ShopAway``, ``AccessLost`` or ``ShopRefused``, nothing else."""

    def __init__(
        self,
        access: Access,
        clock: Callable[[], datetime],
        limits: Limits | None = None,
        transport: BaseAdapter | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._keys = Keys(access, clock, limits, transport)
        self._http = Http(access.url, self._keys, access.private, clock, limits, transport, judge, self._listen)
        self._clock = clock
        self._sleep = sleep
        self._bucket: Bucket | None = None
        self._costs: dict[str, float] = {}
        self._sizes: dict[str, int] = {}
        self.served = VERSION
        """The version that answered last."""

    def ask(self, operation: str, **variables: object) -> Any:
        """The data of one operation's answer."""
        waited = 0.0
        while True:
            waited += self._pause(self._wait(operation), waited)
            answer = self._send(operation, variables)
            cost = self._learn(operation, answer)
            if not _throttled(answer):
                return _data(answer, operation)
            if self._bucket is not None and self.cost(operation) > self._bucket.most:
                raise TooCostly(f"{operation} costs more points than the shop ever gives.", _TOO_COSTLY)
            # The answer itself says what is missing; without figures a second has to do.
            waited += self._pause(max(self._wait(operation) if cost else 0.0, 1.0), waited)

    def change(self, operation: str, **variables: object) -> Any:
        """The payload of a mutation with one field; raises ``Complaint`` for its first user error."""
        (payload,) = self.ask(operation, **variables).values()
        if not isinstance(payload, dict):
            raise ShopAway(f"{operation} was answered with nothing. We ask again later.")
        errors = payload.get("userErrors") or []
        if errors:
            first = errors[0]
            said = text(str(first.get("message", "")))[:200]
            raise Complaint(f"Shopify refused {operation}: {said}", str(first.get("code") or ""))
        return payload

    def cost(self, operation: str) -> float:
        """The points that the last answer to an operation was reckoned at beforehand; 0 before the first."""
        return self._costs.get(operation, 0.0)

    def pages(self, operation: str, field: str, **variables: object) -> Iterator[list[Any]]:
        """All pages of the connection ``field``, each as it comes."""
        after: str | None = None
        while True:
            found = self.ask(operation, **variables, after=after)[field]
            yield found["nodes"]
            if not found["pageInfo"]["hasNextPage"]:
                return
            after = found["pageInfo"]["endCursor"]

    def nodes(self, operation: str, ids: list[str]) -> list[Any]:
        """The things with these GIDs; what the shop does not have is left out.

        A hundred per request, or as many as a request may cost: that is learnt by being refused.
        """
        found: list[Any] = []
        start = 0
        while start < len(ids):
            size = self._sizes.get(operation, PAGE)
            try:
                found += [node for node in self.ask(operation, ids=ids[start : start + size])["nodes"] if node]
                start += size
            except TooCostly:
                if size == 1:
                    raise
                self._sizes[operation] = min(size, len(ids) - start) // 2 or 1
        return found

    # --- one request --------------------------------------------------------------------------

    def _send(self, operation: str, variables: Mapping[str, object]) -> Any:
        body = {"query": document_of(operation), "operationName": operation, "variables": variables}
        try:
            return self._http.ask("POST", _PATH, body=body)
        except AccessLost:
            # A token can be withdrawn before its time: one other may do.
            if not self._keys.renew():
                raise
            return self._http.ask("POST", _PATH, body=body)

    def _listen(self, headers: Mapping[str, str]) -> None:
        self.served = lookup(headers, "X-Shopify-API-Version") or self.served

    # --- points -------------------------------------------------------------------------------

    def _wait(self, operation: str) -> float:
        return self._bucket.wait(self.cost(operation), self._clock()) if self._bucket else 0.0

    def _pause(self, seconds: float, waited: float) -> float:
        if waited + seconds > LONGEST:
            raise ShopAway("The shop lets us ask no more for now. We ask again later.", after=seconds)
        if seconds > 0:
            self._sleep(seconds)
        return seconds

    def _learn(self, operation: str, answer: Any) -> bool:
        """Keep what the answer says of points; whether it said anything."""
        try:
            cost = answer["extensions"]["cost"]
            state = cost["throttleStatus"]
            left, rate, most = (float(state[name]) for name in _FIGURES)
            self._costs[operation] = float(cost["requestedQueryCost"])
        except (KeyError, TypeError, ValueError):
            return False
        self._bucket = Bucket(left, rate, most, self._clock())
        return True


def judge(status: int, headers: Mapping[str, str], raw: bytes, what: str, now: datetime) -> ShopError | None:
    """What an HTTP status means; Shopify's own ones first, then those of every shop."""
    match status:
        case 402:
            return ShopRefused(f"{what} was answered with 402: the shop is frozen until its owner pays Shopify.")
        case 423:
            return ShopRefused(f"{what} was answered with 423: Shopify has locked the shop. Ask its support.")
        case 404:
            return ShopRefused(
                f"{what} was answered with 404: there is no shop at this address. Use the one that ends in"
                " .myshopify.com."
            )
        case 401:
            return AccessLost(f"{what} was answered with 401: Shopify no longer accepts our access.{_said(raw)}")
        case 403:
            return AccessLost(f"{what} was answered with 403: the app may not do this.{_said(raw)}")
        case _:
            return failure(status, headers, raw, what, now)


def understood(reader: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
    """What ``reader`` makes of an answer; one in a shape that we do not know is no answer."""
    try:
        return reader(*args, **more)
    except (Unclear, KeyError, TypeError, AttributeError) as problem:
        reason = str(problem) if isinstance(problem, Unclear) else "a part of it is missing"
        raise ShopAway(f"An answer of the shop cannot be understood: {reason}. We ask again later.") from None


def host_of(url: str) -> str:
    """The host of a shop's address."""
    return urlsplit(url).hostname or ""


def _errors(answer: Any) -> list[Any]:
    found = answer.get("errors") if isinstance(answer, dict) else None
    return found if isinstance(found, list) else [found] if found else []


def _code(error: Any) -> str:
    extensions = error.get("extensions") if isinstance(error, dict) else None
    return str(extensions.get("code", "")) if isinstance(extensions, dict) else ""


def _throttled(answer: Any) -> bool:
    return any(_code(error) == "THROTTLED" for error in _errors(answer))


def _data(answer: Any, operation: str) -> Any:
    """The data, once nothing speaks against it: errors can stand beside data that is only a part."""
    errors = _errors(answer)
    if errors:
        raise _problem(errors[0], operation)
    data = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(data, dict):
        raise ShopAway(f"{operation} was answered without data. We ask again later.")
    return data


def _problem(error: Any, operation: str) -> ShopError:
    code = _code(error)
    message = error.get("message", "") if isinstance(error, dict) else str(error)
    said = f"{operation} was answered with {code or 'an error'} ({text(str(message))[:200]})"
    match code:
        case "ACCESS_DENIED":
            return AccessLost(f"{said}: the app lacks a scope. Add it in the Dev Dashboard, then install it again.")
        case "INTERNAL_SERVER_ERROR" | "TIMEOUT" | "THROTTLED":
            return ShopAway(f"{said}: the shop has a fault. We ask again later.")
        case _ if code == _TOO_COSTLY:
            return TooCostly(f"{said}.", code)
        case _:
            return ShopRefused(f"{said}.", code)


def _said(raw: bytes) -> str:
    """What Shopify says beside a status, cut short since it ends in our log."""
    try:
        body = document(raw)
    except Unclear:
        return ""
    said = body.get("errors") or body.get("error_description") if isinstance(body, dict) else None
    return f" ({text(str(said))[:200]})" if said else ""

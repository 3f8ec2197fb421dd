"""WooCommerce's REST interface (v3) as requests: who we are, pages of a hundred, batches of a hundred."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from requests.adapters import BaseAdapter
from requests.auth import AuthBase, HTTPBasicAuth
from requests_oauthlib import OAuth1

from adapters.documents import Unclear
from adapters.http import Http, Limits
from bridge.errors import ShopAway
from bridge.ports import Access

T = TypeVar("T")
P = ParamSpec("P")

PAGE = 100
"""The most that WooCommerce gives or takes at once; 101 is refused."""

_REST = "/wp-json/wc/v3"


class Connection:
    """Signed requests to one shop. Raises what ``Http.ask`` raises."""

    def __init__(
        self,
        access: Access,
        clock: Callable[[], datetime],
        limits: Limits | None = None,
        transport: BaseAdapter | None = None,
    ) -> None:
        self._signed = Http(access.url, _auth(access), access.private, clock, limits, transport)
        self._anonymous = Http(access.url, None, access.private, clock, limits, transport)

    def ask(self, method: str, path: str, body: object = None, **query: str | int) -> Any:
        """One request below ``/wp-json/wc/v3``."""
        return self._signed.ask(method, _REST + path, query or None, body)

    def items(self, path: str, **query: str | int) -> list[Any]:
        """One page, of a hundred unless ``per_page`` says otherwise; anything but a list is no answer."""
        found = self.ask("GET", path, **{"per_page": PAGE, **query})
        if not isinstance(found, list):
            raise ShopAway(f"GET {path} was answered with something else than a list. We ask again later.")
        return found

    def every(self, path: str, **query: str | int) -> Iterator[Any]:
        """All items of a list that hardly moves (webhooks, tax rates)."""
        for page in self.pages(path, **query):
            yield from page

    def pages(self, path: str, **query: str | int) -> Iterator[list[Any]]:
        """All pages of a list, by their numbers."""
        number, found = 1, [None] * PAGE
        while len(found) == PAGE:
            found = self.items(path, page=number, **query)
            yield found
            number += 1

    def chosen(self, path: str, ids: Sequence[str], **query: str | int) -> list[Any]:
        """The things with these ids, a hundred per request; the shop leaves out what it does not have.

        Only numbers are ids here, and an empty ``include`` would ask for everything.
        """
        found: list[Any] = []
        for some in hundreds([one for one in dict.fromkeys(ids) if one.isascii() and one.isdigit()]):
            found += self.items(path, include=",".join(some), **query)
        return found

    def batch(self, path: str, **work: list[dict[str, Any]]) -> dict[str, list[Any]]:
        """One batch request; ``create`` and ``update`` are answered item by item, in the order sent."""
        answer = self.ask("POST", f"{path}/batch", body=work)
        results = answer if isinstance(answer, dict) else {}
        for kind, sent in work.items():
            done = results.get(kind, [])
            if not isinstance(done, list) or len(done) != len(sent):
                raise ShopAway(f"POST {path}/batch was not answered item by item. We look again later.")
        return {kind: results.get(kind, []) for kind in work}

    def about(self) -> Any:
        """What the site says of itself, asked without our key: outside of WooCommerce's paths WordPress takes
        the key for a user name and refuses."""
        return self._anonymous.ask("GET", "/wp-json/", {"_fields": "name,timezone_string,gmt_offset,namespaces"})

    def offers_shop(self) -> bool:
        """Whether the site has WooCommerce's interface, by what it says of itself to everybody."""
        found = self.about()
        spaces = found.get("namespaces") if isinstance(found, dict) else None
        return isinstance(spaces, list) and "wc/v3" in spaces


def understood(reader: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
    """What ``reader`` makes of an answer; one in a shape that we do not know is no answer."""
    try:
        return reader(*args, **more)
    except Unclear as problem:
        raise ShopAway(f"An answer of the shop cannot be understood: {problem}. We ask again later.") from None


def hundreds(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """``items`` in the portions that one request takes."""
    for start in range(0, len(items), PAGE):
        yield items[start : start + PAGE]


def _auth(access: Access) -> AuthBase:
    """Basic over https. Over http the shop ignores keys sent openly, and takes a signature (OAuth 1.0a) instead."""
    if urlsplit(access.url).scheme == "https":
        return HTTPBasicAuth(access.key, access.secret)
    return OAuth1(access.key, access.secret, signature_method="HMAC-SHA256")

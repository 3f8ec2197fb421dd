"""How we show Shopify who we are: a token that is kept for a day and renewed ahead of time, or a permanent one.

Since 2026 a shop's own app is made in the Dev Dashboard, and trades its client id and secret for a token that lasts
24 hours; there is no refresh token, one asks again. Older custom apps have a permanent token (``shpat_…``), which
takes the client id's place in ``Access.key``. Source: “Client credentials grant”.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import requests
from requests.adapters import BaseAdapter
from requests.auth import AuthBase

from adapters.http import Http, Limits, failure
from bridge.errors import AccessLost, ShopAway, ShopError
from bridge.ports import Access, Token, Tokens

HEADER = "X-Shopify-Access-Token"

AHEAD = timedelta(hours=1)
"""A token that ends within this time is renewed: whatever is under way must not outlive it."""

_PATH = "/admin/oauth/access_token"
_PERMANENT = "shp"
"""What every token of Shopify's begins with; a client id is hexadecimal."""


class Keys(AuthBase):
    """Puts the token on requests. Raises what asking for a token raises."""

    def __init__(
        self,
        access: Access,
        clock: Callable[[], datetime],
        limits: Limits | None = None,
        transport: BaseAdapter | None = None,
    ) -> None:
        self._access = access
        self._clock = clock
        self._tokens: Tokens = access.tokens or InMemory()
        self._used: Token | None = None
        self._http = Http(access.url, None, access.private, clock, limits, transport, judge)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign one request, with a token that is still good for a while."""
        request.headers[HEADER] = self._value()
        return request

    def renew(self) -> bool:
        """Get another token in place of one that was refused; whether there can be another."""
        if self._is_permanent:
            return False
        self._tokens.renew(self._used, self._ask)
        return True

    @property
    def _is_permanent(self) -> bool:
        return self._access.key.startswith(_PERMANENT)

    def _value(self) -> str:
        if self._is_permanent:
            return self._access.key
        known = self._tokens.current()
        fresh = known is not None and known.expires_at - AHEAD > self._clock()
        self._used = known if fresh and known else self._tokens.renew(known, self._ask)
        return self._used.value

    def _ask(self) -> Token:
        now = self._clock()
        grant = {
            "grant_type": "client_credentials",
            "client_id": self._access.key,
            "client_secret": self._access.secret,
        }
        answer = self._http.ask("POST", _PATH, body=grant)
        try:
            return Token(str(answer["access_token"]), now + timedelta(seconds=int(answer["expires_in"])))
        except (KeyError, TypeError, ValueError):
            raise ShopAway("Shopify gave no token in a form that we know. We ask again later.") from None


class InMemory:
    """Keeps a token where nobody else needs it: for a shop that is not stored yet, and in tests."""

    def __init__(self) -> None:
        self._token: Token | None = None

    def current(self) -> Token | None:
        """The token as it is kept."""
        return self._token

    def renew(self, known: Token | None, ask: Callable[[], Token]) -> Token:
        """Another token than ``known``."""
        if self._token is None or self._token == known:
            self._token = ask()
        return self._token


def judge(status: int, headers: Mapping[str, str], raw: bytes, what: str, now: datetime) -> ShopError | None:
    """What the answer to a question for a token means; its body may be plain text."""
    if status in (400, 401, 403):
        return AccessLost(_refusal(raw))
    return failure(status, headers, raw, what, now)


def _refusal(raw: bytes) -> str:
    if b"shop_not_permitted" in raw:
        return (
            "Shopify gives this app no access to this shop (shop_not_permitted): app and shop belong to different"
            " organisations. Make the app in the Dev Dashboard of the organisation that owns the shop, and install"
            " it there; or use the permanent token of an older custom app with --token."
        )
    if b"app_not_installed" in raw:
        return "The app is not installed in this shop (app_not_installed). Install it from the Dev Dashboard."
    return (
        "Shopify does not accept the client id and secret for this shop. Copy both again from the app's settings in"
        " the Dev Dashboard, and look whether the app is installed in the shop."
    )

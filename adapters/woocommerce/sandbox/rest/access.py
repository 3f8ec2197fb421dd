"""Who may use the interface: basic auth over https, OAuth 1.0a over plain http, as the shop has it."""

import hmac
import time
from typing import Any

from flask import request
from oauthlib.common import Request
from oauthlib.oauth1.rfc5849.signature import collect_parameters, verify_hmac_sha1, verify_hmac_sha256

from adapters.woocommerce.sandbox.refusals import Refusal
from adapters.woocommerce.sandbox.state import State

CLOCK_ERROR = 15 * 60
CHECKS = {"HMAC-SHA1": verify_hmac_sha1, "HMAC-SHA256": verify_hmac_sha256}
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def admit(state: State) -> None:
    """Let the request pass, or raise the refusal that the shop would send.

    A key over plain http, like an unknown key, is treated as if none had been sent.
    """
    known = {state.settings.key: state.settings.secret, **state.keys}
    key, secret = _basic() if request.is_secure else ("", "")
    signed_by = "" if request.is_secure else _oauth().get("oauth_consumer_key", "")
    if key in known:
        _need(hmac.compare_digest(secret, known[key]), "Consumer secret is invalid.")
    elif signed_by in known:
        _check_oauth(state, _oauth(), known[signed_by])
    else:
        raise Refusal("woocommerce_rest_cannot_view", "Sorry, you cannot list resources.", 401)
    may = request.method in READING or not state.settings.read_only
    _need(may, "The API key provided does not have write permissions.")


def _need(holds: bool, sentence: str) -> None:
    if not holds:
        raise Refusal("woocommerce_rest_authentication_error", sentence, 401)


def _basic() -> tuple[str, str]:
    sent = request.authorization
    if sent and sent.type == "basic":
        return sent.username or "", sent.password or ""
    return request.args.get("consumer_key", ""), request.args.get("consumer_secret", "")


def _oauth() -> dict[str, str]:
    return dict(_parameters(with_signature=True))


def _parameters(*, with_signature: bool) -> list[tuple[str, str]]:
    """The parameters of a signed request, from the query and the header together."""
    sent = request.headers.get("Authorization", "")
    header = {"Authorization": sent} if sent.lower().startswith("oauth ") else {}
    query = request.query_string.decode()
    return collect_parameters(query, headers=header, exclude_oauth_signature=not with_signature)


def _check_oauth(state: State, sent: dict[str, str], secret: str) -> None:
    check = CHECKS.get(sent.get("oauth_signature_method", ""))
    _need(check is not None, "Invalid signature - signature method is invalid.")
    moment = int(sent.get("oauth_timestamp") or 0)
    _need(abs(time.time() - moment) <= CLOCK_ERROR, "Invalid timestamp.")
    _need(check is not None and check(_signed(), secret), "Invalid signature.")
    _need(state.first_use(sent.get("oauth_nonce", "")), "Invalid nonce - nonce has already been used.")


def _signed() -> Any:
    """The request as the library wants to see it for checking its signature."""
    signed: Any = Request(request.base_url)
    signed.http_method = request.method
    signed.params = _parameters(with_signature=False)
    signed.signature = _oauth().get("oauth_signature", "")
    return signed

"""The toy shop's page on which its owner lets an application in, with WooCommerce's own rules and refusals.

One rule is milder: an address on this very machine may be plain http, since there is no certificate for it.
"""

import json
import secrets
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Redirect

from adapters.woocommerce.sandbox.shop import ToyShop

NEEDED = ("app_name", "user_id", "return_url", "callback_url", "scope")
SCOPES = {"read": "read", "write": "write", "read_write": "read_write"}
LOOPBACK = ("http://127.0.0.1", "http://localhost")


def approval(shop: ToyShop) -> Blueprint:
    """The pages below ``/wc-auth/v1``. The toy's visitor is its owner, so nobody has to log in."""
    pages = Blueprint("approval", __name__, url_prefix="/wc-auth/v1")

    @pages.get("/authorize")
    def authorize() -> str | Response:
        problem = _problem(request.args)
        if problem:
            return _error(problem, 401)
        return render_template("approve.html", shop=shop.settings, asked=request.args, nonce=shop.new_nonce())

    @pages.get("/access_granted")
    def access_granted() -> Redirect | Response:
        problem = _problem(request.args)
        if problem or not shop.take_nonce(request.args.get("wc_auth_nonce", "")):
            return _error(problem or "Invalid nonce verification", 403)
        if not _hand_over(shop, request.args):
            return _error(
                "An error occurred in the request and at the time were unable to send the consumer data", 401
            )
        return _back(request.args, success="1")

    @pages.get("/denied")
    def denied() -> Redirect | Response:
        problem = _problem(request.args)
        return _error(problem, 401) if problem else _back(request.args, success="0")

    return pages


def _problem(asked: MultiDict[str, str]) -> str:
    """Empty counts as missing, as in PHP, where a user id of 0 does too."""
    for name in NEEDED:
        if asked.get(name, "") in ("", "0"):
            return f"Missing parameter {name}"
    if asked["scope"] not in SCOPES:
        return f"Invalid scope {asked['scope']}"
    for name in ("return_url", "callback_url"):
        if not urlsplit(asked[name]).hostname:
            return f"The {name} is not a valid URL"
    if not asked["callback_url"].startswith(("https://", *LOOPBACK)):
        return "The callback_url needs to be over SSL"
    return ""


def _hand_over(shop: ToyShop, asked: MultiDict[str, str]) -> bool:
    """Make a key and post it. Anything but exactly 200 deletes it again."""
    key, secret = f"ck_{secrets.token_hex(20)}", f"cs_{secrets.token_hex(20)}"
    shop.keys[key] = secret
    body = {
        "key_id": len(shop.keys),
        "user_id": asked["user_id"],
        "consumer_key": key,
        "consumer_secret": secret,
        "key_permissions": SCOPES[asked["scope"]],
    }
    try:
        status = shop.send(asked["callback_url"], {"Content-Type": "application/json"}, json.dumps(body).encode())
    except OSError:
        status = 0
    if status != 200:
        del shop.keys[key]
    return status == 200


def _back(asked: MultiDict[str, str], success: str) -> Redirect:
    parts = urlsplit(asked["return_url"])
    query = urlencode([*parse_qsl(parts.query), ("success", success), ("user_id", asked["user_id"])])
    return redirect(parts._replace(query=query).geturl(), 302)


def _error(sentence: str, status: int) -> Response:
    return Response(f"Error: {sentence}.", status, mimetype="text/plain")

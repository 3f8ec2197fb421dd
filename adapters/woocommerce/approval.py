"""The shop's own way to let an application in: ``/wc-auth/v1/authorize``, as its source has it.

The owner agrees on a page of the shop. The shop makes a key and posts it to us; unless we answer with exactly 200,
it deletes the key again. Nothing in that post is signed, so the text that travels with it has to be unguessable.
"""

from urllib.parse import urlencode, urlsplit

import msgspec

from adapters.documents import Unclear, document, typed
from bridge.ports import Granted

NAME = "rabattkonto"
PATH = "/wc-auth/v1/authorize"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class KeyBody(msgspec.Struct):
    """What the shop posts. It sends the user id that it was given, which is our text."""

    user_id: str | int
    consumer_key: str
    consumer_secret: str
    key_permissions: str


def address(shop: str, state: str, back: str, answer: str) -> str:
    """The page on which the owner agrees; empty where the shop would refuse our address.

    WooCommerce takes https only. Where both are on one machine there is no certificate, and the toy shop knows.
    """
    on_this_machine = {urlsplit(answer).hostname, urlsplit(shop).hostname} <= _LOOPBACK
    if urlsplit(answer).scheme != "https" and not on_this_machine:
        return ""
    asked = {"app_name": NAME, "scope": "read_write", "user_id": state, "return_url": back, "callback_url": answer}
    return f"{shop}{PATH}?{urlencode(asked)}"


def granted(raw: bytes) -> Granted | None:
    """The key in what was posted to us, None for anything else."""
    try:
        body = typed(KeyBody, document(raw))
    except Unclear:
        return None
    if not body.consumer_key or not body.consumer_secret:
        return None
    return Granted(str(body.user_id), body.consumer_key, body.consumer_secret, body.key_permissions == "read_write")

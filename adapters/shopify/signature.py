"""Is a delivery genuine? Headers and signatures of Shopify's webhooks and of the requests its app proxy passes on.

Everything here works on raw bytes and plain text, before anybody has looked into a body. Sources: “Verify webhook
deliveries”, “Webhooks delivery structure” and “Authenticate app proxies” in Shopify's documentation.
"""

import base64
import hashlib
import hmac
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from bridge.errors import SignatureError
from bridge.ports import Envelope, Visitor, lookup

SIGNATURE = "X-Shopify-Hmac-Sha256"

_KEPT = (
    "X-Shopify-Topic",
    "X-Shopify-Shop-Domain",
    "X-Shopify-API-Version",
    "X-Shopify-Webhook-Id",
    "X-Shopify-Event-Id",
    "X-Shopify-Triggered-At",
    "X-Shopify-Name",
    "X-Shopify-Test",
)
_LENGTH = 44
"""Characters of a SHA-256 digest in base64."""

PATIENCE = 90.0
"""Seconds that a passed-on request may be old, as Shopify's own library has it."""

_ONCE = ("shop", "timestamp", "signature", "logged_in_customer_id")


def describe(headers: Mapping[str, str]) -> Envelope:
    """What the headers of a delivery say.

    The webhook id is the same when a delivery is tried again; the event id is shared by deliveries of several
    topics about one event, and would drop ``orders/paid`` after ``orders/create``.
    """
    domain = lookup(headers, "X-Shopify-Shop-Domain").strip().lower()
    return Envelope(
        topic=lookup(headers, "X-Shopify-Topic").strip().lower(),
        source=f"https://{domain}" if domain else "",
        kept={name: value for name in _KEPT if (value := lookup(headers, name))},
        mark=lookup(headers, "X-Shopify-Webhook-Id").strip()[:100],
    )


def verify(raw: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> None:
    """Raise ``SignatureError`` unless one of ``secrets`` signed exactly these bytes."""
    given = lookup(headers, SIGNATURE).strip()
    if not given:
        raise SignatureError(f"The delivery carries no {SIGNATURE} header.")
    if not given.isascii() or len(given) != _LENGTH:
        raise SignatureError(f"The signature is not {_LENGTH} plain characters long.")
    _match([sign(raw, secret) for secret in secrets], given)


def sign(raw: bytes, secret: str) -> str:
    """The signature that Shopify puts on ``raw``: base64 of HMAC-SHA256."""
    return base64.b64encode(hmac.digest(secret.encode(), raw, hashlib.sha256)).decode()


def visitor(query: Sequence[tuple[str, str]], secrets: Sequence[str], now: datetime) -> Visitor:
    """The customer that is logged in at the shop; raises ``SignatureError``.

    Anything else in the query was typed by whoever opened the page, and says nothing about who that is.
    """
    values = defaultdict(list)
    for name, value in query:
        values[name].append(value)
    if any(len(values[name]) > 1 for name in _ONCE):
        raise SignatureError("The request names something twice that there is once.")
    given = "".join(values.pop("signature", [""]))
    _match([sign_query(values, secret) for secret in secrets], given)
    _check_age("".join(values.get("timestamp", [])), now)
    domain = "".join(values.get("shop", []))
    return Visitor("".join(values.get("logged_in_customer_id", [])), f"https://{domain}" if domain else "")


def sign_query(values: Mapping[str, Sequence[str]], secret: str) -> str:
    """The signature of a passed-on request: hexadecimal HMAC-SHA256 of its sorted parts, joined by nothing."""
    message = "".join(sorted(f"{name}={','.join(parts)}" for name, parts in values.items() if parts))
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def _match(expected: Sequence[str], given: str) -> None:
    if not expected:
        raise SignatureError("This shop has no secret to compare with.")
    # Every secret is tried, whichever fits: the time taken must not tell one from another.
    matches = [hmac.compare_digest(each.encode(), given.encode("utf-8", "replace")) for each in expected]
    if not any(matches):
        raise SignatureError("The signature fits none of this shop's secrets.")


def _check_age(stamp: str, now: datetime) -> None:
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        raise SignatureError("The request does not say when it was made.")
    if abs(now.timestamp() - int(stamp)) > PATIENCE:
        raise SignatureError("The request is too old, or was made in the future.")

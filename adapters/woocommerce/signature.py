"""Is a delivery genuine? Headers, signature and sign of life of WooCommerce's webhooks.

Everything here works on the raw bytes, before anybody has looked into them.
"""

import base64
import hmac
import re
from collections.abc import Mapping, Sequence

from bridge.errors import SignatureError
from bridge.ports import Envelope, lookup

SIGNATURE = "X-WC-Webhook-Signature"

_KEPT = (
    "X-WC-Webhook-Topic",
    "X-WC-Webhook-Source",
    "X-WC-Webhook-ID",
    "X-WC-Webhook-Delivery-ID",
    "User-Agent",
)
_PING = re.compile(rb"webhook_id=[0-9]{1,20}")
_LENGTH = 44
"""Characters of a SHA-256 digest in base64."""

_ENTITY = re.compile(r"&(?:quot|lt|gt|amp|#0*(?:34|39|38)|#0?(?:60|62)|#[xX]0*(?:22|27|26));")
_CHARACTER = {"quot": '"', "lt": "<", "gt": ">", "amp": "&"}


def describe(headers: Mapping[str, str]) -> Envelope:
    """What the headers of a delivery say. Its delivery id is kept to be shown, never to tell deliveries apart.

    WooCommerce makes that id of the webhook and the second, so two orders can share one.
    """
    kept = {name: value for name in _KEPT if (value := lookup(headers, name))}
    return Envelope(
        topic=lookup(headers, "X-WC-Webhook-Topic").strip().lower(),
        source=lookup(headers, "X-WC-Webhook-Source").strip(),
        kept=kept,
    )


def is_ping(raw: bytes, headers: Mapping[str, str]) -> bool:
    """Whether this is the form that the shop sends unsigned when a webhook is made or moved."""
    kind = lookup(headers, "Content-Type").partition(";")[0].strip().lower()
    return (
        not lookup(headers, SIGNATURE)
        and kind == "application/x-www-form-urlencoded"
        and _PING.fullmatch(raw) is not None
    )


def verify(raw: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> None:
    """Raise ``SignatureError`` unless one of ``secrets`` signed exactly these bytes."""
    given = lookup(headers, SIGNATURE).strip()
    if not given:
        raise SignatureError(f"The delivery carries no {SIGNATURE} header.")
    if not given.isascii():
        raise SignatureError("The signature holds characters that no signature has.")
    if len(given) != _LENGTH:
        raise SignatureError(f"The signature has {len(given)} characters instead of {_LENGTH}.")
    if not secrets:
        raise SignatureError("This shop has no webhook secret to compare with.")
    # Every secret is tried, whichever fits: the time taken must not tell one from another.
    matches = [hmac.compare_digest(sign(raw, secret), given) for secret in secrets]
    if not any(matches):
        raise SignatureError("The signature fits none of this shop's secrets.")


def sign(raw: bytes, secret: str) -> str:
    """The signature that the shop puts on ``raw``: base64 of HMAC-SHA256."""
    digest = hmac.digest(shop_reading(secret).encode(), raw, "sha256")
    return base64.b64encode(digest).decode()


def shop_reading(secret: str) -> str:
    """The secret as the shop uses it: WordPress turns a few HTML entities in it back into characters.

    These are the entities of ``wp_specialchars_decode`` with both kinds of quotes, and no others.
    """
    return _ENTITY.sub(_character, secret)


def _character(entity: re.Match[str]) -> str:
    name = entity[0][1:-1]
    if not name.startswith("#"):
        return _CHARACTER[name]
    return chr(int(name[2:], 16) if name[1] in "xX" else int(name[1:]))

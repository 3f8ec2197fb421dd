"""The hash chain of an account: each entry's hash covers its content and the hash before it."""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import msgspec

from bridge.storage.columns import milliseconds

_encoder = msgspec.json.Encoder()

CHAINED = (
    "kind",
    "source",
    "revision",
    "amount",
    "currency",
    "happened_at",
    "booked_at",
    "usable_at",
    "expires_on",
    "version",
    "order_id",
    "moves",
    "explanation",
    "cause",
    "reverses",
    "commitment",
)
"""The columns of an entry that its hash covers, in this order."""


def link(previous: bytes, account: str, values: Sequence[Any], commitment: bytes | None) -> bytes:
    """The hash of an entry: of the previous hash, the account's token and the chained columns.

    ``values`` are all of those but the last, as the database keeps them.
    """
    last = commitment.hex() if commitment is not None else None
    return sha256(previous + _encoder.encode([account, *values, last])).digest()


def read_again(previous: bytes, account: str, entry: Any) -> bytes:
    """The hash that an entry must have by what it says now, read as a row with the chained columns."""
    *values, commitment = (getattr(entry, column) for column in CHAINED)
    return link(previous, account, [_plain(value) for value in values], commitment)


def commit_to(salt: bytes, text: str) -> bytes:
    """What the chain holds of an erasable text: without the salt nobody can guess what stood there."""
    return sha256(salt + text.encode()).digest()


def _plain(value: Any) -> Any:
    # ``datetime`` is a ``date``, so it is asked for first.
    if isinstance(value, datetime):
        return milliseconds(value)
    if isinstance(value, date):
        return value.isoformat()
    return value

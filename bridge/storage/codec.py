"""Frozen values to bytes and back. The bytes of equal values are equal, so states compare by their bytes."""

from collections.abc import Mapping
from typing import Any

import msgspec

from bridge.domain.orders import Order

_encoder = msgspec.json.Encoder()
_order = msgspec.json.Decoder(Order)


def pack(value: Any) -> str:
    """A value as a JSON column keeps it."""
    return _encoder.encode(value).decode()


def pack_order(order: Order) -> bytes:
    """A normalised state as it is stored."""
    return _encoder.encode(order)


def unpack_order(body: bytes) -> Order:
    """A stored state."""
    return _order.decode(body)


def pack_why(why: Mapping[str, Any]) -> str:
    """An explanation as it is stored and hashed."""
    return pack(dict(why))


def unpack_why(text: str) -> dict[str, Any]:
    """A stored explanation."""
    return dict(msgspec.json.decode(text))

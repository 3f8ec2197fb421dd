"""Strict JSON for what shops send: exact numbers, no repeated keys, and one failure that is a sentence.

Deliveries and answers come from outside; whatever is in them ends as a typed value or as ``Unclear``.
"""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

import msgspec

T = TypeVar("T")


class Unclear(ValueError):
    """Content that cannot be understood. The text says why and repeats nothing of the content."""


def document(raw: bytes) -> Any:
    """The JSON document in ``raw``, with ``Decimal`` for numbers that have a point; raises ``Unclear``.

    Repeated keys are refused wherever they lie: which of two values is meant, nobody can say.
    """
    found = _quickly(raw)
    return _strictly(raw) if found is _UNSURE else found


_UNSURE = object()
_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")


def _quickly(raw: bytes) -> Any:
    """The document in a third of the time, or ``_UNSURE`` where only the strict way can tell what it holds.

    msgspec lets the last of two equal keys win, so it drops a key. In JSON quotation marks belong to strings
    alone: written anew, the document has as many of them as before, two fewer for each key that was dropped.
    Only a mark that was escaped by its number could make up for that.
    """
    try:
        found = _decoder.decode(raw)
    except (msgspec.MsgspecError, ValueError, ArithmeticError, RecursionError):
        return _UNSURE
    if b"\\u0022" in raw or raw.count(b'"') != _encoder.encode(found).count(b'"'):
        return _UNSURE
    return found


def _strictly(raw: bytes) -> Any:
    """The document, every object of which is looked at; raises ``Unclear`` with the reason."""
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_float=Decimal, parse_constant=_refuse)
    except Unclear:
        raise
    except UnicodeDecodeError:
        raise Unclear("it is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise Unclear(f"it is not JSON ({error.msg}, at character {error.pos})") from None
    except RecursionError:
        raise Unclear("it is nested too deeply") from None
    except (ValueError, ArithmeticError):
        raise Unclear("a number in it is too long") from None


def typed(kind: type[T], value: object) -> T:
    """``value`` as the struct ``kind``; raises ``Unclear`` naming the field that does not fit."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise Unclear(str(error)) from None


def text(value: str) -> str:
    """Text that every database takes: no NUL, no half of a surrogate pair."""
    if value.isascii() and "\x00" not in value:
        return value
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def moment(stamp: datetime) -> datetime:
    """An aware UTC datetime; a stamp without offset is taken as UTC. Raises ``Unclear``."""
    if stamp.tzinfo is None:
        return stamp.replace(tzinfo=UTC)
    try:
        return stamp.astimezone(UTC)
    except OverflowError:
        raise Unclear("a date in it lies outside of the calendar") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unclear("a key in it appears twice")
    return found


def _refuse(constant: str) -> NoReturn:
    raise Unclear(f"{constant} is not a number")

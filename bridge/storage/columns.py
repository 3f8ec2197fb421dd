"""Column types that hold one meaning on SQLite and PostgreSQL alike."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, String
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator

from bridge.storage.shorthand import Shorthand

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_WHOLE = (operators.eq, operators.ne, operators.in_op, operators.not_in_op)


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970 of an aware moment; a naive one raises ``TypeError``."""
    return (moment - _EPOCH) // _MILLISECOND


def moment(value: int) -> datetime:
    """The aware UTC moment of milliseconds since 1970."""
    return _EPOCH + value * _MILLISECOND


def maybe_milliseconds(moment: datetime | None) -> int | None:
    """The same, None for none."""
    return None if moment is None else milliseconds(moment)


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment, kept as milliseconds since 1970: sorts, compares and hashes alike everywhere."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return maybe_milliseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else moment(value)


class Short(TypeDecorator[str]):
    """A text whose recurring words are one character each on the disk.

    Whole texts compare and group as ever. Their parts and their order mean nothing to the database, so asking for
    them (``LIKE``, ``<``) raises ``TypeError``.
    """

    impl = String
    cache_ok = True

    def __init__(self, shorthand: Shorthand) -> None:
        super().__init__()
        self.shorthand = shorthand

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        if op not in _WHOLE:
            raise TypeError("A text in shorthand can only be compared as a whole.")
        return self

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.shorthand.write(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self.shorthand.read(value)

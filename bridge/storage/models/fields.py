"""The fields that the tables share."""

from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field

from bridge.storage.columns import Moment, Short
from bridge.storage.shorthand import Shorthand


def moment(**options: Any) -> Any:
    """A field for a moment, UTC."""
    options.setdefault("nullable", False)
    return Field(sa_column=Column(Moment, **options))


def maybe_moment(**options: Any) -> Any:
    """A field for a moment that may be missing."""
    return Field(default=None, sa_column=Column(Moment, nullable=True, **options))


def json_object() -> Any:
    """A field for a JSON object, empty unless given."""
    return Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


def short(shorthand: Shorthand, **options: Any) -> Any:
    """A field for a text that is kept in shorthand."""
    return Field(sa_column=Column(Short(shorthand), nullable=False), **options)

"""Writing many rows of one kind: the statement is built once, and the driver takes plain tuples.

Going through SQLAlchemy's parameters costs some ten microseconds a row, more than the database itself needs.
The price is that values come as the columns keep them: moments as milliseconds, days as ISO text on SQLite.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel


def insert_rows(
    session: Session, table: type[SQLModel], names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows whose values stand in the order of ``names``, as the driver keeps them."""
    if rows:
        connection = session.connection()
        connection.exec_driver_sql(_insert(table, names, connection.dialect.name), list(rows))


@lru_cache(maxsize=64)
def _insert(table: type[SQLModel], names: tuple[str, ...], dialect: str) -> str:
    quoted = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join(["?" if dialect == "sqlite" else "%s"] * len(names))
    return f"INSERT INTO {inspect(table).local_table.name} ({quoted}) VALUES ({marks})"  # noqa: S608 - our own names

"""Writing many rows of one kind: the statement is built once, and the driver takes plain tuples.

Going through SQLAlchemy's parameters costs some ten microseconds a row, more than the database itself needs.
The price is that values come as the driver takes them: moments as milliseconds, days and JSON as text.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel

Names = tuple[str, ...]
Rows = Sequence[tuple[Any, ...]]


def insert_rows(
    session: Session, table: type[SQLModel], names: Names, rows: Rows, *, keep_known: bool = False
) -> None:
    """Insert rows whose values stand in the order of ``names``; with ``keep_known`` those there already stay."""
    if rows:
        connection = session.connection()
        connection.exec_driver_sql(_insert(table, names, keep_known, connection.dialect.name), list(rows))


def change_rows(session: Session, table: type[SQLModel], names: Names, key: Names, rows: Rows) -> None:
    """Set the columns ``names`` where ``key`` is so; each row has the new values first, then those of the key."""
    if rows:
        connection = session.connection()
        connection.exec_driver_sql(_update(table, names, key, connection.dialect.name), list(rows))


@lru_cache(maxsize=64)
def _insert(table: type[SQLModel], names: Names, keep_known: bool, dialect: str) -> str:
    marks = ", ".join([_mark(dialect)] * len(names))
    tail = " ON CONFLICT DO NOTHING" if keep_known else ""
    return f"INSERT INTO {_name(table)} ({_listed(names)}) VALUES ({marks}){tail}"  # noqa: S608 - our own names


@lru_cache(maxsize=64)
def _update(table: type[SQLModel], names: Names, key: Names, dialect: str) -> str:
    values = ", ".join(f'"{name}" = {_mark(dialect)}' for name in names)
    same = " AND ".join(f'"{name}" = {_mark(dialect)}' for name in key)
    return f"UPDATE {_name(table)} SET {values} WHERE {same}"  # noqa: S608 - our own names


def _mark(dialect: str) -> str:
    return "?" if dialect == "sqlite" else "%s"


def _listed(names: Names) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _name(table: type[SQLModel]) -> str:
    return str(inspect(table).local_table.name)

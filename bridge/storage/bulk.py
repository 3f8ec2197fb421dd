"""Writing many rows of one kind: the statement is built once, and the driver takes plain values.

Going through SQLAlchemy's parameters costs some ten microseconds a row, more than the database itself needs.
PostgreSQL is given one array for each column, which spares it a statement for each row. The price is that values
come as the driver takes them: moments as milliseconds, days and JSON as text. Shorthand alone is written here.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Table, inspect
from sqlalchemy.dialects import postgresql
from sqlmodel import Session, SQLModel

from bridge.storage.columns import Short
from bridge.storage.shorthand import Shorthand

Names = tuple[str, ...]
Rows = Sequence[tuple[Any, ...]]

_POSTGRES = postgresql.dialect()  # type: ignore[no-untyped-call]


def insert_rows(
    session: Session, table: type[SQLModel], names: Names, rows: Rows, *, keep_known: bool = False
) -> None:
    """Insert rows whose values stand in the order of ``names``; with ``keep_known`` those there already stay."""
    if rows:
        _run(session, _insert(table, names, keep_known, _is_sqlite(session)), _short(table, names, rows))


def change_rows(session: Session, table: type[SQLModel], names: Names, key: Names, rows: Rows) -> None:
    """Set the columns ``names`` where ``key`` is so; each row has the new values first, then those of the key.

    No two rows may have the same key.
    """
    if rows:
        _run(session, _update(table, names, key, _is_sqlite(session)), _short(table, (*names, *key), rows))


def _short(table: type[SQLModel], names: Names, rows: Rows) -> Rows:
    """The rows with their shorthand. Many have the same cause or kind, which is written once."""
    places = _in_shorthand(table, names)
    if not places:
        return rows
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for place, shorthand in places:
        written = {text: shorthand.write(text) for text in set(columns[place])}
        columns[place] = [written[text] for text in columns[place]]
    return list(zip(*columns, strict=True))


@lru_cache(maxsize=64)
def _in_shorthand(table: type[SQLModel], names: Names) -> list[tuple[int, Shorthand]]:
    kinds = [_table(table).columns[name].type for name in names]
    return [(place, kind.shorthand) for place, kind in enumerate(kinds) if isinstance(kind, Short)]


def _run(session: Session, statement: str, rows: Rows) -> None:
    connection = session.connection()
    if _is_sqlite(session):
        connection.exec_driver_sql(statement, list(rows))
    else:
        connection.exec_driver_sql(statement, tuple(list(column) for column in zip(*rows, strict=True)))


def _is_sqlite(session: Session) -> bool:
    return session.connection().dialect.name == "sqlite"


@lru_cache(maxsize=64)
def _insert(table: type[SQLModel], names: Names, keep_known: bool, sqlite: bool) -> str:
    tail = " ON CONFLICT DO NOTHING" if keep_known else ""
    marks = ", ".join("?" * len(names))
    source = f"VALUES ({marks})" if sqlite else f"SELECT * FROM {_arrays(table, names)}"  # noqa: S608
    return f"INSERT INTO {_table(table).name} ({_listed(names)}) {source}{tail}"


@lru_cache(maxsize=64)
def _update(table: type[SQLModel], names: Names, key: Names, sqlite: bool) -> str:
    name = _table(table).name
    if sqlite:
        values = ", ".join(f'"{column}" = ?' for column in names)
        same = " AND ".join(f'"{column}" = ?' for column in key)
        return f"UPDATE {name} SET {values} WHERE {same}"  # noqa: S608 - our own names
    values = ", ".join(f'"{column}" = new."{column}"' for column in names)
    same = " AND ".join(f'old."{column}" = new."{column}"' for column in key)
    columns = (*names, *key)
    new = f"{_arrays(table, columns)} AS new ({_listed(columns)})"
    return f"UPDATE {name} AS old SET {values} FROM {new} WHERE {same}"  # noqa: S608 - our own names


def _arrays(table: type[SQLModel], names: Names) -> str:
    kinds = [_table(table).columns[name].type.compile(_POSTGRES) for name in names]
    return f"unnest({', '.join(f'%s::{kind}[]' for kind in kinds)})"


def _listed(names: Names) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _table(table: type[SQLModel]) -> Table:
    found = inspect(table).local_table
    assert isinstance(found, Table)  # noqa: S101 - every model has a table of its own
    return found

"""shorthand in the ledger: words that recur are one character each"""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from bridge.storage.migrations import guard
from bridge.storage.shorthand import CAUSES, CURRENCIES, KINDS, REASONS, SOURCES, Shorthand

revision = "0008"
down_revision = "0007"

_PORTION = 1000

_ENTRY = {"kind": KINDS, "source": SOURCES, "currency": CURRENCIES, "explanation": REASONS, "cause": CAUSES}
_LOT = {"kind": KINDS, "source": SOURCES}


def upgrade() -> None:
    _rewrite(op.get_bind())


def _rewrite(connection: sa.Connection) -> None:
    """What the texts say stays the same, and with it every hash; the guard is back before the transaction ends."""
    guard.release_table(connection, "entry")
    _shorten(connection, "entry", ("id",), _ENTRY)
    guard.protect_table(connection, "entry")
    _shorten(connection, "lot", ("account_id", "number"), _LOT)


def _shorten(connection: sa.Connection, table: str, key: tuple[str, ...], texts: Mapping[str, Shorthand]) -> None:
    values = ", ".join(f"{name} = :{name}" for name in texts)
    same = " AND ".join(f"{name} = :{name}" for name in key)
    update = sa.text(f"UPDATE {table} SET {values} WHERE {same}")  # noqa: S608 - our own names
    for rows in _portions(connection, table, key, tuple(texts)):
        short = [{**row, **{name: texts[name].write(row[name]) for name in texts}} for row in rows]
        connection.execute(update, short)


def _portions(
    connection: sa.Connection, table: str, key: tuple[str, ...], texts: tuple[str, ...]
) -> Iterator[list[dict[str, Any]]]:
    """All rows in the order of their key, some at a time: there may be millions."""
    names, marks = ", ".join(key), ", ".join(f":{name}" for name in key)
    portion = sa.text(
        f"SELECT {names}, {', '.join(texts)} FROM {table} "  # noqa: S608 - our own names
        f"WHERE ({names}) > ({marks}) ORDER BY {names} LIMIT {_PORTION}"
    )
    last: Mapping[str, Any] = dict.fromkeys(key, 0)
    while rows := [dict(row) for row in connection.execute(portion, {name: last[name] for name in key}).mappings()]:
        yield rows
        last = rows[-1]


def downgrade() -> None:
    raise NotImplementedError("schemas are restored from a backup, never stepped down")

"""Triggers that refuse to change what must never change. The ledger only ever appends."""

from sqlalchemy import Connection

_APPEND_ONLY = {
    "entry": (("account_id", "kind", "source", "revision"), ("account_id", "number")),
    "programme_version": (("shop_id", "number"),),
    "deed": (),
}
"""Each table with all that tells its rows apart, beside their ``id``."""

_FROM_THE_FIRST = ("entry", "programme_version")

_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} {when}
BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed or deleted'); END
"""

_POSTGRES_FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of %% are never changed or deleted', TG_TABLE_NAME; END $$
"""

_POSTGRES = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def protect(connection: Connection) -> None:
    """Refuse UPDATE and DELETE on entries and programme versions, on either database."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(_POSTGRES_FUNCTION)
    for table in _FROM_THE_FIRST:
        protect_table(connection, table)


def protect_table(connection: Connection, table: str) -> None:
    """The same for a table that came later; ``protect`` has run before."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(_POSTGRES.format(table=table))
        return
    for verb, when in (("UPDATE", ""), ("DELETE", ""), ("INSERT", _taken(table, _APPEND_ONLY[table]))):
        connection.exec_driver_sql(_SQLITE.format(table=table, verb=verb, when=when))


def release_table(connection: Connection, table: str) -> None:
    """Let a migration rewrite how the rows are kept. It protects the table again in the same transaction."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"DROP TRIGGER {table}_append_only ON {table}")
        return
    for verb in ("UPDATE", "DELETE", "INSERT"):
        connection.exec_driver_sql(f"DROP TRIGGER {table}_no_{verb}")


def _taken(table: str, keys: tuple[tuple[str, ...], ...]) -> str:
    """SQLite's INSERT OR REPLACE removes the row in its way without asking the triggers for DELETE."""
    same = [" AND ".join(f"{column} = NEW.{column}" for column in key) for key in (("id",), *keys)]
    return "WHEN " + " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {key})" for key in same)  # noqa: S608


def missing(connection: Connection) -> list[str]:
    """The names of triggers that should protect the tables and are not there."""
    if connection.dialect.name == "sqlite":
        wanted = [f"{table}_no_{verb}" for table in _APPEND_ONLY for verb in ("UPDATE", "DELETE", "INSERT")]
        found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    else:
        wanted = [f"{table}_append_only" for table in _APPEND_ONLY]
        found = connection.exec_driver_sql("SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'")
    there = set(found.scalars())
    return [name for name in wanted if name not in there]

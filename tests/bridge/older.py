"""A ledger as earlier releases kept it."""

from sqlalchemy import text
from sqlmodel import Session, SQLModel

from bridge.storage.columns import Short
from bridge.storage.migrations import guard


def spell_out(session: Session) -> None:
    """Keep every text of the ledger in full, as before the shorthand."""
    connection = session.connection()
    guard.release_table(connection, "entry")
    for name in ("entry", "lot"):
        table = SQLModel.metadata.tables[name]
        key = [column.name for column in table.primary_key]
        texts = {column.name: column.type.shorthand for column in table.columns if isinstance(column.type, Short)}
        update = text(
            f"UPDATE {name} SET {', '.join(f'{each} = :{each}' for each in texts)} "  # noqa: S608 - our own names
            f"WHERE {' AND '.join(f'{each} = :{each}' for each in key)}"
        )
        for row in session.execute(text(f"SELECT * FROM {name}")).mappings().all():  # noqa: S608
            same = {each: row[each] for each in key}
            session.execute(update, same | {each: short.read(row[each]) for each, short in texts.items()})
    guard.protect_table(connection, "entry")

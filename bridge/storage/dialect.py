"""What SQLite and PostgreSQL both can, but spell through their own dialects."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def upsert(session: Session, table: type[SQLModel]) -> Any:
    """An INSERT that can say what to do ON CONFLICT."""
    dialect = session.get_bind().dialect.name
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)

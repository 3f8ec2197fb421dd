"""What the tables of peers stand on: they are none of ours, and must not be found among ours."""

from sqlalchemy.orm import registry
from sqlmodel import SQLModel


class Peer(SQLModel, registry=registry()):
    """The base of a peer's tables, with metadata of its own."""

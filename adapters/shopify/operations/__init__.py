"""What we ask Shopify, as GraphQL documents beside this file: one document may hold several named operations."""

import re
from functools import cache
from importlib.resources import files

_NAMED = re.compile(r"^(?:query|mutation) (\w+)", re.MULTILINE)


@cache
def document_of(operation: str) -> str:
    """The document that holds an operation: it is sent whole, with the operation's name beside it."""
    return next(text for text in documents().values() if operation in _NAMED.findall(text))


@cache
def documents() -> dict[str, str]:
    """All documents by the names of their files."""
    found = (entry for entry in files(__package__).iterdir() if entry.name.endswith(".graphql"))
    return {entry.name: entry.read_text(encoding="utf-8") for entry in found}

"""Material that lies beside the checkout where its authors work: the complete schema, recorded bodies.

Parts of it were published by others, so none of it is copied in here. Where it is missing, the tests that need it
say so and are skipped; what they examine is examined on bodies and a schema of our own, too.
"""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema, build_client_schema

_ROOT = Path(__file__).parents[3]
_PLACES = (_ROOT.parent / "shared", _ROOT.parent.parent / "shared")

SHARED = next((place for place in _PLACES if (place / "recordings" / "shopify").is_dir()), None)

needs_shared = pytest.mark.skipif(
    SHARED is None, reason="recorded bodies and the complete schema lie outside of the project, in ../shared"
)


def folder(*parts: str) -> Path:
    """A folder in the shared material."""
    assert SHARED is not None
    return SHARED.joinpath(*parts)


@cache
def complete_schema(version: str) -> GraphQLSchema:
    """Shopify's whole Admin schema of a version."""
    packed = (folder("shopify") / f"admin-schema-{version}.json.gz").read_bytes()
    return build_client_schema(json.loads(gzip.decompress(packed))["data"])


@cache
def recorded() -> dict[str, dict[str, Any]]:
    """What the index says of each recorded body, by file name."""
    index = json.loads((folder("recordings", "shopify") / "index.json").read_text("utf-8"))
    return {entry["file"]: entry for entry in index["files"]}


def body(name: str) -> bytes:
    """The raw bytes of one recorded body."""
    return (folder("recordings", "shopify") / name).read_bytes()

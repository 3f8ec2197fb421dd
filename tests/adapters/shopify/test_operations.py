"""Our operations against Shopify's schema: the complete one where it is at hand, our subset of it everywhere."""

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate
from graphql.language import OperationDefinitionNode
from graphql.validation import NoDeprecatedCustomRule

from adapters.shopify.operations import document_of, documents
from tests.adapters.shopify.shared import complete_schema, needs_shared
from tests.adapters.shopify.subset import SUBSET, different, subset_of

OPERATIONS = [
    definition.name.value
    for text in documents().values()
    for definition in parse(text).definitions
    if isinstance(definition, OperationDefinitionNode) and definition.name
]
VERSIONS = ("2026-07", "2026-10")


def problems(schema: GraphQLSchema, text: str) -> list[str]:
    document = parse(text)
    return [
        error.message
        for error in (*validate(schema, document), *validate(schema, document, [NoDeprecatedCustomRule]))
    ]


@pytest.mark.parametrize("name", documents())
def test_every_document_is_valid_by_our_subset(name: str) -> None:
    assert problems(build_schema(SUBSET.read_text("utf-8")), documents()[name]) == []


@needs_shared
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", documents())
def test_every_document_is_valid_by_the_complete_schema_and_uses_nothing_deprecated(
    name: str, version: str
) -> None:
    assert problems(complete_schema(version), documents()[name]) == []


@needs_shared
def test_our_subset_says_nothing_that_the_complete_schema_does_not() -> None:
    assert different(build_schema(SUBSET.read_text("utf-8")), complete_schema("2026-10")) == []


@needs_shared
def test_our_subset_is_what_our_operations_use() -> None:
    """``python -m tests.adapters.shopify.subset`` writes it anew after an operation has changed."""
    assert SUBSET.read_text("utf-8") == subset_of(complete_schema("2026-10"))


def test_a_field_that_does_not_exist_is_found() -> None:
    assert problems(build_schema(SUBSET.read_text("utf-8")), "{ shop { nam } }")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_is_found_by_its_name(operation: str) -> None:
    assert operation in document_of(operation)

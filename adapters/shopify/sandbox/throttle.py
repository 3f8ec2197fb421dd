"""Points: what each request costs, and how fast points are given back. Measured on the clock that the shop is told.

An object costs 1, a connection 2 and its things, a mutation 10; beforehand the largest possible answer is reckoned
with, afterwards what was really given is charged (“GraphQL Admin API rate limits”).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)

MOST_FOR_ONE = 1000
_MUTATION = 10


@dataclass(slots=True)
class Throttle:
    """A bucket of points. ``spent`` is all that was ever charged."""

    clock: Callable[[], datetime]
    most: float = 2000.0
    rate: float = 100.0
    left: float = 2000.0
    spent: float = 0.0
    at: datetime | None = None

    def refill(self) -> float:
        """What is there now."""
        now = self.clock()
        if self.at is not None:
            self.left = min(self.most, self.left + self.rate * max((now - self.at).total_seconds(), 0.0))
        self.at = now
        return self.left

    def charge(self, cost: float) -> None:
        """Take points for an answer that was given."""
        self.left -= cost
        self.spent += cost

    def status(self) -> dict[str, float]:
        """As every answer tells it."""
        return {
            "maximumAvailable": self.most,
            "currentlyAvailable": int(self.refill()),
            "restoreRate": self.rate,
        }


def reckoned(document: DocumentNode, operation: str, variables: Mapping[str, Any]) -> float:
    """What an operation may cost at most."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    chosen = next(
        each
        for each in document.definitions
        if isinstance(each, OperationDefinitionNode) and each.name and each.name.value == operation
    )
    if chosen.operation.value == "mutation":
        return _MUTATION
    return _Reckoner(fragments, variables).set(chosen.selection_set)


def charged(data: Any, mutation: bool) -> float:
    """What an answer really costs: the objects in it."""
    return _MUTATION if mutation else max(_objects(data) - 1, 1)


def _objects(value: Any) -> float:
    if isinstance(value, dict):
        return 1 + sum(_objects(each) for each in value.values())
    return sum(_objects(each) for each in value) if isinstance(value, list) else 0


@dataclass(frozen=True, slots=True)
class _Reckoner:
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]

    def set(self, selections: SelectionSetNode | None) -> float:
        """The cost of one object's fields; of fragments for several types the dearest counts."""
        found = selections.selections if selections else ()
        fields = [self._field(each) for each in found if isinstance(each, FieldNode) and each.selection_set]
        return sum(fields) + max((self._fragment(each) for each in found), default=0.0)

    def _fragment(self, node: Any) -> float:
        match node:
            case FragmentSpreadNode():
                return self.set(self.fragments[node.name.value].selection_set)
            case InlineFragmentNode():
                return self.set(node.selection_set)
            case _:
                return 0.0

    def _field(self, node: FieldNode) -> float:
        inner = self.set(node.selection_set)
        many = self._argument(node, "first")
        if many is not None:
            return 2 + many * (1 + inner)
        ids = self._argument(node, "ids")
        if ids is not None:
            return float(ids) * (1 + inner)
        # “nodes” and “pageInfo” belong to the connection around them.
        return inner if node.name.value in ("nodes", "pageInfo") else 1 + inner

    def _argument(self, node: FieldNode, name: str) -> float | None:
        for argument in node.arguments:
            if argument.name.value == name:
                value = argument.value
                if isinstance(value, IntValueNode):
                    return float(value.value)
                if isinstance(value, VariableNode):
                    given = self.variables.get(value.name.value)
                    return float(len(given)) if isinstance(given, list) else float(given or 0)
        return None

"""The part of Shopify's schema that our operations use, as the toy shop's schema; written from the complete one.

``python -m tests.adapters.shopify.subset`` writes it anew. Names and types are facts; descriptions are left out.
"""

from collections import defaultdict
from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    is_specified_scalar_type,
    parse,
    visit,
)
from graphql.language import FieldNode, FragmentDefinitionNode, InlineFragmentNode, VariableDefinitionNode

from adapters.shopify.operations import documents

SUBSET = Path(__file__).parents[3] / "adapters" / "shopify" / "sandbox" / "schema.graphql"

_INPUTS = {
    "DiscountCodeBasicInput": "appliesOncePerCustomer code combinesWith context customerGets endsAt"
    " minimumRequirement startsAt tags title usageLimit",
    "DiscountCombinesWithInput": "orderDiscounts productDiscounts shippingDiscounts",
    "DiscountContextInput": "all customers",
    "DiscountCustomersInput": "add remove",
    "DiscountCustomerGetsInput": "items value",
    "DiscountCustomerGetsValueInput": "discountAmount",
    "DiscountAmountInput": "amount appliesOnEachItem",
    "DiscountItemsInput": "all collections",
    "DiscountCollectionsInput": "add remove",
    "DiscountMinimumRequirementInput": "subtotal",
    "DiscountMinimumSubtotalInput": "greaterThanOrEqualToSubtotal",
    "WebhookSubscriptionInput": "uri format name",
    "MetafieldsSetInput": "ownerId namespace key type value",
    "MetafieldIdentifierInput": "ownerId namespace key",
    "OrderEditAppliedDiscountInput": "description fixedValue",
    "MoneyInput": "amount currencyCode",
    "EmailInput": "customMessage",
    "CollectionIdentifierInput": "handle",
    "CustomerIdentifierInput": "emailAddress",
}
"""The fields of inputs that we send: a document only says which input it takes."""


_ANSWERED = {
    "AllDiscountItems",
    "AutomaticDiscountApplication",
    "DiscountBuyerSelectionAll",
    "DiscountPercentage",
}
"""Types that an answer may be of although no operation asks for one of their fields."""


class _Used(Visitor):
    """Collects what a document uses, by type."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self._info = info
        self.fields: dict[str, set[str]] = defaultdict(set)
        self.arguments: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.types: set[str] = set()

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent, definition = self._info.get_parent_type(), self._info.get_field_def()
        if parent is None or definition is None or node.name.value.startswith("__"):
            return
        self.fields[parent.name].add(node.name.value)
        self.arguments[parent.name, node.name.value] |= {each.name.value for each in node.arguments}
        self.types.add(get_named_type(definition.type).name)
        self.types |= {get_named_type(definition.args[each.name.value].type).name for each in node.arguments}

    def enter_inline_fragment(self, node: InlineFragmentNode, *_: object) -> None:
        self.types.add(node.type_condition.name.value)

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: object) -> None:
        self.types.add(node.type_condition.name.value)

    def enter_variable_definition(self, _node: VariableDefinitionNode, *_: object) -> None:
        found = self._info.get_input_type()
        if found is not None:
            self.types.add(get_named_type(found).name)


def subset_of(schema: GraphQLSchema) -> str:
    """The schema of what our documents use, in SDL."""
    used = _collect(schema)
    parts = [_printed(schema.type_map[name], schema, used) for name in sorted(_closed(schema, used))]
    return (
        "schema {\n  query: QueryRoot\n  mutation: Mutation\n}\n\n"
        + "\n\n".join(part for part in parts if part)
        + "\n"
    )


def different(ours: GraphQLSchema, whole: GraphQLSchema) -> list[str]:
    """Everything in our schema that the complete one does not say in the same way."""
    found = []
    for name, known in ours.type_map.items():
        if name.startswith("__"):
            continue
        other = whole.type_map.get(name)
        if other is None or type(other) is not type(known):
            found.append(f"{name} is not there")
            continue
        for field, each in getattr(known, "fields", {}).items():
            real = other.fields.get(field)  # type: ignore[attr-defined]
            if real is None or str(real.type) != str(each.type):
                found.append(f"{name}.{field}: {each.type}")
            elif isinstance(each, GraphQLField):
                odd = [
                    arg
                    for arg, a in each.args.items()
                    if arg not in real.args or str(real.args[arg].type) != str(a.type)
                ]
                found += [f"{name}.{field}({arg})" for arg in odd]
        odd_values = set(getattr(known, "values", {})) - set(getattr(other, "values", {}))
        found += [f"{name} has no {value}" for value in sorted(odd_values)]
    return found


def _collect(schema: GraphQLSchema) -> _Used:
    info = TypeInfo(schema)
    used = _Used(info)
    for text in documents().values():
        visit(parse(text), TypeInfoVisitor(info, used))
    return used


def _closed(schema: GraphQLSchema, used: _Used) -> set[str]:
    """The used types with those that they need: fields of inputs, interfaces, members of unions."""
    names = {"QueryRoot", "Mutation", "UserError"} | _ANSWERED | used.types
    names |= set(used.fields)
    waiting = list(names)
    while waiting:
        kind = schema.type_map[waiting.pop()]
        more: set[str] = set()
        if isinstance(kind, GraphQLInputObjectType):
            more = {get_named_type(kind.fields[field].type).name for field in _INPUTS[kind.name].split()}
        elif isinstance(kind, GraphQLObjectType) and kind.name in used.fields:
            more = {get_named_type(kind.fields[field].type).name for field in used.fields[kind.name]}
        waiting += sorted(more - names)
        names |= more
    return {name for name in names if not is_specified_scalar_type(schema.type_map[name])}


def _printed(kind: GraphQLNamedType, schema: GraphQLSchema, used: _Used) -> str:
    match kind:
        case GraphQLScalarType():
            return f"scalar {kind.name}"
        case GraphQLEnumType():
            return f"enum {kind.name} {{\n" + "\n".join(f"  {value}" for value in sorted(kind.values)) + "\n}"
        case GraphQLInputObjectType():
            return _block(
                "input", kind.name, [f"{f}: {kind.fields[f].type}" for f in sorted(_INPUTS[kind.name].split())]
            )
        case GraphQLUnionType():
            members = [each.name for each in kind.types if each.name in _closed(schema, used)]
            return f"union {kind.name} = {' | '.join(sorted(members))}"
        case GraphQLInterfaceType():
            return _block("interface", kind.name, _fields(kind, used, schema))
        case GraphQLObjectType():
            names = [each.name for each in kind.interfaces if each.name in _closed(schema, used)]
            interfaces = f" implements {' & '.join(sorted(names))}" if names else ""
            return _block("type", kind.name + interfaces, _fields(kind, used, schema))
        case _:
            return ""


def _fields(kind: GraphQLObjectType | GraphQLInterfaceType, used: _Used, schema: GraphQLSchema) -> list[str]:
    names = set(used.fields[kind.name])
    for interface in kind.interfaces:
        if interface.name in _closed(schema, used):
            names |= used.fields[interface.name] or {"id"}
    if isinstance(kind, GraphQLInterfaceType) and not names:
        names = {next(iter(kind.fields))}
    return [
        _field(kind, name, used, schema)
        for name in sorted(names or {"id" if "id" in kind.fields else next(iter(kind.fields))})
    ]


def _field(kind: GraphQLObjectType | GraphQLInterfaceType, name: str, used: _Used, schema: GraphQLSchema) -> str:
    field = kind.fields[name]
    wanted = set(used.arguments[kind.name, name])
    for interface in kind.interfaces:
        wanted |= used.arguments[interface.name, name]
    arguments = [f"{each}: {field.args[each].type}" for each in sorted(wanted)]
    return f"{name}{'(' + ', '.join(arguments) + ')' if arguments else ''}: {field.type}"


def _block(word: str, name: str, lines: list[str]) -> str:
    return f"{word} {name} {{\n" + "\n".join(f"  {line}" for line in lines) + "\n}"


if __name__ == "__main__":
    from tests.adapters.shopify.shared import complete_schema

    SUBSET.parent.mkdir(exist_ok=True)
    SUBSET.write_text(subset_of(complete_schema("2026-10")), "utf-8")

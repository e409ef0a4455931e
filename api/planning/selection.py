"""Reading a selection: merging fields, spreading fragments, obeying @skip and @include, reading arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    ObjectValueNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)
from graphql.execution.values import get_argument_values

Source = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of one field: their values in the request that is being planned, and where values come from."""

    values: Mapping[str, Any]
    nodes: Mapping[str, ValueNode]

    def given(self, name: str) -> bool:
        """Tell whether an argument has a value other than null."""
        return self.values.get(name) is not None

    def source(self, name: str) -> Source:
        """Give where an argument's value comes from: a variable of the request, or the document itself."""
        return _source(self.nodes.get(name), self.values.get(name))

    def member(self, name: str, key: str) -> Source:
        """Give where a member of an input object comes from."""
        node = self.nodes.get(name)
        value = self.values[name][key]
        if isinstance(node, VariableNode):
            variable = node.name.value
            return lambda request: request.variables[variable][key]
        if isinstance(node, ObjectValueNode):
            wanted = key.rstrip("_")
            return next(_source(field.value, value) for field in node.fields if field.name.value == wanted)
        return lambda request: value


def _source(node: ValueNode | None, value: Any) -> Source:
    if isinstance(node, VariableNode):
        name = node.name.value
        return lambda request: request.variables.get(name, value)
    if node is not None and _has_variable(node):
        return _InDocument(node)
    return lambda request: value


def _has_variable(node: Any) -> bool:
    if isinstance(node, VariableNode):
        return True
    inner = getattr(node, "values", None) or [field.value for field in getattr(node, "fields", ()) or ()]
    return any(_has_variable(one) for one in inner)


@dataclass(frozen=True, slots=True)
class _InDocument:
    """A list or object written in the document with variables inside."""

    node: Any

    def __call__(self, request: Any) -> Any:
        return _evaluate(self.node, request.variables)


def _evaluate(node: Any, variables: Mapping[str, Any]) -> Any:
    if isinstance(node, VariableNode):
        return variables.get(node.name.value)
    if values := getattr(node, "values", None):
        return [_evaluate(one, variables) for one in values]
    if members := getattr(node, "fields", None):
        return {field.name.value: _evaluate(field.value, variables) for field in members}
    return getattr(node, "value", None)


@dataclass(frozen=True, slots=True)
class Selection:
    """What the selections of one operation are read against."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Any
    """Coerced variable values, as graphql-core gives them."""
    plain: Mapping[str, Any]
    """The same as a mapping from name to value."""

    def arguments(self, type_name: str, field_name: str, node: FieldNode) -> Arguments:
        """Read the arguments of a field."""
        if not node.arguments:
            return Arguments({}, {})
        definition = self._field(type_name, field_name)
        values = get_argument_values(definition, node, self.variables)
        return Arguments(values, {argument.name.value: argument.value for argument in node.arguments})

    def _field(self, type_name: str, field_name: str) -> GraphQLField:
        owner = self.schema.get_type(type_name)
        assert isinstance(owner, GraphQLObjectType | GraphQLInterfaceType)
        found: GraphQLField = owner.fields[field_name]
        return found


def collect(selection: Selection, type_name: str, nodes: Sequence[FieldNode]) -> dict[str, list[FieldNode]]:
    """Merge the selections of the nodes of one field into fields by response key, in order of first mention."""
    found: dict[str, list[FieldNode]] = {}
    for node in nodes:
        if node.selection_set:
            _collect(selection, type_name, node.selection_set, found, set())
    return found


def collect_roots(selection: Selection, type_name: str, selections: SelectionSetNode) -> dict[str, list[FieldNode]]:
    """Merge the selections of an operation into root fields by response key."""
    found: dict[str, list[FieldNode]] = {}
    _collect(selection, type_name, selections, found, set())
    return found


def _collect(
    selection: Selection,
    type_name: str,
    selections: SelectionSetNode,
    found: dict[str, list[FieldNode]],
    seen: set[str],
) -> None:
    for one in selections.selections:
        if not _included(one, selection.plain):
            continue
        if isinstance(one, FieldNode):
            key = one.alias.value if one.alias else one.name.value
            found.setdefault(key, []).append(one)
        elif isinstance(one, InlineFragmentNode):
            if one.type_condition is None or _applies(selection.schema, one.type_condition.name.value, type_name):
                _collect(selection, type_name, one.selection_set, found, seen)
        elif isinstance(one, FragmentSpreadNode) and one.name.value not in seen:
            seen.add(one.name.value)
            fragment = selection.fragments[one.name.value]
            if _applies(selection.schema, fragment.type_condition.name.value, type_name):
                _collect(selection, type_name, fragment.selection_set, found, seen)


def _applies(schema: GraphQLSchema, condition: str, type_name: str) -> bool:
    if condition == type_name:
        return True
    kind, concrete = schema.get_type(condition), schema.get_type(type_name)
    if isinstance(kind, GraphQLInterfaceType) and isinstance(concrete, GraphQLObjectType):
        return schema.is_sub_type(kind, concrete)
    return False


def _included(node: SelectionNode, variables: Mapping[str, Any]) -> bool:
    if not node.directives:
        return True
    return not _condition(node, "skip", variables, without=False) and _condition(
        node, "include", variables, without=True
    )


def _condition(node: SelectionNode, name: str, variables: Mapping[str, Any], *, without: bool) -> bool:
    """Read the condition of @skip or @include.

    Raises: GraphQLError for null, which a variable with a default lets through.
    """
    directive = next((one for one in node.directives or () if one.name.value == name), None)
    if directive is None or not directive.arguments:
        return without
    truth = _evaluate(directive.arguments[0].value, variables)
    if truth is None:
        raise GraphQLError(f"The condition of @{name} must not be null.", directive)
    return bool(truth)

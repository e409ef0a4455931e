"""How large a document may be: bounds on what validating and planning it will cost, told before either begins.

One pass merges selections as execution does, each fragment once in a selection set, and gives up after a fixed number
of steps: limits that expand a fragment wherever it is spread hang on a few kilobytes.
Source: GraphQL specification, section 6.3.2 (field collection).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from api.errors import DocumentTooLarge, IntrospectionOff

MAX_CHARACTERS = 32_768
MAX_TOKENS = 1_200
MAX_LINES = 2_000
"""graphql-core counts the lines up to an error again for each one."""

MAX_OPERATIONS = 20
MAX_FRAGMENTS = 50
MAX_SPREADS = 120
MAX_VARIABLES = 100
MAX_FIELDS = 600
"""Selections of all operations together, with their fragments spread."""

MAX_DEPTH = 24
MAX_ROOT_FIELDS = 40
MAX_PAIRS = 2_000
"""Pairs of selections under one name in one place: validation compares each with each."""

MAX_DIRECTIVES = 8
MAX_ITEMS = 100
"""Members of one list or object that is written in the document; variables may hold more."""

MAX_INTROSPECTION = 5
"""Fields `__schema` and `__type` of one document; what stands below them takes no aliases."""

INTROSPECTION = frozenset({"__schema", "__type"})
"""Root fields that tell of the schema itself."""


def too_large(limit: int, what: str, zh: str) -> DocumentTooLarge:
    """Give the refusal of a document that has more of something than its limit."""
    return DocumentTooLarge(
        f"The document has more than {limit} {what}: split it into several requests.",
        zh=f"查询文档超过 {limit} 个{zh}：请拆分为多次请求。",
    )


def require_few(
    ast: DocumentNode,
    operations: Iterable[OperationDefinitionNode],
    fragments: Mapping[str, FragmentDefinitionNode],
) -> None:
    """Require that a document has few operations, fragments, variables and directives, and short lists in them.

    Raises: DocumentTooLarge.
    """
    if len(ast.definitions) - len(fragments) > MAX_OPERATIONS:
        raise too_large(MAX_OPERATIONS, "operations", "操作")
    if len(fragments) > MAX_FRAGMENTS:
        raise too_large(MAX_FRAGMENTS, "fragments", "片段")
    for definition in ast.definitions:
        _require_few_directives(definition)
    for operation in operations:
        variables = operation.variable_definitions or ()
        if len(variables) > MAX_VARIABLES:
            raise too_large(MAX_VARIABLES, "variables", "变量")
        for variable in variables:
            _require_few_directives(variable)
            _require_few_items(variable.default_value)


def _require_few_directives(node: Any) -> None:
    directives = getattr(node, "directives", None) or ()
    if len(directives) > MAX_DIRECTIVES:
        raise too_large(MAX_DIRECTIVES, "directives in one place", "指令（同一位置）")
    for directive in directives:
        for argument in directive.arguments or ():
            _require_few_items(argument.value)


def _require_few_items(value: Any) -> None:
    if isinstance(value, ListValueNode):
        members = value.values
    elif isinstance(value, ObjectValueNode):
        members = tuple(member.value for member in value.fields)
    else:
        return
    if len(members) > MAX_ITEMS:
        raise too_large(MAX_ITEMS, "members of one list", "成员（同一列表）")
    for member in members:
        _require_few_items(member)


def are_tangled(ast: DocumentNode, fragments: Mapping[str, FragmentDefinitionNode]) -> bool:
    """Tell whether two fragments have one name, or one spreads itself by whatever way."""
    if sum(isinstance(one, FragmentDefinitionNode) for one in ast.definitions) > len(fragments):
        return True
    ahead = {name: set(_spread_in(fragment)) & fragments.keys() for name, fragment in fragments.items()}
    while leaves := [name for name, targets in ahead.items() if not targets]:
        for name in leaves:
            del ahead[name]
        for targets in ahead.values():
            targets.difference_update(leaves)
    return bool(ahead)


def _spread_in(fragment: FragmentDefinitionNode) -> Iterator[str]:
    """Give the names of the fragments that a fragment spreads."""
    waiting: list[SelectionNode] = [*fragment.selection_set.selections]
    while waiting:
        one = waiting.pop()
        if isinstance(one, FragmentSpreadNode):
            yield one.name.value
        elif selections := getattr(one, "selection_set", None):
            waiting.extend(selections.selections)


@dataclass(slots=True)
class Walk:
    """One pass over what the operations of a document select, merged as execution merges it."""

    fragments: Mapping[str, FragmentDefinitionNode]
    introspection: bool
    steps: int = 0
    pairs: int = 0
    asked: int = 0
    """Introspection fields met."""
    reached: set[str] = field(default_factory=set)
    spreads: set[int] = field(default_factory=set)

    def all(self, operations: Iterable[OperationDefinitionNode]) -> None:
        """Walk every operation, then every fragment that none of them reached: validation reads it too.

        Raises: DocumentTooLarge; IntrospectionOff.
        """
        for operation in operations:
            roots = self._walk([operation.selection_set], depth=1, asking=False)
            if roots > MAX_ROOT_FIELDS:
                raise too_large(MAX_ROOT_FIELDS, "fields at its root", "根字段")
        for name, fragment in self.fragments.items():
            if name not in self.reached:
                self._walk([fragment.selection_set], depth=1, asking=False)

    def _walk(self, merged: list[SelectionSetNode], *, depth: int, asking: bool) -> int:
        """Walk selection sets that are merged into one; give the number of names in it."""
        if depth > MAX_DEPTH:
            raise too_large(MAX_DEPTH, "levels", "层")
        found: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()
        for selections in merged:
            self._collect(selections.selections, found, spread)
        for nodes in found.values():
            self._count(nodes, asking=asking)
            below = [node.selection_set for node in nodes if node.selection_set]
            if below:
                name = nodes[0].name.value
                self._walk(below, depth=depth + 1, asking=asking or name in INTROSPECTION)
        return len(found)

    def _collect(
        self, selections: Iterable[SelectionNode], found: dict[str, list[FieldNode]], spread: set[str]
    ) -> None:
        for one in selections:
            self.steps += 1
            if self.steps > MAX_FIELDS:
                raise too_large(MAX_FIELDS, "fields", "字段")
            _require_few_directives(one)
            if isinstance(one, FieldNode):
                found.setdefault(one.alias.value if one.alias else one.name.value, []).append(one)
            elif isinstance(one, FragmentSpreadNode):
                self._spread(one, found, spread)
            else:
                assert isinstance(one, InlineFragmentNode)
                self._collect(one.selection_set.selections, found, spread)

    def _spread(self, node: FragmentSpreadNode, found: dict[str, list[FieldNode]], spread: set[str]) -> None:
        name = node.name.value
        self.spreads.add(id(node))
        if len(self.spreads) > MAX_SPREADS:
            raise too_large(MAX_SPREADS, "fragment spreads", "片段引用")
        if name in self.fragments and name not in spread:
            spread.add(name)
            self.reached.add(name)
            self._collect(self.fragments[name].selection_set.selections, found, spread)

    def _count(self, nodes: list[FieldNode], *, asking: bool) -> None:
        self.pairs += len(nodes) * (len(nodes) - 1) // 2
        if self.pairs > MAX_PAIRS:
            raise too_large(MAX_PAIRS, "pairs of fields under one name", "同名字段对")
        for node in nodes:
            for argument in node.arguments or ():
                _require_few_items(argument.value)
            if asking and node.alias:
                raise too_large(0, "aliases below an introspection field", "自省字段之下的别名")
        if nodes[0].name.value in INTROSPECTION:
            if not self.introspection:
                raise IntrospectionOff
            self.asked += 1
            if self.asked > MAX_INTROSPECTION:
                raise too_large(MAX_INTROSPECTION, "introspection fields", "自省字段")

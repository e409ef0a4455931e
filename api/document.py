"""Documents: parsed and validated once, kept in a bounded cache, refused when too large to be worth it.

The lexer stops at a number of tokens; one pass then bounds what validation and planning will cost, before
either begins. It merges selections as execution does, each fragment once in a selection set, and gives up
after a fixed number of steps: limits that expand fragments at each spread hang on a few kilobytes.
Source: GraphQL specification, section 5 (validation), section 6.3.2 (field collection).
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    SKIP,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    NoFragmentCyclesRule,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    UniqueFragmentNamesRule,
    ValueNode,
    ValuesOfCorrectTypeRule,
    parse,
    specified_rules,
    validate,
    validate_input_literal,
)

from api.errors import (
    DocumentInvalid,
    DocumentMalformed,
    DocumentTooLarge,
    IntrospectionOff,
    OperationUnknown,
    as_error,
    of_graphql,
)
from domain.errors import DomainError

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

MAX_ERRORS = 10

TREE_BYTES = 160
"""What a character of a document takes as part of a syntax tree, at most."""

_LINE_END = re.compile(r"\r\n|[\n\r]")
_TOO_MANY_TOKENS = "Syntax Error: Document contains more than "
_TOO_DEEP = "Syntax Error: Document is nested too deeply"
_FRAGMENT_RULES = (UniqueFragmentNamesRule, NoFragmentCyclesRule)
"""What must hold before selections can be walked; asked only where it does not, for what to say."""

INTROSPECTION = frozenset({"__schema", "__type"})
"""Root fields that tell of the schema itself."""


class _LocatedValues(ValuesOfCorrectTypeRule):
    """Values have the right type; an error about a list or an object tells where it stands.

    graphql-core 3.3 copies those two before it reads them, without their place.
    """

    def is_valid_value_node(self, node: ValueNode, input_type: GraphQLInputType | None) -> Any:
        """Report what is wrong in a value of an argument or a default, and read no further into it."""

        def report(error: GraphQLError, path: list[str | int]) -> None:
            self.report_error(error if error.positions else GraphQLError(error.message, _member(node, path)))

        if input_type:
            validate_input_literal(node, input_type, report)
        return SKIP


def _member(node: ValueNode, path: Iterable[str | int]) -> ValueNode:
    """Give the value at a path of fields and indexes in a literal."""
    for step in path:
        if isinstance(node, ListValueNode) and isinstance(step, int):
            node = node.values[step]
        elif isinstance(node, ObjectValueNode):
            node = next(field.value for field in node.fields if field.name.value == step)
    return node


_RULES = tuple(_LocatedValues if rule is ValuesOfCorrectTypeRule else rule for rule in specified_rules)


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A parsed document: its operations and fragments, or the errors that refuse it, written out."""

    operations: tuple[OperationDefinitionNode, ...]
    fragments: Mapping[str, FragmentDefinitionNode]
    errors: tuple[Mapping[str, Any], ...] = ()
    characters: int = 0
    """Length of its text."""

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """Give the operation to execute.

        Raises: OperationUnknown when there is none of that name, or several and no name.
        """
        if name is None and len(self.operations) == 1:
            return self.operations[0]
        for operation in self.operations:
            if name is not None and operation.name and operation.name.value == name:
                return operation
        raise OperationUnknown


class Documents:
    """The documents of a schema that were sent lately, so many of them and so many characters in all."""

    def __init__(
        self, schema: GraphQLSchema, *, introspection: bool, size: int = 512, characters: int = 262_144
    ) -> None:
        self._schema = schema
        self._introspection = introspection
        self._size, self._characters = size, characters
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self._held = 0

    def __len__(self) -> int:
        """Tell how many are kept."""
        return len(self._kept)

    def get(self, text: str) -> Document:
        """Give the document of a text."""
        found = self._kept.get(text)
        if found is not None:
            self._kept.move_to_end(text)
            return found
        if len(text) > MAX_CHARACTERS:
            return _refused(_too_large(MAX_CHARACTERS, "characters", "字符"))
        if len(_LINE_END.findall(text)) >= MAX_LINES:
            return _refused(_too_large(MAX_LINES, "lines", "行"))
        found = self._kept[text] = self._read(text)
        self._held += len(text)
        while len(self._kept) > self._size or self._held > self._characters:
            self._held -= len(self._kept.popitem(last=False)[0])
        return found

    def _read(self, text: str) -> Document:
        try:
            ast = parse(text, max_tokens=MAX_TOKENS, allow_empty_selection_sets=False)
        except GraphQLError as error:
            if error.message.startswith(_TOO_MANY_TOKENS):
                return _refused(_too_large(MAX_TOKENS, "tokens", "词元"))
            if error.message.startswith(_TOO_DEEP):
                return _refused(_too_large(MAX_DEPTH, "levels", "层"))
            return _refused(error, kind=DocumentMalformed)
        operations = tuple(one for one in ast.definitions if isinstance(one, OperationDefinitionNode))
        fragments = {one.name.value: one for one in ast.definitions if isinstance(one, FragmentDefinitionNode)}
        try:
            errors = self._errors(ast, operations, fragments)
        except DomainError as error:
            return _refused(error)
        return _refused(*errors) if errors else Document(operations, fragments, characters=len(text))

    def _errors(
        self,
        ast: DocumentNode,
        operations: tuple[OperationDefinitionNode, ...],
        fragments: Mapping[str, FragmentDefinitionNode],
    ) -> list[GraphQLError]:
        """Find what refuses a document; that it is too large first, as validation might take too long.

        Raises: DocumentTooLarge; IntrospectionOff.
        """
        _require_few(ast, operations, fragments)
        if _are_tangled(ast, fragments):
            return validate(self._schema, ast, _FRAGMENT_RULES, max_errors=MAX_ERRORS)
        _Walk(fragments, introspection=self._introspection).all(operations)
        errors = validate(self._schema, ast, _RULES, max_errors=MAX_ERRORS)
        if not self._introspection:
            for error in errors:
                error.message = error.message.partition(" Did you mean ")[0]
        return errors


def _refused(*errors: GraphQLError | DomainError, kind: type[DomainError] = DocumentInvalid) -> Document:
    """Give a document that is only its errors: nothing else of it is kept."""
    written = (as_error(error) if isinstance(error, DomainError) else of_graphql(error, kind=kind) for error in errors)
    return Document((), {}, tuple(written))


def _too_large(limit: int, what: str, zh: str) -> DocumentTooLarge:
    return DocumentTooLarge(
        f"The document has more than {limit} {what}: split it into several requests.",
        zh=f"查询文档超过 {limit} 个{zh}：请拆分为多次请求。",
    )


def _require_few(
    ast: DocumentNode,
    operations: Iterable[OperationDefinitionNode],
    fragments: Mapping[str, FragmentDefinitionNode],
) -> None:
    if len(ast.definitions) - len(fragments) > MAX_OPERATIONS:
        raise _too_large(MAX_OPERATIONS, "operations", "操作")
    if len(fragments) > MAX_FRAGMENTS:
        raise _too_large(MAX_FRAGMENTS, "fragments", "片段")
    for definition in ast.definitions:
        _require_few_directives(definition)
    for operation in operations:
        variables = operation.variable_definitions or ()
        if len(variables) > MAX_VARIABLES:
            raise _too_large(MAX_VARIABLES, "variables", "变量")
        for variable in variables:
            _require_few_directives(variable)
            _require_few_items(variable.default_value)


def _are_tangled(ast: DocumentNode, fragments: Mapping[str, FragmentDefinitionNode]) -> bool:
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


def _require_few_directives(node: Any) -> None:
    directives = getattr(node, "directives", None) or ()
    if len(directives) > MAX_DIRECTIVES:
        raise _too_large(MAX_DIRECTIVES, "directives in one place", "指令（同一位置）")
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
        raise _too_large(MAX_ITEMS, "members of one list", "成员（同一列表）")
    for member in members:
        _require_few_items(member)


@dataclass(slots=True)
class _Walk:
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
                raise _too_large(MAX_ROOT_FIELDS, "fields at its root", "根字段")
        for name, fragment in self.fragments.items():
            if name not in self.reached:
                self._walk([fragment.selection_set], depth=1, asking=False)

    def _walk(self, merged: list[SelectionSetNode], *, depth: int, asking: bool) -> int:
        """Walk selection sets that are merged into one; give the number of names in it."""
        if depth > MAX_DEPTH:
            raise _too_large(MAX_DEPTH, "levels", "层")
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
                raise _too_large(MAX_FIELDS, "fields", "字段")
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
            raise _too_large(MAX_SPREADS, "fragment spreads", "片段引用")
        if name in self.fragments and name not in spread:
            spread.add(name)
            self.reached.add(name)
            self._collect(self.fragments[name].selection_set.selections, found, spread)

    def _count(self, nodes: list[FieldNode], *, asking: bool) -> None:
        self.pairs += len(nodes) * (len(nodes) - 1) // 2
        if self.pairs > MAX_PAIRS:
            raise _too_large(MAX_PAIRS, "pairs of fields under one name", "同名字段对")
        for node in nodes:
            for argument in node.arguments or ():
                _require_few_items(argument.value)
            if asking and node.alias:
                raise _too_large(0, "aliases below an introspection field", "自省字段之下的别名")
        if nodes[0].name.value in INTROSPECTION:
            if not self.introspection:
                raise IntrospectionOff
            self.asked += 1
            if self.asked > MAX_INTROSPECTION:
                raise _too_large(MAX_INTROSPECTION, "introspection fields", "自省字段")

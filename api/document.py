"""Documents: parsed and validated once, kept in a bounded cache, refused when too large to be worth it.

One linear pass over the parsed document, memoised over its fragments, bounds what validation and planning
will cost before either begins; limits that expand fragments again at each spread hang on a few kilobytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    validate,
)

MAX_TOKENS = 8_000
MAX_FIELDS = 1_500
MAX_DEPTH = 24
MAX_SAME_KEY = 30
MAX_DIRECTIVES = 8


class DocumentTooLarge(GraphQLError):
    """The document asks for more than one request may: it is refused before it is validated."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(
            f"The document has more than {limit} {what}: split it into several requests.",
            extensions={"code": "DOCUMENT_TOO_LARGE", "messageZh": "查询文档过大：请拆分为多次请求。"},
        )


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A parsed document: its operations and fragments, or the errors that refuse it."""

    operations: tuple[OperationDefinitionNode, ...]
    fragments: Mapping[str, FragmentDefinitionNode]
    errors: tuple[GraphQLError, ...]

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """Give the operation to execute.

        Raises: GraphQLError when the name is missing or matches none.
        """
        if name is None and len(self.operations) == 1:
            return self.operations[0]
        for operation in self.operations:
            if name is not None and operation.name and operation.name.value == name:
                return operation
        wanted = "Must provide operation name if query contains multiple operations."
        raise GraphQLError(wanted if name is None else f"Unknown operation named {name!r}.", extensions={"code": "BAD_REQUEST"})


class Documents:
    """The documents of a schema that were sent lately."""

    def __init__(self, schema: GraphQLSchema, *, suggestions: bool, size: int = 512) -> None:
        self._schema = schema
        self._suggestions = suggestions
        self.get = lru_cache(maxsize=size)(self._read)

    def _read(self, text: str) -> Document:
        try:
            ast = parse(text, max_tokens=MAX_TOKENS, no_location=False)
            _bound(ast)
        except GraphQLError as error:
            return Document((), {}, (self._coded(error, "GRAPHQL_PARSE_FAILED"),))
        except RecursionError:
            return Document((), {}, (DocumentTooLarge("levels", MAX_DEPTH),))
        errors = tuple(self._coded(error, "GRAPHQL_VALIDATION_FAILED") for error in validate(self._schema, ast, max_errors=20))
        operations = tuple(one for one in ast.definitions if isinstance(one, OperationDefinitionNode))
        return Document(operations, _fragments(ast), errors)

    def _coded(self, error: GraphQLError, code: str) -> GraphQLError:
        message = error.message if self._suggestions else error.message.split(" Did you mean")[0]
        extensions = {"code": code, **(error.extensions or {})}
        return GraphQLError(message, error.nodes, error.source, error.positions, extensions=extensions)


def _fragments(ast: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {one.name.value: one for one in ast.definitions if isinstance(one, FragmentDefinitionNode)}


@dataclass(slots=True)
class _Size:
    fields: int
    depth: int


def _bound(ast: DocumentNode) -> None:
    """Refuse a document whose expansion is too large.

    Raises: DocumentTooLarge.
    """
    fragments = _fragments(ast)
    known: dict[str, _Size] = {}
    for name in fragments:
        _measure_fragment(name, fragments, known)
    for one in ast.definitions:
        if isinstance(one, OperationDefinitionNode):
            size = _measure(one.selection_set, fragments, known)
            if size.fields > MAX_FIELDS:
                raise DocumentTooLarge("fields", MAX_FIELDS)
            if size.depth > MAX_DEPTH:
                raise DocumentTooLarge("levels", MAX_DEPTH)


def _measure_fragment(name: str, fragments: Mapping[str, FragmentDefinitionNode], known: dict[str, _Size]) -> _Size:
    if name not in known:
        known[name] = _Size(0, 0)  # a cycle counts nothing here: validation refuses it
        if name in fragments:
            known[name] = _measure(fragments[name].selection_set, fragments, known)
    return known[name]


def _measure(
    selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], known: dict[str, _Size]
) -> _Size:
    total, depth = 0, 0
    keys: dict[str, int] = {}
    for one in selections.selections:
        _bound_directives(one)
        if isinstance(one, FieldNode):
            key = one.alias.value if one.alias else one.name.value
            keys[key] = keys.get(key, 0) + 1
            if keys[key] > MAX_SAME_KEY:
                raise DocumentTooLarge("selections under one name", MAX_SAME_KEY)
            inner = _measure(one.selection_set, fragments, known) if one.selection_set else _Size(0, 0)
            total, depth = total + 1 + inner.fields, max(depth, 1 + inner.depth)
        else:
            inner = (
                _measure(one.selection_set, fragments, known)
                if isinstance(one, InlineFragmentNode)
                else _measure_fragment(_name(one), fragments, known)
            )
            total, depth = total + 1 + inner.fields, max(depth, inner.depth)
        total = min(total, MAX_FIELDS + 1)
        if depth > MAX_DEPTH:
            raise DocumentTooLarge("levels", MAX_DEPTH)
    return _Size(total, depth)


def _name(spread: Any) -> str:
    assert isinstance(spread, FragmentSpreadNode)
    return spread.name.value


def _bound_directives(node: Any) -> None:
    if len(node.directives or ()) > MAX_DIRECTIVES:
        raise DocumentTooLarge("directives in one place", MAX_DIRECTIVES)

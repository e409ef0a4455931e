"""Documents: parsed and validated once, kept in a bounded cache.

One that is too large is refused before it is validated, by `api.planning.document_limits`; the lexer stops at a
number of tokens.
Source: GraphQL specification, section 5 (validation).
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    SKIP,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    ListValueNode,
    NoFragmentCyclesRule,
    ObjectValueNode,
    OperationDefinitionNode,
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
    OperationUnknown,
    as_error,
    of_graphql,
)
from api.planning.document_limits import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_LINES,
    MAX_TOKENS,
    Walk,
    are_tangled,
    require_few,
    too_large,
)
from domain.errors import DomainError

MAX_ERRORS = 10

TREE_BYTES = 160
"""What a character of a document takes as part of a syntax tree, at most."""

_LINE_END = re.compile(r"\r\n|[\n\r]")
_TOO_MANY_TOKENS = "Syntax Error: Document contains more than "
_TOO_DEEP = "Syntax Error: Document is nested too deeply"
_FRAGMENT_RULES = (UniqueFragmentNamesRule, NoFragmentCyclesRule)
"""What must hold before selections can be walked; asked only where it does not, for what to say."""


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
            return _refused(too_large(MAX_CHARACTERS, "characters", "字符"))
        if len(_LINE_END.findall(text)) >= MAX_LINES:
            return _refused(too_large(MAX_LINES, "lines", "行"))
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
                return _refused(too_large(MAX_TOKENS, "tokens", "词元"))
            if error.message.startswith(_TOO_DEEP):
                return _refused(too_large(MAX_DEPTH, "levels", "层"))
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
        require_few(ast, operations, fragments)
        if are_tangled(ast, fragments):
            return validate(self._schema, ast, _FRAGMENT_RULES, max_errors=MAX_ERRORS)
        Walk(fragments, introspection=self._introspection).all(operations)
        errors = validate(self._schema, ast, _RULES, max_errors=MAX_ERRORS)
        if not self._introspection:
            for error in errors:
                error.message = error.message.partition(" Did you mean ")[0]
        return errors


def _refused(*errors: GraphQLError | DomainError, kind: type[DomainError] = DocumentInvalid) -> Document:
    """Give a document that is only its errors: nothing else of it is kept."""
    written = (as_error(error) if isinstance(error, DomainError) else of_graphql(error, kind=kind) for error in errors)
    return Document((), {}, tuple(written))


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

"""The second evaluator: plain graphql-core over Python objects, row by row, field by field.

It answers what the plan answers, by the slowest and plainest means. The schema is the real one, printed and
read again, so that no resolver of ours is left in it. Cursors stand as `cursor:` and the id of their row, since
their text is sealed.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLIncludeDirective,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    build_schema,
    execute_sync,
    get_argument_values,
    get_directive_values,
    get_named_type,
    is_enum_type,
    parse,
    print_schema,
)

from tests.oracle.meaning import ABOUT_SOMEBODY, COMPUTED, NOUNS, Meaning, entry_in_force, record_in_force, snake
from tests.oracle.world import NUMBERS, Caller, Row

Nodes = Sequence[FieldNode]

LINKS = {
    ("Jurisdiction", "parent"): "parent_id",
    ("Subject", "creditRecords"): "subject_id",
    ("Subject", "listEntries"): "subject_id",
    ("Subject", "legalRepresentatives"): "subject_id",
    ("Subject", "represents"): "person_id",
    ("Subject", "creditReports"): "subject_id",
    ("Subject", "consents"): "subject_id",
    ("Subject", "accessLog"): "subject_id",
    ("Office", "responsibilities"): "office_id",
    ("Office", "produces"): "office_id",
    ("CatalogueItem", "producers"): "item_id",
    ("CreditRecord", "versions"): "record_id",
    ("CreditRecord", "listed"): "record_id",
    ("CreditList", "entries"): "credit_list_id",
    ("ListEntry", "evidence"): "entry_id",
    ("RecordImport", "refusedRows"): "record_import_id",
}
"""By which column an object leads on, where it is not the field's own name."""

USCC = re.compile("[0-9A-HJ-NPQRTUWXY]{18}")


@dataclass
class Given:
    """What an operation answers by the second evaluator."""

    data: Any
    errors: dict[tuple[Any, ...], set[str]]
    """The codes that are right for each path with an error; more than one where several reasons apply."""
    persons: set[UUID]
    """The natural persons whose data is in the answer."""


@dataclass(frozen=True)
class Object:
    """A row as an object of a type."""

    type: str
    row: Row


@dataclass
class Page:
    """The rows of a page and where it stands."""

    rows: list[Row]
    more: bool
    beyond: bool
    backward: bool


@dataclass
class Rows:
    """A connection: how many rows it has, and its page, looked for only when it is asked for."""

    type: str
    count: int
    turn: Callable[[], Page]

    @cached_property
    def page(self) -> Page:
        """Give the page."""
        return self.turn()


class Refusal(GraphQLError):
    """A root field that is refused, with every code that would be right."""

    def __init__(self, codes: set[str]) -> None:
        super().__init__("refused", extensions={"codes": codes})


class Naive:
    """The second evaluator of a schema over the rows of a world."""

    def __init__(self, schema: GraphQLSchema, meaning: Meaning) -> None:
        self.schema = build_schema(print_schema(schema))
        self.meaning = meaning
        self.by_id = {
            name: {row["id"]: row for row in meaning.rows_of(noun)}
            for name, noun in NOUNS.items()
            if noun in (*meaning.tables, "access_entry")
        }

    def answer(
        self,
        document: str,
        variables: Mapping[str, Any],
        caller: Caller,
        *,
        operation: str | None = None,
        cursors: Iterable[str] = (),
    ) -> Given:
        """Answer an operation; `cursors` are those that are good where they stand in it."""
        asked = _Asked(self, caller, set(cursors))
        result = execute_sync(
            self.schema,
            _parsed(document),
            variable_values=dict(variables),
            operation_name=operation,
            field_resolver=asked.resolve,
            type_resolver=lambda value, info, kind: value.type,
        )
        errors = {}
        for error in result.errors or ():
            if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
                raise error.original_error
            errors[tuple(error.path or ())] = set((error.extensions or {}).get("codes", {error.message}))
        return Given(result.data, errors, asked.persons)


def _parsed(document: str) -> DocumentNode:
    return parse(document, no_location=True)


@dataclass
class _Asked:
    """One operation of one caller."""

    naive: Naive
    caller: Caller
    cursors: set[str]
    persons: set[UUID] = field(default_factory=set)

    # -- resolving

    def resolve(self, source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        """Resolve any field of any type."""
        if info.parent_type.name == "Query":
            return self._root(info, arguments)
        if isinstance(source, Rows):
            return self._of_connection(source, info.field_name)
        if isinstance(source, Object):
            return self._of_object(source, info, arguments)
        value = source[info.field_name]
        return self._noted(value) if isinstance(value, Object) else value

    def _root(self, info: GraphQLResolveInfo, arguments: Mapping[str, Any]) -> Any:
        if info.field_name == "viewer":
            return self._viewer()
        refusals = _Refusals(self, info)
        target = get_named_type(info.return_type).name
        if info.field_name == "node":
            prefix = str(arguments["id"]).partition(":")[0]
            if prefix not in NOUNS:
                return None
            self._refuse(refusals.of_object(prefix, info.field_nodes) | refusals.of_id(arguments["id"], prefix))
            return self._single(prefix, self._by_global_id(arguments["id"]))
        if target.endswith("Connection"):
            self._refuse(refusals.of_connection(target.removesuffix("Connection"), info.field_nodes, arguments))
            return self._connection(info, arguments, lambda row: True)
        self._refuse(
            refusals.of_object(target, info.field_nodes) | refusals.of_single(info.field_name, target, arguments)
        )
        return self._single(target, self._picked(info.field_name, arguments))

    def _refuse(self, codes: set[str]) -> None:
        if codes:
            raise Refusal(codes)

    def _viewer(self) -> Mapping[str, Any]:
        caller = self.caller
        return {
            "anonymous": caller.sub is None,
            "roles": sorted(caller.roles),
            "officeId": f"Office:{caller.office}" if caller.office else None,
            "jurisdictionId": f"Jurisdiction:{caller.jurisdiction}" if caller.jurisdiction else None,
            "subjectId": f"Subject:{caller.subject}" if caller.subject else None,
            "purpose": caller.purpose,
            "policyVersion": 1,
        }

    def _picked(self, name: str, arguments: Mapping[str, Any]) -> Row | None:
        table = self.naive.meaning.tables
        match name:
            case "subject":
                code = arguments["code"].strip().upper()
                return next((row for row in table["subject"] if row["uscc"] == code), None)
            case "person":
                found = NUMBERS.get(arguments["idNumber"])
                row = next((row for row in table["subject"] if row["id"] == found), None)
                scopes = self.naive.meaning.open_scopes(self.caller, "subject", "lookup_person")
                return row if row and self.naive.meaning.within(self.caller, "subject", scopes, row) else None
            case "creditReport":
                return next((row for row in table["credit_report"] if row["number"] == arguments["number"]), None)
            case _:
                return self._by_global_id(arguments["id"])

    def _by_global_id(self, ident: str) -> Row | None:
        name, _, rest = ident.partition(":")
        return next((row for row in self.naive.by_id[name].values() if str(row["id"]) == rest), None)

    def _visible(self, type_name: str, row: Row, *, count: bool = False) -> bool:
        noun = NOUNS[type_name]
        meaning = self.naive.meaning
        scopes = meaning.open_scopes(self.caller, noun, "read")
        if count:
            scopes = scopes | meaning.open_scopes(self.caller, noun, "count")
        return meaning.within(self.caller, noun, scopes, row)

    def _single(self, type_name: str, row: Row | None) -> Object | None:
        if row is None or not self._visible(type_name, row):
            return None
        return self._noted(Object(type_name, row))

    def _noted(self, shown: Object) -> Object:
        person = self.naive.meaning.person(NOUNS[shown.type], shown.row)
        if person is not None:
            self.persons.add(person)
        return shown

    def _of_object(self, source: Object, info: GraphQLResolveInfo, arguments: Mapping[str, Any]) -> Any:
        name, row = info.field_name, source.row
        if name == "id":
            return f"{source.type}:{row['id']}"
        target = get_named_type(info.return_type).name
        link = LINKS.get((source.type, name))
        if target.endswith("Connection"):
            assert link is not None
            return self._connection(info, arguments, lambda other: other[link] == row["id"])
        if target in NOUNS:
            return self._single(target, self.naive.by_id[target].get(row[link or f"{snake(name)}_id"]))
        computed = COMPUTED.get((source.type, name))
        value = (
            computed(self.naive.meaning, row)
            if computed
            else self.naive.meaning.shown(self.caller, source.type, name, row)
        )
        return _written(value, upper=is_enum_type(get_named_type(info.return_type)))

    # -- connections

    def _connection(self, info: GraphQLResolveInfo, arguments: Mapping[str, Any], hangs: Callable[[Row], bool]) -> Rows:
        type_name = get_named_type(info.return_type).name.removesuffix("Connection")
        counting = _Refusals(self, info).is_counting(type_name, info.field_nodes)
        rows = [
            row
            for row in self.naive.meaning.rows_of(NOUNS[type_name])
            if hangs(row) and self._fits(type_name, row, arguments)
        ]
        counted = [row for row in rows if self._visible(type_name, row, count=True)]
        readable = [row for row in rows if self._visible(type_name, row)]
        # what may only be counted counts where nothing but the number is asked for
        return Rows(
            type_name, len(counted if counting else readable), lambda: self._page(type_name, readable, arguments)
        )

    def _page(self, type_name: str, readable: list[Row], arguments: Mapping[str, Any]) -> Page:
        order = arguments.get("orderBy") or next(iter(self.naive.schema.get_type(f"{type_name}Order").values))  # type: ignore[union-attr]
        column, direction = order.rsplit("_", 1)
        size, backward = arguments.get("first") or arguments["last"], arguments.get("last") is not None
        ordered = sorted(readable, key=_sort_key(column.lower()), reverse=direction == "DESC")
        cursor = arguments.get("after") or arguments.get("before")
        if cursor is not None:
            at = _sort_key(column.lower())(self._row_of(type_name, cursor))
            upward = (direction == "DESC") == backward
            ordered = [row for row in ordered if (_sort_key(column.lower())(row) > at) is upward and row["id"] != at[1]]
        rows = ordered[-size:] if backward else ordered[:size]
        return Page(rows, len(ordered) > size, cursor is not None, backward)

    def _row_of(self, type_name: str, cursor: str) -> Row:
        return next(
            row for row in self.naive.meaning.rows_of(NOUNS[type_name]) if str(row["id"]) == row_of_cursor(cursor)
        )

    def _of_connection(self, rows: Rows, name: str) -> Any:
        if name == "totalCount":
            return rows.count
        page, shown = rows.page, [Object(rows.type, row) for row in rows.page.rows]
        match name:
            case "nodes":
                return [self._noted(one) for one in shown]
            case "edges":
                return [{"node": one, "cursor": f"cursor:{one.row['id']}"} for one in shown]
        return {
            "hasNextPage": page.beyond if page.backward else page.more,
            "hasPreviousPage": page.more if page.backward else page.beyond,
            "startCursor": f"cursor:{shown[0].row['id']}" if shown else None,
            "endCursor": f"cursor:{shown[-1].row['id']}" if shown else None,
        }

    def _fits(self, type_name: str, row: Row, arguments: Mapping[str, Any]) -> bool:
        if arguments.get("search") is not None and not self._found(row, arguments["search"]):
            return False
        given = {name: value for name, value in (arguments.get("filter") or {}).items() if value is not None}
        return all(self._meets(type_name, row, name, value) for name, value in given.items())

    def _found(self, row: Row, term: str) -> bool:
        meaning, wanted = self.naive.meaning, term.strip().lower()
        scopes = meaning.open_scopes(self.caller, "subject", "search")
        if row["is_person"]:
            scopes = {
                scope for scope in scopes if meaning.policy.level(self.caller.roles, "person_name", scope) == "clear"
            }
        texts = [row["name"].lower()] if row["is_person"] else [row["name"].lower(), row["name_pinyin"]]
        return meaning.within(self.caller, "subject", scopes, row) and any(wanted in text for text in texts)

    def _meets(self, type_name: str, row: Row, name: str, value: Any) -> bool:
        meaning = self.naive.meaning
        privacy = meaning.classes.get((type_name, name))
        if privacy and meaning.level(self.caller, NOUNS[type_name], privacy, row) != "clear":
            return False
        match type_name, name:
            case _, "decidedFrom":
                return bool(row["decided_on"] >= date.fromisoformat(value))
            case _, "decidedTo":
                return bool(row["decided_on"] <= date.fromisoformat(value))
            case "WorkingDay", "from":
                return bool(row["id"] >= date.fromisoformat(value))
            case "WorkingDay", "to":
                return bool(row["id"] <= date.fromisoformat(value))
            case "CreditRecord", "inForce":
                return record_in_force(row, meaning.today) is value
            case "ListEntry", "inForce":
                return entry_in_force(row, meaning.today) is value
            case "Office", "name":
                return row["name"] in value or any(alias in value for alias in row["aliases"])
            case "Subject", "code":
                return row["uscc"] in value
            case _, "jurisdiction" | "office" | "item" | "subject" | "creditList":
                return f"{_REFERS[name]}:{row[f'{snake(name)}_id']}" in value
        stored = row[snake(name)]
        if isinstance(value, bool):
            return stored is value
        return stored is not None and (
            stored in value or (isinstance(stored, str) and stored.upper() in value and name in _ENUMERATED)
        )


_REFERS = {
    "jurisdiction": "Jurisdiction",
    "office": "Office",
    "item": "CatalogueItem",
    "subject": "Subject",
    "creditList": "CreditList",
}
_ENUMERATED = {"kind", "polarity", "state", "severity", "outcome"}


def _sort_key(column: str) -> Callable[[Row], tuple[Any, Any]]:
    return lambda row: (row[column], row["id"])


def _written(value: Any, *, upper: bool) -> Any:
    if isinstance(value, str) and upper:
        return value.upper()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def row_of_cursor(cursor: str) -> str:
    """Give the id of the row that a cursor stands for, without asking whether it is a good one."""
    body = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))[12:]
    return body.decode().rpartition("|")[2]


# -- refusals


@dataclass
class _Refusals:
    """Whatever is to be refused under a root field: found by walking the selection, before any row is read."""

    asked: _Asked
    info: GraphQLResolveInfo

    def of_object(self, type_name: str, nodes: Nodes) -> set[str]:
        """Give the codes that refuse an object of a type with what is selected of it."""
        found = self._reading(NOUNS[type_name])
        for inner in self._selected(type_name, nodes).values():
            found |= self._of_field(type_name, inner)
        return found

    def _of_field(self, type_name: str, nodes: Nodes) -> set[str]:
        name = nodes[0].name.value
        if name.startswith("__"):
            return set()
        kind = self.asked.naive.schema.get_type(type_name)
        assert isinstance(kind, GraphQLObjectType)
        definition = kind.fields[name]
        target = get_named_type(definition.type).name
        if target.endswith("Connection"):
            arguments = get_argument_values(definition, nodes[0], self.info.variable_values)
            return self.of_connection(target.removesuffix("Connection"), nodes, arguments)
        return self.of_object(target, nodes) if target in NOUNS else set()

    def _reading(self, noun: str, action: str = "read") -> set[str]:
        meaning, caller = self.asked.naive.meaning, self.asked.caller
        if self._purpose_missing(noun):
            return {"PURPOSE_REQUIRED"}
        if meaning.open_scopes(caller, noun, action):
            return set()
        named = Caller(**{**vars(caller), "purpose": "any"})
        return {
            "PURPOSE_REQUIRED" if caller.purpose is None and meaning.open_scopes(named, noun, action) else "FORBIDDEN"
        }

    def _purpose_missing(self, noun: str) -> bool:
        caller, policy = self.asked.caller, self.asked.naive.meaning.policy
        return (
            noun in ABOUT_SOMEBODY
            and caller.purpose is None
            and not policy.scopes(caller.roles, "request", "omit_purpose")
        )

    def of_single(self, name: str, target: str, arguments: Mapping[str, Any]) -> set[str]:
        """Give the codes that refuse the argument, or the action, of a root field for one row."""
        match name:
            case "subject":
                code = arguments["code"].strip(" \t\r\n").upper()
                return set() if USCC.fullmatch(code) else {"CODE_MALFORMED"}
            case "person":
                known = set() if arguments["idNumber"] in NUMBERS else {"ID_NUMBER_MALFORMED"}
                return known | self._reading("subject", "lookup_person")
            case "creditReport":
                return _text(arguments["number"])
        return self.of_id(arguments["id"], target)

    def of_id(self, ident: str, target: str) -> set[str]:
        """Give the code that refuses a global id as one of a type."""
        name, _, rest = ident.partition(":")
        try:
            good = name == target and rest == _canonical(target, rest)
        except ValueError:
            good = False
        return set() if good else {"ID_INVALID"}

    def of_connection(self, type_name: str, nodes: Nodes, arguments: Mapping[str, Any]) -> set[str]:
        """Give the codes that refuse a connection with what is selected of it."""
        wanted = self._selected(f"{type_name}Connection", nodes)
        counting = self.is_counting(type_name, nodes)
        found = self._listing(NOUNS[type_name], counting=counting) | self._narrowing(type_name, arguments)
        if not counting:
            found |= self._page(arguments)
        for inner in wanted.values():
            if inner[0].name.value == "nodes":
                found |= self.of_object(type_name, inner)
            if inner[0].name.value == "edges":
                for part in self._selected(f"{type_name}Edge", inner).values():
                    found |= self.of_object(type_name, part) if part[0].name.value == "node" else set()
        return found

    def is_counting(self, type_name: str, nodes: Nodes) -> bool:
        """Tell whether only the number of rows of a connection is asked for."""
        wanted = self._selected(f"{type_name}Connection", nodes)
        return all(inner[0].name.value in ("totalCount", "__typename") for inner in wanted.values())

    def _listing(self, noun: str, *, counting: bool) -> set[str]:
        may_count = self.asked.naive.meaning.open_scopes(self.asked.caller, noun, "count")
        if counting and may_count:
            return {"PURPOSE_REQUIRED"} if self._purpose_missing(noun) else set()
        return self._reading(noun)

    def _narrowing(self, type_name: str, arguments: Mapping[str, Any]) -> set[str]:
        found: set[str] = set()
        if arguments.get("search") is not None:
            found |= self._reading("subject", "search") | _text(arguments["search"], least=2)
        for name, value in (arguments.get("filter") or {}).items():
            if value is None:
                continue
            found |= self._filtering(type_name, name)
            if name in _REFERS and not isinstance(value, str):
                for ident in value:
                    found |= self.of_id(ident, _REFERS[name])
            elif name not in _ENUMERATED:
                for text in value if isinstance(value, list) else [value]:
                    found |= _text(text) if isinstance(text, str) else set()
        return found

    def _filtering(self, type_name: str, name: str) -> set[str]:
        meaning, caller = self.asked.naive.meaning, self.asked.caller
        privacy = meaning.classes.get((type_name, name))
        scopes = meaning.open_scopes(caller, NOUNS[type_name], "read")
        if privacy is None or any(meaning.policy.level(caller.roles, privacy, scope) == "clear" for scope in scopes):
            return set()
        return {"FORBIDDEN"}

    def _page(self, arguments: Mapping[str, Any]) -> set[str]:
        first, last, after, before = (arguments.get(name) for name in ("first", "last", "after", "before"))
        found: set[str] = set()
        if (first is None) == (last is None) or not all(1 <= size <= 100 for size in (first, last) if size is not None):
            found.add("PAGE_SIZE_INVALID")
        if (after is not None and last is not None) or (before is not None and first is not None):
            found.add("INVALID_INPUT")
        if any(cursor is not None and cursor not in self.asked.cursors for cursor in (after, before)):
            found.add("CURSOR_INVALID")
        return found

    def _selected(self, type_name: str, nodes: Nodes) -> dict[str, list[FieldNode]]:
        found: dict[str, list[FieldNode]] = {}
        for node in nodes:
            self._gather(type_name, node, found)
        return found

    def _gather(self, type_name: str, holder: Any, found: dict[str, list[FieldNode]]) -> None:
        for one in holder.selection_set.selections if holder.selection_set else ():
            if not self._included(one):
                continue
            if isinstance(one, FieldNode):
                found.setdefault(one.alias.value if one.alias else one.name.value, []).append(one)
            elif isinstance(one, InlineFragmentNode):
                if one.type_condition is None or self._is_a(type_name, one.type_condition.name.value):
                    self._gather(type_name, one, found)
            elif isinstance(one, FragmentSpreadNode):
                fragment = self.info.fragments[one.name.value]
                definition = getattr(fragment, "definition", fragment)
                if self._is_a(type_name, definition.type_condition.name.value):
                    self._gather(type_name, definition, found)

    def _included(self, node: Any) -> bool:
        skip = get_directive_values(GraphQLSkipDirective, node, self.info.variable_values) or {}
        include = get_directive_values(GraphQLIncludeDirective, node, self.info.variable_values) or {}
        return not skip.get("if", False) and bool(include.get("if", True))

    def _is_a(self, type_name: str, condition: str) -> bool:
        kind, concrete = self.asked.naive.schema.get_type(condition), self.asked.naive.schema.get_type(type_name)
        if isinstance(kind, GraphQLInterfaceType) and isinstance(concrete, GraphQLObjectType):
            return self.asked.naive.schema.is_sub_type(kind, concrete)
        return condition == type_name


def _text(value: str, *, least: int = 0) -> set[str]:
    good = "\x00" not in value and len(value) <= 200 and len(value.strip()) >= least
    return set() if good else {"TEXT_INVALID"}


def _canonical(target: str, rest: str) -> str:
    if target == "Jurisdiction":
        return rest if rest.isascii() and len(rest) <= 20 and "\x00" not in rest else "\x00bad"
    return date.fromisoformat(rest).isoformat() if target == "WorkingDay" else str(UUID(rest))

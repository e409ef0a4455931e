"""What is to be refused under a root field, and with which codes, by the second evaluator.

A refusal anywhere under a root field refuses the whole of it, whatever rows there are. Where several reasons apply,
each of their codes is right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from graphql import (
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
    get_argument_values,
    get_directive_values,
    get_named_type,
)

from tests.oracle.meaning import ABOUT_SOMEBODY, NOUNS, Meaning
from tests.oracle.world import NOBODY, NUMBERS, Caller

Nodes = Sequence[FieldNode]

REFERS = {
    "jurisdiction": "Jurisdiction",
    "office": "Office",
    "item": "CatalogueItem",
    "subject": "Subject",
    "watch": "Watch",
    "creditList": "CreditList",
    "publisher": "Office",
    "commitmentItem": "CommitmentItem",
    "nextOffice": "Office",
    "record": "CreditRecord",
    "entry": "ListEntry",
    "account": "Account",
    "activity": "Activity",
    "provider": "Office",
    "unit": "Office",
    "campaign": "Campaign",
    "applicationItem": "ApplicationItem",
}
"""The type whose ids a filter takes."""

ENUMERATED = {
    "category",
    "channel",
    "counted",
    "cycle",
    "examKind",
    "fault",
    "ground",
    "kind",
    "nextStep",
    "origin",
    "outcome",
    "part",
    "party",
    "pattern",
    "polarity",
    "route",
    "severity",
    "state",
    "status",
    "way",
}
"""Filters that take values of an enumeration."""

FREE = {("Edition", "kind")}
"""Filters of such a name that take texts: kinds of editions are data of the rulebooks."""

_UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
IDENTIFIERS = {
    ("ChangeEntry", "objectId"): re.compile(f"[A-Za-z]+:{_UUID}").fullmatch,
    ("Delivery", "row"): re.compile(f"[A-Za-z]+:{_UUID}").fullmatch,
    ("ChangeEntry", "account"): re.compile(f"(Account:)?{_UUID}").fullmatch,
    ("AccessEntry", "account"): re.compile(f"(Account:)?{_UUID}").fullmatch,
}
"""Filters that take identifiers of no one type, and how those are written."""

USCC = re.compile("[0-9A-HJ-NPQRTUWXY]{18}")


@dataclass
class Refusals:
    """Whatever is to be refused under a root field: found by walking the selection, before any row is read."""

    schema: GraphQLSchema
    meaning: Meaning
    caller: Caller
    cursors: set[str]
    info: GraphQLResolveInfo[Any]
    faults: set[str] = field(default_factory=set)
    """Codes of what is wrong with the selection itself."""

    def of_root(self, target: str, arguments: Mapping[str, Any]) -> set[str]:
        """Give the codes that refuse the root field, which leads to a type or to a connection."""
        name, nodes = self.info.field_name, self.info.field_nodes
        if target.endswith("Connection"):
            found = self.of_connection(target.removesuffix("Connection"), nodes, arguments)
        elif name == "node":
            found = self.of_object(target, nodes) | self.of_id(arguments["id"], target)
        else:
            found = self.of_object(target, nodes) | self.of_single(name, target, arguments)
        return found | self.faults

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
        kind = self.schema.get_type(type_name)
        assert isinstance(kind, GraphQLObjectType)
        definition = kind.fields[name]
        target = get_named_type(definition.type).name
        if target.endswith("Connection"):
            try:
                arguments = get_argument_values(definition, nodes[0], self.info.variable_values)
            except GraphQLError:
                return {"GRAPHQL_VALIDATION_FAILED"}
            return self.of_connection(target.removesuffix("Connection"), nodes, arguments)
        return self.of_object(target, nodes) if target in NOUNS else set()

    def _reading(self, noun: str, action: str = "read") -> set[str]:
        meaning, caller = self.meaning, self.caller
        if self._purpose_missing(noun):
            return {"PURPOSE_REQUIRED"}
        if meaning.open_scopes(caller, noun, action):
            return set()
        named = Caller(**{**vars(caller), "purpose": "any"})
        return {
            "PURPOSE_REQUIRED" if caller.purpose is None and meaning.open_scopes(named, noun, action) else "FORBIDDEN"
        }

    def _purpose_missing(self, noun: str) -> bool:
        caller, policy = self.caller, self.meaning.policy
        return (
            noun in ABOUT_SOMEBODY
            and caller.purpose is None
            and not policy.scopes(caller.roles, "request", "omit_purpose")
        )

    def of_single(self, name: str, target: str, arguments: Mapping[str, Any]) -> set[str]:
        """Give the codes that refuse the argument, or the action, of a root field for one row."""
        match name:
            case "me":
                return set()
            case "subject":
                code = arguments["code"].strip(" \t\r\n").upper()
                return set() if USCC.fullmatch(code) else {"CODE_MALFORMED"}
            case "person":
                known = set() if is_number(arguments["idNumber"]) else {"ID_NUMBER_MALFORMED"}
                return known | self._reading("subject", "lookup_person")
            case "checkpoint":
                return set()
            case "creditReport":
                return _text(arguments["number"])
        return self.of_id(arguments["id"], target)

    def of_id(self, ident: str, target: str) -> set[str]:
        """Give the code that refuses a global id as one of a type."""
        name, colon, rest = ident.partition(":")
        if target == "Account" and not colon:
            name, rest = target, ident
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
        if not counting or any(inner[0].name.value == "totalCount" for inner in wanted.values()):
            found |= self._values(type_name, arguments)  # a value that nothing reads is not looked at
        for inner in wanted.values():
            if inner[0].name.value == "pageInfo":
                self._selected("PageInfo", inner)
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
        may_count = self.meaning.open_scopes(self.caller, noun, "count")
        if counting and may_count:
            return {"PURPOSE_REQUIRED"} if self._purpose_missing(noun) else set()
        return self._reading(noun)

    def _narrowing(self, type_name: str, arguments: Mapping[str, Any]) -> set[str]:
        found: set[str] = set()
        if arguments.get("search") is not None:
            found |= self._reading("subject", "search")
        for name, value in (arguments.get("filter") or {}).items():
            found |= self._filtering(type_name, name) if value is not None else set()
        return found

    def _values(self, type_name: str, arguments: Mapping[str, Any]) -> set[str]:
        found = _text(arguments["search"], least=2) if arguments.get("search") is not None else set()
        for name, value in (arguments.get("filter") or {}).items():
            if value is None:
                continue
            if name in REFERS and (type_name, name) not in IDENTIFIERS and not isinstance(value, str):
                for ident in value:
                    found |= self.of_id(ident, REFERS[name])
            elif (type_name, name) in IDENTIFIERS:
                found |= set() if all(IDENTIFIERS[type_name, name](ident) for ident in value) else {"ID_INVALID"}
            elif name not in ENUMERATED or (type_name, name) in FREE:
                for text in value if isinstance(value, list) else [value]:
                    found |= _text(text) if isinstance(text, str) else set()
        return found

    def _filtering(self, type_name: str, name: str) -> set[str]:
        meaning, caller = self.meaning, self.caller
        privacy = meaning.classes.get((type_name, {"account": "accountId"}.get(name, name)))
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
        if any(cursor is not None and cursor not in self.cursors for cursor in (after, before)):
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
        try:
            skip = get_directive_values(GraphQLSkipDirective, node, self.info.variable_values) or {}
            include = get_directive_values(GraphQLIncludeDirective, node, self.info.variable_values) or {}
        except GraphQLError:
            self.faults.add("GRAPHQL_VALIDATION_FAILED")
            return True
        return not skip.get("if", False) and bool(include.get("if", True))

    def _is_a(self, type_name: str, condition: str) -> bool:
        kind, concrete = self.schema.get_type(condition), self.schema.get_type(type_name)
        if isinstance(kind, GraphQLInterfaceType) and isinstance(concrete, GraphQLObjectType):
            return self.schema.is_sub_type(kind, concrete)
        return condition == type_name


def is_number(number: str) -> bool:
    return number in (*NUMBERS, *NOBODY)


def _text(value: str, *, least: int = 0) -> set[str]:
    good = "\x00" not in value and len(value) <= 200 and len(value.strip()) >= least
    return set() if good else {"TEXT_INVALID"}


def _canonical(target: str, rest: str) -> str:
    if target == "Jurisdiction":
        return rest if rest.isascii() and len(rest) <= 20 and "\x00" not in rest else "\x00bad"
    if target == "LedgerCheckpoint":
        return str(int(rest)) if rest.isascii() and rest.isdigit() and len(rest) <= 18 else "\x00bad"
    return date.fromisoformat(rest).isoformat() if target == "WorkingDay" else str(UUID(rest))

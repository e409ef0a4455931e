"""Random valid documents of a schema, with variables that fit them.

The writer walks the schema alone: any field, argument, enumeration or type that is added to it is written
about at once. Values come from pools of what the world holds, so that most of them find something; some are
wrong on purpose. A connection may carry a cursor variable: left out in the first request, then sent with a
cursor of the first answer.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_composite_type,
)

from tests.oracle.meaning import NOUNS
from tests.oracle.values import Values

Path = tuple[str, ...]


def is_planned(root: GraphQLField) -> bool:
    """Tell whether a field of Query is answered by rows: an entity, a connection of one, or a node."""
    name = get_named_type(root.type).name
    return name in NOUNS or name == "Node" or name.endswith("Connection")


OMITTED = {("Viewer", "display")}
"""Fields that the second evaluator does not know."""


@dataclass(frozen=True)
class Spot:
    """A connection that takes a cursor from a page of its own."""

    variable: str
    path: Path
    """Response keys that lead to the page information."""
    cursor: str
    """Response key of the cursor in it."""


@dataclass
class Written:
    """A document with its variables."""

    text: str
    variables: dict[str, Any]
    operation: str | None
    spots: list[Spot]


@dataclass
class Writer(Values):
    """Writes one document."""

    definitions: list[str] = field(default_factory=list)
    meanings: dict[str, tuple[str, str]] = field(default_factory=dict)
    """What each response key stands for, so that keys never disagree."""
    fragments: dict[str, list[str]] = field(default_factory=dict)
    """Names of the fragments that are finished, by type."""
    spots: list[Spot] = field(default_factory=list)
    mentioned: set[tuple[str, str]] = field(default_factory=set)
    """Type and name of each field written."""

    def document(self) -> Written:
        """Write a document."""
        body = self._selections(self.schema.query_type, (), 0)
        used = "".join(sorted(f"${name}: {kind} " for name, kind in self.declared.items()))
        name = self.dice.choice(["", "", "Q"])
        opening = (
            f"query {name}({used.strip()})" if used else (f"query {name}" if name or self.dice.random() < 0.5 else "")
        )
        operations = [f"{opening} {body}"]
        operation = None
        if name and self.dice.random() < 0.5:
            operation = name
            operations.insert(self.dice.randrange(2), "query Other { __typename }")
        parts = [*operations, *self.definitions]
        if len(operations) == 1:
            self.dice.shuffle(parts)
        return Written("\n".join(parts), self.variables, operation, self.spots)

    # -- selections

    def _selections(self, kind: Any, path: Path | None, depth: int) -> str:
        written: list[str] = []
        for _ in range(self.dice.randint(1, 3 if depth == 0 else 5)):
            written.append(self._one(kind, path, depth))
            if written and self.dice.random() < 0.12:
                written.append(self.dice.choice(written))
        return "{ " + " ".join(written) + " }"

    def _one(self, kind: Any, path: Path | None, depth: int) -> str:
        chance = self.dice.random()
        if depth < 7 and chance < 0.10:
            return self._inline(kind, path, depth)
        if depth < 7 and chance < 0.17:
            return self._spread(kind, depth)
        return self._field(kind, path, depth)

    def _inline(self, kind: Any, path: Path | None, depth: int) -> str:
        target = self._narrowed(kind)
        condition = f"on {target.name} " if target is not kind or self.dice.random() < 0.6 else ""
        return f"... {condition}{self._directives()}{self._selections(target, path, depth + 1)}"

    def _spread(self, kind: Any, depth: int) -> str:
        target = self._narrowed(kind)
        known = self.fragments.get(target.name, [])
        if known and self.dice.random() < 0.5:
            return f"...{self.dice.choice(known)} {self._directives()}"
        name = self._new("F")
        self.definitions.append(f"fragment {name} on {target.name} {self._selections(target, None, depth + 1)}")
        self.fragments.setdefault(target.name, []).append(name)
        return f"...{name} {self._directives()}"

    def _narrowed(self, kind: Any) -> Any:
        """Choose the type itself, its interface, or one of its possible types."""
        if isinstance(kind, GraphQLInterfaceType):
            return self.dice.choice([kind, *self.schema.get_possible_types(kind)])
        if isinstance(kind, GraphQLObjectType) and kind.interfaces and self.dice.random() < 0.2:
            return kind.interfaces[0]
        return kind

    def _field(self, kind: Any, path: Path | None, depth: int) -> str:
        self.budget -= 1
        names = self._choosable(kind, depth)
        if kind is self.schema.query_type and self.dice.random() < 0.03:
            return self._introspection()
        if not names or self.dice.random() < 0.08:
            return self._keyed("__typename", "", "String!", kind) + self._directives()
        name = self.dice.choice(names)
        self.mentioned.add((kind.name, name))
        declared: GraphQLField = kind.fields[name]
        owner = name if kind is self.schema.query_type else kind.name
        arguments, cursor = self._arguments(owner, name, declared, path)
        head = self._keyed(name, arguments, str(declared.type), kind)
        key = head.partition("(")[0].partition(":")[0].strip()
        text = head + self._directives(sure=cursor is not None)
        target = get_named_type(declared.type)
        if is_composite_type(target):
            below = (*path, key) if path is not None else None
            inner = self._selections(target, below, depth + 1)
            text += inner if cursor is None else self._with_page_info(inner, cursor, below or ())
        return text

    def _introspection(self) -> str:
        name = self.dice.choice(["Subject", "SubjectFilter", "Nothing", "Polarity"])
        asked = [f'__type(name: "{name}") {{ name kind fields {{ name }} }}', "__schema { queryType { name } }"]
        return f"{self._new('k')}: {self.dice.choice(asked)} "

    def _choosable(self, kind: Any, depth: int) -> tuple[str, ...]:
        root = kind is self.schema.query_type
        plain = (depth > 6 or self.budget < 0) and not root and _has_leaves(kind)
        return _names(kind, root=root, plain=plain, weight=2 if depth < 5 else 1)

    def _keyed(self, name: str, arguments: str, kind: str, owner: Any) -> str:
        """Write a field under a response key that means nothing else."""
        meaning = (f"{name}{arguments}", kind)
        chance = self.dice.random()
        key = name
        if chance < 0.25:
            key = self.dice.choice(
                ["a", "b", "id", "nodes", "name", "edges", "totalCount", "cursor", "node", "_x", "pageInfo", "j", "__t"]
            )
        if self.meanings.setdefault(key, meaning) != meaning:
            key = self._new("k")
            self.meanings[key] = meaning
        return f"{name}{arguments} " if key == name else f"{key}: {name}{arguments} "

    def _with_page_info(self, inner: str, cursor: str, path: Path) -> str:
        """Add to a selection what the next page is asked by."""
        info, end = self._new("p"), self._new("c")
        name = self.dice.choice(["endCursor", "startCursor"])
        self.spots.append(Spot(cursor, (*path, info), end))
        return inner[:-1] + f" {info}: pageInfo {{ {end}: {name} }} }}"

    def _directives(self, *, sure: bool = False) -> str:
        if sure or self.dice.random() < 0.9:
            return ""
        name = self.dice.choice(["skip", "include"])
        if self.dice.random() < 0.5:
            return f"@{name}(if: {self.dice.choice(['true', 'false'])}) "
        return f"@{name}(if: {self._variable(GraphQLNonNull(GraphQLBoolean), '', 'if')}) "

    # -- arguments

    def _arguments(self, owner: str, name: str, declared: GraphQLField, path: Path | None) -> tuple[str, str | None]:
        if "first" in declared.args:
            return self._connection_arguments(owner, name, declared, path)
        given = {
            key: self._value(argument.type, owner if owner == name else name, key)
            for key, argument in declared.args.items()
        }
        return _listed(given), None

    def _connection_arguments(
        self, owner: str, name: str, declared: GraphQLField, path: Path | None
    ) -> tuple[str, str | None]:
        backward = self.dice.random() < 0.35
        given = {}
        if self.dice.random() >= self.wrong:
            given["last" if backward else "first"] = self._size(declared)
        if self.dice.random() < self.wrong and "first" not in given:
            given["first"] = self._size(declared)
        if self.dice.random() < self.wrong:
            given["after"] = self.dice.choice(['"garbage"', '"游标"', '""', "null"])
        cursor = None
        if path is not None and self.dice.random() < 0.4 and "after" not in given:
            cursor = self._new("v")
            self.declared[cursor] = "String"
            given["before" if backward else "after"] = f"${cursor}"
        for key in ("search", "filter", "orderBy"):
            if key in declared.args and self.dice.random() < (0.15 if key == "search" else 0.3):
                given[key] = self._value(declared.args[key].type, owner, key)
        order = list(given)
        self.dice.shuffle(order)
        return _listed({key: given[key] for key in order}), cursor


_WEIGHTS = {
    "subjects": 5, "creditRecords": 5, "listEntries": 4, "creditLists": 2, "node": 6, "creditRecord": 2, "subject": 3, "person": 2,
    "creditReports": 2, "accessLog": 2, "consents": 2, "changes": 3,
}  # fmt: skip


@functools.cache
def _names(kind: Any, *, root: bool, plain: bool, weight: int) -> tuple[str, ...]:
    """Give the fields of a type that may be written, each as often as it weighs: none with a selection, if `plain`."""
    names: list[str] = []
    for name, declared in kind.fields.items():
        composite = is_composite_type(get_named_type(declared.type))
        asked = (
            name == "viewer" or is_planned(declared) if root else not (composite and (plain or kind.name == "Viewer"))
        )
        if asked and (kind.name, name) not in OMITTED:
            names += [name] * (_WEIGHTS.get(name, 1) if root else weight if composite else 1)
    return tuple(names)


@functools.cache
def _has_leaves(kind: Any) -> bool:
    return any(not is_composite_type(get_named_type(declared.type)) for declared in kind.fields.values())


def _listed(given: Mapping[str, str]) -> str:
    return "(" + ", ".join(f"{name}: {value}" for name, value in given.items()) + ")" if given else ""


def cursors_in(answer: Any, spot: Spot) -> list[str]:
    """Collect the cursors that an answer gives at a spot."""
    found = [answer]
    for key in spot.path:
        found = [one[key] for one in found if isinstance(one, dict) and one.get(key) is not None]
        found = [inner for one in found for inner in (one if isinstance(one, list) else [one])]
    return [one[spot.cursor] for one in found if one.get(spot.cursor)]

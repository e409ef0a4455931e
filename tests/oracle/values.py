"""Random values for arguments, as literals and as variables that are sent, left out, null or have a default."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
)

from tests.oracle.pools import Pools

_TARGETS = {
    "jurisdiction": "Jurisdiction", "office": "Office", "item": "CatalogueItem", "subject": "Subject", "creditList": "CreditList",
    "creditRecord": "CreditRecord", "listEntry": "ListEntry", "publisher": "Office", "recordImport": "RecordImport",
    "nextOffice": "Office", "record": "CreditRecord", "entry": "ListEntry", "objection": "Objection",
    "policyVersion": "PolicyVersion", "account": "Account", "assignment": "Assignment",
    "listDefinition": "ListDefinition", "listNotice": "ListNotice",
}  # fmt: skip


@dataclass
class Values:
    """Writes values, and keeps the variables that it declares for them."""

    schema: GraphQLSchema
    pools: Pools
    dice: random.Random
    budget: int = 30
    """About how many fields are written."""
    wrong: float = 0.02
    """How often an argument is wrong on purpose."""
    variables: dict[str, Any] = field(default_factory=dict)
    declared: dict[str, str] = field(default_factory=dict)
    """Type of each variable, as declared."""
    made: int = 0

    def _new(self, letter: str) -> str:
        self.made += 1
        return f"{letter}{self.made}"

    def _size(self, declared: GraphQLField) -> str:
        good = [1, 1, 2, 3, 5, 100]
        size = (
            self.dice.choice(good) if self.dice.random() >= self.wrong else self.dice.choice([0, -1, 101, 2147483647])
        )
        if self.dice.random() < 0.25:
            return self._variable(declared.args["first"].type, "", "first", size)
        return str(size)

    def _value(self, kind: Any, owner: str, name: str) -> str:
        """Write a value of an input type, as a literal or as a variable."""
        if self.dice.random() < 0.3:
            return self._variable(kind, owner, name)
        if not isinstance(kind, GraphQLNonNull) and self.dice.random() < 0.06:
            return "null"
        named = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if isinstance(named, GraphQLList):
            members = [self._value(named.of_type, owner, name) for _ in range(self.dice.choice([0, 1, 1, 2, 3]))]
            single = len(members) == 1 and not members[0].startswith("$") and self.dice.random() < 0.5
            return members[0] if single else "[" + ", ".join(members) + "]"
        if isinstance(named, GraphQLInputObjectType):
            return "{" + ", ".join(f"{key}: {text}" for key, text in self._members(named)) + "}"
        return _literal(self._raw(named, owner, name), named)

    def _members(self, kind: GraphQLInputObjectType) -> Iterator[tuple[str, str]]:
        for key in self.dice.sample(list(kind.fields), min(len(kind.fields), self.dice.choice([0, 1, 1, 2, 3]))):
            yield key, self._value(kind.fields[key].type, kind.name, key)

    def _variable(self, kind: Any, owner: str, name: str, value: Any = None) -> str:
        """Declare a variable for a position and choose whether and how it is sent."""
        made = self._new("v")
        inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        needed = isinstance(kind, GraphQLNonNull)
        raw = value if value is not None else self._raw(inner, owner, name)
        chance = self.dice.random()
        if chance < 0.3:  # a default, and mostly nothing sent
            self.declared[made] = f"{inner} = {_literal(raw, inner)}"
            if self.dice.random() < 0.4:
                self.variables[made] = self._raw(inner, owner, name) if value is None else value
            elif self.dice.random() < 0.08:
                self.variables[made] = None  # validation lets it through, even where null is not allowed
        elif needed or chance < 0.8:
            self.declared[made] = f"{inner}!" if needed or self.dice.random() < 0.3 else str(inner)
            self.variables[made] = raw
        else:  # nullable: null or nothing
            self.declared[made] = str(inner)
            if self.dice.random() < 0.5:
                self.variables[made] = None
        return f"${made}"

    def _raw(self, kind: Any, owner: str, name: str) -> Any:
        """Choose a value of an input type as JSON holds it."""
        if isinstance(kind, GraphQLNonNull):
            return self._raw(kind.of_type, owner, name)
        if isinstance(kind, GraphQLList):
            members = [self._raw(kind.of_type, owner, name) for _ in range(self.dice.choice([0, 1, 1, 2]))]
            return members[0] if len(members) == 1 and self.dice.random() < 0.5 else members
        if isinstance(kind, GraphQLInputObjectType):
            return self._raw_members(kind)
        if isinstance(kind, GraphQLEnumType):
            return self.dice.choice(list(kind.values))
        return self._raw_scalar(kind.name, owner, name)

    def _raw_members(self, kind: GraphQLInputObjectType) -> dict[str, Any]:
        chosen = self.dice.sample(list(kind.fields), min(len(kind.fields), self.dice.choice([0, 1, 1, 2, 3])))
        return {
            key: None if self.dice.random() < 0.1 else self._raw(kind.fields[key].type, kind.name, key)
            for key in chosen
        }

    def _raw_scalar(self, kind: str, owner: str, name: str) -> Any:
        match kind:
            case "Boolean":
                return self.dice.random() < 0.5
            case "Int":
                return self.dice.choice([1, 2, 3, 100])
            case "Date":
                return self.dice.choice(self.pools.dates)
            case "ID" if self.pools.knows(owner, name):
                return self.pools.text(self.dice, owner, name)
            case "ID":
                return self.pools.ident(self.dice, _TARGETS.get(owner if name == "id" else name))
            case "String":
                return self.pools.text(self.dice, owner, name)
        raise AssertionError(f"no values of {kind}")


def _literal(value: Any, kind: Any) -> str:
    """Write a JSON value as a GraphQL literal."""
    if isinstance(kind, GraphQLNonNull):
        return _literal(value, kind.of_type)
    if value is None:
        return "null"
    if isinstance(kind, GraphQLList):
        if isinstance(value, list):
            return "[" + ", ".join(_literal(one, kind.of_type) for one in value) + "]"
        return _literal(value, kind.of_type)
    if isinstance(kind, GraphQLInputObjectType):
        return "{" + ", ".join(f"{key}: {_literal(one, kind.fields[key].type)}" for key, one in value.items()) + "}"
    return str(value) if isinstance(kind, GraphQLEnumType) else json.dumps(value)

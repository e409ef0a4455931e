"""Requests of every kind that a client can send, most of them bad: values of every type for every argument.

The writer walks the schema alone, so that whatever is added to it is attacked at once. Texts carry `MARK`,
which no error may repeat.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
)

MARK = "zqx7hostile"
MISSING = "0195f000-0000-7000-8000-000000000000"

TEXTS: tuple[Any, ...] = (
    "",
    " ",
    "\x00",
    f"{MARK}\x00",
    f"'; DROP TABLE subject; -- {MARK}",
    f'"{MARK}\\',
    f"%{MARK}%_",
    "%",
    "\\",
    f"{MARK}\r\nx-injected: 1",
    "\u202e\u0000",
    "𠮷䶮😀",
    "e\u0301\u200d\ufeff",
    "\uffff",
    f"{MARK}" * 40,
    f"{MARK}" * 500,
    "１２３４５",
    "१२",
    "٣",
    "null",
    "NaN",
    "{}",
    "<script>alert(1)</script>",
    "${jndi:ldap://x}",
    "{{7*7}}",
)
CODES = ("91350200M0000000XX", "９１350200M00000000", "91350200I00000000X", "350203199001010011", "35020319900230001X")
IDS = (
    "Subject:",
    ":",
    f"Subject:{MISSING}",
    f"Subject:{MISSING.upper()}",
    f"Subject:{{{MISSING}}}",
    f"Subject:{MISSING.replace('-', '')}",
    f"Subject:{MISSING}\x00",
    "Subject:０195f000-0000-7000-8000-000000000000",
    f"CreditRecord:{MISSING}",
    f"Nothing:{MISSING}",
    "Jurisdiction:350200",
    "Jurisdiction:३५",
    f"Jurisdiction:{MARK}",
    "WorkingDay:2026-02-30",
    "WorkingDay:20260301",
    "WorkingDay:2026-W09-1",
    "WorkingDay:0000-00-00",
    "WorkingDay:10000-01-01",
)
NUMBERS: tuple[Any, ...] = (0, 1, 2, 100, 101, -1, 2**31 - 1, -(2**31), 2**31, 2**63, 10**40, 1.0, 1.5, -0.0, 1e300)
DAYS = (
    "2026-03-18",
    "2026-02-30",
    "2026-13-01",
    "2024-02-29",
    "2023-02-29",
    "0001-01-01",
    "9999-12-31",
    "0000-00-00",
    "10000-01-01",
    "２０２６-01-01",
    "20260318",
    "2026-W09-6",
    "2026-03-18T00:00:00Z",
    f"{MARK}",
    "-2026-01-01",
)
INSTANTS = (
    "2026-03-18T01:00:00Z",
    "2026-03-18T01:00:00",
    "2026-03-18",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-02-30T00:00:00Z",
    "2026-03-18T24:00:00Z",
    "2026-03-18T01:00:00+99:00",
    "2026-03-18T01:00:60Z",
    f"{MARK}",
)
TAME: Mapping[str, Sequence[Any]] = {
    "Int": (1, 2, 3),
    "String": ("虚构文本", "依法处理", "2026-1"),
    "ID": (f"Subject:{MISSING}",),
    "Boolean": (True, False),
    "Date": ("2026-03-01", "2025-06-30", "2027-01-01"),
    "DateTime": ("2026-03-18T01:00:00Z", "2026-03-01T08:00:00+08:00"),
}
TAMENESS = (0.3, 0.9, 1.0)
"""How many of the values of a request are meant well."""

WRONG: tuple[Any, ...] = (
    None,
    True,
    False,
    5,
    1.5,
    "x",
    [],
    {},
    [None],
    [[]],
    {"x": MARK},
    [MARK, 5],
    {MARK: {MARK: MARK}},
)


@dataclass(frozen=True)
class Request:
    """A request: the document, its variables and the headers that may come with it."""

    query: str
    variables: Mapping[str, Any]
    headers: Mapping[str, str]


@dataclass
class Writer:
    """Writes requests from a schema and a seeded source of chance."""

    schema: GraphQLSchema
    chance: random.Random
    known: Mapping[str, Sequence[str]]
    """Values that exist, by the name of the argument that takes them, so that some requests get far."""
    declared: list[str] = field(default_factory=list)
    _kinds: dict[str, tuple[Any, str]] = field(default_factory=dict)
    _tame: float = 0.5

    def requests(self, kind: GraphQLObjectType, count: int, resends: int) -> Iterator[Request]:
        """Write so many documents for each field of a root type, each sent with several sets of values."""
        operation = "mutation" if kind is self.schema.mutation_type else "query"
        for name, root in kind.fields.items():
            for _ in range(count):
                self.declared, self._kinds = [], {}
                text = self._field(name, root, depth=0 if operation == "query" else 2)
                head = f"({', '.join(self.declared)})" if self.declared else ""
                kinds = self._kinds
                for _ in range(resends):
                    self._tame = self.chance.choice(TAMENESS)
                    variables = {key: self.value(*kinds[key]) for key in kinds if self.chance.random() > 0.03}
                    yield Request(f"{operation} Q{head} {{ {text} }}", variables, self._headers())

    def _headers(self) -> Mapping[str, str]:
        pool = (
            "350200.fiscal_subsidy",
            "350200.procurement",
            "%00",
            "%ff",
            "%E5%BC%A0",
            MARK,
            "",
            "none",
            "JCZD",
            *IDS,
        )
        found = {}
        for name in ("renxin-purpose", "renxin-office"):
            if self.chance.random() < 0.06:
                found[name] = self.chance.choice(pool).encode("ascii", "ignore").decode().replace("\x00", "")
        return found

    def _field(self, name: str, declared: GraphQLField, *, depth: int) -> str:
        arguments = [
            f"{key}: {self._argument(argument, key)}"
            for key, argument in declared.args.items()
            if isinstance(argument.type, GraphQLNonNull) or self.chance.random() < 0.4
        ]
        if "first" in declared.args and not any(one.startswith(("first:", "last:")) for one in arguments):
            arguments.append(f"first: {self.chance.randint(1, 3)}")
        head = f"{name}({', '.join(arguments)})" if arguments else name
        kind = get_named_type(declared.type)
        return f"{head} {self._selection(kind, depth)}" if is_composite_type(kind) else head

    def _selection(self, kind: Any, depth: int) -> str:
        if isinstance(kind, GraphQLInterfaceType):
            concrete = self.chance.choice(self.schema.get_possible_types(kind))
            return f"{{ __typename ... on {concrete.name} {self._selection(concrete, depth + 1)} }}"
        names = list(kind.fields)
        self.chance.shuffle(names)
        parts = ["__typename"]
        for name in names[:3]:
            found = kind.fields[name]
            if depth >= 3 and is_composite_type(get_named_type(found.type)):
                continue
            parts.append(f"f{len(parts)}: {self._field(name, found, depth=depth + 1)}")
        return "{ " + " ".join(parts) + " }"

    def _argument(self, argument: GraphQLArgument, key: str) -> str:
        if self.chance.random() < 0.75:
            name = f"v{len(self._kinds)}"
            self._kinds[name] = (argument.type, key)
            self.declared.append(f"${name}: {argument.type}")
            return f"${name}"
        return literal(self.value(argument.type, key), argument.type)

    def value(self, kind: Any, key: str) -> Any:
        """Give a value for a type: now and then one of quite another type."""
        draw = self.chance.random()
        if isinstance(kind, GraphQLNonNull):
            return self.value(kind.of_type, key) if draw < 0.96 + self._tame / 25 else None
        if draw > 0.95 + self._tame / 20:
            return self.chance.choice(WRONG)
        if draw < 0.05:
            return None
        if isinstance(kind, GraphQLList):
            return [self.value(kind.of_type, key) for _ in range(self.chance.choice((0, 1, 1, 1, 2, 3)))]
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind)
        if isinstance(kind, GraphQLEnumType):
            return self.chance.choice(
                tuple(kind.values) if draw < 0.9 + self._tame / 10 else (MARK, kind.name.lower(), "true")
            )
        return self._scalar(kind.name, key)

    def _object(self, kind: GraphQLInputObjectType) -> dict[str, Any]:
        found = {
            name: self.value(member.type, name)
            for name, member in kind.fields.items()
            if isinstance(member.type, GraphQLNonNull) or self.chance.random() < 0.5
        }
        if self.chance.random() < (1 - self._tame) / 25:
            found[MARK] = MARK
        return found

    def _scalar(self, name: str, key: str) -> Any:
        if self.chance.random() < self._tame:
            return self.chance.choice(self.known.get(key) or TAME[name])
        pools: Mapping[str, Sequence[Any]] = {
            "Int": NUMBERS,
            "Float": NUMBERS,
            "Boolean": (True, False),
            "ID": (*IDS, *TEXTS, 5),
            "String": (*TEXTS, *CODES, *IDS),
            "Date": DAYS,
            "DateTime": INSTANTS,
            "JSON": (*TEXTS, *NUMBERS, {"a": [MARK]}),
        }
        return self.chance.choice(pools[name])


def literal(value: Any, kind: Any) -> str:
    """Write a value as a literal of a document."""
    kind = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if isinstance(value, dict):
        fields = kind.fields if isinstance(kind, GraphQLInputObjectType) else {}
        parts = (f"{key}: {literal(one, fields[key].type if key in fields else None)}" for key, one in value.items())
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list):
        inner = kind.of_type if isinstance(kind, GraphQLList) else kind
        return "[" + ", ".join(literal(one, inner) for one in value) + "]"
    if isinstance(kind, GraphQLList):
        return literal(value, kind.of_type)
    if isinstance(kind, GraphQLEnumType) and isinstance(value, str):
        return value
    return json.dumps(value)

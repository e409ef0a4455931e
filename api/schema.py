"""The schema: entity fields answered by plans, other fields by ordinary resolvers, mutations by the domain."""

from __future__ import annotations

from typing import Any

import strawberry

from api.commands.schema import mutation_fields
from api.enum_values import describe_values
from api.error_codes import describe_refusals, entries
from api.queries.schema import resolver_fields
from api.types import ENTITY_TYPES, root_fields

SCALARS = {
    "Date": "A day 日期 in China, as ISO 8601 writes it: 2026-11-23.",
    "DateTime": "An instant 时刻 with its offset, as RFC 3339 writes it: 2026-11-23T08:00:00+08:00. Answered in UTC.",
}
"""How the values of scalars are written."""


def _root(name: str, fields: dict[str, Any], description: str) -> Any:
    return strawberry.type(type(name, (), fields), name=name, description=description)


schema = strawberry.Schema(
    query=_root(
        "Query",
        root_fields() | resolver_fields(),
        "What can be asked. Every list is a connection: give `first` or `last`, 1 to 100.",
    ),
    mutation=_root(
        "Mutation",
        mutation_fields(),
        "What can be changed. Each mutation is one transaction with its ledger event, whose id is its receipt.",
    ),
    types=ENTITY_TYPES,
)
describe_values(schema._schema)
describe_refusals(schema._schema, entries())
for _name, _description in SCALARS.items():
    schema._schema.type_map[_name].description = _description

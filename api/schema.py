"""The schema: entity fields answered by plans, other fields by ordinary resolvers, mutations by the domain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from operator import methodcaller
from typing import Any

import strawberry
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.schema.config import StrawberryConfig

from api.commands.schema import mutation_fields
from api.declaring.types import ENTITY_TYPES, root_fields
from api.enum_values import describe_values
from api.error_codes import describe_refusals, entries
from api.queries.schema import resolver_fields
from domain.written_time import written_day, written_instant

SCALARS = {
    date: ("Date", "A day 日期 in China, as RFC 3339 writes it, and no other way: 2026-11-23.", written_day),
    datetime: (
        "DateTime",
        "An instant 时刻 with its offset, as RFC 3339 writes it: 2026-11-23T08:00:00+08:00. Answered in UTC.",
        written_instant,
    ),
}
"""How the values of scalars are written, and what reads them."""


def _scalar(name: str, description: str, read: Callable[[str], date]) -> Any:
    """Define a scalar that reads one form."""

    def parse(value: object) -> date:
        if not isinstance(value, str):
            raise StrawberryInputCoercionError(f"Value cannot represent a {name}.")
        try:
            return read(value)
        except ValueError:
            raise StrawberryInputCoercionError(f"Value cannot represent a {name}.") from None

    return strawberry.scalar(name=name, description=description, serialize=methodcaller("isoformat"), parse_value=parse)


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
    config=StrawberryConfig(scalar_map={kind: _scalar(*told) for kind, told in SCALARS.items()}),
)
describe_values(schema._schema)
describe_refusals(schema._schema, entries())

"""What the inputs of all mutations are made of: fields with descriptions, global ids, choices."""

from __future__ import annotations

from typing import Any, Optional
from uuid import UUID

import strawberry

from api.planning import bind
from domain.errors import InvalidInput

KEY = "Key of this mutation, up to 128 characters: sent twice with the same input it is carried out once."


def required(description: str) -> Any:
    """Declare a field that must be given."""
    return strawberry.field(description=description)


def optional(description: str) -> Any:
    """Declare a field that may be left out."""
    return strawberry.field(default=None, description=description)


def choice(kind: Any, description: str) -> Any:
    """Declare an optional field of an enumeration that is made at run time."""
    return strawberry.field(default=None, description=description, graphql_type=Optional[kind])


def local_id(value: str | None, entity: str) -> UUID:
    """Give the id of a row of an entity from its global id.

    Raises: InvalidInput.
    """
    found: UUID = bind.local_id(value, entity)
    return found


def record_or_entry(record: str | None, entry: str | None) -> tuple[str, UUID]:
    """Give the noun and id of the one row that is named: a credit record or a list entry.

    Raises: InvalidInput for none, for both, and for an id of another kind.
    """
    if (record is None) == (entry is None):
        raise InvalidInput(
            "Name one row: either a record or an entry.",
            zh="请指明一项：记录或名单条目。",
            fields=["record", "entry"],
        )
    if record is not None:
        return "credit_record", local_id(record, "CreditRecord")
    return "list_entry", local_id(entry, "ListEntry")


def value_of(member: Any) -> str | None:
    """Give the stored value of a member of an enumeration."""
    return None if member is None else str(member.value)

"""Reading editions: which of a kind holds on a day, its items, and those items as somebody would give them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.connection import Connection
from domain.edition.items import Given, Item
from domain.lifecycle import Transaction


async def in_force(
    connection: Connection, jurisdiction: str, kind: str, on: date, *, office_id: UUID | None = None
) -> Mapping[str, Any] | None:
    """Find the edition of a kind that holds on a day, or nothing."""
    found: Mapping[str, Any] | None = await connection.fetchrow(_IN_FORCE, jurisdiction, kind, office_id, on)
    return found


async def instead_of(connection: Connection, edition_id: UUID, on: date) -> tuple[UUID, date | None] | None:
    """Find the edition that holds on a day, or that is the first to hold after it, in the place of one of the same kind.

    Shape: its id and its first day; nothing where nothing but that one is approved from that day on.
    """
    row = await connection.fetchrow("SELECT jurisdiction_id, kind, office_id FROM edition WHERE id = $1", edition_id)
    assert row is not None
    found = await connection.fetchrow(_INSTEAD, row["jurisdiction_id"], row["kind"], row["office_id"], on, edition_id)
    return None if found is None else (found["id"], found["valid_from"])


async def items_of(tx: Transaction, edition_id: UUID) -> list[Item]:
    """Read the items of an edition in their order."""
    rows = await tx.connection.fetch(_ITEMS, edition_id)
    return [Item(row["code"], row["name"], json.loads(row["content"])) for row in rows]


async def count_items(connection: Connection, edition_id: UUID) -> int:
    """Count the items of an edition."""
    return int(await connection.fetchval("SELECT count(*) FROM edition_item WHERE edition_id = $1", edition_id))


async def as_given(tx: Transaction, edition_id: UUID) -> list[Given]:
    """Give the items of an edition as somebody would give them; their lines are their places."""
    items = await items_of(tx, edition_id)
    return [
        Given(place, {"code": one.code, "name": one.name, **one.content}, {})
        for place, one in enumerate(items, start=1)
    ]


OF_KIND: Final = "jurisdiction_id = $1 AND kind = $2 AND office_id IS NOT DISTINCT FROM $3"
STANDING: Final = f"{OF_KIND} AND state = 'approved'"
"""Which editions are of a kind, and which of those were approved: $1 division, $2 kind, $3 office."""
_IN_FORCE: Final = (
    f"SELECT * FROM edition WHERE {STANDING} AND (valid_from IS NULL OR valid_from <= $4)"
    " AND (valid_to IS NULL OR valid_to >= $4)"
)
_INSTEAD: Final = (
    f"SELECT id, valid_from FROM edition WHERE {STANDING} AND (valid_to IS NULL OR valid_to >= $4) AND id <> $5"
    " ORDER BY valid_from NULLS FIRST LIMIT 1"
)
_ITEMS: Final = "SELECT code, name, content FROM edition_item WHERE edition_id = $1 ORDER BY position"
CODES: Final = "SELECT code FROM edition_item WHERE edition_id = $1"

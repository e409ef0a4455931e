"""Finding an office as the command line names it, and the names of offices that are known by their ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from domain.connection import Queryable
from domain.errors import NotFound


async def office_names(database: Queryable, offices: Iterable[UUID]) -> dict[UUID, str]:
    """Give the names of offices by id."""
    return {UUID(str(row["id"])): row["name"] for row in await database.fetch(_NAMES, [*offices])}


async def named_office(database: Queryable, name: str) -> UUID:
    """Find an office `<jurisdiction>.<code>`.

    Raises: NotFound.
    """
    jurisdiction, _, code = name.partition(".")
    row = await database.fetchrow(_NAMED, jurisdiction, code)
    if row is None:
        raise NotFound("There is no such office.", zh="没有该单位。")
    return UUID(str(row["id"]))


_NAMES: Final = "SELECT id, name FROM office WHERE id = ANY($1::uuid[])"
_NAMED: Final = "SELECT id FROM office WHERE jurisdiction_id = $1 AND code = $2"

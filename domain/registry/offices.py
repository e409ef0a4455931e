"""Finding an office as the command line names it."""

from __future__ import annotations

from typing import Any, Final, Protocol
from uuid import UUID

from domain.errors import NotFound


class RowReader(Protocol):
    """Whatever gives the first row of a query."""

    async def fetchrow(self, query: str, /, *values: Any) -> Any:
        """Give the first row, or None."""
        ...


async def named_office(reader: RowReader, name: str) -> UUID:
    """Find an office `<jurisdiction>.<code>`.

    Raises: NotFound.
    """
    jurisdiction, _, code = name.partition(".")
    row = await reader.fetchrow(_NAMED, jurisdiction, code)
    if row is None:
        raise NotFound("There is no such office.", zh="没有该单位。")
    return UUID(str(row["id"]))


_NAMED: Final = "SELECT id FROM office WHERE jurisdiction_id = $1 AND code = $2"

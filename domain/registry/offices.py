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


async def named_office(reader: RowReader, name: str, *, item: str | None = None) -> tuple[UUID, UUID | None]:
    """Find an office `<jurisdiction>.<code>`, and the newest catalogue item with a code where one is named.

    Raises: NotFound.
    """
    jurisdiction, _, code = name.partition(".")
    row = await reader.fetchrow(_NAMED, jurisdiction, code, item or "")
    if row is None or (item and row["item_id"] is None):
        raise NotFound("There is no such office or catalogue item.", zh="没有该单位或目录条目。")
    return row["id"], row["item_id"]


_NAMED: Final = """
SELECT office.id, item.id AS item_id FROM office
LEFT JOIN catalogue_item item ON item.jurisdiction_id = office.jurisdiction_id AND item.code = $3
WHERE office.jurisdiction_id = $1 AND office.code = $2
ORDER BY item.valid_from DESC NULLS LAST LIMIT 1
"""

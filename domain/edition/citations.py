"""What cites a policy document, and which documents have expired: the compendium 政策汇编 as a registry of citations.

In charge of the items of every list in force that name a document by its code. Source: 厦门1 (信用体系政策汇编).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain.connection import Connection


@dataclass(frozen=True, slots=True)
class Citing:
    """An item that cites a document."""

    edition_id: UUID
    item_id: UUID
    kind: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class CitedPolicy:
    """A document of the compendium, with what cites it; `valid_to` is null where it states no end."""

    item_id: UUID
    code: str
    name: str
    doc_no: str | None
    valid_to: date | None
    cited_by: tuple[Citing, ...]


async def cited_policies(connection: Connection, jurisdiction: str, on: date) -> list[CitedPolicy]:
    """List the documents of a division's compendium in force on a day with the items in force that cite them."""
    rows = await connection.fetch(_POLICIES, jurisdiction, on)
    citing: dict[str, list[Citing]] = {}
    for row in await connection.fetch(_CITING, jurisdiction, on):
        for code in json.loads(row["policies"]):
            told = Citing(row["edition_id"], row["id"], row["kind"], row["code"], row["name"])
            citing.setdefault(code, []).append(told)
    return [
        CitedPolicy(
            item_id=row["id"],
            code=row["code"],
            name=row["name"],
            doc_no=row["doc_no"],
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            cited_by=tuple(citing.get(row["code"], ())),
        )
        for row in rows
    ]


_IN_FORCE: Final = """
edition.jurisdiction_id = $1 AND edition.state = 'approved' AND (edition.valid_from IS NULL OR edition.valid_from <= $2)
AND (edition.valid_to IS NULL OR edition.valid_to >= $2)
"""
_POLICIES: Final = f"""
SELECT item.id, item.code, item.name, item.content ->> 'doc_no' AS doc_no, item.content ->> 'valid_to' AS valid_to
FROM edition JOIN edition_item item ON item.edition_id = edition.id
WHERE edition.kind = 'policies' AND {_IN_FORCE} ORDER BY item.position
"""
_CITING: Final = f"""
SELECT item.id, item.edition_id, edition.kind, item.code, item.name, item.content -> 'policies' AS policies
FROM edition JOIN edition_item item ON item.edition_id = edition.id
WHERE item.content ? 'policies' AND {_IN_FORCE} ORDER BY edition.kind, item.position, item.id
"""

"""What an approved edition brings about: its items become what is worked with, and those before it end on the eve.

In charge of the rows that records, commitments and exemptions refer to. They are made of the edition and never
changed afterwards; a record keeps the item of the edition that was in force at its decision.
Source: 厦门7, 11; 海沧2, 8, 12; 上海7; 上海市社会信用条例11.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.edition.items import Item
from domain.edition.kinds import EditionKind
from domain.errors import NotFound
from domain.ids import new_id
from domain.installation_rows import application_item_code, application_item_id
from domain.lifecycle import Transaction

Row = Mapping[str, Any]


async def take(tx: Transaction, kind: EditionKind, edition: Row, items: Sequence[Item]) -> None:
    """Make of an approved edition's items what is worked with, where its kind has such rows."""
    make = _TAKERS.get(kind.shape.code)
    if make is not None:
        offices = await tx.connection.fetch(
            "SELECT code, id FROM office WHERE jurisdiction_id = $1", edition["jurisdiction_id"]
        )
        await make(tx, edition, items, {row["code"]: row["id"] for row in offices})


async def cease(tx: Transaction, edition: Row, last: date) -> None:
    """Set the last day of what an edition brought about."""
    await tx.connection.execute(_CEASE_CATALOGUE, edition["id"], last)
    if edition["kind"] == "commitment_items":
        await tx.connection.execute(_CEASE_COMMITMENTS, edition["jurisdiction_id"], edition["label"], last)
    if edition["kind"] == "exemptions":
        await tx.connection.execute(_CEASE_EXEMPTIONS, edition["office_id"], _code("", edition), last)


async def _catalogue(tx: Transaction, edition: Row, items: Sequence[Item], offices: Mapping[str, UUID]) -> None:
    for one in items:
        item_id, content = new_id(), one.content
        await tx.connection.execute(
            _CATALOGUE_ITEM,
            item_id,
            edition["jurisdiction_id"],
            edition["label"],
            edition["id"],
            one.code,
            one.name,
            content["category"],
            content["polarity"],
            content["disclosure"],
            content["person_disclosure"],
            content.get("subject_kinds", []),
            json.dumps(content["data_items"], ensure_ascii=False),
            content.get("severity_required", False),
            content.get("double_publicity", False),
            content.get("push_to", []),
            content.get("publication_years"),
            content.get("legal_basis"),
            content.get("basis_level"),
            edition["basis"],
            edition["valid_from"],
            edition["valid_to"],
        )
        producers = [(new_id(), item_id, offices[code], edition["basis"]) for code in content.get("producers", [])]
        await tx.connection.executemany(_PRODUCER, producers)


async def _commitments(tx: Transaction, edition: Row, items: Sequence[Item], offices: Mapping[str, UUID]) -> None:
    """Make commitment items 承诺事项, tolerant acceptance 容缺受理 with its term (厦门11, 海沧12)."""
    for one in items:
        item_id, content = new_id(), one.content
        values = {
            **_decided(edition),
            "id": item_id,
            "edition": edition["label"],
            "code": one.code,
            "name": one.name,
            "clause": edition["basis"],
            **{key: content[key] for key in ("kind", "matter_kind", "parties", "disclosure", "person_disclosure")},
            **{key: content.get(key) for key in ("text", "supplement_term", "supplement_unit")},
        }
        await _insert(tx, "commitment_item", values)
        taking = [(new_id(), item_id, offices[code]) for code in content["offices"]]
        await tx.connection.executemany(_TAKING, taking)


async def _exemptions(tx: Transaction, edition: Row, items: Sequence[Item], offices: Mapping[str, UUID]) -> None:
    """Make acts that may go unpunished 豁免行为 of the office that keeps them (海沧2).

    Raises: NotFound for a catalogue item that the office does not produce, or that is not negative.
    """
    for one in items:
        content = one.content
        item_id = await tx.connection.fetchval(
            _PRODUCED, edition["jurisdiction_id"], content["item"], edition["valid_from"], edition["office_id"]
        )
        if item_id is None:
            raise NotFound("The office produces no such negative item.", zh="本单位不是该失信类目录条目的信源单位。")
        values = {
            **_decided(edition),
            "id": new_id(),
            "office_id": edition["office_id"],
            "catalogue_item_id": item_id,
            "code": _code(one.code, edition),
            "act": one.name,
            **{key: content[key] for key in ("industry", "minor_when", "most_earlier", "window_months", "legal_basis")},
        }
        await _insert(tx, "exemption_item", values)


async def _matters(tx: Transaction, edition: Row, items: Sequence[Item], _: Mapping[str, UUID]) -> None:
    """Make matters 应用事项 in which a report is asked for; one that is there already stays what it is (厦门4, 海沧4)."""
    place = edition["jurisdiction_id"]
    rows = [
        (application_item_id(place, one.code), place, application_item_code(place, one.code), one.name, edition["basis"], edition["title"])
        for one in items
    ]  # fmt: skip
    await tx.connection.executemany(_MATTER, rows)


def _code(code: str, edition: Row) -> str:
    """Give the code of an act, unique over the editions of the office's list."""
    return f"{code}@{edition['label']}"


def _decided(edition: Row) -> dict[str, Any]:
    """Give what an approved item has of its edition: whose it is, its days, who proposed and approved it."""
    same = (
        "jurisdiction_id",
        "state",
        "valid_from",
        "valid_to",
        "proposed_by",
        "proposed_at",
        "decided_by",
        "decided_at",
    )
    return {key: edition[key] for key in same}


async def _insert(tx: Transaction, table: str, values: Mapping[str, Any]) -> None:
    places = ", ".join(f"${place}" for place in range(1, len(values) + 1))
    await tx.connection.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})", *values.values())


_TAKERS: Final[Mapping[str, Callable[[Transaction, Row, Sequence[Item], Mapping[str, UUID]], Awaitable[None]]]] = {
    "catalogue": _catalogue,
    "commitment_item": _commitments,
    "exemption": _exemptions,
    "report_item": _matters,
}
"""By the shape of the kind: what its items become."""

_CATALOGUE_ITEM: Final = """
INSERT INTO catalogue_item (
  id, jurisdiction_id, edition, catalogue_edition_id, code, name, category, polarity, disclosure, person_disclosure,
  subject_kinds, data_items, severity_required, double_publicity, push_to, publication_years, legal_basis,
  legal_basis_level, clause, valid_from, valid_to)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::jsonb, $13, $14, $15, $16, $17, $18, $19, $20, $21)
"""
_PRODUCER: Final = "INSERT INTO catalogue_producer (id, item_id, office_id, clause) VALUES ($1, $2, $3, $4)"
_CEASE_CATALOGUE: Final = """
UPDATE catalogue_item SET valid_to = $2
WHERE catalogue_edition_id = $1 AND (valid_to IS NULL OR valid_to > $2)
"""

_MATTER: Final = """
INSERT INTO application_item (id, jurisdiction_id, code, name, clause, rulebook) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (code) DO NOTHING
"""
_TAKING: Final = "INSERT INTO commitment_item_office (id, commitment_item_id, office_id) VALUES ($1, $2, $3)"
_PRODUCED: Final = """
SELECT item.id FROM catalogue_item item JOIN catalogue_producer producer ON producer.item_id = item.id
WHERE item.jurisdiction_id = $1 AND item.code = $2 AND item.polarity = 'negative' AND producer.office_id = $4
  AND (item.valid_from IS NULL OR item.valid_from <= $3) AND (item.valid_to IS NULL OR item.valid_to >= $3)
ORDER BY item.valid_from DESC NULLS LAST LIMIT 1
"""
_CEASE_COMMITMENTS: Final = """
UPDATE commitment_item SET valid_to = $3
WHERE jurisdiction_id = $1 AND edition = $2 AND rulebook IS NULL AND (valid_to IS NULL OR valid_to > $3)
"""
_CEASE_EXEMPTIONS: Final = """
UPDATE exemption_item SET valid_to = $3
WHERE office_id = $1 AND right(code, length($2)) = $2 AND (valid_to IS NULL OR valid_to > $3)
"""

"""Naming who answers for a unit, admitting units to the leading group, ending both; which units have nobody.

Source: 海沧28 (明确责任领导和责任处室,制定单位内部业务分工机制); 厦门29 (调整…领导小组成员单位).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.connection import Connection
from domain.credit.terms import binding
from domain.errors import InvalidInput, NotFound
from domain.installation_rows import office_id
from domain.integrity.refusals import MandateOfOthers, MandateStands
from domain.lifecycle import Transaction, change, create
from domain.masking import mask_name
from domain.rulebook.model import Rulebooks
from domain.text import require_text

NOUN: Final = "mandate"
KEEPER: Final = "leading_group.keeper"
BASIS: Final = {"responsibility": "responsibility.named", "group_member": KEEPER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Who answers for the actor's own unit."""

    name: str
    post: str
    section: str
    division: str | None
    valid_from: date


async def name(tx: Transaction, books: Rulebooks, jurisdiction: str, unit_id: UUID, given: Naming) -> UUID:
    """Name the responsible leader and office of a unit; give the id.

    Raises: MandateStands; InvalidInput.
    """
    leader = require_text("name", given.name, longest=200)
    words = {
        "name": leader,
        "masked_name": mask_name(leader),
        "post": require_text("post", given.post, longest=200),
        "section": require_text("section", given.section, longest=200),
        "division": None if given.division is None else require_text("division", given.division, longest=5_000),
    }
    return await _enter(tx, books, jurisdiction, "name", "responsibility", unit_id, given.valid_from, words)


async def admit(tx: Transaction, books: Rulebooks, jurisdiction: str, unit_id: UUID, *, valid_from: date) -> UUID:
    """Admit a unit of the place to the leading group from a day on; give the id.

    Raises: NotFound; MandateOfOthers where the text has another office keep the group; MandateStands; InvalidInput.
    """
    keeper = binding(books, jurisdiction, KEEPER, tx.today)
    if keeper is not None and tx.actor.office_id != office_id(jurisdiction, str(keeper.value)):
        raise MandateOfOthers
    found = await tx.connection.fetchval(
        "SELECT id FROM office WHERE id = $1 AND jurisdiction_id = $2", unit_id, jurisdiction
    )
    if found is None:
        raise NotFound
    return await _enter(tx, books, jurisdiction, "admit", "group_member", unit_id, valid_from, {})


async def end(tx: Transaction, row: Mapping[str, Any], *, valid_to: date, reason: str) -> dict[str, Any]:
    """Set the last day of a mandate that stands; give the row after it.

    Raises: InvalidInput for a day before its first or in the future; StateConflict when it has one.
    """
    why = require_text("reason", reason, longest=2_000)
    if not row["valid_from"] <= valid_to <= tx.today:
        raise InvalidInput(
            "The last day is its first day or later, and not in the future.",
            zh="终止日期不得早于起始日期，也不得晚于今天。",
            field="validTo",
        )
    changes = {"valid_to": valid_to, "reason": why}
    return await change(tx, NOUN, "end", row["id"], changes, unless="valid_to", reason=why, basis=row["basis"])


async def gaps(connection: Connection, jurisdiction: str, on: date) -> tuple[UUID, ...]:
    """List the units of a place that name nobody on a day: members of the leading group, or all offices without one."""
    rows = await connection.fetch(_GAPS, jurisdiction, on)
    return tuple(UUID(str(row["id"])) for row in rows)


async def _enter(
    tx: Transaction,
    books: Rulebooks,
    jurisdiction: str,
    verb: str,
    kind: str,
    unit_id: UUID,
    valid_from: date,
    words: Mapping[str, Any],
) -> UUID:
    standing = await tx.connection.fetchval(_STANDING, unit_id, kind, valid_from)
    if standing is not None:
        raise MandateStands(mandate=f"Mandate:{standing}")
    law = binding(books, jurisdiction, BASIS[kind], tx.today)
    values: dict[str, Any] = {
        "jurisdiction_id": jurisdiction,
        "office_id": tx.actor.office_id,
        "unit_id": unit_id,
        "kind": kind,
        **words,
        "basis": law.citation if law is not None else "-",
        "valid_from": valid_from,
        "named_by": tx.actor.account_id,
        "named_at": tx.now,
    }
    try:
        async with tx.connection.transaction():
            return await create(tx, NOUN, verb, values, basis=values["basis"])
    except asyncpg.UniqueViolationError:
        raise MandateStands from None


_STANDING: Final = """
SELECT id FROM mandate WHERE unit_id = $1 AND kind = $2 AND (valid_to IS NULL OR valid_to >= $3) ORDER BY id LIMIT 1
"""
_GAPS: Final = """
WITH member AS (
  SELECT unit_id FROM mandate WHERE jurisdiction_id = $1 AND kind = 'group_member' AND valid_from <= $2
    AND (valid_to IS NULL OR valid_to >= $2)
)
SELECT unit.id FROM office unit
WHERE unit.jurisdiction_id = $1 AND (unit.id IN (SELECT unit_id FROM member)
    OR (unit.kind = 'bureau_office' AND NOT EXISTS (SELECT FROM member)))
  AND NOT EXISTS (SELECT FROM mandate named WHERE named.unit_id = unit.id AND named.kind = 'responsibility'
    AND named.valid_from <= $2 AND (named.valid_to IS NULL OR named.valid_to >= $2))
ORDER BY unit.code
"""

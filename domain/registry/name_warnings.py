"""Noting that a record names its subject otherwise, and resolving it: the known name stands, or the given one does.

Names that differ in blanks, in the width of their characters or in capitals are the same. Of one name that an office gives a
subject there is one open warning. Refuses to resolve what is resolved, and without a reason.
Source: 厦门8 (准确), 9; 上海7.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from domain.errors import InvalidInput
from domain.lifecycle import Transaction, create, move, rewrite
from domain.registry.enrolment import search_words
from domain.registry.name_warning import MACHINE, RESOLVED
from domain.rights.others_data import require_impersonal
from domain.text import require_text

_LONGEST: Final = 2_000
_BLANKS: Final = r"E' \t\n\x0b\f\r\u0085\u1680\u2028\u2029'"
"""Blanks that are left when the others have become plain ones."""


def plain(name: str) -> str:
    """Give the SQL of a name without blanks, in half width and small letters: `name` is an expression."""
    return f"lower(translate(normalize({name}, NFKC), {_BLANKS}, ''))"


async def warn(tx: Transaction, *, subject_id: UUID, record_id: UUID, office_id: UUID, given_name: str) -> UUID | None:
    """Note that a record gives an organisation another name than the known one; None where it does not.

    None, too, where the office's warning of that name is open already.
    """
    known = await tx.connection.fetchrow(_DIFFERS, subject_id, given_name, office_id)
    if known is None:
        return None
    values = {
        "subject_id": subject_id,
        "about_person": False,
        "jurisdiction_id": known["jurisdiction_id"],
        "office_id": office_id,
        "record_id": record_id,
        "known_name": known["name"],
        "given_name": given_name,
        "state": "open",
        "version": 1,
        "found_at": tx.now,
    }
    return await create(tx, "name_warning", "warn", values)


async def resolve(tx: Transaction, warning_id: UUID, *, outcome: str, reason: str) -> dict[str, Any]:
    """Resolve a warning: keep the known name, or correct it to the given one; give the row after it.

    The records keep the name that their documents give.
    Raises: StateConflict; OthersPersonalData; InvalidInput.
    """
    if outcome not in RESOLVED:
        raise InvalidInput("A warning is kept or corrected.", zh="处理结果应为维持或者更正。", field="outcome")
    said = require_text("reason", reason, longest=_LONGEST)
    row = await tx.connection.fetchrow("SELECT * FROM name_warning WHERE id = $1 FOR UPDATE", warning_id)
    assert row is not None
    await require_impersonal(tx, "reason", said, subject_id=row["subject_id"])
    changes = {
        "state": outcome,
        "version": row["version"] + 1,
        "reason": said,
        "resolved_at": tx.now,
        "resolved_by": tx.actor.account_id,
    }
    moved = await move(tx, MACHINE, "resolve", warning_id, changes, reason=said)
    if outcome == "corrected":
        name = row["given_name"]
        words = await search_words(tx, row["subject_id"], name)
        renamed = {"name": name, "masked_name": name, "name_pinyin": words}
        await rewrite(tx, "subject", "rename", row["subject_id"], renamed, reason=said)
    return moved


_DIFFERS: Final = f"""
SELECT name, jurisdiction_id FROM subject
WHERE id = $1 AND NOT is_person AND {plain("name")} <> {plain("$2::text")} AND NOT EXISTS (
  SELECT FROM name_warning open WHERE open.subject_id = $1 AND open.office_id = $3 AND open.state = 'open'
    AND {plain("open.given_name")} = {plain("$2::text")})
  AND NOT EXISTS (SELECT FROM subject was WHERE was.merged_into_id = $1 AND {plain("was.name")} = {plain("$2::text")})
"""

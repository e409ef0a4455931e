"""Loading the register of supervised subjects, ending supervision, and opening integrity archives.

In charge of whole lists by one statement each: a list of codes, or everybody in the register. Refuses nothing that is
in the register already: it is told. Source: 厦门26 (全覆盖的监管对象诚信档案建设), 12, 14–16.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.errors import InvalidInput
from domain.evaluation.archive import NOUN as ARCHIVE
from domain.evaluation.refusals import ArchiveNotOrdered
from domain.evaluation.schemes import Evaluation
from domain.evaluation.supervised import IN_FORCE, NOUN
from domain.lifecycle import Transaction, change
from domain.many import enact
from domain.text import require_text

MOST: Final = 1_000
_LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of the codes of a register, each in its order."""

    outcomes: tuple[str, ...]
    """registered, known, unknown_subject, twice."""

    @property
    def registered(self) -> int:
        """How many were added."""
        return self.outcomes.count("registered")


async def register(
    tx: Transaction, under: Evaluation, office: UUID, codes: Sequence[str], *, valid_from: date, source: str
) -> Loaded:
    """Add organisations to the register of a scheme by their codes, from a day on; tell what became of each.

    Raises: Forbidden; InvalidInput for no codes, for more than MOST, and for a text that cannot be stored.
    """
    tx.require_account()
    if not 1 <= len(codes) <= MOST:
        raise InvalidInput(f"Give 1 to {MOST} codes.", zh=f"请提供1至{MOST}个代码。", field="codes", most=MOST)
    said = require_text("source", source, longest=200)
    given = [code.strip().upper() for code in codes]
    rows = await tx.connection.fetch(_KNOWN, given, under.jurisdiction, office, under.code)
    known = {row["uscc"]: row["is_registered"] for row in rows}
    seen: set[str] = set()
    outcomes = [_outcome(code, known, seen) for code in given]
    added = [code for code, outcome in zip(given, outcomes, strict=True) if outcome == "registered"]
    values = (added, under.jurisdiction, office, under.code, said, valid_from)
    await enact(tx, NOUN, "register", _REGISTER, *values, basis=under.citation)
    return Loaded(tuple(outcomes))


async def end_supervision(tx: Transaction, row: Mapping[str, Any], *, valid_to: date, reason: str) -> dict[str, Any]:
    """Set the last day on which a subject is supervised, saying why; give the row after it.

    Raises: InvalidInput for a day before its first; StateConflict where it has one.
    """
    said = require_text("reason", reason, longest=_LONGEST)
    if valid_to < row["valid_from"]:
        raise InvalidInput("The last day lies before the first.", zh="截止日早于起始日。", field="validTo")
    changes = {"valid_to": valid_to, "ended_at": tx.now, "ended_by": tx.actor.account_id, "reason": said}
    return await change(tx, NOUN, "end", row["id"], changes, unless="valid_to", reason=said)


async def open_archives(tx: Transaction, under: Evaluation, office: UUID, subjects: Sequence[UUID] | None) -> int:
    """Open archives for subjects, or for everybody in the office's register who has none; tell how many were opened.

    Raises: Forbidden; ArchiveNotOrdered; InvalidInput for more than MOST.
    """
    tx.require_account()
    if under.scheme.rule.archive is None:
        raise ArchiveNotOrdered(citation=under.citation)
    if subjects is not None and not 1 <= len(subjects) <= MOST:
        raise InvalidInput(f"Name 1 to {MOST} subjects.", zh=f"请指明1至{MOST}个主体。", field="subjects", most=MOST)
    wanted = None if subjects is None else list(subjects)
    place = (under.jurisdiction, office, under.code)
    values = (*place, under.scheme.rule.archive, list(under.offices), wanted, tx.today)
    return await enact(tx, ARCHIVE, "open", _OPEN, *values, basis=under.citation)


async def close_archive(tx: Transaction, row: Mapping[str, Any], *, reason: str) -> dict[str, Any]:
    """Close an archive that is no longer kept, saying why; give the row after it.

    Raises: InvalidInput; StateConflict.
    """
    said = require_text("reason", reason, longest=_LONGEST)
    changes = {"closed_at": tx.now, "closed_by": tx.actor.account_id, "reason": said}
    return await change(tx, ARCHIVE, "close", row["id"], changes, unless="closed_at", reason=said)


def _outcome(code: str, known: Mapping[str, bool], seen: set[str]) -> str:
    if code in seen:
        return "twice"
    seen.add(code)
    if code not in known:
        return "unknown_subject"
    return "known" if known[code] else "registered"


_KNOWN: Final = f"""
SELECT named.uscc, EXISTS (
  SELECT FROM {NOUN} t WHERE t.subject_id = subject.id AND t.jurisdiction_id = $2 AND t.office_id = $3
    AND t.scheme = $4 AND t.valid_to IS NULL
) AS is_registered
FROM subject named JOIN subject ON subject.id = coalesce(named.merged_into_id, named.id)
WHERE named.uscc = ANY($1::text[]) FOR SHARE OF subject
"""
_REGISTER: Final = f"""
INSERT INTO {NOUN} (id, subject_id, about_person, jurisdiction_id, office_id, scheme, source, valid_from, registered_at,
                    registered_by)
SELECT uuidv7(), subject.id, subject.is_person, $11::text, $12::uuid, $13::text, $14::text, $15::date, $1::timestamptz,
       $2::uuid
FROM subject named JOIN subject ON subject.id = coalesce(named.merged_into_id, named.id)
WHERE named.uscc = ANY($10::text[]) ORDER BY subject.id
ON CONFLICT DO NOTHING RETURNING *
"""
_OPEN: Final = f"""
INSERT INTO {ARCHIVE} (id, subject_id, about_person, jurisdiction_id, office_id, scheme, name, clause, office_ids,
                       opened_at, opened_by)
SELECT uuidv7(), subject.id, subject.is_person, $10::text, $11::uuid, $12::text, $13::text, $7::text, $14::uuid[],
       $1::timestamptz, $2::uuid
FROM subject
WHERE CASE WHEN $15::uuid[] IS NULL THEN EXISTS (
    SELECT FROM {NOUN} t WHERE t.subject_id = subject.id AND t.jurisdiction_id = $10 AND t.office_id = $11
      AND t.scheme = $12 AND {IN_FORCE.replace("{t}", "t").replace(":today", "$16::date")})
  ELSE subject.id = ANY($15::uuid[]) END
  AND NOT EXISTS (
    SELECT FROM {ARCHIVE} kept WHERE kept.subject_id = subject.id AND kept.jurisdiction_id = $10 AND kept.scheme = $12
      AND kept.closed_at IS NULL)
ORDER BY subject.id
ON CONFLICT DO NOTHING RETURNING *
"""

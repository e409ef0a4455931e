"""Issuing a bulletin: which entries it tells, for which kind of exam, by which clause.

Where the rulebook names the exams (十堰: 专业技术人员资格考试) it is for no other; where it orders publication of
every kind (厦门17) for each of them; where it says nothing, for none. Nothing but the masked name is kept in it, and
nothing of a minor (未成年人保护法103).
Source: 十堰正文; 厦门17.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain.credit import terms
from domain.credit.terms import KEPT_BACK
from domain.errors import InvalidInput, NotFound
from domain.exam.refusals import BulletinEmpty, BulletinNotForExam
from domain.exam.violation import EXAM_KINDS, IN_FORCE
from domain.exam.violations import KIND_NAMES
from domain.lifecycle import Transaction, create
from domain.registry.enrolment import names_identity
from domain.rulebook.model import Rulebooks
from domain.text import require_text

SCOPE: Final = "exam.exposure.scope"
EVERY_KIND: Final = "exam.published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """What is to be told: of which kind of exam, entries of which days, under which title."""

    office_id: UUID
    exam_kind: str
    title: str
    from_on: date
    to_on: date


async def issue(tx: Transaction, books: Rulebooks, given: Bulletin) -> UUID:
    """Issue a bulletin of the office's entries of a span of days; give its id.

    Raises: NotFound; InvalidInput; BulletinNotForExam; BulletinEmpty.
    """
    jurisdiction = await tx.connection.fetchval(_OFFICE, given.office_id)
    if jurisdiction is None:
        raise NotFound
    title = require_text("title", given.title, longest=200)
    if names_identity(title, person_name=None) or given.exam_kind not in EXAM_KINDS or given.to_on < given.from_on:
        raise InvalidInput("Kind, days or title cannot be.", zh="考试种类、起止日期或标题无效。")
    basis = _basis(books, jurisdiction, given.exam_kind, tx.today)
    rows = await tx.connection.fetch(_ENTRIES, given.office_id, given.exam_kind, given.from_on, given.to_on, tx.today)
    if not rows:
        raise BulletinEmpty
    values = {
        "jurisdiction_id": jurisdiction,
        "office_id": given.office_id,
        "exam_kind": given.exam_kind,
        "title": title,
        "from_on": given.from_on,
        "to_on": given.to_on,
        "issued_at": tx.now,
        "basis": basis,
        "issued_by": tx.actor.account_id,
    }
    bulletin_id = await create(tx, "exam_bulletin", "issue", values, basis=basis)
    for row in rows:
        line = {**row, "bulletin_id": bulletin_id, "about_person": True}
        await create(tx, "exam_bulletin_line", "issue", line, basis=basis)
    return bulletin_id


def _basis(books: Rulebooks, jurisdiction: str, exam_kind: str, on: date) -> str:
    """Name the clause that orders bulletins for a kind of exam.

    Raises: BulletinNotForExam.
    """
    scope = terms.binding(books, jurisdiction, SCOPE, on)
    if scope is not None:
        if scope.value != KIND_NAMES[exam_kind]:
            raise BulletinNotForExam(citation=scope.citation)
        return scope.citation
    every = terms.binding(books, jurisdiction, EVERY_KIND, on)
    if every is None or every.value is not True:
        raise BulletinNotForExam
    return every.citation


_OFFICE: Final = "SELECT jurisdiction_id FROM office WHERE id = $1 AND kind <> 'partner_agency'"

_ENTRIES: Final = f"""
SELECT entry.id AS violation_id, entry.subject_id, entry.violation_class, entry.exam_name, entry.treatment,
       subject.masked_name AS name
FROM exam_violation entry JOIN subject ON subject.id = entry.subject_id
JOIN credit_record made ON made.id = entry.record_id AND made.state = 'published' AND made.disclosure <> '{KEPT_BACK}'
WHERE entry.office_id = $1 AND entry.exam_kind = $2 AND entry.entered_on BETWEEN $3 AND $4
  AND {IN_FORCE.replace("{t}", "entry").replace(":today", "$5::date")}
ORDER BY entry.violation_class, entry.id
"""

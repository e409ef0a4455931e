"""Coverage of integrity archives: how many supervised subjects of a scheme have one, as of the end of any day.

In charge of counting from what was known on that day, so that the same day gives the same figure for ever. A register
that has nobody gives no rate: that is not all of them. Source: 厦门26 (全覆盖的监管对象诚信档案建设).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final
from uuid import UUID

from domain.connection import Queryable
from domain.evaluation.archive import NOUN as ARCHIVE
from domain.evaluation.supervised import NOUN
from domain.rulebook.answer import RuleAnswer, RuleStatus
from domain.rulebook.lookup import rule
from domain.rulebook.model import Rulebooks

_DAYS: Final = ("consumer", "credit_record")


@dataclass(frozen=True, slots=True)
class Coverage:
    """Supervised subjects of an office under a scheme, and those of them with an archive."""

    scheme: str
    office_id: UUID
    supervised: int
    archived: int

    @property
    def rate(self) -> Fraction | None:
        """The share with an archive; nothing where nobody is supervised."""
        return Fraction(self.archived, self.supervised) if self.supervised else None


@dataclass(frozen=True, slots=True)
class CampaignDay:
    """A day of the year on which a text wants integrity archives and commitments brought forward, with its name there."""

    day: str
    name: str
    answer: RuleAnswer


async def coverage(
    database: Queryable, jurisdiction: str, as_of: date, *, office_id: UUID | None = None
) -> dict[tuple[str, UUID], Coverage]:
    """Count by scheme and office as of the end of a day; of one office alone if named. Absent is: nobody registered."""
    rows = await database.fetch(_COVERAGE, jurisdiction, as_of, office_id)
    return {
        (row["scheme"], row["office_id"]): Coverage(row["scheme"], row["office_id"], row["supervised"], row["archived"])
        for row in rows
    }


def campaign_days(books: Rulebooks, jurisdiction: str, on: date) -> tuple[CampaignDay, ...]:
    """Give the campaign days that a place's own text names, under the names that it gives them (A.4: two names of 6·14).

    Raises: JurisdictionUnknown.
    """
    found = []
    for code in _DAYS:
        said = rule(books, jurisdiction, f"publicity.days.{code}", on)
        named = rule(books, jurisdiction, f"publicity.days.{code}.name", on)
        told = {RuleStatus.SAYS, RuleStatus.EXPIRED}
        if said.status in told and named.status in told:
            found.append(CampaignDay(str(said.value), str(named.value), named))
    return tuple(found)


_END: Final = "($2::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'"

_COVERAGE: Final = f"""
WITH moved AS (
  SELECT DISTINCT ON (turn.row_id) turn.row_id, turn.subject_id FROM (
    SELECT noted.row_id, before.at, before.subject_id
    FROM subject_merge_row noted JOIN subject_merge merge ON merge.id = noted.merge_id
    CROSS JOIN LATERAL (VALUES (merge.decided_at, merge.merged_id), (merge.unmerged_at, merge.kept_id))
      AS before (at, subject_id)
    WHERE noted.table_name IN ('{NOUN}', '{ARCHIVE}') AND before.at >= {_END}
  ) turn ORDER BY turn.row_id, turn.at
)
SELECT supervised.scheme, supervised.office_id, count(*)::int AS supervised, count(archived.subject_id)::int AS archived
FROM (
  SELECT DISTINCT t.scheme, t.office_id, coalesce(moved.subject_id, t.subject_id) AS subject_id
  FROM {NOUN} t LEFT JOIN moved ON moved.row_id = t.id
  WHERE t.jurisdiction_id = $1 AND t.registered_at < {_END} AND t.valid_from <= $2
    AND (t.valid_to IS NULL OR t.valid_to >= $2 OR t.ended_at >= {_END})
    AND ($3::uuid IS NULL OR t.office_id = $3)
) supervised LEFT JOIN (
  SELECT DISTINCT kept.scheme, coalesce(moved.subject_id, kept.subject_id) AS subject_id
  FROM {ARCHIVE} kept LEFT JOIN moved ON moved.row_id = kept.id
  WHERE kept.jurisdiction_id = $1
    AND kept.opened_at < {_END} AND (kept.closed_at IS NULL OR kept.closed_at >= {_END})
) archived ON archived.scheme = supervised.scheme AND archived.subject_id = supervised.subject_id
GROUP BY supervised.scheme, supervised.office_id
"""
"""A row counts for the subject that it named at the end of the day: a merge afterwards, or its undoing, moves nothing."""

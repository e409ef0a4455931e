"""Whether a credit report must be queried in a matter, about whom, and whether the office that asks holds one.

In charge of the list of matters in force 报告应用事项清单: kinds of subject, and the matters in which a report is a must.
Kinds bind where an approved edition of the list names them; those of a rulebook are our reading, and bind nobody.
Refuses: a report about a kind of subject that the matter is not about; what an agency did in a matter that asks for a
report and for which it has none.
Source: 厦门4 (在实施政府采购、招投标…等活动过程中,全面查询使用); 海沧4 (推动…依法应用: no must); 海沧10 (产生与应用全流程闭环).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain.connection import Connection
from domain.edition.edition import IN_FORCE as LISTED
from domain.errors import DomainError
from domain.lifecycle import Transaction


class SubjectKindNotOfMatter(DomainError):
    """The matter is not about this kind of subject: name one that is, see `kinds` (厦门4)."""

    code = "SUBJECT_KIND_NOT_OF_MATTER"
    zh = "该应用事项不适用于此类信用主体：适用的类型见 kinds。"


class ReportNotQueried(DomainError):
    """In this matter a credit report must be queried first, and your office has none that is valid: ask for one (厦门4)."""

    code = "REPORT_NOT_QUERIED"
    zh = "该事项应当先查询信用报告，本单位没有该主体的有效报告：请先申请出具。"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterReport:
    """What the list in force says of reports in a matter, and the report an office holds of a subject for it."""

    mandatory: bool
    citation: str
    subject_kinds: tuple[str, ...] = ()
    number: str | None = None
    valid_until: date | None = None

    @property
    def is_missing(self) -> bool:
        """Tell whether a report must be queried, and none that is valid was."""
        return self.mandatory and self.number is None

    def require_kind(self, kind: str) -> None:
        """Pass a kind of subject that the matter is about; a matter that names none is about all.

        Raises: SubjectKindNotOfMatter.
        """
        if self.subject_kinds and kind not in self.subject_kinds:
            raise SubjectKindNotOfMatter(kinds=list(self.subject_kinds))


async def matter_report(
    connection: Connection, item_id: UUID, *, subject_id: UUID, office_id: UUID | None, on: date
) -> MatterReport | None:
    """Tell what the list in force on a day says of a matter; null where no list in force names it.

    The report is the office's own about the subject for the matter that was issued by that day and valid on it.
    """
    row = await connection.fetchrow(_MATTER, item_id, subject_id, office_id, on)
    if row is None:
        return None
    return MatterReport(
        mandatory=row["mandatory"],
        citation=row["basis"],
        subject_kinds=tuple(row["kinds"]),
        number=row["number"],
        valid_until=row["valid_until"],
    )


async def require_queried(tx: Transaction, item_id: UUID, *, subject_id: UUID, office_id: UUID) -> None:
    """Pass an office that holds a valid report where the matter asks for one.

    Raises: ReportNotQueried.
    """
    found = await matter_report(tx.connection, item_id, subject_id=subject_id, office_id=office_id, on=tx.today)
    if found is not None and found.is_missing:
        raise ReportNotQueried


_MATTER: Final = f"""
SELECT coalesce((named.content ->> 'mandatory')::boolean, false) AS mandatory, edition.basis,
  CASE WHEN edition.rulebook IS NULL
    THEN ARRAY(SELECT jsonb_array_elements_text(coalesce(named.content -> 'subject_kinds', '[]'))) ELSE '{{}}'
  END AS kinds,
  held.number, held.valid_until
FROM application_item item
JOIN edition ON edition.jurisdiction_id = item.jurisdiction_id AND edition.kind = 'report_items'
  AND {LISTED.replace("{t}", "edition").replace(":today", "$4::date")}
JOIN edition_item named ON named.edition_id = edition.id
  AND named.code = substr(item.code, length(item.jurisdiction_id) + 2)
LEFT JOIN LATERAL (
  SELECT report.number, report.valid_until FROM credit_report report
  WHERE report.subject_id = $2 AND report.office_id = $3 AND report.application_item_id = item.id
    AND report.revoked_at IS NULL AND report.valid_until >= $4
    AND (report.issued_at AT TIME ZONE 'Asia/Shanghai')::date <= $4
  ORDER BY report.valid_until DESC, report.id DESC LIMIT 1
) held ON true
WHERE item.id = $1
ORDER BY edition.valid_from DESC NULLS LAST LIMIT 1
"""

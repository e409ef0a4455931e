"""What a report is asked for: subject, office, purpose, consent, and whether they go together.

Refuses: an agency that names no purpose or one it has not been granted; an agency that asks about a person
without that person's consent in force; a consent given by somebody else, to another office, for something
else. Which rows a caller may see is not decided here.
Source: 厦门4; 海沧4; 上海市社会信用条例17, 20 (越权查询); 个人信息保护法13, 14, 45.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.edition.edition import IN_FORCE as LISTED
from domain.errors import DomainError, NotFound
from domain.lifecycle import Transaction
from domain.rights.consent import IN_FORCE as CONSENT_IN_FORCE
from domain.rulebook.model import Rulebooks
from domain.use.matter_report import matter_report
from domain.use.partner import AGENCY, GRANT_IN_FORCE, PurposeNotGrantedToOffice


class PurposeNotListed(DomainError):
    """The list of matters in force has no such matter any more: name one that is on it (厦门4)."""

    code = "PURPOSE_NOT_LISTED"
    zh = "现行报告应用事项清单中已没有该事项：请使用清单所列事项。"


class ReportPurposeRequired(DomainError):
    """A report is issued for a purpose: name the application item for which it is asked."""

    code = "REPORT_PURPOSE_REQUIRED"
    zh = "出具报告须有用途：请指明应用事项。"


class ConsentRequired(DomainError):
    """The person has not consented to this agency asking for this purpose, or no longer does."""

    code = "CONSENT_REQUIRED"
    zh = "本人未授权该单位为此事项查询，或授权已失效：请先取得授权。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A report that may be issued, with the rows it rests on."""

    subject_id: UUID
    about_person: bool
    jurisdiction_id: str
    issuer: str
    office_id: UUID | None
    office: str | None
    item_id: UUID | None
    item_code: str | None
    item_name: str | None
    item_clause: str | None
    rulebook: str | None
    consent_id: UUID | None

    @property
    def basis_kind(self) -> str:
        """On what the inquiry rests: `self`, `consent` or `law`."""
        if self.consent_id is not None:
            return "consent"
        return "law" if self.item_id is not None else "self"


async def asked(
    tx: Transaction,
    *,
    subject_id: UUID,
    office_id: UUID | None,
    application_item_id: UUID | None,
    consent_id: UUID | None,
) -> Asked:
    """Read what a report is asked for and see that it goes together; its consent is locked meanwhile.

    Without an office it is the subject that asks, and without a purpose.
    Raises: NotFound; ReportPurposeRequired; PurposeNotListed; SubjectKindNotOfMatter; PurposeNotGrantedToOffice;
    ConsentRequired.
    """
    row = await tx.connection.fetchrow(_ASKED, subject_id, office_id, application_item_id, tx.today)
    if row is None or _missing(row, office_id, application_item_id):
        raise NotFound
    if office_id is not None and application_item_id is None:
        raise ReportPurposeRequired
    if row["listed"] is False:
        raise PurposeNotListed
    if application_item_id is not None:
        matter = await matter_report(
            tx.connection, application_item_id, subject_id=subject_id, office_id=office_id, on=tx.today
        )
        if matter is not None:
            matter.require_kind(row["subject_kind"])
    partner = row["office_kind"] == AGENCY
    if partner and not row["granted"]:
        raise PurposeNotGrantedToOffice
    parties = (subject_id, office_id, application_item_id)
    if consent_id is not None and not await _stands(tx, consent_id, parties):
        raise ConsentRequired
    if partner and row["is_person"] and consent_id is None:
        raise ConsentRequired
    return _asked(row, consent_id)


def basis_citation(asked_: Asked, books: Rulebooks) -> str:
    """Say in one line on what the inquiry rests, for the report and for the subject's access log."""
    if asked_.basis_kind == "consent":
        return "本人授权（个人信息保护法13、14）"
    if asked_.basis_kind == "self":
        return "本人查询（个人信息保护法45）" if asked_.about_person else "本单位查询"
    book = books.books.get(asked_.rulebook or "")
    return f"《{book.name if book else asked_.rulebook}》{asked_.item_clause}"


def _missing(row: asyncpg.Record, office_id: UUID | None, item_id: UUID | None) -> bool:
    """Tell whether the office or the purpose that was named does not exist."""
    return bool(row["office_id"] != office_id or row["item_id"] != item_id)


async def _stands(tx: Transaction, consent_id: UUID, parties: tuple[UUID | None, ...]) -> bool:
    found: UUID | None = await tx.connection.fetchval(_CONSENT, consent_id, *parties, tx.today)
    return found is not None


def _asked(row: asyncpg.Record, consent_id: UUID | None) -> Asked:
    values: dict[str, Any] = {key: row[key] for key in _COPIED}
    return Asked(**values, about_person=row["is_person"], consent_id=consent_id)


_COPIED: Final = (
    "subject_id",
    "jurisdiction_id",
    "issuer",
    "office_id",
    "office",
    "item_id",
    "item_code",
    "item_name",
    "item_clause",
    "rulebook",
)

_ASKED: Final = f"""
SELECT subject.id AS subject_id, subject.is_person, subject.kind AS subject_kind,
       coalesce(item.jurisdiction_id, subject.jurisdiction_id) AS jurisdiction_id,
       CASE division.level WHEN 'district' THEN above.name ELSE '' END || division.name AS issuer,
       office.id AS office_id, office.name AS office, office.kind AS office_kind,
       item.id AS item_id, item.code AS item_code, item.name AS item_name, item.clause AS item_clause,
       item.rulebook,
       (SELECT bool_or(named.code = substr(item.code, length(item.jurisdiction_id) + 2))
        FROM edition JOIN edition_item named ON named.edition_id = edition.id
        WHERE edition.kind = 'report_items' AND edition.jurisdiction_id = item.jurisdiction_id
          AND {LISTED.replace("{t}", "edition").replace(":today", "$4::date")}) AS listed,
       EXISTS (SELECT FROM partner_purpose held
               WHERE held.office_id = $2 AND held.application_item_id = $3
                 AND {GRANT_IN_FORCE.replace("{t}", "held").replace(":today", "$4::date")}) AS granted
FROM subject
LEFT JOIN office ON office.id = $2
LEFT JOIN application_item item ON item.id = $3
JOIN jurisdiction division ON division.id = coalesce(item.jurisdiction_id, subject.jurisdiction_id)
LEFT JOIN jurisdiction above ON above.id = division.parent_id
WHERE subject.id = $1
"""

_CONSENT: Final = f"""
SELECT given.id FROM consent given
WHERE given.id = $1 AND given.subject_id = $2 AND given.office_id = $3 AND given.application_item_id = $4
  AND {CONSENT_IN_FORCE.replace("{t}", "given").replace(":today", "$5::date")}
FOR SHARE
"""

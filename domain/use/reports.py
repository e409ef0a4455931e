"""What may happen to a credit report: it is issued, and it may be revoked.

A report is canonical JSON, signed and stored exactly as issued: who issued it to whom, about whom, for which
purpose, on which basis, until when it holds; the content as the requester may see it; who asked before; the
clauses it rests on; remarks about itself; and the latest checkpoint of the ledger, so that its holder can tell when
the ledger's past is replaced. Its access entry is written in the same transaction: no entry,
no report. Refused is what `domain.use.report_asked` and `domain.use.report_kind` refuse.
Source: 厦门4, 25; 海沧4, 5; 上海8; 上海市社会信用条例17, 34; 河南省社会信用条例39, 40;
《公共信用信息报告标准》.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from domain.canonical import canonical
from domain.clock import day_in_chinese
from domain.errors import DomainError, NotFound
from domain.ids import new_id
from domain.ledger.proof import Head, latest
from domain.lifecycle import Transaction, change, create
from domain.rulebook.lookup import RuleAnswer, RuleStatus, rule
from domain.rulebook.model import Rulebooks
from domain.text import require_text
from domain.use.inquiries import Attempt, Inquiry, inquiries, served
from domain.use.report_asked import Asked, asked, basis_citation
from domain.use.report_kind import ReportKind, report_notes, require_kind
from domain.use.report_number import new_number
from domain.use.signing import Signer

FORMAT: Final = "renxin-report-1"
ISSUER_SUFFIX: Final = "人力资源和社会保障局"
VALIDITY: Final = "report.valid_for"
STATES_INQUIRIES: Final = "report.states_inquiries"
REASON_LENGTH: Final = 500


class ValidityNotSet(DomainError):
    """No rulebook and no default of the service sets how long a report is valid: it cannot be issued."""

    code = "VALIDITY_NOT_SET"
    zh = "规则和服务缺省均未设定报告有效期：无法出具。"


async def issue(
    tx: Transaction,
    signer: Signer,
    books: Rulebooks,
    *,
    kind: str,
    subject_id: UUID,
    office_id: UUID | None,
    application_item_id: UUID | None,
    consent_id: UUID | None,
    content: Mapping[str, Any],
) -> UUID:
    """Issue a report and give its id; the subject itself asks without an office and without a purpose.

    `content` is the `data` that the kind's GraphQL document gave the requester without any error, read with
    `domain.canonical.parse`.
    Raises: NotFound; ReportPurposeRequired; PurposeNotGrantedToOffice; ConsentRequired; ReportKindUnknown;
    ReportKindNotForSubject; ReportKindNotOffered; ValidityNotSet; JurisdictionUnknown.
    """
    request = await asked(
        tx,
        subject_id=subject_id,
        office_id=office_id,
        application_item_id=application_item_id,
        consent_id=consent_id,
    )
    draft = _draft(tx, books, request, kind)
    if content.get("subject") is None or content.get("content") is None:
        raise NotFound
    document = _document(draft, books, await inquiries(tx.connection, subject_id), content, await latest(tx.connection))
    row = {**_row(draft, tx), **_signature(signer, document)}
    report_id = await create(tx, "credit_report", "issue", row, basis=draft.basis)
    attempt = Attempt(
        subject_id=subject_id,
        report_id=report_id,
        office_id=office_id,
        purpose=request.item_name,
        basis=draft.basis,
    )
    await served(tx, attempt)
    return report_id


async def revoke(tx: Transaction, report_id: UUID, reason: str) -> None:
    """Revoke a report as a document; what it says stays as it was signed.

    Raises: InvalidInput without a usable reason; StateConflict when it has been revoked.
    """
    why = require_text("reason", reason, longest=REASON_LENGTH)
    changes = {"revoked_at": tx.now, "revocation_reason": why}
    await change(tx, "credit_report", "revoke", report_id, changes, unless="revoked_at", reason=why)


# -- the parts of a report


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A report before it is written: what was asked, and what the law makes of it."""

    request: Asked
    kind: ReportKind
    number: str
    now: datetime
    today: date
    validity: RuleAnswer
    until: date
    basis: str


def _draft(tx: Transaction, books: Rulebooks, request: Asked, kind: str) -> _Draft:
    chosen = require_kind(kind, about_person=request.about_person, jurisdiction=request.jurisdiction_id)
    validity = rule(books, request.jurisdiction_id, VALIDITY, tx.today)
    return _Draft(
        request=request,
        kind=chosen,
        number=new_number(request.jurisdiction_id, tx.today),
        now=tx.now,
        today=tx.today,
        validity=validity,
        until=_valid_until(validity, tx.today),
        basis=basis_citation(request, books),
    )


def _document(
    draft: _Draft, books: Rulebooks, before: Sequence[Inquiry], content: Mapping[str, Any], sealed: Head | None
) -> str:
    shown = content["content"]
    return canonical(
        {
            **_cover(draft),
            **_parties(draft),
            **_uses(before),
            "subject": content["subject"],
            "content": shown,
            "statement": _statement(shown, draft.today) if draft.kind.statement else None,
            "rules": _rules(draft, books),
            "notes": _notes(draft, shown),
            "ledger": {"checkpoint": sealed.number, "digest": sealed.digest} if sealed else None,
        }
    )


def _cover(draft: _Draft) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "kind": draft.kind.code,
        "title": draft.kind.name,
        "number": draft.number,
        "issued_at": draft.now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "valid_until": draft.until.isoformat(),
    }


def _parties(draft: _Draft) -> dict[str, Any]:
    request = draft.request
    consent = str(request.consent_id) if request.consent_id else None
    return {
        "issuer": {"jurisdiction": request.jurisdiction_id, "name": request.issuer + ISSUER_SUFFIX},
        "requester": {"office": request.office} if request.office_id else None,
        "purpose": _purpose(request),
        "basis": {"kind": request.basis_kind, "consent": consent, "citation": draft.basis},
    }


def _purpose(request: Asked) -> dict[str, Any] | None:
    if request.item_id is None:
        return None
    return {"code": request.item_code, "name": request.item_name, "clause": request.item_clause}


def _uses(before: Sequence[Inquiry]) -> dict[str, Any]:
    """Tell reports that were used from other looks at the subject."""
    return {
        "uses": [_inquiry(one) for one in before if one.verb == "issue"],
        "inquiries": [_inquiry(one) for one in before if one.verb != "issue"],
    }


def _inquiry(one: Inquiry) -> dict[str, Any]:
    return {"on": one.on.isoformat(), "office": one.office, "purpose": one.purpose, "times": one.times}


def _statement(content: Mapping[str, Any], today: date) -> dict[str, Any]:
    """State what speaks against the organisation (厦门25); clear only if nothing does and all of it was seen."""
    records, entries = content.get("creditRecords"), content.get("listEntries")
    stated: dict[str, Any] = {"as_of": today.isoformat(), "records": None, "entries": None, "clear": False}
    words = f"截至{day_in_chinese(today)}，"
    if records is None or entries is None:
        return {**stated, "text": words + "申请单位无权查看全部信息，不作结论。"}
    against = records["totalCount"]
    negative = sum(_polarity(entry) == "NEGATIVE" for entry in entries["nodes"])
    clear = not against and not negative and not _left_out(content)
    words += "未见失信信息。" if clear else f"有失信信息{against}条、列入惩戒类名单{negative}项。"
    return {**stated, "records": against, "entries": negative, "clear": clear, "text": words}


def _polarity(entry: Mapping[str, Any]) -> str | None:
    return (entry.get("creditList") or {}).get("polarity")


def _rules(draft: _Draft, books: Rulebooks) -> list[dict[str, Any]]:
    """Cite what the report rests on: its kind, its purpose, its validity, the statement of uses."""
    request = draft.request
    stated: list[dict[str, Any]] = [{"about": "kind", "clause": clause} for clause in draft.kind.clauses]
    if request.item_id is not None:
        stated.append({"about": "purpose", "rulebook": request.rulebook, "clause": request.item_clause})
    answers = (draft.validity, rule(books, request.jurisdiction_id, STATES_INQUIRIES, draft.today))
    return stated + [_cited(answer) for answer in answers if answer.layer is not None]


def _cited(answer: RuleAnswer) -> dict[str, Any]:
    rulebook = answer.layer.rulebook if answer.layer else None
    return {
        "about": answer.path,
        "rulebook": rulebook,
        "clause": answer.clause,
        "status": str(answer.status),
    }


def _notes(draft: _Draft, content: Mapping[str, Any]) -> list[dict[str, str]]:
    """Give the remarks of the kind and those that follow from what is in the report."""
    codes = [*draft.kind.notes]
    if draft.validity.status is RuleStatus.SERVICE_DEFAULT:
        codes.append("validity_is_ours")
    codes.append("self_reported_unverified" if _self_reported(content) else "self_reported_not_included")
    if _left_out(content):
        codes.append("rows_left_out")
    rows = [row for page in _connections(content) for row in page["nodes"]]
    if any(row.get("disputed") for row in rows):
        codes.append("disputed")
    if any((row.get("subjectStatements") or {}).get("nodes") for row in rows):
        codes.append("subject_statements")
    return [{"code": code, "zh": report_notes()[code].zh, "en": report_notes()[code].en} for code in codes]


def _self_reported(content: Mapping[str, Any]) -> bool:
    records = (content.get("creditRecords") or {}).get("nodes", ())
    return any((record.get("item") or {}).get("category") == "self_reported" for record in records)


def _left_out(content: Mapping[str, Any]) -> bool:
    return any(page["totalCount"] > len(page["nodes"]) for page in _connections(content))


def _connections(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (page for page in content.values() if isinstance(page, Mapping) and "totalCount" in page)


def _valid_until(validity: RuleAnswer, today: date) -> date:
    """Give the last day of validity.

    Raises: ValidityNotSet.
    """
    if not isinstance(validity.value, int) or validity.unit != "calendar_day":
        raise ValidityNotSet
    return today + timedelta(days=validity.value)


def _row(draft: _Draft, tx: Transaction) -> dict[str, Any]:
    request = draft.request
    return {
        "id": new_id(),
        "number": draft.number,
        "kind": draft.kind.code,
        "subject_id": request.subject_id,
        "about_person": request.about_person,
        "jurisdiction_id": request.jurisdiction_id,
        "office_id": request.office_id,
        "application_item_id": request.item_id,
        "consent_id": request.consent_id,
        "requested_by": tx.actor.account_id,
        "issued_at": draft.now,
        "valid_until": draft.until,
    }


def _signature(signer: Signer, document: str) -> dict[str, Any]:
    return {
        "document": document,
        "digest": hashlib.sha256(document.encode()).hexdigest(),
        "signature": signer.sign(document.encode()),
        "key_id": signer.key_id,
    }

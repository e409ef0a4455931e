"""What may happen to self-reported information: handed in, removed by the subject, found untrue, reinstated.

Handing it in signs and publishes a commitment to its authenticity in the same transaction; finding it untrue breaks
that commitment, with the record of dishonest conduct the rulebook ties to it. What was removed may still be found
untrue, for it was public while it stood. Refuses kinds the rulebook does not know, and other people's personal data.
Source: 厦门20, 海沧16 (对所提供信息真实性公开作出信用承诺); 上海5(三), 5(四).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.calendar import WorkingCalendar
from domain.commitment import commitments, results
from domain.commitment.commitments import Matter, Signature
from domain.commitment.items import LONGEST_TEXT
from domain.commitment.results import Finding
from domain.credit import terms
from domain.credit.refusals import PersonalTextInPublic
from domain.errors import DomainError, InvalidInput, NotFound, StateConflict
from domain.ids import new_id
from domain.installation_rows import office_id as office_id_of
from domain.lifecycle import Transaction, create, machine, move
from domain.registry.enrolment import names_identity
from domain.rights.others_data import require_impersonal
from domain.rulebook.answer import RuleAnswer
from domain.rulebook.model import Rulebooks
from domain.text import require_text
from domain.vault import Vault

MACHINE: Final = machine(
    "self_report",
    remove=("reported", "removed"),  # by the subject, when it likes
    refute=(("reported", "removed"), "refuted"),  # found untrue: the commitment is broken
    reinstate=("refuted", "reported"),  # the finding no longer stands
)

KINDS: Final = "self_report.kinds"
OVERSEERS: Final = "self_report.overseers"
ITEM: Final = "self_report_authenticity"
OTHER: Final = "其他"
LONGEST: Final = 5_000


class SelfReportNotProvided(DomainError):
    """No rulebook loaded for this division provides for self-reported information: hand it in where one does."""

    code = "SELF_REPORT_NOT_PROVIDED"
    zh = "本地已载入的规则没有规定自主上报信用信息。"


class SelfReportKindUnknown(InvalidInput):
    """The rulebook does not know this kind of self-reported information: use one of `known`."""

    code = "SELF_REPORT_KIND_UNKNOWN"
    zh = "规则没有规定此种自主上报信息：请使用 known 所列种类。"


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfReported:
    """What a subject tells of itself, and the text of the commitment to its authenticity that it signs."""

    subject_id: UUID
    jurisdiction: str
    kind: str
    title: str
    text: str
    commitment: str
    signature: Signature
    office_id: UUID | None = None
    by_agent: bool = False


async def report(tx: Transaction, books: Rulebooks, calendar: WorkingCalendar, given: SelfReported) -> UUID:
    """Hand in information of the subject's own, with its public commitment; give its id.

    Raises: SelfReportNotProvided; SelfReportKindUnknown; NotFound; OthersPersonalData; PersonalTextInPublic;
    InvalidInput; what `commitments.sign` raises.
    """
    law = terms.binding(books, given.jurisdiction, KINDS, tx.today)
    if law is None:
        raise SelfReportNotProvided
    kind = _kind(law, given.kind)
    require_text("commitment", given.commitment, longest=LONGEST_TEXT)
    shown = await _shown(tx, given)
    office = _office(books, given, tx)
    report_id = new_id()
    signed = await _commit(tx, books, calendar, given, office=office, number=f"自报{report_id.hex[-12:]}")
    values = {
        **shown,
        "id": report_id,
        "subject_id": given.subject_id,
        "about_person": signed["about_person"],
        "jurisdiction_id": given.jurisdiction,
        "office_id": office,
        "kind": kind,
        "state": "reported",
        "version": 1,
        "disclosure": signed["disclosure"],
        "commitment_id": signed["id"],
        "by_agent": given.by_agent,
        "reported_at": tx.now,
        "reported_by": tx.actor.account_id,
    }
    return await create(tx, "self_report", "report", values, basis=law.citation)


async def remove(tx: Transaction, report_id: UUID) -> dict[str, Any]:
    """Remove what the subject has told; it is shown no longer. Give the row after it.

    Raises: NotFound; StateConflict.
    """
    row = await load(tx, report_id)
    return await move(tx, MACHINE, "remove", report_id, {"removed_at": tx.now, "version": row["version"] + 1})


async def refute(
    tx: Transaction, vault: Vault, books: Rulebooks, calendar: WorkingCalendar, report_id: UUID, finding: Finding
) -> dict[str, Any]:
    """Find untrue what a subject has told, and its commitment broken; give the row after it.

    Raises: NotFound; StateConflict; JudgeInOwnMatter; what `results.find_broken` raises.
    Source: 上海5(四) (承诺不实); 厦门11 (违法失信后自愿接受约束和惩戒).
    """
    row = await load(tx, report_id)
    if row["state"] == "refuted":
        raise StateConflict(verb="refute")
    await results.find_broken(tx, vault, books, calendar, row["commitment_id"], finding)
    changes = {"refuted_at": tx.now, "refuted_by": tx.actor.account_id, "version": row["version"] + 1}
    return await move(tx, MACHINE, "refute", report_id, changes, reason=finding.text)


async def reinstate(tx: Transaction, report_id: UUID, *, reason: str) -> dict[str, Any]:
    """Set a finding aside whose record has been withdrawn; the information stands again, unless it was removed.

    Raises: NotFound; StateConflict; RecordStands; InvalidInput.
    """
    row = await load(tx, report_id)
    if row["state"] != "refuted":
        raise StateConflict(verb="reinstate")
    promised = await commitments.load(tx, row["commitment_id"])
    if promised["state"] == "broken":  # else the finding about it has been set aside already
        await results.reopen(tx, row["commitment_id"], reason=reason)
    changes = {"refuted_at": None, "refuted_by": None, "version": row["version"] + 1}
    after = await move(tx, MACHINE, "reinstate", report_id, changes, reason=reason)
    if row["removed_at"] is None:
        return after
    return await move(tx, MACHINE, "remove", report_id, {"version": row["version"] + 2})


async def division_of(tx: Transaction, subject_id: UUID) -> str:
    """Give the division that a subject belongs to.

    Raises: NotFound.
    """
    found = await tx.connection.fetchval("SELECT jurisdiction_id FROM subject WHERE id = $1", subject_id)
    if found is None:
        raise NotFound
    return str(found)


async def load(tx: Transaction, report_id: UUID) -> asyncpg.Record:
    """Lock self-reported information and read it.

    Raises: NotFound.
    """
    row = await tx.connection.fetchrow("SELECT * FROM self_report WHERE id = $1 FOR NO KEY UPDATE", report_id)
    if row is None:
        raise NotFound
    return row


def _kind(law: RuleAnswer, wanted: str) -> str:
    """Give a kind as the rulebook has it; where its list ends in 等, 其他 too.

    Raises: SelfReportKindUnknown.
    """
    assert isinstance(law.value, tuple)
    known = [*map(str, law.value), *([OTHER] if law.open_ended else [])]
    if wanted not in known:
        raise SelfReportKindUnknown(known=known, citation=law.citation)
    return wanted


async def _shown(tx: Transaction, given: SelfReported) -> dict[str, str]:
    """Give the texts that others will read.

    Raises: InvalidInput; PersonalTextInPublic; OthersPersonalData.
    """
    texts = {
        "title": require_text("title", given.title, longest=200),
        "text": require_text("text", given.text, longest=LONGEST),
    }
    for field, text in texts.items():
        if names_identity(text, person_name=None):
            raise PersonalTextInPublic(field=field)
        await require_impersonal(tx, field, text, subject_id=given.subject_id)
    return texts


def _office(books: Rulebooks, given: SelfReported, tx: Transaction) -> UUID:
    """Give the office that looks after it: the one that is named, else the first the rulebook names.

    Raises: SelfReportNotProvided; NotFound for an office that the rulebook does not name.
    """
    law = terms.binding(books, given.jurisdiction, OVERSEERS, tx.today)
    if law is None or not isinstance(law.value, tuple):
        raise SelfReportNotProvided
    offices = [office_id_of(given.jurisdiction, str(code)) for code in law.value]
    if given.office_id is None:
        return offices[0]
    if given.office_id not in offices:
        raise NotFound
    return given.office_id


async def _commit(
    tx: Transaction, books: Rulebooks, calendar: WorkingCalendar, given: SelfReported, *, office: UUID, number: str
) -> asyncpg.Record:
    """Sign the commitment to its authenticity, and publish it; give its row."""
    item_id = await commitments.named_item(tx, books, jurisdiction=given.jurisdiction, code=ITEM)
    matter = Matter(item_id=item_id, subject_id=given.subject_id, office_id=office, matter_no=number)
    made = await commitments.sign(tx, books, calendar, matter, text=given.commitment, signature=given.signature)
    await commitments.publish(tx, made)
    row = await tx.connection.fetchrow("SELECT id, about_person, disclosure FROM commitment WHERE id = $1", made)
    assert row is not None
    return row

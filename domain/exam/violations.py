"""What may happen to an exam violation: recorded, confirmed, decided, entered into the file, or withdrawn.

In the order of the division's procedure, none skipped: without the candidate's signature, or the refusal before
a witness, it cannot go on. The decision names one of the retentions the rulebook knows; where no loaded rule
says, it says that. The entry makes the credit record by which others learn of it, as far as the catalogue shows
it and until the retention ends; 29 February ends on 28 where a year has none (民法典202).
Source: 十堰正文; 厦门17.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.calendar import WorkingCalendar, add_term
from domain.clock import local_day
from domain.credit import records, terms
from domain.credit.item import load_item
from domain.credit.refusals import DateInFuture, PersonalTextInPublic
from domain.credit.submission import Submission, submit
from domain.errors import InvalidInput, NotFound
from domain.exam.refusals import (
    CandidateNotPerson,
    DeciderRecorded,
    ExamFileUnknown,
    RetentionMissing,
    RetentionNotSet,
    ViolationExists,
    WitnessMissing,
)
from domain.exam.violation import CONFIRMATIONS, EXAM_KINDS
from domain.installation_rows import office_id as office_id_of
from domain.lifecycle import Machine, Move, Transaction, create, move
from domain.registry import birthday
from domain.registry.enrolment import names_identity
from domain.rulebook.answer import RuleStatus
from domain.rulebook.lookup import rule
from domain.rulebook.model import Rulebooks
from domain.rulebook.procedure import Procedure, Step, StepOfAnotherOffice, procedure, require_next
from domain.text import require_seen, require_text
from domain.vault import Vault

WAY: Final = "exam_violation.enter"
START: Final = "recorded"
FILE_ITEM: Final = "exam.file.item"
RETENTION: Final = "exam.retention"
OPTIONS: Final = "exam.retention.options"
OTHERS: Final = {"withdraw": Move(("recorded", "confirmed", "decided"), "withdrawn")}
KIND_NAMES: Final = {
    "recruitment": "机关事业单位工作人员拟招录(聘)考试",
    "professional_qualification": "专业技术人员资格考试",
    "vocational_qualification": "职业资格考试",
}
_SIGNED: Final = {"signed": "已签字", "refused": "拒绝签字"}
LONG_TERM: Final = "长期"
_LIMITED: Final = "limited"
_PERMANENT: Final = "permanent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A violation as the office that proctored the exam records it."""

    office_id: UUID
    subject_id: UUID
    exam_kind: str
    exam_name: str
    exam_on: date
    site: str
    violation_class: str
    facts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """The candidate's signature, or refusal before a witness."""

    kind: str
    evidence: str
    witness: str | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is decided: treatment, number, and whether the entry is kept for the rule's term or for good."""

    treatment: str
    decision_no: str
    retention: str | None = None
    decided_on: date | None = None


async def record(tx: Transaction, books: Rulebooks, given: Violation) -> UUID:
    """Record a violation; give its id.

    Raises: NotFound; ExamFileUnknown; ProcedureUnknown; CandidateNotPerson; DateInFuture; ViolationExists;
    PersonalTextInPublic for texts that are shown; InvalidInput.
    """
    found = await _parties(tx, given)
    jurisdiction = found["jurisdiction_id"]
    way = procedure(books, jurisdiction, WAY, tx.today)
    _file_item(books, jurisdiction, tx.today)
    values = {
        **_exam(tx, given),
        **_shown(given, found["name"]),
        **{name: found[name] for name in ("jurisdiction_id", "name", "masked_name", "masked_id_number")},
        "subject_id": given.subject_id,
        "about_person": True,
        "office_id": given.office_id,
        "decider_id": _office_of(way.step("decide"), jurisdiction, given.office_id),
        "facts": require_text("facts", given.facts, longest=10_000),
        "state": START,
        "version": 1,
        "recorded_at": tx.now,
        "recorded_by": tx.actor.account_id,
    }
    try:
        async with tx.connection.transaction():
            return await create(tx, "exam_violation", "record", values, basis=way.citation)
    except asyncpg.UniqueViolationError:
        raise ViolationExists from None


async def _parties(tx: Transaction, given: Violation) -> asyncpg.Record:
    """Read the candidate, and the division of the office.

    Raises: NotFound; CandidateNotPerson.
    """
    found = await tx.connection.fetchrow(_PARTIES, given.office_id, given.subject_id)
    if found is None:
        raise NotFound
    if not found["is_person"]:
        raise CandidateNotPerson
    return found


def _exam(tx: Transaction, given: Violation) -> dict[str, Any]:
    """Give kind and day of an exam that was held.

    Raises: InvalidInput; DateInFuture.
    """
    if given.exam_kind not in EXAM_KINDS:
        raise InvalidInput("There is no such kind of exam.", zh="考试种类不在词表内。", field="exam_kind")
    if given.exam_on > tx.today:
        raise DateInFuture(field="exam_on")
    return {"exam_kind": given.exam_kind, "exam_on": given.exam_on}


def _shown(given: Violation, person_name: str) -> dict[str, str]:
    """Give the texts that others than the candidate are shown.

    Raises: InvalidInput; PersonalTextInPublic.
    """
    shown = {
        "exam_name": require_text("exam_name", given.exam_name, longest=200),
        "site": require_text("site", given.site, longest=200),
        "violation_class": require_text("violation_class", given.violation_class, longest=100),
    }
    for name, text in shown.items():
        _require_impersonal(name, text, person_name)
    return shown


async def confirm(tx: Transaction, books: Rulebooks, violation_id: UUID, given: Confirmation) -> dict[str, Any]:
    """Take the candidate's signature, or note the refusal before a witness; give the row after it.

    Raises: NotFound; StepOutOfOrder; StepOfAnotherOffice; WitnessMissing; InvalidInput; StateConflict.
    Source: 十堰正文 (让考生签字确认).
    """
    row, way = await _load(tx, books, violation_id)
    _step(tx, way, row, "confirm")
    if given.kind not in CONFIRMATIONS:
        raise InvalidInput("The candidate signs or refuses.", zh="应为已签字或拒绝签字。", field="kind")
    if (given.kind == "refused") != (given.witness is not None):
        raise WitnessMissing
    day = given.on or tx.today
    if not row["exam_on"] <= day <= tx.today:
        raise InvalidInput("That day cannot be.", zh="日期不成立。", field="on")
    changes = {
        "confirmation": given.kind,
        "confirmed_on": day,
        "witness": require_text("witness", given.witness, longest=200) if given.witness is not None else None,
        "evidence": require_text("evidence", given.evidence, longest=500),
        "confirmed_by": tx.actor.account_id,
    }
    return await _moved(tx, way, row, "confirm", changes)


async def decide(tx: Transaction, books: Rulebooks, violation_id: UUID, given: Decision) -> dict[str, Any]:
    """Decide on treatment and retention; give the row after it.

    Raises: NotFound; StepOutOfOrder; StepOfAnotherOffice; DeciderRecorded; RetentionMissing; RetentionNotSet;
    DateInFuture; PersonalTextInPublic; InvalidInput; StateConflict.
    Source: 十堰正文 (由湖北省人事考试院分别给予其记入诚信档案库5年或长期记录处理).
    """
    row, way = await _load(tx, books, violation_id)
    _step(tx, way, row, "decide")
    if row["recorded_by"] is not None and row["recorded_by"] == tx.actor.account_id:
        raise DeciderRecorded
    day = given.decided_on or tx.today
    if day > tx.today:
        raise DateInFuture(field="decided_on")
    if day < row["confirmed_on"]:
        raise InvalidInput("It is decided after it was confirmed.", zh="决定日期不得早于确认日期。", field="decided_on")
    shown = {
        "treatment": require_text("treatment", given.treatment, longest=200),
        "decision_no": require_seen("decision_no", given.decision_no, longest=128),
    }
    for name, text in shown.items():
        _require_impersonal(name, text, row["name"])
    changes = {
        **shown,
        "decided_on": day,
        "decided_by": tx.actor.account_id,
        **_retention(books, row["jurisdiction_id"], given.retention, on=day),
    }
    return await _moved(tx, way, row, "decide", changes)


async def enter(
    tx: Transaction, vault: Vault, books: Rulebooks, calendar: WorkingCalendar, violation_id: UUID
) -> dict[str, Any]:
    """Enter a decided violation into the integrity file 记入, today; give the row after it.

    The credit record of the entry is made and published in the same transaction, as far as the catalogue shows
    it, of a minor on the day of the exam to its office and itself alone (未成年人保护法103); it ends with the retention, and
    without one where the law's own longest term ends.
    Raises: NotFound; StepOutOfOrder; StepOfAnotherOffice; ExamFileUnknown; StateConflict; what `submit` raises.
    """
    row, way = await _load(tx, books, violation_id)
    _step(tx, way, row, "enter")
    item_id = await _catalogue_item(tx, row, _file_item(books, row["jurisdiction_id"], tx.today))
    until = None
    if row["retention"] == _LIMITED:
        until = add_term(tx.today, row["retention_term"], row["retention_unit"])
    born_on = await birthday.born_on(tx, vault, row["subject_id"])
    handed_in = replace(await _submission(tx, row, item_id), born_on=born_on, acted_on=row["exam_on"])
    record_id = await submit(tx, vault, books, calendar, handed_in)
    decided = row["retention"] in (_LIMITED, _PERMANENT)
    await records.publish(tx, books, record_id, term=records.DecidedTerm(until) if decided else None)
    changes = {
        "entered_on": tx.today,
        "entered_by": tx.actor.account_id,
        "retained_until": until,
        "record_id": record_id,
    }
    return await _moved(tx, way, row, "enter", changes)


async def withdraw(tx: Transaction, books: Rulebooks, violation_id: UUID, *, reason: str) -> dict[str, Any]:
    """Withdraw what has not been entered yet; what is in the file leaves it with its credit record.

    Raises: NotFound; InvalidInput; StepOfAnotherOffice; StateConflict.
    """
    why = require_text("reason", reason, longest=2_000)
    row, way = await _load(tx, books, violation_id)
    if tx.actor.office_id != row["office_id"]:
        raise StepOfAnotherOffice(office=f"Office:{row['office_id']}")
    return await _moved(tx, way, row, "withdraw", {"withdrawal_reason": why}, reason=why)


def _step(tx: Transaction, way: Procedure, row: Mapping[str, Any], verb: str) -> None:
    """Pass the step that is due, in the office that the rulebook names for it.

    Raises: StepOutOfOrder; StepOfAnotherOffice.
    """
    step = require_next(way, row["state"], verb, start=START)
    office = _office_of(step, row["jurisdiction_id"], row["office_id"])
    if tx.actor.office_id != office:
        raise StepOfAnotherOffice(office=f"Office:{office}", citation=step.citation)


def _office_of(step: Step | None, jurisdiction: str, own: UUID) -> UUID:
    """Give the office in whose hands a step lies: the one that the rulebook names, else the one that recorded."""
    if step is None or step.office is None:
        return own
    return office_id_of(step.jurisdiction or jurisdiction, step.office)


async def _load(tx: Transaction, books: Rulebooks, violation_id: UUID) -> tuple[asyncpg.Record, Procedure]:
    """Lock a violation and give it with the procedure of the day on which it was recorded.

    Raises: NotFound.
    """
    row = await tx.connection.fetchrow(_VIOLATION, violation_id)
    if row is None:
        raise NotFound
    return row, procedure(books, row["jurisdiction_id"], WAY, local_day(row["recorded_at"]))


async def _moved(
    tx: Transaction,
    way: Procedure,
    row: Mapping[str, Any],
    verb: str,
    changes: Mapping[str, Any],
    *,
    reason: str | None = None,
) -> dict[str, Any]:
    machine: Machine = way.machine("exam_violation", start=START, others=OTHERS)
    step = way.step(verb)
    numbered = {**changes, "version": row["version"] + 1}
    basis = step.citation if step else way.citation
    return await move(tx, machine, verb, row["id"], numbered, reason=reason, basis=basis)


def _retention(books: Rulebooks, jurisdiction: str, wanted: str | None, *, on: date) -> dict[str, Any]:
    """Give the columns of a retention as the rulebook knows it.

    Raises: RetentionNotSet; RetentionMissing.
    """
    term, options = (terms.binding(books, jurisdiction, path, on) for path in (RETENTION, OPTIONS))
    if term is None and options is None:
        if wanted is not None:
            raise RetentionNotSet
        loaded = rule(books, jurisdiction, RETENTION, on).status is not RuleStatus.NOT_LOADED
        status = "none_set" if loaded else "not_loaded"
        return {"retention": status, "retention_basis": f"{RETENTION}: {status}"}
    if wanted == _LIMITED and term is not None:
        return {
            "retention": _LIMITED,
            "retention_term": term.value,
            "retention_unit": term.unit,
            "retention_basis": term.citation,
        }
    if wanted == _PERMANENT and options is not None and isinstance(options.value, tuple) and LONG_TERM in options.value:
        return {"retention": _PERMANENT, "retention_basis": options.citation}
    raise RetentionMissing


def _file_item(books: Rulebooks, jurisdiction: str, on: date) -> str:
    """Give the code of the catalogue item of the integrity file.

    Raises: ExamFileUnknown.
    """
    law = terms.binding(books, jurisdiction, FILE_ITEM, on)
    if law is None:
        raise ExamFileUnknown
    return str(law.value)


async def _catalogue_item(tx: Transaction, row: Mapping[str, Any], code: str) -> UUID:
    found = await tx.connection.fetchval(_ITEM, row["jurisdiction_id"], code, row["decided_on"])
    if found is None:
        raise ExamFileUnknown
    return UUID(str(found))


async def _submission(tx: Transaction, row: Mapping[str, Any], item_id: UUID) -> Submission:
    """Give the record of the entry, as the office hands it in."""
    item = await load_item(tx, item_id, office_id=row["office_id"])
    kept = {_LIMITED: f"{row['retention_term']}年", _PERMANENT: LONG_TERM}.get(row["retention"])
    told = {
        "EXAM_KIND": KIND_NAMES[row["exam_kind"]],
        "EXAM_DATE": row["exam_on"].isoformat(),
        "VIOLATION": row["violation_class"],
        "TREATMENT": row["treatment"],
        "FACTS": row["facts"],
        "SIGNED": _SIGNED[row["confirmation"]],
        "RETENTION": kept,
    }
    return Submission(
        office_id=row["office_id"],
        item_id=item_id,
        decision_no=row["decision_no"],
        title=f"{KIND_NAMES[row['exam_kind']]}违纪处理",
        decided_on=row["decided_on"],
        subject_id=row["subject_id"],
        content={code: text for code, text in told.items() if text is not None and code in item.data_items},
        through="exam_violation",
    )


def _require_impersonal(field: str, text: str, person_name: str) -> None:
    """Pass a text that is shown to others than the candidate.

    Raises: PersonalTextInPublic.
    """
    if names_identity(text, person_name=person_name):
        raise PersonalTextInPublic(field=field)


_PARTIES: Final = """
SELECT office.jurisdiction_id, subject.is_person, subject.name, subject.masked_name,
       subject.masked_id_number FROM office CROSS JOIN subject
WHERE office.id = $1 AND office.kind <> 'partner_agency' AND subject.id = $2
"""

_VIOLATION: Final = """
SELECT * FROM exam_violation WHERE id = $1 FOR NO KEY UPDATE
"""

_ITEM: Final = """
SELECT id FROM catalogue_item
WHERE jurisdiction_id = $1 AND code = $2
  AND (valid_from IS NULL OR valid_from <= $3) AND (valid_to IS NULL OR valid_to >= $3)
ORDER BY valid_from DESC NULLS LAST, id LIMIT 1
"""

"""What may happen to an application for repair: found, signed, granted or refused, withdrawn, told to the platform.

The order of the steps is the procedure's in force when it was applied for. Refuses: an application before the
shortest publication has run, or beside an open one; a finding without standard and evidence; a decision by
whoever found or applied; a grant while a condition is unmet or unknown, or one without a measure is left
unjudged. Granted, everything that follows from it is done in the same transaction (`effects`).
Source: 厦门6; 海沧7; 上海11, 12 (不按规定办理信用修复); 信用修复管理办法 (谁认定、谁修复).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from domain.calendar import OutsideCalendar, WorkingCalendar
from domain.credit.refusals import DateInFuture, citing
from domain.credit.terms import Due, binding
from domain.errors import InvalidInput, NotFound
from domain.lifecycle import Machine, Move, Transaction, change, create, move
from domain.referral import criminal_referrals
from domain.repair import commitment, effects
from domain.repair.application import OPEN_STATES
from domain.repair.eligibility import asks_for_no_proceedings, obstacles, require_applicable, unmeasured
from domain.repair.exits import Exit
from domain.repair.facts import Case, load_case
from domain.repair.refusals import (
    AssessmentRequired,
    FindingIncomplete,
    OwnStep,
    RepairConditionsNotMet,
    RepairNotApplicable,
    RepairNotGranted,
)
from domain.rulebook.model import Rulebooks
from domain.rulebook.procedure import Procedure, Step, require_next
from domain.text import require_text

NOUN: Final = "repair_application"
START: Final = "applied"
LONGEST: Final = 2_000
_OTHERS: Final = {"refuse": Move(OPEN_STATES, "refused"), "withdraw": Move(OPEN_STATES, "withdrawn")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What an office finds 认定: the standard it applied, the facts, and the evidence of each."""

    standard: str
    fulfilled_on: date
    fulfilment_evidence: str
    corrected_on: date
    correction_evidence: str
    effect_removed_on: date | None = None
    effect_evidence: str | None = None
    criminal_proceedings: bool
    repeated: bool
    other_conditions: str | None = None
    exit_standard: str | None = None


async def apply(
    tx: Transaction, books: Rulebooks, calendar: WorkingCalendar, *, record_id: UUID, subject_id: UUID, grounds: str
) -> UUID:
    """Apply for the repair of a record of one's own; give the application's id.

    Raises: NotFound; RepairNotApplicable; RepairPending; RepairTooEarly with the first day; RepairBarred; InvalidInput.
    Source: 上海11; 信用修复管理办法 (最短公示期届满后,信用主体方可按规定申请信用修复).
    """
    said = require_text("grounds", grounds, longest=LONGEST)
    if await tx.connection.fetchval(_OWN_RECORD, record_id, subject_id) is None:
        raise NotFound
    case = await load_case(tx.connection, books, calendar, record_id, today=tx.today)
    require_applicable(case)
    await _require_unbarred(tx, case)
    record = case.record
    values = {
        "record_id": record_id,
        "subject_id": subject_id,
        "about_person": record["about_person"],
        "jurisdiction_id": record["jurisdiction_id"],
        "office_id": record["office_id"],
        "state": START,
        "procedure": case.way.code,
        "grounds": said,
        "applied_at": tx.now,
        "applied_by": tx.actor.account_id,
        "minimum_until": case.facts.shortest.last_on,
        "due_provisional": False,
    }
    return await create(tx, NOUN, "apply", values, basis=case.way.citation)


async def _require_unbarred(tx: Transaction, case: Case) -> None:
    """Pass a subject about whom no criminal case is pending, where a rule makes that a condition of the repair.

    Raises: RepairBarred.
    Source: 十堰正文, a reading: what is before police, procuratorate or court is not settled.
    """
    if asks_for_no_proceedings(case):
        await criminal_referrals.require_unbarred(tx, case.record["subject_id"])


async def read(tx: Transaction, application_id: UUID) -> Mapping[str, Any]:
    """Give an application as it stands, locked.

    Raises: NotFound.
    """
    row: Mapping[str, Any] | None = await tx.connection.fetchrow(_APPLICATION, application_id)
    if row is None:
        raise NotFound
    return row


async def find_fulfilled(
    tx: Transaction, books: Rulebooks, calendar: WorkingCalendar, application_id: UUID, finding: Finding
) -> dict[str, Any]:
    """Find that the duties are fulfilled, by which standard and on which evidence; give the row after it.

    Raises: NotFound; StepOutOfOrder; OwnStep; DateInFuture; FindingIncomplete; InvalidInput; RepairNotApplicable;
    StateConflict.
    Source: 厦门6 (明确失信主体完成履行义务的认定标准和程序; 在规定期限内依法纠正失信行为、消除不良影响).
    """
    row, case = await _load(tx, books, calendar, application_id)
    step = require_next(case.way, row["state"], "find_fulfilled", start=START)
    officer = _other_person(tx, row, "applied_by", "signed_by")
    if not case.is_repairable:
        raise RepairNotApplicable
    changes = _found_columns(finding, tx.today)
    if finding.other_conditions is None and any(one.condition == "other" for one in case.asked):
        raise FindingIncomplete(field="otherConditions")
    changes |= {"found_at": tx.now, "found_by": officer, "correction_due_on": case.facts.correction_due_on}
    return await _move(tx, case.way, step, application_id, changes, reason=changes["standard"])


async def sign(
    tx: Transaction, books: Rulebooks, calendar: WorkingCalendar, application_id: UUID, confirmed: commitment.Confirmed
) -> dict[str, Any]:
    """Sign the public commitment; give the row after it.

    Raises: NotFound; StepOutOfOrder; OwnStep; CommitmentIncomplete; what `commitments.sign` raises; StateConflict.
    """
    row, case = await _load(tx, books, calendar, application_id)
    step = require_next(case.way, row["state"], "sign", start=START)
    _other_person(tx, row, "found_by")
    made = await commitment.sign(tx, books, calendar, case.record, application_id, confirmed)
    changes = {"commitment_id": made, "signed_at": tx.now, "signed_by": tx.actor.account_id}
    return await _move(tx, case.way, step, application_id, changes, reason=None)


async def grant(
    tx: Transaction,
    books: Rulebooks,
    calendar: WorkingCalendar,
    application_id: UUID,
    *,
    reason: str,
    assessment: str | None = None,
) -> tuple[Exit, ...]:
    """Grant the repair and do at once what follows from it; tell what became of the list entries.

    `assessment` says how conditions were judged for which no measure is set.
    Raises: NotFound; StepOutOfOrder; OwnStep; RepairNotApplicable for a record that is no longer published;
    RepairBarred; RepairConditionsNotMet; AssessmentRequired; InvalidInput; StateConflict.
    """
    row, case = await _load(tx, books, calendar, application_id)
    step = require_next(case.way, row["state"], "grant", start=START)
    officer = _other_person(tx, row, "applied_by", "found_by", "signed_by")
    why = require_text("reason", reason, longest=LONGEST)
    if not case.is_repairable:
        raise RepairNotApplicable
    await _require_unbarred(tx, case)
    _require_met(case, assessment)
    due = platform_due(books, calendar, case.record["jurisdiction_id"], on=tx.today)
    changes = {
        "decided_at": tx.now,
        "decided_by": officer,
        "decision_reason": why,
        "assessment": require_text("assessment", assessment, longest=LONGEST) if assessment else None,
        "platform_due_on": due.on,
        "due_provisional": due.provisional,
    }
    await _move(tx, case.way, step, application_id, changes, reason=why)
    return await effects.carry_out(tx, books, case, application_id, basis=step.citation)


def _require_met(case: Case, assessment: str | None) -> None:
    """Refuse while a condition is not met, or one without a measure has not been judged in writing."""
    judged = case.judged()
    if unmet := obstacles(judged):
        raise citing(
            RepairConditionsNotMet,
            unmet[0].condition.citation,
            conditions=[
                {"condition": one.condition.condition, "standing": one.standing, "why": one.zh} for one in unmet
            ],
        )
    open_ones = unmeasured(judged)
    if open_ones and not (assessment or "").strip():
        raise AssessmentRequired(conditions=[one.condition.condition for one in open_ones])


async def refuse(
    tx: Transaction, books: Rulebooks, calendar: WorkingCalendar, application_id: UUID, *, reason: str
) -> dict[str, Any]:
    """Refuse the repair with a reason; give the row after it. The subject may apply anew.

    Raises: NotFound; OwnStep; InvalidInput; StateConflict.
    """
    row, case = await _load(tx, books, calendar, application_id)
    officer = _other_person(tx, row, "applied_by", "found_by", "signed_by")
    why = require_text("reason", reason, longest=LONGEST)
    changes = {"decided_at": tx.now, "decided_by": officer, "decision_reason": why}
    machine = _machine(case.way)
    return await move(tx, machine, "refuse", application_id, changes, reason=why, basis=case.way.citation)


async def withdraw(
    tx: Transaction, books: Rulebooks, calendar: WorkingCalendar, application_id: UUID
) -> dict[str, Any]:
    """Withdraw an application that is not decided yet; give the row after it.

    Raises: NotFound; StateConflict.
    """
    _, case = await _load(tx, books, calendar, application_id)
    return await move(tx, _machine(case.way), "withdraw", application_id, {}, basis=case.way.citation)


async def tell(tx: Transaction, application_id: UUID, *, told_at: datetime | None = None) -> dict[str, Any]:
    """Note that the platform receipted a granted repair; give the row after it.

    Raises: NotFound; RepairNotGranted; InvalidInput; DateInFuture; StateConflict when it was noted before.
    Source: 厦门6 (将信用修复结果推送至市信用平台); 上海市社会信用条例38; 河南省社会信用条例43.
    """
    row = await read(tx, application_id)
    if row["state"] != "granted":
        raise RepairNotGranted
    at = told_at or tx.now
    if at > tx.now:
        raise DateInFuture(field="toldAt")
    if at < row["decided_at"]:
        raise InvalidInput("The platform is told after the decision.", zh="告知平台的时间不得早于决定时间。")
    return await change(tx, NOUN, "tell", application_id, {"platform_told_at": at}, unless="platform_told_at")


async def tell_of_record(tx: Transaction, record_id: UUID, *, told_at: datetime) -> None:
    """Note that the platform receipted the repair of a record, unless that was noted before; its time not before the decision.

    Source: 厦门6 (及时将信用修复结果推送至市信用平台).
    """
    row = await tx.connection.fetchrow(_UNTOLD, record_id)
    if row is not None:
        await tell(tx, row["id"], told_at=max(told_at, row["decided_at"]))


def platform_due(books: Rulebooks, calendar: WorkingCalendar, jurisdiction: str, *, on: date) -> Due:
    """Give the last day to tell the platform of a repair granted on a day; none where the text only says promptly.

    A term that runs beyond the calendar has no day yet and is provisional.
    Source: 上海市社会信用条例38 (3 working days); 河南省社会信用条例43 (1); 厦门6, 海沧7 (及时: no number).
    """
    term = binding(books, jurisdiction, "deadline.repair.push", on)
    if term is None or not isinstance(term.value, int) or term.unit is None:
        return Due()
    try:
        last = calendar.add_term(on, term.value, term.unit)
    except OutsideCalendar:
        return Due(None, provisional=True)
    return Due(last.day, last.provisional)


async def _load(
    tx: Transaction, books: Rulebooks, calendar: WorkingCalendar, application_id: UUID
) -> tuple[Mapping[str, Any], Case]:
    """Lock an application and then its record, and read what is known.

    Raises: NotFound.
    """
    row = await read(tx, application_id)
    await tx.connection.execute(_LOCK_RECORD, row["record_id"])
    case = await load_case(
        tx.connection, books, calendar, row["record_id"], today=tx.today, application_id=application_id
    )
    return row, case


def _other_person(tx: Transaction, row: Mapping[str, Any], *steps: str) -> UUID:
    """Give the account that acts, which took none of these steps before.

    Raises: Forbidden; OwnStep.
    """
    account = tx.require_account()
    if account in [row[step] for step in steps]:
        raise OwnStep
    return account


def _found_columns(finding: Finding, today: date) -> dict[str, Any]:
    """Check a finding and give its columns.

    Raises: DateInFuture; InvalidInput.
    """
    for name in ("fulfilled_on", "corrected_on", "effect_removed_on"):
        day = getattr(finding, name)
        if day is not None and day > today:
            raise DateInFuture(field=name)
    if (finding.effect_removed_on is None) != (finding.effect_evidence is None):
        raise InvalidInput(
            "The removal of the bad effect is stated with its day and its evidence, or not at all.",
            zh="消除不良影响须同时填写日期和证据，或者都不填写。",
            field="effect_evidence",
        )
    texts = (
        "standard",
        "fulfilment_evidence",
        "correction_evidence",
        "effect_evidence",
        "other_conditions",
        "exit_standard",
    )
    given = {name: getattr(finding, name) for name in texts}
    read = {name: require_text(name, text, longest=LONGEST) for name, text in given.items() if text is not None}
    return {
        **dict.fromkeys(texts),
        **read,
        "fulfilled_on": finding.fulfilled_on,
        "corrected_on": finding.corrected_on,
        "effect_removed_on": finding.effect_removed_on,
        "criminal_proceedings": finding.criminal_proceedings,
        "repeated": finding.repeated,
    }


def _machine(way: Procedure) -> Machine:
    return way.machine(NOUN, start=START, others=_OTHERS)


async def _move(
    tx: Transaction, way: Procedure, step: Step, application_id: UUID, changes: Mapping[str, Any], *, reason: str | None
) -> dict[str, Any]:
    return await move(tx, _machine(way), step.verb, application_id, changes, reason=reason, basis=step.citation)


_OWN_RECORD: Final = "SELECT id FROM credit_record WHERE id = $1 AND subject_id = $2 FOR NO KEY UPDATE"
_APPLICATION: Final = "SELECT * FROM repair_application WHERE id = $1 FOR UPDATE"
_UNTOLD: Final = """
SELECT id, decided_at FROM repair_application
WHERE record_id = $1 AND state = 'granted' AND platform_told_at IS NULL FOR UPDATE
"""
_LOCK_RECORD: Final = "SELECT FROM credit_record WHERE id = $1 FOR NO KEY UPDATE"

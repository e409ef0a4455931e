"""Mutations of activities: planned, held with what came of it, cancelled; who attended a training, and where it is cited."""

from __future__ import annotations

from datetime import date
from typing import Any

import strawberry

from api.commands.attachments import attach_drafts
from api.commands.inputs import KEY, local_id, optional, required, value_of
from api.commands.people import named_subject
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from domain.culture import activities, attendances

NOUN = activities.NOUN
PAYLOAD = {"activity": "Activity"}
ATTENDED = {"attendance": "Attendance"}
ActivityCategory: Any = enum_type("ActivityCategory")


@strawberry.input(description="An activity 活动 of your office, of a kind that `activityKinds` lists.")
class PlanActivityInput:
    category: ActivityCategory = required("Training 培训, meeting 会议, publicity 宣传, or material 素材.")
    kind: str = required("Code of the kind within the category, as `activityKinds` has it.")
    title: str = required("What it is called, up to 200 characters.")
    on_day: date = required("The day it is or was held.")
    occasion: str | None = optional("Code of a publicity day or month, as `publicityDays` has it (厦门26, 海沧20).")
    campaign: strawberry.ID | None = optional("Global id of the campaign it belongs to.")
    agenda: str | None = optional("Agenda 议程.")
    partners: list[str] | None = optional("Others that take part, e.g. members of a joint meeting 联席会议 (十堰).")
    client_mutation_id: str | None = optional(KEY)


@mutation("planActivity", noun=NOUN, verb="plan", input=PlanActivityInput, payload=PAYLOAD)
async def plan_activity(work: Work, given: PlanActivityInput) -> Changed:
    """Plan a training, meeting, publicity or material of your office (厦门6, 26, 31; 海沧20, 21; 十堰)."""
    scopes = work.scopes(NOUN, "plan")
    office_id, jurisdiction_id = work.place()
    plan = activities.Plan(
        jurisdiction_id=jurisdiction_id,
        office_id=office_id,
        category=value_of(given.category) or "",
        kind=given.kind,
        title=given.title,
        on_day=given.on_day,
        occasion=given.occasion,
        campaign_id=local_id(given.campaign, "Campaign") if given.campaign is not None else None,
        agenda=given.agenda,
        partners=given.partners or (),
    )
    made = await activities.plan(work.tx, work.job.service.books, plan)
    await work.require(NOUN, made, scopes)
    return Changed({"activity": made})


@strawberry.input(description="That an activity was held, and what came of it.")
class ConcludeActivityInput:
    activity: strawberry.ID = required("Global id of the activity.")
    outcome: str = required("What came of it; for a meeting its minutes 纪要. Nothing personal.")
    participants: int | None = optional("How many people took part.")
    handouts: int | None = optional("How many pieces of material were handed out 发放份数.")
    evidence: list[strawberry.ID] | None = optional("Global ids of your drafts of attachments; material needs one.")
    client_mutation_id: str | None = optional(KEY)


@mutation("concludeActivity", noun=NOUN, verb="conclude", input=ConcludeActivityInput, payload=PAYLOAD)
async def conclude_activity(work: Work, given: ConcludeActivityInput) -> Changed:
    """Tell that an activity of your office was held, with outcome, counts and evidence (厦门26, 31; 海沧21)."""
    row = await work.lock(NOUN, local_id(given.activity, "Activity"), "conclude")
    outcome = activities.Outcome(
        text=given.outcome,
        participants=given.participants,
        handouts=given.handouts,
        evidence=len(given.evidence or ()),
    )
    await activities.conclude(work.tx, row, outcome)
    await attach_drafts(work, given.evidence, to=NOUN, row=row)
    return Changed({"activity": row["id"]})


@strawberry.input(description="Which planned activity to cancel, and why.")
class CancelActivityInput:
    activity: strawberry.ID = required("Global id of the activity.")
    reason: str = required("Why. Nothing personal.")
    client_mutation_id: str | None = optional(KEY)


@mutation("cancelActivity", noun=NOUN, verb="cancel", input=CancelActivityInput, payload=PAYLOAD)
async def cancel_activity(work: Work, given: CancelActivityInput) -> Changed:
    """Cancel a planned activity of your office (厦门26)."""
    row = await work.lock(NOUN, local_id(given.activity, "Activity"), "cancel")
    await activities.cancel(work.tx, row, reason=given.reason)
    return Changed({"activity": row["id"]})


@strawberry.input(description="Which subject attended which training of your office.")
class RecordAttendanceInput:
    activity: strawberry.ID = required("Global id of the training, as it was held.")
    subject: strawberry.ID = required("Global id of the subject that took part; one you may read.")
    client_mutation_id: str | None = optional(KEY)


@mutation("recordAttendance", noun="attendance", verb="record", input=RecordAttendanceInput, payload=ATTENDED)
async def record_attendance(work: Work, given: RecordAttendanceInput) -> Changed:
    """Record that a subject attended a training of your office; it may be evidence in its repair file (厦门6)."""
    scopes = work.scopes("attendance", "record")
    activity_id = local_id(given.activity, "Activity")
    row = await work.lock(NOUN, activity_id, "read")
    subject = await named_subject(work, given.subject)
    made = await attendances.record(work.tx, row, subject)
    await work.require("attendance", made, scopes)
    return Changed({"attendance": made})


@strawberry.input(description="Which attendance becomes evidence in which application for repair.")
class CiteAttendanceInput:
    attendance: strawberry.ID = required("Global id of the attendance.")
    application: strawberry.ID = required("Global id of an open application for repair of the same subject.")
    client_mutation_id: str | None = optional(KEY)


@mutation("citeAttendance", noun="attendance", verb="cite", input=CiteAttendanceInput, payload=ATTENDED)
async def cite_attendance(work: Work, given: CiteAttendanceInput) -> Changed:
    """Make an attendance evidence in an open application for credit repair of the same subject (厦门6)."""
    row = await work.lock("attendance", local_id(given.attendance, "Attendance"), "cite")
    application = local_id(given.application, "RepairApplication")
    await work.require("repair_application", application, work.scopes("repair_application", "read"))
    await attendances.cite(work.tx, row, application)
    return Changed({"attendance": row["id"]})


@strawberry.input(description="Which attendance was recorded by mistake, and why it is withdrawn.")
class WithdrawAttendanceInput:
    attendance: strawberry.ID = required("Global id of the attendance, of a training that your office held.")
    reason: str = required("Why, e.g. another subject was meant; the subject reads it.")
    client_mutation_id: str | None = optional(KEY)


@mutation("withdrawAttendance", noun="attendance", verb="withdraw", input=WithdrawAttendanceInput, payload=ATTENDED)
async def withdraw_attendance(work: Work, given: WithdrawAttendanceInput) -> Changed:
    """Withdraw an attendance that your office recorded by mistake; where it was cited it is told as withdrawn (厦门6)."""
    row = await work.lock("attendance", local_id(given.attendance, "Attendance"), "withdraw")
    await attendances.withdraw(work.tx, row, reason=given.reason)
    return Changed({"attendance": row["id"]})

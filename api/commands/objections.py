"""Mutations of objections: filed, withdrawn and appealed by the objector; each step by the office whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import strawberry

from api.commands.attachments import attach_drafts
from api.commands.inputs import KEY, local_id, optional, record_or_entry, required, value_of
from api.commands.records import RecordChanges, changes_of
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation, read_input
from domain.rights.objections import filing, pauses, steps

ObjectionOutcome = enum_type("ObjectionOutcome")
PAYLOAD = {"objection": "Objection"}


@strawberry.input(
    description="What you say is wrong 异议申请: a credit record or a list entry, on which ground, and why."
)
class FileObjectionInput:
    record: strawberry.ID | None = optional("Global id of the contested credit record.")
    entry: strawberry.ID | None = optional("Global id of the contested list entry; give one of the two.")
    ground: str = required("Ground 异议事由, a word of the rulebook (objection.grounds), e.g. 错误, 遗漏; or 其他.")
    statement: str = required("What is wrong and what would be right, up to 2,000 characters.")
    new_facts: str | None = optional("What is new, where an objection on this ground has been decided.")
    evidence: list[strawberry.ID] | None = optional(
        "Drafts of yours that prove it 证明材料; global ids of attachments."
    )
    received_on: date | None = optional("Day on which the platform received it; only the platform names one.")
    client_mutation_id: str | None = optional(KEY)


@mutation("fileObjection", noun="objection", verb="file", input=FileObjectionInput, payload=PAYLOAD)
async def file_objection(work: Work, given: FileObjectionInput) -> Changed:
    """File an objection 异议 about your own data; from now on it is shown as disputed (厦门5, 9; 新乡四(三); 上海10)."""
    scopes = work.scopes("objection", "file")
    noun, target_id = record_or_entry(given.record, given.entry)
    await work.require(noun, target_id, scopes)
    filed = filing.Filing(
        noun=noun,
        target_id=target_id,
        ground=given.ground,
        statement=given.statement,
        new_facts=given.new_facts,
        received_on=given.received_on,
    )
    service = work.job.service
    objection_id = await filing.file(work.tx, service.books, service.calendar, filed, origin=_origin(work))
    await _attach(work, objection_id, given.evidence)
    return Changed({"objection": objection_id})


@strawberry.input(description="Whose outcome you ask the higher authority to review 复核, and why.")
class AppealObjectionInput:
    objection: strawberry.ID = required("Global id of the decided objection.")
    statement: str = required("Why the outcome is wrong, up to 2,000 characters.")
    evidence: list[strawberry.ID] | None = optional(
        "Drafts of yours that prove it 证明材料; global ids of attachments."
    )
    client_mutation_id: str | None = optional(KEY)


@mutation("appealObjection", noun="objection", verb="appeal", input=AppealObjectionInput, payload=PAYLOAD)
async def appeal_objection(work: Work, given: AppealObjectionInput) -> Changed:
    """Ask the higher authority that a law names to review the outcome 申请复核 (河南省社会信用条例28)."""
    row = await work.lock("objection", local_id(given.objection, "Objection"), "appeal")
    service = work.job.service
    objection_id = await filing.appeal(
        work.tx, service.books, service.calendar, row["id"], statement=given.statement, origin=_origin(work)
    )
    await _attach(work, objection_id, given.evidence)
    return Changed({"objection": objection_id})


@strawberry.input(description="Which objection.")
class ObjectionInput:
    objection: strawberry.ID = required("Global id of the objection.")
    client_mutation_id: str | None = optional(KEY)


@mutation("withdrawObjection", noun="objection", verb="withdraw", input=ObjectionInput, payload=PAYLOAD)
async def withdraw_objection(work: Work, given: ObjectionInput) -> Changed:
    """Withdraw an objection 撤回异议 before it is decided; the mark goes."""
    row = await work.lock("objection", local_id(given.objection, "Objection"), "withdraw")
    await filing.withdraw(work.tx, row["id"])
    return Changed({"objection": row["id"]})


@mutation("markObjection", noun="objection", verb="mark", input=ObjectionInput, payload=PAYLOAD)
async def mark_objection(work: Work, given: ObjectionInput) -> Changed:
    """Mark what is contested on the platform 异议标注, where the law lays that on the Centre (上海市社会信用条例36)."""
    row = await work.lock("objection", local_id(given.objection, "Objection"), "mark")
    await steps.mark(work.tx, work.job.service.calendar, row["id"])
    return Changed({"objection": row["id"]})


@mutation("forwardObjection", noun="objection", verb="forward", input=ObjectionInput, payload=PAYLOAD)
async def forward_objection(work: Work, given: ObjectionInput) -> Changed:
    """Forward the objection to the office that produced the information 转交; its clock starts (上海市社会信用条例36(二))."""
    row = await work.lock("objection", local_id(given.objection, "Objection"), "forward")
    await steps.forward(work.tx, work.job.service.calendar, row["id"])
    return Changed({"objection": row["id"]})


@strawberry.input(description="What the verification of an objection found 核查结果.")
class VerifyObjectionInput:
    objection: strawberry.ID = required("Global id of the objection.")
    finding: str = required("What was found, up to 2,000 characters; the objector reads it: nobody else's data.")
    evidence: list[strawberry.ID] | None = optional(
        "Drafts of your office on which it rests; global ids of attachments."
    )
    client_mutation_id: str | None = optional(KEY)


@mutation("verifyObjection", noun="objection", verb="verify", input=VerifyObjectionInput, payload=PAYLOAD)
async def verify_objection(work: Work, given: VerifyObjectionInput) -> Changed:
    """State what the verification found 核查; another person decides (新乡四(三); 上海10; 厦门5)."""
    row = await work.lock("objection", local_id(given.objection, "Objection"), "verify")
    await steps.verify(work.tx, work.job.service.calendar, row["id"], finding=given.finding)
    await _attach(work, row["id"], given.evidence)
    return Changed({"objection": row["id"]})


@strawberry.input(description="For which appraisal the clock stands still, from which day on.")
class PauseObjectionInput:
    objection: strawberry.ID = required("Global id of the objection.")
    kind: str = required(
        "Kind of appraisal, a word of the law: 检验, 检测, 检疫, 鉴定, 专家评审 (河南省社会信用条例41)."
    )
    reason: str = required("What is appraised, and by whom; nobody else's data.")
    from_on: date | None = optional("First day that is not counted; today unless given.")
    client_mutation_id: str | None = optional(KEY)


@mutation("pauseObjection", noun="objection", verb="pause", input=PauseObjectionInput, payload=PAYLOAD)
async def pause_objection(work: Work, given: PauseObjectionInput) -> Changed:
    """Let the clock stand still for an appraisal that the law names 不计入办理时间; refused where no law does."""
    row = await work.lock("objection", local_id(given.objection, "Objection"), "pause")
    books = work.job.service.books
    await pauses.pause(work.tx, books, row["id"], kind=given.kind, reason=given.reason, from_on=given.from_on)
    return Changed({"objection": row["id"]})


@strawberry.input(description="After which day the clock runs on.")
class ResumeObjectionInput:
    objection: strawberry.ID = required("Global id of the objection.")
    until_on: date | None = optional("Last day that is not counted; today unless given.")
    client_mutation_id: str | None = optional(KEY)


@mutation("resumeObjection", noun="objection", verb="resume", input=ResumeObjectionInput, payload=PAYLOAD)
async def resume_objection(work: Work, given: ResumeObjectionInput) -> Changed:
    """Let the clock run on 恢复计时; the last days move by the time that is not counted."""
    row = await work.lock("objection", local_id(given.objection, "Objection"), "resume")
    await pauses.resume(work.tx, work.job.service.calendar, row["id"], until_on=given.until_on)
    return Changed({"objection": row["id"]})


@strawberry.input(
    description="What is put right 更正内容: of a record as in an amendment, of a list entry its reason or number."
)
class ObjectionCorrectionInput(RecordChanges):
    entry_reason: str | None = optional("Of a list entry: why the subject is on the list.")
    entry_decision_no: str | None = optional("Of a list entry: number of the decision.")


@strawberry.input(description="How an objection is decided, and why.")
class DecideObjectionInput:
    objection: strawberry.ID = required("Global id of the objection.")
    outcome: Any = strawberry.field(
        description="Outcome: REJECTED, AMENDED (with `correction`), or WITHDRAWN.", graphql_type=ObjectionOutcome
    )
    reason: str = required("Reason, for the objector; with WITHDRAWN it is public: no personal data.")
    correction: ObjectionCorrectionInput | None = optional(
        "What is put right, with AMENDED; left out where it has been put right since the objection was filed."
    )
    own_act_reason: str | None = optional("Why nobody else can decide, where you acted in the matter yourself.")
    client_mutation_id: str | None = optional(KEY)


@mutation("decideObjection", noun="objection", verb="decide", input=DecideObjectionInput, payload=PAYLOAD)
async def decide_objection(work: Work, given: DecideObjectionInput) -> Changed:
    """Decide an objection 处理: reject it with the reason, or amend or withdraw what is contested with it; the mark goes."""
    row = await work.lock("objection", local_id(given.objection, "Objection"), "decide")
    service = work.job.service
    decision = steps.Decision(
        outcome=value_of(given.outcome) or "",
        reason=given.reason,
        correction=_correction(given.correction),
        own_act_reason=given.own_act_reason,
    )
    await steps.decide(work.tx, service.vault, service.books, service.calendar, row["id"], decision)
    return Changed({"objection": row["id"]})


@mutation("reportObjection", noun="objection", verb="report", input=ObjectionInput, payload=PAYLOAD)
async def report_objection(work: Work, given: ObjectionInput) -> Changed:
    """Report the opinion 报送处理意见 to the credit office, or the decision to the Centre (新乡四(三); 上海10)."""
    row = await work.lock("objection", local_id(given.objection, "Objection"), "report")
    await steps.report(work.tx, work.job.service.calendar, row["id"])
    return Changed({"objection": row["id"]})


@strawberry.input(description="Which correction on the platform is confirmed.")
class CorrectObjectionInput:
    objection: strawberry.ID = required("Global id of the objection.")
    correction: ObjectionCorrectionInput | None = optional(
        "What is put right, where a higher authority has decided AMENDED and your office carries that out."
    )
    client_mutation_id: str | None = optional(KEY)


@mutation("correctObjection", noun="objection", verb="correct", input=CorrectObjectionInput, payload=PAYLOAD)
async def correct_objection(work: Work, given: CorrectObjectionInput) -> Changed:
    """Confirm that the platform shows the corrected information 平台更正 (新乡四(三)), or carry out a review's outcome."""
    row = await work.lock("objection", local_id(given.objection, "Objection"), "correct")
    service = work.job.service
    correction = _correction(given.correction)
    await steps.correct(work.tx, service.vault, service.books, service.calendar, row["id"], correction=correction)
    return Changed({"objection": row["id"]})


@mutation("tellObjection", noun="objection", verb="tell", input=ObjectionInput, payload=PAYLOAD)
async def tell_objection(work: Work, given: ObjectionInput) -> Changed:
    """Tell the objector what came of it 告知; the notice is written in Chinese and names nobody (厦门5; 海沧6; 河南41)."""
    row = await work.lock("objection", local_id(given.objection, "Objection"), "tell")
    service = work.job.service
    await steps.tell(work.tx, service.books, service.calendar, row["id"])
    return Changed({"objection": row["id"]})


async def _attach(work: Work, objection_id: UUID, evidence: Sequence[str] | None) -> None:
    """Attach evidence to an objection: read by the objector and by the offices that have a hand in it."""
    if evidence:
        row = await steps.load(work.tx, objection_id)
        await attach_drafts(work, evidence, to="objection", row=row)


def _origin(work: Work) -> str:
    """Tell as what the caller objects.

    Raises: Forbidden for one who is neither subject, agent nor platform.
    """
    roles = work.job.caller.roles
    if "platform" in roles:
        return "platform"
    work.subject()
    return "agent" if "agent" in roles else "subject"


def _correction(given: Any) -> dict[str, Any]:
    """Give what is put right, by the columns of what is contested."""
    if given is None:
        return {}
    read = read_input(ObjectionCorrectionInput, given)
    entry = {"reason": read.entry_reason, "decision_no": read.entry_decision_no}
    changes = {name: value for name, value in entry.items() if value is not None}
    if read.necessity is not None:
        changes["necessity"] = read.necessity
    return changes_of(read) | changes

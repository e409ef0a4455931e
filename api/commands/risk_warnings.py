"""Mutations of risk warnings: raised from evaluations, acted upon, followed up, contested, answered, ended."""

from __future__ import annotations

from typing import Any

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.commands.people import named_subject
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from domain.warning import warnings

RiskWarningActionKind: Any = enum_type("RiskWarningActionKind")
_PAYLOAD = {"riskWarning": "RiskWarning"}


@strawberry.input(description="A warning that starts from an industry evaluation 行业信用评价结果 (海沧14).")
class RaiseRiskWarningInput:
    subject: strawberry.ID = required("Global id of the enterprise.")
    evaluation: str = required("The result and the document it stands in, as your office cites it.")
    risk: str = required("The main risk 主要风险, as the subject is told it. No personal data of others.")
    record: strawberry.ID | None = optional(
        "Global id of the published credit record of that result, where there is one."
    )
    client_mutation_id: str | None = optional(KEY)


@mutation("raiseRiskWarning", noun="risk_warning", verb="raise", input=RaiseRiskWarningInput, payload=_PAYLOAD)
async def raise_risk_warning(work: Work, given: RaiseRiskWarningInput) -> Changed:
    """Raise a warning before an event, from the result of an industry evaluation (海沧14)."""
    scopes = work.scopes("risk_warning", "raise")
    office_id, jurisdiction_id = work.place()
    subject = await named_subject(work, given.subject)
    record = None if given.record is None else local_id(given.record, "CreditRecord")
    if record is not None:
        await work.require("credit_record", record, work.scopes("credit_record", "read"))
    made = await warnings.raise_from_evaluation(
        work.tx,
        work.job.service.books,
        office_id=office_id,
        jurisdiction=jurisdiction_id,
        subject_id=subject,
        evaluation=given.evaluation,
        risk=given.risk,
        record_id=record,
    )
    await work.require("risk_warning", made, scopes)
    return Changed({"riskWarning": made})


@strawberry.input(description="What your office did because of a warning.")
class ActOnRiskWarningInput:
    warning: strawberry.ID = required("Global id of the warning.")
    kind: RiskWarningActionKind = required("Inform 告知, interview 约谈 or train 培训.")
    note: str = required("What was done. No personal data of others.")
    client_mutation_id: str | None = optional(KEY)


@mutation(
    "actOnRiskWarning",
    noun="risk_warning",
    verb="act",
    input=ActOnRiskWarningInput,
    payload=_PAYLOAD | {"action": "RiskWarningAction"},
)
async def act_on_risk_warning(work: Work, given: ActOnRiskWarningInput) -> Changed:
    """Note that your office informed, interviewed or trained an enterprise it was told of (海沧14)."""
    row = await work.lock("risk_warning", local_id(given.warning, "RiskWarning"), "act")
    made = await warnings.act(work.tx, row["id"], kind=given.kind.value, note=given.note)
    return Changed({"riskWarning": row["id"], "action": made})


@strawberry.input(description="What came of an action of your office.")
class FollowUpRiskWarningInput:
    warning: strawberry.ID = required("Global id of the warning.")
    action: strawberry.ID = required("Global id of the action.")
    result: str = required("What came of it 跟踪反馈. No personal data of others.")
    client_mutation_id: str | None = optional(KEY)


@mutation(
    "followUpRiskWarning", noun="risk_warning", verb="follow_up", input=FollowUpRiskWarningInput, payload=_PAYLOAD
)
async def follow_up_risk_warning(work: Work, given: FollowUpRiskWarningInput) -> Changed:
    """Note what came of an action of your office; once none awaits that, the warning is followed up (海沧14)."""
    row = await work.lock("risk_warning", local_id(given.warning, "RiskWarning"), "follow_up")
    action = local_id(given.action, "RiskWarningAction")
    await warnings.follow_up(work.tx, row["id"], action, result=given.result)
    return Changed({"riskWarning": row["id"]})


@strawberry.input(description="Why you contest a warning about you 申辩.")
class ContestRiskWarningInput:
    warning: strawberry.ID = required("Global id of the warning about you.")
    grounds: str = required("What you say against it. No personal data of others.")
    client_mutation_id: str | None = optional(KEY)


@mutation("contestRiskWarning", noun="risk_warning", verb="contest", input=ContestRiskWarningInput, payload=_PAYLOAD)
async def contest_risk_warning(work: Work, given: ContestRiskWarningInput) -> Changed:
    """Contest a warning about you: it does not end before you are answered (个人信息保护法 24)."""
    row = await work.lock("risk_warning", local_id(given.warning, "RiskWarning"), "contest")
    await warnings.contest(work.tx, row["id"], grounds=given.grounds)
    return Changed({"riskWarning": row["id"]})


@strawberry.input(description="The answer to what the subject says against a warning.")
class AnswerRiskWarningInput:
    warning: strawberry.ID = required("Global id of the warning.")
    text: str = required("The answer, as the subject reads it. No personal data of others.")
    client_mutation_id: str | None = optional(KEY)


@mutation("answerRiskWarning", noun="risk_warning", verb="answer", input=AnswerRiskWarningInput, payload=_PAYLOAD)
async def answer_risk_warning(work: Work, given: AnswerRiskWarningInput) -> Changed:
    """Answer what the subject says against a warning; who raised it does not (个人信息保护法 24)."""
    row = await work.lock("risk_warning", local_id(given.warning, "RiskWarning"), "answer")
    await warnings.answer(work.tx, row["id"], text=given.text)
    return Changed({"riskWarning": row["id"]})


@strawberry.input(description="Which warning ends, and why.")
class EndRiskWarningInput:
    warning: strawberry.ID = required("Global id of the warning.")
    reason: str = required("Why it ends. No personal data of others.")
    client_mutation_id: str | None = optional(KEY)


@mutation("closeRiskWarning", noun="risk_warning", verb="close", input=EndRiskWarningInput, payload=_PAYLOAD)
async def close_risk_warning(work: Work, given: EndRiskWarningInput) -> Changed:
    """Close a warning whose actions were all followed up (海沧14)."""
    row = await work.lock("risk_warning", local_id(given.warning, "RiskWarning"), "close")
    await warnings.close(work.tx, row["id"], reason=given.reason)
    return Changed({"riskWarning": row["id"]})


@mutation("dismissRiskWarning", noun="risk_warning", verb="dismiss", input=EndRiskWarningInput, payload=_PAYLOAD)
async def dismiss_risk_warning(work: Work, given: EndRiskWarningInput) -> Changed:
    """Dismiss a warning behind which there is no risk, saying why (海沧14; 个人信息保护法 24)."""
    row = await work.lock("risk_warning", local_id(given.warning, "RiskWarning"), "dismiss")
    await warnings.dismiss(work.tx, row["id"], reason=given.reason)
    return Changed({"riskWarning": row["id"]})

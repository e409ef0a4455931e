"""Mutations of credit records: handed in, published, amended, withdrawn by the office that answers for them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import strawberry

from api.commands.inputs import KEY, choice, local_id, optional, required, value_of
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from domain.credit import records
from domain.credit.repair_notices import Service
from domain.errors import InvalidInput

Channel = enum_type("NoticeChannel")
Severity, Procedure, BasisLevel = enum_type("Severity"), enum_type("Procedure"), enum_type("BasisLevel")


@strawberry.input(description="A data item 数据项 of a record: a column code and its text.")
class DataItemInput:
    code: str = required("Code of the item, e.g. CF_NR_FK.")
    value: str | None = optional("Its text; null takes it out in an amendment.")


@strawberry.input(
    description="A credit record as an office hands it in 归集. Name its subject by code, idNumber or subject."
)
class SubmitCreditRecordInput:
    item: strawberry.ID | None = optional(
        "Global id of the catalogue item 目录条目, which is that of one edition; your office must be one of its producers."
    )
    item_code: str | None = optional(
        "Its code in your division's catalogue, e.g. penalty, instead of item: the record refers to the edition in force on"
        " the day of the decision (厦门7)."
    )
    decision_no: str = required("Number of the decision document 文书号.")
    title: str = required("Title of the record; no personal data.")
    decided_on: date = required("Day of the decision 决定日期.")
    name: str | None = optional("Name of the subject; needed with code or idNumber.")
    code: str | None = optional("Unified social credit code of an organisation.")
    id_number: str | None = optional("Identity number of a natural person; stored encrypted, never shown.")
    subject: strawberry.ID | None = optional("Global id of a known subject.")
    obtained_on: date | None = optional(
        "Day the information was produced or obtained; the closing or decision day unless given."
    )
    closed_on: date | None = optional("Day the case was closed 办结日期, from which publication is counted (厦门8).")
    severity: Any = choice(Severity, "Severity, in the vocabulary of the rulebook; may follow by amendment.")
    procedure: Any = choice(Procedure, "Procedure of a penalty.")
    harm_removed: bool = strawberry.field(
        default=False, description="Whether the act was minor or its harm removed or reduced (上海5(二))."
    )
    condition_met: bool = strawberry.field(
        default=False, description="Whether the item's condition, e.g. harm to public order (上海5(三)), is met."
    )
    behaviour: str | None = optional(
        "Code of the dishonest behaviour 失信行为 it cites: one of the list in force on the day of the decision (厦门1)."
    )
    legal_basis: str | None = optional("Legal basis of the decision.")
    correction_due_on: date | None = optional(
        "Day by which the decision orders the failing to be corrected 责令改正期限, where it orders so (厦门6)."
    )
    special_fields: list[str] | None = optional(
        "Fields of law 领域 in which a penalty is published longer at least, e.g. 安全生产; mostly none."
    )
    legal_basis_level: Any = choice(
        BasisLevel, "Level of the legal basis; 严重 needs law, regulation or central policy (上海5)."
    )
    content: list[DataItemInput] | None = optional(
        "Data items by code; for permits and penalties the national 双公示 columns."
    )
    client_mutation_id: str | None = optional(KEY)


@mutation(
    "submitCreditRecord",
    noun="credit_record",
    verb="submit",
    input=SubmitCreditRecordInput,
    payload={"creditRecord": "CreditRecord"},
)
async def submit_credit_record(work: Work, given: SubmitCreditRecordInput) -> Changed:
    """Hand in a credit record 归集 in the name of your office, which produces it and answers for it (厦门8)."""
    scopes = work.scopes("credit_record", "submit")
    service = work.job.service
    submission = submission_of(work, given)
    if submission.subject_id:
        await work.require("subject", submission.subject_id, work.scopes("subject", "read"))
    record_id = await records.submit(work.tx, service.vault, service.books, service.calendar, submission)
    await work.require("credit_record", record_id, scopes)
    return Changed({"creditRecord": record_id})


def submission_of(work: Work, given: SubmitCreditRecordInput) -> records.Submission:
    """Give what is handed in, in the name of the caller's office.

    Raises: Forbidden for a caller without one; InvalidInput.
    """
    office_id = work.office()
    if (given.item is None) == (given.item_code is None):
        raise InvalidInput(
            "Name the catalogue item by item or by itemCode.", zh="请以item或者itemCode指明目录条目。", field="item"
        )
    return records.Submission(
        office_id=office_id,
        item_id=local_id(given.item, "CatalogueItem") if given.item is not None else None,
        item_code=given.item_code,
        decision_no=given.decision_no,
        title=given.title,
        decided_on=given.decided_on,
        name=given.name,
        uscc=given.code,
        id_number=given.id_number,
        subject_id=local_id(given.subject, "Subject") if given.subject else None,
        obtained_on=given.obtained_on,
        closed_on=given.closed_on,
        behaviour=given.behaviour,
        severity=value_of(given.severity),
        procedure=value_of(given.procedure),
        harm_removed=given.harm_removed,
        condition_met=given.condition_met,
        legal_basis=given.legal_basis,
        legal_basis_level=value_of(given.legal_basis_level),
        correction_due_on=given.correction_due_on,
        special_fields=tuple(given.special_fields or ()),
        content={code: value or "" for code, value in _content(given.content).items()},
    )


def _content(content: Any) -> dict[str, Any]:
    """Give the data items of an input, as graphql-core coerced them, by code.

    Raises: InvalidInput for one that is given twice: neither value is dropped.
    """
    found: dict[str, Any] = {}
    for one in content or ():
        if one["code"] in found:
            raise InvalidInput(
                "A data item is given twice: give each once.", zh="数据项重复：每项只填一次。", field="content"
            )
        found[one["code"]] = one.get("value")
    return found


@strawberry.input(description="How the subject was told of its rights of credit repair 信用修复告知.")
class ServedNoticeInput:
    served_on: date = required("Day on which it was served 送达.")
    channel: Any = strawberry.field(
        description="How it was served; WITH_DECISION together with the decision 两书同达.", graphql_type=Channel
    )


@strawberry.input(description="Which record to publish 公示, and when each channel took it.")
class PublishCreditRecordInput:
    record: strawberry.ID = required("Global id of the credit record.")
    portal_at: datetime | None = optional("When the portal took it; now unless given.")
    platform_at: datetime | None = optional(
        "When the city platform took it, where it was handed over by other means; else told by its receipt."
    )
    necessity: str | None = optional("Why a minor failing is published all the same, where the rule asks for it.")
    repair_notice: ServedNoticeInput | None = optional(
        "How the subject of a penalty was told of its rights of repair, where that is not noted yet (厦门2, 海沧1)."
    )
    client_mutation_id: str | None = optional(KEY)


@mutation(
    "publishCreditRecord",
    noun="credit_record",
    verb="publish",
    input=PublishCreditRecordInput,
    payload={"creditRecord": "CreditRecord"},
)
async def publish_credit_record(work: Work, given: PublishCreditRecordInput) -> Changed:
    """Publish a credit record 公示 on the portal and the city platform, as far as its disclosure goes (厦门8)."""
    row = await work.lock("credit_record", local_id(given.record, "CreditRecord"), "publish")
    await records.publish(
        work.tx,
        work.job.service.books,
        row["id"],
        portal_at=given.portal_at,
        platform_at=given.platform_at,
        necessity=given.necessity,
        notice=service_of(given.repair_notice),
    )
    return Changed({"creditRecord": row["id"]})


def service_of(given: Any) -> Service | None:
    """Read how a notice was served out of an input as graphql-core coerced it."""
    if given is None:
        return None
    return Service(served_on=given["servedOn"], channel=str(value_of(given["channel"])))


@strawberry.input(description="What changes in a record. What is not given stays.")
class RecordChanges:
    title: str | None = optional("Title.")
    decided_on: date | None = optional("Day of the decision.")
    obtained_on: date | None = optional("Day the information was produced or obtained.")
    closed_on: date | None = optional("Day the case was closed.")
    severity: Any = choice(Severity, "Severity.")
    procedure: Any = choice(Procedure, "Procedure of a penalty.")
    harm_removed: bool | None = optional("Whether the act was minor or its harm removed or reduced.")
    condition_met: bool | None = optional("Whether the item's condition is met.")
    legal_basis: str | None = optional("Legal basis.")
    legal_basis_level: Any = choice(BasisLevel, "Level of the legal basis.")
    correction_due_on: date | None = optional("Day by which the decision orders the failing to be corrected.")
    special_fields: list[str] | None = optional("Fields of law in which a penalty is published longer at least.")
    content: list[DataItemInput] | None = optional("Data items that change.")
    necessity: str | None = optional(
        "Why a published record that becomes a minor failing stays published, where the rule asks for it."
    )


@strawberry.input(description="What to amend 更正 in a record, and why. What is not given stays.")
class AmendCreditRecordInput(RecordChanges):
    record: strawberry.ID = required("Global id of the credit record.")
    reason: str = required("Why it is amended; kept with the version that is replaced.")
    client_mutation_id: str | None = optional(KEY)


_AMENDED = (
    "title",
    "decided_on",
    "obtained_on",
    "closed_on",
    "harm_removed",
    "condition_met",
    "legal_basis",
    "correction_due_on",
)
_AMENDED_ENUMS = ("severity", "procedure", "legal_basis_level")


def changes_of(given: RecordChanges) -> dict[str, Any]:
    """Give what changes in a record, by its columns."""
    changes: dict[str, Any] = {name: getattr(given, name) for name in _AMENDED if getattr(given, name) is not None}
    changes |= {name: value_of(getattr(given, name)) for name in _AMENDED_ENUMS if getattr(given, name) is not None}
    if given.special_fields is not None:
        changes["special_fields"] = tuple(given.special_fields)
    if given.content is not None:
        changes["content"] = _content(given.content)
    return changes


@mutation(
    "amendCreditRecord",
    noun="credit_record",
    verb="amend",
    input=AmendCreditRecordInput,
    payload={"creditRecord": "CreditRecord"},
)
async def amend_credit_record(work: Work, given: AmendCreditRecordInput) -> Changed:
    """Amend a credit record 更正 of your office; the version as it stood is kept."""
    row = await work.lock("credit_record", local_id(given.record, "CreditRecord"), "amend")
    service = work.job.service
    await records.amend(
        work.tx,
        service.vault,
        service.books,
        service.calendar,
        row["id"],
        changes=changes_of(given),
        reason=given.reason,
        necessity=given.necessity,
    )
    return Changed({"creditRecord": row["id"]})


@strawberry.input(description="Which record to withdraw 撤回, and the public reason.")
class WithdrawCreditRecordInput:
    record: strawberry.ID = required("Global id of the credit record.")
    reason: str = required("Public reason 公开说明的理由; no personal data (行政处罚法48).")
    client_mutation_id: str | None = optional(KEY)


@mutation(
    "withdrawCreditRecord",
    noun="credit_record",
    verb="withdraw",
    input=WithdrawCreditRecordInput,
    payload={"creditRecord": "CreditRecord"},
)
async def withdraw_credit_record(work: Work, given: WithdrawCreditRecordInput) -> Changed:
    """Withdraw a credit record 撤回 of your office: it is shown no longer, and the reason is public."""
    row = await work.lock("credit_record", local_id(given.record, "CreditRecord"), "withdraw")
    await records.withdraw(work.tx, work.job.service.books, row["id"], reason=given.reason)
    return Changed({"creditRecord": row["id"]})

"""Mutations of exam bulletins: issued by the office, by class of violation, with masked names."""

from __future__ import annotations

from datetime import date
from typing import Any, Optional

import strawberry

from api.commands.inputs import KEY, optional, required, value_of
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from domain.exam import bulletins

Kind: Any = enum_type("ExamKind")


@strawberry.input(description="Which of your office's entries to tell in a bulletin 分类通报.")
class IssueExamBulletinInput:
    exam_kind: Any = strawberry.field(description="Kind of exam.", graphql_type=Kind)
    title: str = required("Title; no personal data.")
    from_on: date = required("First day of the entries.")
    to_on: date = required("Last day of the entries.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "issueExamBulletin",
    noun="exam_bulletin",
    verb="issue",
    input=IssueExamBulletinInput,
    payload={"examBulletin": "ExamBulletin"},
)
async def issue_exam_bulletin(work: Work, given: IssueExamBulletinInput) -> Changed:
    """Issue a bulletin of exam violations 按违纪类别分类通报, names masked, for the exams the rulebook orders it for."""
    scopes = work.scopes("exam_bulletin", "issue")
    bulletin = bulletins.Bulletin(
        office_id=work.office(),
        exam_kind=str(value_of(given.exam_kind)),
        title=given.title,
        from_on=given.from_on,
        to_on=given.to_on,
    )
    bulletin_id = await bulletins.issue(work.tx, work.job.service.books, bulletin)
    await work.require("exam_bulletin", bulletin_id, scopes)
    return Changed({"examBulletin": bulletin_id})

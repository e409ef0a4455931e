"""Mutations of the internal watch list of exam sites: entered until a day, lifted before it. For one role."""

from __future__ import annotations

from datetime import date
from typing import Optional

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.execution.mutation import Changed, Work, mutation
from domain.exam import watches


@strawberry.input(description="Whom to enter on the watch list 异常报考人员名单 of a site, why, until when.")
class EnterExamWatchInput:
    id_number: str = required("Identity number of the person; stored encrypted.")
    name: str = required("Name of the person.")
    exam_name: str = required("Name of the exam.")
    site: str = required("Exam site 考点.")
    finding: str = required("What the analysis found.")
    source: str = required("Where the analysis comes from, e.g. 湖北省人事考试院数据分析.")
    until_on: date = required("Last day of the entry, within a year.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "enterExamWatch", noun="exam_watch", verb="enter", input=EnterExamWatchInput, payload={"examWatch": "ExamWatch"}
)
async def enter_exam_watch(work: Work, given: EnterExamWatchInput) -> Changed:
    """Enter somebody on a site's watch list 异常报考人员名单: internal prevention, no credit information; it leaves this role nowhere."""
    scopes = work.scopes("exam_watch", "enter")
    watch = watches.Watch(
        office_id=work.office(),
        id_number=given.id_number,
        name=given.name,
        exam_name=given.exam_name,
        site=given.site,
        finding=given.finding,
        source=given.source,
        until_on=given.until_on,
    )
    watch_id = await watches.enter(work.tx, work.job.service.vault, work.job.service.books, watch)
    await work.require("exam_watch", watch_id, scopes)
    return Changed({"examWatch": watch_id})


@strawberry.input(description="Which entry to lift, and why.")
class LiftExamWatchInput:
    exam_watch: strawberry.ID = required("Global id of the entry.")
    reason: str = required("Why.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("liftExamWatch", noun="exam_watch", verb="lift", input=LiftExamWatchInput, payload={"examWatch": "ExamWatch"})
async def lift_exam_watch(work: Work, given: LiftExamWatchInput) -> Changed:
    """Lift 解除 an entry of the watch list 异常报考人员名单 before its day."""
    row = await work.lock("exam_watch", local_id(given.exam_watch, "ExamWatch"), "lift")
    await watches.lift(work.tx, row["id"], reason=given.reason)
    return Changed({"examWatch": row["id"]})

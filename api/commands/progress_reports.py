"""Mutations of progress reports: opened or drafted from the data, completed, handed in, told to the platform."""

from __future__ import annotations

from typing import Any, Optional

import strawberry

from api.commands.inputs import KEY, local_id, optional, required, value_of
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from domain.oversight import progress_reports

Cycle = enum_type("ReportCycle")
_CYCLE = "Month 月报 or quarter 季报."


@strawberry.input(description="Of which period your office's report is drafted.")
class DraftProgressReportInput:
    cycle: Any = strawberry.field(description=_CYCLE, graphql_type=Cycle)
    year: int = required("Year of the period.")
    period: int = required("Month 1 to 12, or quarter 1 to 4.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "draftProgressReport",
    noun="progress_report",
    verb="draft",
    input=DraftProgressReportInput,
    payload={"progressReport": "ProgressReport"},
)
async def draft_progress_report(work: Work, given: DraftProgressReportInput) -> Changed:
    """Draft your office's report 月报、季报 from the data, where the rulebook asks for one (厦门9, 31)."""
    scopes = work.scopes("progress_report", "draft")
    office = work.office()
    service = work.job.service
    report_id = await progress_reports.draft(
        work.tx,
        service.books,
        service.calendar,
        office,
        cycle=value_of(given.cycle) or "",
        year=given.year,
        place=given.period,
    )
    await work.require("progress_report", report_id, scopes)
    return Changed({"progressReport": report_id})


@strawberry.input(description="Of which period the reports of your place are opened.")
class OpenProgressReportsInput:
    cycle: Any = strawberry.field(description=_CYCLE, graphql_type=Cycle)
    year: int = required("Year of the period.")
    period: int = required("Month 1 to 12, or quarter 1 to 4.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "openProgressReports",
    noun="progress_report",
    verb="open",
    input=OpenProgressReportsInput,
    payload={},
)
async def open_progress_reports(work: Work, given: OpenProgressReportsInput) -> Changed:
    """Draft the reports of a period for every office that owes one, so that each is due and none is forgotten (厦门9)."""
    scopes = work.scopes("progress_report", "open")
    service, (_, jurisdiction_id) = work.job.service, work.place()
    made = await progress_reports.open_all(
        work.tx,
        service.books,
        service.calendar,
        jurisdiction_id,
        cycle=value_of(given.cycle) or "",
        year=given.year,
        place=given.period,
    )
    for report_id in made:
        await work.require("progress_report", report_id, scopes)
    return Changed({})


@strawberry.input(description="What the office says in its report.")
class CompleteProgressReportInput:
    progress_report: strawberry.ID = required("Global id of the report.")
    narrative: str = required("What the office did 工作开展情况, in its own words; no personal data.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "completeProgressReport",
    noun="progress_report",
    verb="complete",
    input=CompleteProgressReportInput,
    payload={"progressReport": "ProgressReport"},
)
async def complete_progress_report(work: Work, given: CompleteProgressReportInput) -> Changed:
    """Complete your office's report; its figures are counted anew. As often as wanted until it is handed in (厦门9)."""
    report_id = local_id(given.progress_report, "ProgressReport")
    row = await work.lock("progress_report", report_id, "complete")
    await progress_reports.complete(work.tx, row, narrative=given.narrative)
    return Changed({"progressReport": report_id})


@strawberry.input(description="Which report is handed in.")
class HandInProgressReportInput:
    progress_report: strawberry.ID = required("Global id of the report.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "handInProgressReport",
    noun="progress_report",
    verb="hand_in",
    input=HandInProgressReportInput,
    payload={"progressReport": "ProgressReport"},
)
async def hand_in_progress_report(work: Work, given: HandInProgressReportInput) -> Changed:
    """Hand your office's report in to the credit office 报送局信用办, once the period is over (厦门9: 次月5日)."""
    report_id = local_id(given.progress_report, "ProgressReport")
    row = await work.lock("progress_report", report_id, "hand_in")
    await progress_reports.hand_in(work.tx, row)
    return Changed({"progressReport": report_id})


@strawberry.input(description="Of which report the city platform has given its receipt.")
class TellProgressReportInput:
    progress_report: strawberry.ID = required("Global id of the report.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "tellProgressReport",
    noun="progress_report",
    verb="tell",
    input=TellProgressReportInput,
    payload={"progressReport": "ProgressReport"},
)
async def tell_progress_report(work: Work, given: TellProgressReportInput) -> Changed:
    """Note that the city platform received a report that was handed in 同步推送至市信用平台 (厦门9)."""
    report_id = local_id(given.progress_report, "ProgressReport")
    row = await work.lock("progress_report", report_id, "tell")
    await progress_reports.tell(work.tx, row)
    return Changed({"progressReport": report_id})

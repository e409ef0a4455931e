"""Progress reports summed up as a workbook: `GET /progress-reports/<division>?from=2026-01-01&to=2026-01-31&asOf=2026-02-06`.

For who sums them up: each report that lies within the days with its last day, when it was handed in, its figures and
words; what nobody opened stands there as well. Under the authority in which the reports are read, which stands until it
is written. Refuses: an office, which reads its own reports as rows; days that are none. Source: 厦门9 (汇总), 31; 海沧29.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.execution.service import Service
from api.execution.standing import within_authority
from api.http.asked_period import asked_period
from api.http.figure_book import Cell, FigureBook
from api.http.routes import PRIVATE, answered, credentials_of
from api.queries.watching import own_office_only
from authz.caller import Caller
from domain.clock import CHINA, local_day
from domain.connection import Connection
from domain.errors import Forbidden
from domain.files.media import XLSX
from domain.oversight.quality import DIMENSIONS, Period
from domain.oversight.report_summary import Reported, summary
from domain.registry.offices import office_names

TIMELINESS: Final = {
    "timely": "按时",
    "late": "迟报",
    "overdue": "逾期未报",
    "pending": "未到期",
    "none_set": "原文未定期限",
    "unknown": "期限未知",
}
STATES: Final = {None: "未建立", "drafted": "草稿", "completed": "已补充", "handed_in": "已报送"}
SHARES: Final = {
    "completeness": "完整",
    "publication": "双公示及时",
    "collection": "归集及时",
    "correctness": "正确",
}
COUNTS: Final = {
    "records_published": "公示",
    "records_withdrawn": "撤回",
    "objections_received": "收到异议",
    "objections_decided": "办结异议",
    "repairs_applied": "申请修复",
    "repairs_decided": "办结修复",
    "commitments_entered": "录入承诺",
    "commitments_found": "核查承诺",
    "list_entries_published": "公布列入",
}
"""How the figures of a report are headed."""

_WHOSE: Final = (("报告期", 16), ("单位", 24))


def report_summary_routes(service: Service) -> list[Route]:
    """Give the route of summaries."""

    async def written(request: Request) -> Response:
        return await answered(_written(service, request))

    return [Route("/progress-reports/{place}", written, methods=["GET"])]


async def _written(service: Service, request: Request) -> Response:
    place = str(request.path_params["place"])
    period = asked_period(request, today=local_day(service.clock()))

    async def read(session: Connection, caller: Caller, _: datetime) -> tuple[list[Reported], dict[UUID, str]]:
        if own_office_only(service, caller, "progress_report", "read", place) is not None:
            raise Forbidden(noun="progress_report", action="read")
        found = await summary(session, service.books, service.calendar, place, period)
        return found, await office_names(session, [one.office_id for one in found])

    reports, names = await within_authority(service, credentials_of(service, request), read)
    headers = {
        "content-disposition": f'attachment; filename="progress-reports-{place}-{period.from_on}-{period.to_on}.xlsx"',
        **PRIVATE,
    }
    named = service.books.jurisdictions[place].name
    return Response(workbook(reports, names, named, period), media_type=XLSX, headers=headers)


def workbook(reports: Sequence[Reported], names: Mapping[UUID, str], place: str, period: Period) -> bytes:
    """Write the reports of a place so named, with what they come to together."""
    book, as_of = FigureBook(), period.as_of
    came = Counter(TIMELINESS[one.timeliness(as_of)] for one in reports)
    told = "，".join(f"{word}{came[word]}份" for word in TIMELINESS.values() if came[word])
    title = f"{place}信用体系建设工作进展汇总 {period.from_on} 至 {period.to_on}，截至 {as_of}"
    lines = (title, f"共{len(reports)}份" + (f"：{told}" if told else ""))
    book.sheet(
        "报送情况",
        lines=lines,
        heads=[*_WHOSE, ("状态", 10), ("期限", 13), ("报送时间", 18), ("报送情况", 14), ("平台回执", 18)],
        rows=([*_whose(one, names), *_handing_in(one, as_of)] for one in reports),
    )
    book.sheet(
        "数据",
        lines=lines,
        heads=[*_WHOSE, *((head, 11) for head in (*SHARES.values(), *COUNTS.values()))],
        rows=[*([*_whose(one, names), *_figures(one)] for one in reports), _together(reports)],
    )
    book.sheet(
        "工作开展情况",
        lines=lines,
        heads=[*_WHOSE, ("工作开展情况", 100)],
        rows=([*_whose(one, names), Cell(one.narrative)] for one in reports if one.narrative is not None),
    )
    return book.written()


def _whose(one: Reported, names: Mapping[UUID, str]) -> list[Cell]:
    quarter = f"第{(one.from_on.month + 2) // 3}季度"
    period = f"{one.from_on.year}年" + (quarter if one.cycle == "quarter" else f"{one.from_on.month}月")
    return [Cell(period), Cell(names.get(one.office_id, ""))]


def _handing_in(one: Reported, as_of: date) -> list[Cell]:
    due = one.due_on.isoformat() if one.due_on else ""
    came = TIMELINESS[one.timeliness(as_of)]
    return [Cell(STATES[one.state]), Cell(due), Cell(_at(one.handed_in_at)), Cell(came), Cell(_at(one.platform_at))]


def _figures(one: Reported) -> list[Cell]:
    shares = (Cell(_share(one, name)) for name in SHARES)
    return [*shares, *(Cell(one.figures.get(name, ""), "count") for name in COUNTS)]


def _together(reports: Sequence[Reported]) -> list[Cell]:
    """Give the last row: the counts of the monthly reports, which those of quarters contain."""
    months = [one for one in reports if one.cycle == "month"]
    sums = (Cell(sum(one.figures.get(name, 0) for one in months), "count") for name in COUNTS)
    return [Cell("月报合计"), *[Cell("")] * (1 + len(SHARES)), *sums]


def _share(one: Reported, name: str) -> str:
    """Tell a share as so many of so many; nothing of a report that is not there."""
    share = one.figures.get(name)
    return "" if share is None else f"{share['part']}/{share['whole']}"


def _at(instant: datetime | None) -> str:
    return "" if instant is None else f"{instant.astimezone(CHINA):%Y-%m-%d %H:%M}"


assert {*SHARES} == {*DIMENSIONS}

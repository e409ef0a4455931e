"""The score card as a workbook: `GET /score-cards/<division>?from=2026-01-01&to=2026-03-31&asOf=2026-04-10`.

It holds what the field `scoreCard` tells the same caller, under the same authority, asked within the transaction in
which that authority stands. What is aimed at stands in the heads, and what misses it is told from it. Refuses: an office, which reads its own row
in the field; days that are none. Source: 海沧29 (成绩单通报); 厦门31.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.execution.job import Credentials
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
from domain.oversight import quality
from domain.oversight.quality import Share, Target
from domain.oversight.score_card import COMPONENTS, Row, ScoreCard, score_card
from domain.registry.offices import office_names

NAMES: Final = {
    "completeness": "完整率",
    "publication": "双公示及时率",
    "collection": "归集及时率",
    "correctness": "正确率（第三方评估）",
    "objections": "异议按时处理率",
    "reports": "月报按时报送率",
    "cases": "案例完成率",
    "batches": "红黑名单批次报送率",
}
"""How each component is headed in the workbook."""


def score_card_routes(service: Service) -> list[Route]:
    """Give the route of score cards."""

    async def card(request: Request) -> Response:
        return await answered(_written(service, request))

    return [Route("/score-cards/{place}", card, methods=["GET"])]


async def _written(service: Service, request: Request) -> Response:
    place = str(request.path_params["place"])
    period = asked_period(request, today=local_day(service.clock()))
    made, names = await _made(service, credentials_of(service, request), place, period)
    headers = {
        "content-disposition": f'attachment; filename="score-card-{place}-{period.from_on}-{period.to_on}.xlsx"',
        **PRIVATE,
    }
    named = service.books.jurisdictions[place].name
    aims = {name: quality.target(service.books, place, name, period.to_on) for name in COMPONENTS}
    return Response(workbook(made, names, named, aims), media_type=XLSX, headers=headers)


async def _made(
    service: Service, credentials: Credentials, place: str, period: quality.Period
) -> tuple[ScoreCard, dict[UUID, str]]:
    """Make the card under the caller's authority; give it with the names of its offices.

    Raises: Forbidden; NotFound; AuthorityUnsettled.
    """

    async def make(session: Connection, caller: Caller, now: datetime) -> tuple[ScoreCard, dict[UUID, str]]:
        if own_office_only(service, caller, "score_card", "read", place) is not None:
            raise Forbidden(noun="score_card", action="read")
        card = await score_card(session, service.books, service.calendar, place, period, now=now)
        return card, await office_names(session, [row.office_id for row in card.rows])

    return await within_authority(service, credentials, make)


def workbook(card: ScoreCard, names: dict[UUID, str], place: str, aims: Mapping[str, Target]) -> bytes:
    """Write the card of a place so named: the offices by rank, and on a second sheet what each rate is made of."""
    book, period = FigureBook(), card.period
    title = f"{place}信用工作成绩单 {period.from_on} 至 {period.to_on}，截至 {period.as_of}"
    counted = f"数据质量统计于 {card.counted_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    book.sheet(
        "成绩单",
        lines=(title, f"各项同权，不适用的不计；红色为未达目标。{counted}"),
        heads=[("排名", 6), ("单位", 30), ("得分", 8), *((_head(name, aims[name]), 13) for name in card.components)],
        rows=(
            [*_ranked(row, names), *(_rate(row.shares[name], aims[name]) for name in card.components)]
            for row in card.rows
        ),
    )
    book.sheet(
        "明细",
        lines=(title, "各项的分子、分母；未计分的指标也列出。"),
        heads=[
            ("排名", 6),
            ("单位", 30),
            *((f"{NAMES[name]} {part}", 9) for name in COMPONENTS for part in ("分子", "分母")),
        ],
        rows=([*_ranked(row, names)[:2], *_counts(row)] for row in card.rows),
    )
    return book.written()


def _head(name: str, aim: Target) -> str:
    """Head the column of a component, with what is aimed at, inclusive (以上)."""
    return NAMES[name] if aim.share is None else f"{NAMES[name]} 目标≥{float(aim.share):.0%}"


def _ranked(row: Row, names: dict[UUID, str]) -> list[Cell]:
    score = None if row.score is None else round(float(row.score), 2)
    return [Cell(row.rank, "count"), Cell(names.get(row.office_id, "")), Cell(score, "score")]


def _rate(share: Share, aim: Target) -> Cell:
    rate = None if share.rate is None else float(share.rate)
    return Cell(rate, "missed" if share.meets(aim) is False else "percent")


def _counts(row: Row) -> list[Cell]:
    return [Cell(number, "count") for name in COMPONENTS for number in (row.shares[name].part, row.shares[name].whole)]

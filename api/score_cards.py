"""The score card as a workbook: `GET /score-cards/<division>?from=2026-01-01&to=2026-03-31&asOf=2026-04-10`.

It holds what the field `scoreCard` tells the same caller, under the same authority, asked within the transaction in
which that authority stands. Cells hold text and numbers, never formulas. Refuses: an office, which reads its own row
in the field; days that are none. Source: 海沧29 (成绩单通报); 厦门31.
"""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any, Final

import xlsxwriter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.job import Credentials
from api.routes import PRIVATE, answered, credentials_of
from api.service import Service
from api.standing import Session, within_authority
from api.watching import own_office_only
from authz.caller import Caller
from domain.clock import CHINA, local_day
from domain.errors import Forbidden, InvalidInput
from domain.files.media import XLSX
from domain.oversight import quality
from domain.oversight.score_card import COMPONENTS, ScoreCard, names_of, score_card

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


_FORM: Final[dict[str, object]] = {"border": 1, "valign": "vcenter"}
_FORMS: Final[dict[str, dict[str, object]]] = {
    "head": {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#E8EEF4"},
    "text": {"text_wrap": True},
    "count": {"num_format": "0", "align": "right"},
    "score": {"num_format": "0.00", "align": "right"},
    "percent": {"num_format": "0.00%", "align": "right"},
}
"""How cells look, by what they hold."""


def score_card_routes(service: Service) -> list[Route]:
    """Give the route of score cards."""

    async def card(request: Request) -> Response:
        return await answered(_written(service, request))

    return [Route("/score-cards/{place}", card, methods=["GET"])]


async def _written(service: Service, request: Request) -> Response:
    place = str(request.path_params["place"])
    days = {name: _day(request, name) for name in ("from", "to", "asOf")}
    if days["from"] is None or days["to"] is None:
        raise InvalidInput("Name the first and the last day: from and to.", zh="请写明起止日期 from、to。")
    period = quality.require_period(days["from"], days["to"], days["asOf"], today=local_day(service.clock()))
    made, names = await _made(service, credentials_of(service, request), place, period)
    headers = {
        "content-disposition": f'attachment; filename="score-card-{place}-{period.from_on}-{period.to_on}.xlsx"',
        **PRIVATE,
    }
    named = service.books.jurisdictions[place].name
    return Response(workbook(made, names, named), media_type=XLSX, headers=headers)


async def _made(
    service: Service, credentials: Credentials, place: str, period: quality.Period
) -> tuple[ScoreCard, dict[str, str]]:
    """Make the card under the caller's authority; give it with the names of its offices.

    Raises: Forbidden; NotFound; AuthorityUnsettled.
    """

    async def make(session: Session, caller: Caller, now: datetime) -> tuple[ScoreCard, dict[str, str]]:
        if own_office_only(service, caller, "score_card", "read", place) is not None:
            raise Forbidden(noun="score_card", action="read")
        card = await score_card(session, service.books, service.calendar, place, period, now=now)
        return card, await names_of(session, card)

    return await within_authority(service, credentials, make)


def _day(request: Request, name: str) -> date | None:
    """Read a day from the address.

    Raises: InvalidInput.
    """
    given = request.query_params.get(name)
    try:
        return None if given is None else date.fromisoformat(given)
    except ValueError:
        raise InvalidInput(
            "This is no day: write it as 2026-03-01.", zh="日期格式应为 2026-03-01。", field=name
        ) from None


def workbook(card: ScoreCard, names: dict[str, str], place: str) -> bytes:
    """Write the card of a place so named: one sheet, a row for each office, each rate with what it is made of."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("成绩单")
    forms = {name: book.add_format({**_FORM, **form}) for name, form in _FORMS.items()}
    title = book.add_format({"bold": True, "font_size": 14})
    period = card.period
    sheet.write_string(0, 0, f"{place}信用工作成绩单 {period.from_on} 至 {period.to_on}，截至 {period.as_of}", title)
    counting = "、".join(NAMES[name] for name in card.components)
    counted = f"数据质量统计于 {card.counted_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    sheet.write_string(1, 0, f"计分指标：{counting}（各项同权，不适用的不计）；{counted}")
    for column, (head, width) in enumerate(_heads()):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, head, forms["head"])
    for number, row in enumerate(card.rows, start=3):
        _write(sheet, number, 0, row.rank, forms["count"])
        sheet.write_string(number, 1, names.get(str(row.office_id), ""), forms["text"])
        _write(sheet, number, 2, None if row.score is None else round(float(row.score), 2), forms["score"])
        for at, name in enumerate(COMPONENTS):
            share = row.shares[name]
            _write(sheet, number, 3 + 3 * at, None if share.rate is None else float(share.rate), forms["percent"])
            sheet.write_number(number, 4 + 3 * at, share.part, forms["count"])
            sheet.write_number(number, 5 + 3 * at, share.whole, forms["count"])
    sheet.freeze_panes(3, 2)
    sheet.set_row(2, 45)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    book.close()
    return made.getvalue()


def _heads() -> list[tuple[str, int]]:
    """Give the heads of the columns, each with its width in characters, of which a Chinese one takes two."""
    rates = [
        (head, width)
        for name in COMPONENTS
        for head, width in ((NAMES[name], 13), (f"{NAMES[name]} 分子", 10), (f"{NAMES[name]} 分母", 10))
    ]
    return [("排名", 8), ("单位", 36), ("得分", 9), *rates]


def _write(sheet: Any, row: int, column: int, value: float | None, form: Any) -> None:
    """Write a number, or that there is none."""
    if value is None:
        sheet.write_string(row, column, "不适用", form)
    else:
        sheet.write_number(row, column, value, form)

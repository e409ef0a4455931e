"""What anybody may fetch without GraphQL: verification of a report by its number, and the published keys."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from api.execution.service import Service
from api.gate.negotiation import wants_page
from api.http.routes import admit_public, answered, as_json
from domain.clock import local_day
from domain.errors import DomainError, InvalidInput, NotFound
from domain.use.report_number import read_number
from domain.use.verification import VerificationStatus, status_of

DOCUMENT_WORDS = {"valid": "有效 valid", "expired": "已过有效期 expired", "revoked": "已作废 revoked"}
CONTENT_WORDS = {
    "current": "出具后无变化 current",
    "superseded": "出具后主体信息已有变化，请重新查询 superseded: something has changed since",
}


class ReportNumberMissing(InvalidInput):
    """Name the number of the report: /verify/<number>."""

    code = "REPORT_NUMBER_MISSING"
    zh = "请提供报告编号：/verify/<编号>。"


class ReportNumberMalformed(InvalidInput):
    """This is no number of a report: it begins with RX and has 27 characters, compare them with the report."""

    code = "REPORT_NUMBER_MALFORMED"
    zh = "编号有误：报告编号以 RX 开头，共27位，请与报告核对。"


class ReportUnknown(NotFound):
    """There is no report with this number."""

    zh = "没有该编号的报告。"


def public_routes(service: Service, pages: Environment, headers: dict[str, str]) -> list[Route]:
    """Give the routes of what is public."""
    page = pages.get_template("verify.html")
    words: dict[str, Any] = {"document_words": DOCUMENT_WORDS, "content_words": CONTENT_WORDS}

    def asks(refused: DomainError) -> Response:
        return HTMLResponse(page.render(refused=refused), headers=headers)

    async def found(request: Request, *, paged: bool) -> Response:
        admit_public(service, request)
        with service.gate.entered():
            status = await _status(service, _number(request))
        if paged:
            return HTMLResponse(page.render(found=status, **words), headers=headers)
        return JSONResponse(_told(status), headers=headers)

    async def verify(request: Request) -> Response:
        paged = wants_page(request.headers.get("accept", "").encode("latin-1"))
        nobody_erred = ((ReportNumberMissing, 200, ()),) if paged else ()
        return await answered(found(request, paged=paged), nobody_erred, told=asks if paged else as_json)

    async def keys(request: Request) -> Response:
        return JSONResponse(service.signer.public_jwks(), headers={"cache-control": "public, max-age=300"})

    return [
        *(Route(path, verify, methods=["GET"]) for path in ("/verify", "/verify/", "/verify/{number}")),
        Route("/.well-known/jwks.json", keys, methods=["GET"]),
    ]


def _number(request: Request) -> str:
    """Read the number in the address, or in the field of the page.

    Raises: ReportNumberMissing; ReportNumberMalformed.
    """
    text = str(request.path_params.get("number") or request.query_params.get("number", "")).strip()
    if not text:
        raise ReportNumberMissing
    number = read_number(text)
    if number is None:
        raise ReportNumberMalformed
    return number


async def _status(service: Service, number: str) -> VerificationStatus:
    async with service.database.session() as session:
        found = await status_of(session, number, local_day(service.clock()))
    if found is None:
        raise ReportUnknown
    return found


def _told(found: VerificationStatus) -> dict[str, str]:
    return {
        "number": found.number,
        "digest": found.digest,
        "documentStatus": found.document_status.upper(),
        "contentStatus": found.content_status.upper(),
    }

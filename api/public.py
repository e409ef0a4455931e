"""What anybody may fetch without GraphQL: verification of a report by its number, and the published keys."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from api.database import DatabaseAway, TooBusy
from api.service import Service
from domain.clock import local_day
from domain.use.verification import VerificationStatus, status_of

DOCUMENT_WORDS = {"valid": "有效 valid", "expired": "已过有效期 expired", "revoked": "已作废 revoked"}
CONTENT_WORDS = {
    "current": "出具后无变化 current",
    "superseded": "出具后主体信息已有变化，请重新查询 superseded: something has changed since",
}
_NUMBER = re.compile(r"[0-9A-Z]{1,40}", re.ASCII)


def public_routes(service: Service, pages: Environment, headers: dict[str, str]) -> list[Route]:
    """Give the routes of what is public."""
    page = pages.get_template("verify.html")

    async def verify(request: Request) -> Response:
        number = str(request.path_params["number"]).upper()
        try:
            with service.gate.entered():
                found = await _status(service, number)
        except (DatabaseAway, TooBusy) as error:
            return JSONResponse({"code": error.code}, status_code=503, headers={"retry-after": "2"})
        status = 200 if found else 404
        if "text/html" in request.headers.get("accept", ""):
            words: dict[str, Any] = {"document_words": DOCUMENT_WORDS, "content_words": CONTENT_WORDS}
            return HTMLResponse(page.render(number=number, found=found, **words), status_code=status, headers=headers)
        return JSONResponse(_told(found), status_code=status, headers=headers)

    async def keys(request: Request) -> Response:
        return JSONResponse(service.signer.public_jwks(), headers={"cache-control": "public, max-age=300"})

    return [
        Route("/verify/{number}", verify, methods=["GET"]),
        Route("/.well-known/jwks.json", keys, methods=["GET"]),
    ]


async def _status(service: Service, number: str) -> VerificationStatus | None:
    if not _NUMBER.fullmatch(number):
        return None
    async with service.database.session() as session:
        return await status_of(session, number, local_day(service.clock()))


def _told(found: VerificationStatus | None) -> dict[str, str]:
    if found is None:
        return {"code": "NOT_FOUND", "message": "There is no report with this number. 没有该编号的报告。"}
    return {
        "number": found.number,
        "digest": found.digest,
        "documentStatus": found.document_status.upper(),
        "contentStatus": found.content_status.upper(),
    }

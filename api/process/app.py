"""The ASGI application: /graphql in a bare endpoint, everything else in Starlette."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import as_error
from api.execution.service import Service
from api.gate.gate import GATE
from api.gate.http_errors import Headers, MethodNotAllowed, status_of
from api.gate.negotiation import wants_page
from api.gate.refusals import NOTE_REFUSAL
from api.gate.stopping import STOPPING, ServiceStopping
from api.http.attachments import attachment_routes
from api.http.endpoint import Endpoint
from api.http.explorer import explorer_config
from api.http.handing_in import settling
from api.http.imports import desk_of, import_routes
from api.http.list_exports import list_export_routes
from api.http.metrics import metrics_routes
from api.http.platform_inbox import inbox_routes
from api.http.public import public_routes
from api.http.report_summaries import report_summary_routes
from api.http.score_cards import score_card_routes
from api.http.templates import template_routes
from api.http.token_endpoint import token_routes
from api.postgres.database import DatabaseAway
from api.process.worker import pushing
from authz.authority import AuthorityMissing, read_epoch
from domain.errors import DomainError, NotFound

_FOLDER = Path(__file__).parents[1]
_PAGES = Environment(loader=FileSystemLoader(_FOLDER / "pages"), autoescape=select_autoescape(["html"]))
CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " worker-src 'self' blob:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
READY_SECONDS = 1.0
"""How long the database may take to answer before the service is not ready: who balances load waits no longer either."""

_NOSNIFF = (b"x-content-type-options", b"nosniff")
_UNCACHED = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
_PAGE_HEADERS = {
    "content-security-policy": CSP,
    "cache-control": "no-store",
    "vary": "Accept",
    "x-content-type-options": "nosniff",
}


class Application:
    """Sends /graphql to its endpoint without any layer between, and the rest to Starlette."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._endpoint = Endpoint(service)
        self._rest: ASGIApp = _starlette(service)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Dispatch a request, and answer one that is cut off because the server is asked to stop."""
        try:
            await self._dispatch(scope, receive, send)
        except asyncio.CancelledError:
            if scope["type"] == "http" and self.service.stopping.is_set():
                await _cut_off(scope, receive, send)
            raise

    async def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/graphql" and not _wants_page(self.service, scope):
            await self._endpoint(scope, receive, send)
        elif scope["type"] == "http":
            origin = next((value for name, value in scope["headers"] if name == b"origin"), None)
            await self._rest(scope, receive, _with_headers(send, self.service.origins.of(origin)))
        else:
            await self._rest(scope, receive, send)


async def _cut_off(scope: Scope, receive: Receive, send: Send) -> None:
    """Say that the service stops, unless an answer has begun."""
    error = ServiceStopping()
    status, retry = status_of(error)
    refused = JSONResponse({"errors": [as_error(error)]}, status, {**_UNCACHED, "connection": "close"})
    refused.raw_headers.extend(retry)
    with suppress(RuntimeError):  # the server takes no second beginning
        await refused(scope, receive, send)


def _with_headers(send: Send, extra: Headers) -> Send:
    """Add header lines to an answer, and the one that keeps browsers from guessing what it is."""

    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            own = list(message.get("headers", ()))
            named = any(name.lower() == _NOSNIFF[0] for name, _ in own)
            message["headers"] = [*own, *(() if named else (_NOSNIFF,)), *extra]
        await send(message)

    return sending


def _wants_page(service: Service, scope: Scope) -> bool:
    """Tell a browser that opens the address from a client that sends a query."""
    if scope["method"] not in ("GET", "HEAD") or not service.settings.graphiql:
        return False
    return wants_page(b", ".join(value for name, value in scope["headers"] if name == b"accept"))


def _starlette(service: Service) -> Starlette:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        await service.callers.refresh()
        async with settling(desk_of(service)), service.background(), pushing(service):
            yield {GATE: service.gate, NOTE_REFUSAL: service.note_refusal, STOPPING: service.stopping}
        await service.database.close()

    routes = [
        Route("/", lambda request: RedirectResponse("/graphql"), methods=["GET"]),
        Route("/graphql", _explorer(service), methods=["GET"]),
        Route("/health/live", _live, methods=["GET"]),
        Route("/health/ready", _ready(service), methods=["GET"]),
        *public_routes(service, _PAGES, _PAGE_HEADERS),
        *metrics_routes(service),
        *token_routes(service),
        *import_routes(service),
        *attachment_routes(service),
        *list_export_routes(service),
        *inbox_routes(service),
        *report_summary_routes(service),
        *score_card_routes(service),
        *template_routes(service),
        Mount("/static", _Static(directory=_FOLDER / "static")),
    ]
    application = Starlette(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _refusing(service)})
    application.router.redirect_slashes = False
    return application


_OTHER_METHOD = "This address does not take this method: the header Allow names those it takes."
_OTHER_METHOD_ZH = "该网址不接受此请求方法：可用的方法见响应头 Allow。"


class AddressUnknown(NotFound):
    """There is nothing at this address: GraphQL is served at /graphql."""

    code = "ADDRESS_UNKNOWN"
    zh = "该网址没有内容：GraphQL 接口在 /graphql。"


def _refusing(service: Service) -> Any:
    """Give what answers where no route does: a page for browsers, the one shape of errors for everybody else."""
    page = _PAGES.get_template("unknown.html")

    async def refused(request: Request, refusal: Exception) -> Response:
        assert isinstance(refusal, HTTPException)
        error = MethodNotAllowed(_OTHER_METHOD, zh=_OTHER_METHOD_ZH) if refusal.status_code == 405 else AddressUnknown()
        own = dict(refusal.headers or {})
        if request.method in ("GET", "HEAD") and wants_page(request.headers.get("accept", "").encode("latin-1")):
            text = page.render(refused=error, explorer=service.settings.graphiql)
            return HTMLResponse(text, refusal.status_code, {**_PAGE_HEADERS, **own})
        headers = {"vary": "Accept", "x-content-type-options": "nosniff", **own}
        return JSONResponse({"errors": [as_error(error)]}, refusal.status_code, headers)

    return refused


class _Static(StaticFiles):
    """Static files with the policy that workers take from their own response; whole ones, as a Range may be passed over."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as if no part had been asked for (RFC 9110 section 14.2): a Range that is none was answered in plain text."""
        whole = [(name, value) for name, value in scope["headers"] if name != b"range"]
        await super().__call__({**scope, "headers": whole}, receive, send)

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Find a file; a path that the system cannot even name is none."""
        try:
            return super().lookup_path(path)
        except ValueError:
            return "", None

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Add headers to a file."""
        response = super().file_response(*args, **kwargs)
        response.headers["content-security-policy"] = CSP
        response.headers["x-content-type-options"] = "nosniff"
        response.headers["cache-control"] = "no-cache"
        response.headers["accept-ranges"] = "none"
        return response


def _explorer(service: Service) -> Any:
    page = _PAGES.get_template("graphiql.html")

    async def explorer(request: Request) -> Response:
        return HTMLResponse(
            page.render(static="/static/graphiql", config=explorer_config(service)), headers=_PAGE_HEADERS
        )

    return explorer


async def _live(request: Request) -> Response:
    return JSONResponse({"status": "live"}, headers=_UNCACHED)


def _ready(service: Service) -> Any:
    async def ready(request: Request) -> Response:
        try:
            async with asyncio.timeout(READY_SECONDS):
                await read_epoch(service.database)
        except (TimeoutError, DomainError, asyncpg.PostgresError, AuthorityMissing):
            headers = {**_UNCACHED, "retry-after": "2"}
            return JSONResponse({"status": "not ready", "code": DatabaseAway.code}, status_code=503, headers=headers)
        return JSONResponse({"status": "ready"}, headers=_UNCACHED)

    return ready

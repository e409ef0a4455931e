"""The ASGI application: /graphql in a bare endpoint, everything else in Starlette."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from api.database import DatabaseAway, TooBusy
from api.endpoint import Endpoint
from api.explorer import explorer_config
from api.public import public_routes
from api.service import Service

_FOLDER = Path(__file__).parent
_PAGES = Environment(loader=FileSystemLoader(_FOLDER / "pages"), autoescape=select_autoescape(["html"]))
CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " worker-src 'self' blob:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_PAGE_HEADERS = {
    "content-security-policy": CSP,
    "cache-control": "no-store",
    "vary": "Accept",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


class Application:
    """Sends /graphql to its endpoint without any layer between, and the rest to Starlette."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._endpoint = Endpoint(service)
        self._rest: ASGIApp = _starlette(service)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Dispatch a request."""
        if scope["type"] == "http" and scope["path"] == "/graphql" and not _wants_page(self.service, scope):
            await self._endpoint(scope, receive, send)
        else:
            await self._rest(scope, receive, send)


def _wants_page(service: Service, scope: Scope) -> bool:
    """Tell a browser that opens the address from a client that sends a query."""
    if scope["method"] not in ("GET", "HEAD") or not service.settings.graphiql:
        return False
    accept = next((value for name, value in scope["headers"] if name == b"accept"), b"")
    return b"text/html" in accept


def _starlette(service: Service) -> Starlette:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await service.callers.refresh()
        async with service.background():
            yield
        await service.database.close()

    routes = [
        Route("/", lambda request: RedirectResponse("/graphql"), methods=["GET"]),
        Route("/graphql", _explorer(service), methods=["GET"]),
        Route("/health/live", _live, methods=["GET"]),
        Route("/health/ready", _ready(service), methods=["GET"]),
        *public_routes(service, _PAGES, _PAGE_HEADERS),
        Mount("/static", _Static(directory=_FOLDER / "static")),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


class _Static(StaticFiles):
    """Static files with the policy that workers take from their own response."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Add headers to a file."""
        response = super().file_response(*args, **kwargs)
        response.headers["content-security-policy"] = CSP
        response.headers["x-content-type-options"] = "nosniff"
        response.headers["cache-control"] = "no-cache"
        return response


def _explorer(service: Service) -> Any:
    page = _PAGES.get_template("graphiql.html")

    async def explorer(request: Request) -> Response:
        return HTMLResponse(page.render(static="/static/graphiql", config=explorer_config(service)), headers=_PAGE_HEADERS)

    return explorer


async def _live(request: Request) -> Response:
    return JSONResponse({"status": "live"})


def _ready(service: Service) -> Any:
    async def ready(request: Request) -> Response:
        try:
            await service.database.fetchrow("SELECT epoch FROM authority")
        except (DatabaseAway, TooBusy) as error:
            return JSONResponse({"status": "not ready", "code": error.code}, status_code=503)
        return JSONResponse({"status": "ready"})

    return ready

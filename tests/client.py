"""The client of the tests: speaks GraphQL to an application in this process, at the frozen instant, as HTTP clients do."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from api.process.app import Application
from tests import asgi, refusing

NOW = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
"""The frozen instant of the tests: a Wednesday, 10:00 in China."""

ISSUER = "http://renxin.test"


class Client:
    """Speaks GraphQL to the application as a caller."""

    def __init__(self, http: httpx.AsyncClient, application: Application) -> None:
        self.http = http
        self.service = application.service
        self._application = application
        self._bearers: dict[tuple[str, datetime], str] = {}

    def token(self, sub: str) -> str:
        """Mint a token of the built-in issuer."""
        assert self.service.issuer is not None
        return self.service.issuer.mint(sub, client_id="tests", lifetime=timedelta(hours=1), now=self.service.clock())

    def bearer(self, sub: str) -> str:
        """Give what names a caller in a header: its one token of this instant, as a client keeps it."""
        key = sub, self.service.clock()
        if key not in self._bearers:
            self._bearers[key] = f"Bearer {self.token(sub)}"
        return self._bearers[key]

    async def post(self, body: Mapping[str, Any], headers: Mapping[str, str]) -> bytes:
        """Send a JSON body to /graphql and give the answer's, which is no failure of the service."""
        return await asgi.post(self._application, body, headers)

    async def send(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        *,
        caller: str | None = None,
        purpose: str | None = None,
        office: str | None = None,
    ) -> dict[str, Any]:
        """Send an operation as a caller (a `sub` of the built-in issuer, or nobody) and give the response's JSON."""
        headers = {}
        if caller:
            headers["authorization"] = f"Bearer {self.token(caller)}"
        if purpose:
            headers["renxin-purpose"] = purpose
        if office:
            headers["renxin-office"] = office
        answer: dict[str, Any] = json.loads(await self.post({"query": query, "variables": variables}, headers))
        refusing.note(answer)
        return answer

    async def data(self, query: str, variables: dict[str, Any] | None = None, **how: Any) -> dict[str, Any]:
        """Send an operation that must succeed and give its data."""
        answer = await self.send(query, variables, **how)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    async def codes(self, query: str, variables: dict[str, Any] | None = None, **how: Any) -> list[str]:
        """Send an operation and give the codes of its errors."""
        answer = await self.send(query, variables, **how)
        return [error["extensions"]["code"] for error in answer.get("errors", [])]


Serve = Callable[..., Any]
"""What the fixture `serve` gives: `async with serve(url) as client`."""

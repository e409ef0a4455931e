"""Sending an operation to the application in this process, as over HTTP but without a socket.

In charge of commands that act under somebody's token: they take the whole line, with its limits and its authority.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, MutableMapping
from typing import Any

from api.execution.service import Service
from api.process.app import Application


async def send(
    service: Service, text: str, variables: Mapping[str, Any], *, token: str, purpose: str | None = None
) -> dict[str, Any]:
    """Send an operation under a token, for a purpose if one is named; give the response's JSON."""
    body = json.dumps({"query": text, "variables": variables}).encode()
    parts: list[bytes] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def take(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    await Application(service)(_scope(token, len(body), purpose), receive, take)
    answer: dict[str, Any] = json.loads(b"".join(parts))
    return answer


def _scope(token: str, size: int, purpose: str | None) -> dict[str, Any]:
    headers = {
        "content-type": "application/json",
        "accept": "application/graphql-response+json",
        "authorization": f"Bearer {token}",
        "content-length": str(size),
        **({"renxin-purpose": purpose} if purpose else {}),
    }
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": None,
        "server": ("renxin", None),
        "state": {},
    }

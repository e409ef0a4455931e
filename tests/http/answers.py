"""What tests of the edge send, and what they ask of every answer."""

from __future__ import annotations

import importlib
import json
import pkgutil
from functools import cache
from typing import Any

import httpx

import api
import authz
import domain
from domain.errors import catalogue
from tests.client import Client

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"


async def post(client: Client, body: bytes | dict[str, Any], **headers: str) -> httpx.Response:
    """Send a body as JSON; a header is named with underscores, and left out where it is empty."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"content-type": JSON, "accept": RESPONSE_JSON}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    request = client.http.build_request("POST", "/graphql", content=content)
    kept = [(name, value) for name, value in request.headers.raw if name.decode().lower() not in sent]
    given = [(name.encode(), value.encode()) for name, value in sent.items() if value]
    request.headers = httpx.Headers([*kept, *given], encoding="latin-1")
    return await client.http.send(request)


async def get(client: Client, parameters: dict[str, str], **headers: str) -> httpx.Response:
    """Send a query in an address."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.http.get("/graphql", params=parameters, headers={"accept": RESPONSE_JSON, **sent})


def codes(response: httpx.Response) -> list[str]:
    """Give the codes of the errors of an answer; each must be declared, in both languages, and break nothing."""
    errors = response.json().get("errors", [])
    for error in errors:
        assert error["message"], error
        assert error["extensions"]["messageZh"], error
        assert error["extensions"]["code"] in declared_codes(), error
    assert response.status_code < 500 or "INTERNAL" not in str(errors), errors
    return [error["extensions"]["code"] for error in errors]


@cache
def declared_codes() -> frozenset[str]:
    """Give every error code that the service may answer with."""
    for package in (api, authz, domain):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    return frozenset(kind.code for kind in catalogue())

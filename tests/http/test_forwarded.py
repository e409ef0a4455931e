"""What a request says about where it went or came from: no header changes an answer, an address or who is counted."""

from __future__ import annotations

import pytest

from authz.quota import Limits, Quotas
from tests.client import Client, Serve
from tests.http.answers import JSON

pytestmark = pytest.mark.anyio

SAID = {
    "another host": {"host": "evil.example"},
    "a host with a port": {"host": "renxin.test:1@evil.example"},
    "a forwarded host": {"x-forwarded-host": "evil.example"},
    "a forwarded scheme": {"x-forwarded-proto": "http", "x-forwarded-port": "80"},
    "a forwarded path": {"x-forwarded-prefix": "/evil", "x-original-url": "/metrics", "x-rewrite-url": "/metrics"},
    "an address of ours": {"x-forwarded-for": "127.0.0.1", "x-real-ip": "127.0.0.1", "client-ip": "127.0.0.1"},
    "the standard header": {"forwarded": 'for=127.0.0.1;host="evil.example";proto=http'},
    "another method": {"x-http-method-override": "DELETE", "x-method-override": "GET"},
}
"""By name, headers that a proxy, or whoever pretends to be one, sends."""

ASKED = (
    ("POST", "/graphql", b'{"query":"{ subjects(first: 2) { totalCount nodes { id } } }"}'),
    ("GET", "/.well-known/openid-configuration", b""),
    ("GET", "/.well-known/jwks.json", b""),
    ("GET", "/metrics", b""),
)


async def answers(client: Client, headers: dict[str, str]) -> list[tuple[int, bytes, str | None]]:
    """Ask at each address; give status, body and where it sends one to."""
    sent = [
        await client.http.request(method, path, content=body, headers={"content-type": JSON, **headers})
        for method, path, body in ASKED
    ]
    return [(one.status_code, one.content, one.headers.get("location")) for one in sent]


@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
async def test_no_such_header_changes_an_answer(client: Client, said: dict[str, str]) -> None:
    as_ever = await answers(client, {})
    assert as_ever[0][0] == 200
    assert await answers(client, said) == as_ever


async def test_nobody_is_another_address_because_he_says_so(serve: Serve, demo_url: str) -> None:
    async with serve(demo_url, quotas=Quotas({"public": Limits(requests_per_minute=2)}, {})) as client:
        statuses = []
        for number in range(3):
            told = {"x-forwarded-for": f"192.0.2.{number}", "forwarded": f"for=192.0.2.{number}", "content-type": JSON}
            sent = await client.http.post("/graphql", content=b'{"query":"{ __typename }"}', headers=told)
            statuses.append(sent.status_code)
    assert statuses == [200, 200, 429]

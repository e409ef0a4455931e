"""Pages of other origins, the headers of every answer, what a request cost, and the metrics."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from api.config.setting_values import Fault, web_origins
from api.process.app import Application
from tests.client import ISSUER, Client, Serve
from tests.http.answers import codes, post

pytestmark = pytest.mark.anyio

PORTAL, STRANGER = "https://portal.example", "https://elsewhere.example"
ASK = {"query": "{ __typename }"}
PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "content-type,authorization"}


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str) -> AsyncIterator[Client]:
    async with serve(installed_url, cors_origins=(PORTAL,), hsts_seconds=600, metrics="loopback") as made:
        yield made


async def preflight(client: Client, origin: str) -> httpx.Response:
    return await client.http.options("/graphql", headers={"origin": origin, **PREFLIGHT})


async def test_a_page_of_a_named_origin_may_ask(client: Client) -> None:
    asked = await preflight(client, PORTAL)
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == PORTAL
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert {"authorization", "content-type", "renxin-purpose", "renxin-office"} <= set(
        asked.headers["access-control-allow-headers"].split(", ")
    )
    answer = await post(client, ASK, origin=PORTAL)
    assert answer.headers["access-control-allow-origin"] == PORTAL
    assert "origin" in answer.headers["vary"]
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin", [STRANGER, "null", PORTAL + ".evil.example", "http://portal.example", PORTAL.upper(), ""]
)
async def test_a_page_of_another_origin_may_not(client: Client, origin: str) -> None:
    for answer in (await preflight(client, origin), await post(client, ASK, origin=origin)):
        assert not [name for name in answer.headers if name.startswith("access-control")]
        assert "origin" in answer.headers["vary"], "caches must tell the answers apart"


async def test_errors_and_other_addresses_are_readable_for_the_page_too(client: Client) -> None:
    refused = await post(client, b"{", origin=PORTAL)
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (400, PORTAL)
    for path in (
        "/",
        "/.well-known/oauth-authorization-server",
        "/.well-known/jwks.json",
        "/verify/RX1",
        "/nothing",
        "/health/live",
    ):
        answer = await client.http.get(path, headers={"origin": PORTAL})
        assert answer.headers["access-control-allow-origin"] == PORTAL, path


async def test_without_a_setting_no_origin_is_let_in(serve: Serve, installed_url: str) -> None:
    async with serve(installed_url) as closed:
        for answer in (await preflight(closed, PORTAL), await post(closed, ASK, origin=PORTAL)):
            assert not [name for name in answer.headers if name.startswith("access-control")]
            assert "strict-transport-security" not in answer.headers
        assert (await closed.http.get("/metrics")).status_code == 404


async def test_a_star_lets_every_origin_in(serve: Serve, installed_url: str) -> None:
    async with serve(installed_url, cors_origins=("*",)) as open_to_all:
        answer = await post(open_to_all, ASK, origin=STRANGER)
    assert answer.headers["access-control-allow-origin"] == STRANGER


async def test_every_answer_carries_the_headers_that_protect_browsers(client: Client) -> None:
    answers = [await post(client, ASK), await post(client, b"{"), await preflight(client, STRANGER)]
    for path in (
        "/",
        "/.well-known/oauth-authorization-server",
        "/.well-known/jwks.json",
        "/verify/RX1",
        "/nothing",
        "/health/live",
        "/static/page.css",
    ):
        answers.append(await client.http.get(path))
    answers.append(await client.http.get("/graphql", headers={"accept": "text/html"}))
    for answer in answers:
        assert answer.headers["strict-transport-security"] == "max-age=600; includeSubDomains"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers.get_list("x-content-type-options") == ["nosniff"]


@pytest.mark.parametrize("text", ["portal.example", "https://portal.example/", "https://a@b.example", "ftp://x.example", "https://Portal.example", "https://", "a,,b"])  # fmt: skip
def test_what_no_browser_sends_as_an_origin_is_refused(text: str) -> None:
    with pytest.raises(Fault):
        web_origins(text)


def test_origins_are_read_as_browsers_write_them() -> None:
    assert web_origins("https://a.example, http://localhost:3000,*") == (
        "https://a.example",
        "http://localhost:3000",
        "*",
    )


# -- what it cost


async def test_what_a_request_cost_is_told_where_it_is_asked(client: Client) -> None:
    query = "{ offices(first: 5) { totalCount nodes { produces(first: 10) { nodes { id } } } } }"
    answer = (await post(client, {"query": query, "extensions": {"cost": True}})).json()
    assert answer["extensions"] == {"cost": {"rows": 5 + 5 * 10 + 1_000, "most": 20_000}}
    assert set(answer) == {"data", "extensions"}
    others: tuple[Any, ...] = (None, {}, {"cost": False}, {"cost": 1}, {"cost": {}})
    for extensions in others:
        assert "extensions" not in (await post(client, {"query": query, "extensions": extensions})).json()


async def test_a_request_that_costs_too_much_is_told_how_much(client: Client) -> None:
    roots = " ".join(f"a{number}: offices(first: 1) {{ totalCount }}" for number in range(21))
    response = await post(client, {"query": f"{{ {roots} }}"})
    assert codes(response) == ["TOO_MANY_ROWS"]
    told = response.json()["errors"][0]["extensions"]
    assert (told["rows"], told["most"]) == (21_021, 20_000)


# -- metrics


async def test_the_metrics_count_and_name_nobody(client: Client) -> None:
    await post(client, b"{")
    response = await client.http.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    samples = {}
    for line in response.text.splitlines():
        if not line.startswith("#"):
            name, value = line.rsplit(" ", 1)
            samples[name.partition("{")[0], name.partition(",")[2].rstrip("}")] = float(value)
    assert samples["renxin_requests_total", 'status="400"'] >= 1
    assert samples["renxin_requests_under_way", ""] == 0
    assert samples["renxin_request_seconds_count", ""] == samples["renxin_request_seconds_bucket", 'le="+Inf"'] >= 1
    assert samples["renxin_sessions", 'state="free"'] + samples["renxin_sessions", 'state="lent"'] == 10
    typed, helped = (
        [line.split()[2] for line in response.text.splitlines() if line.startswith(f"# {word} ")]
        for word in ("TYPE", "HELP")
    )
    assert typed == helped
    assert len(typed) == len(set(typed)) > 12


async def test_the_metrics_are_for_this_machine_only(client: Client) -> None:
    transport = httpx.ASGITransport(app=Application(client.service), client=("192.0.2.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as outside:
        assert (await outside.get("/metrics")).status_code == 403

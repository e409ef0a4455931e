"""What stands at each address: the page for browsers, its files, health, and nothing anywhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from api.config.settings import Settings
from api.process.app import CSP, Application
from api.process.assembly import assemble
from tests.client import ISSUER, NOW, Client, Serve
from tests.http.answers import codes

pytestmark = pytest.mark.anyio

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
STYLE = "/static/graphiql/graphiql.css"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_browser_is_given_the_explorer_under_a_strict_policy(client: Client, method: str) -> None:
    response = await client.http.request(method, "/graphql", headers={"accept": BROWSER})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-security-policy"] == CSP
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["vary"].lower() == "accept"
    assert ("renxin-explorer" in response.text) == (method == "GET")
    assert "script-src 'self';" in CSP
    assert "frame-ancestors 'none'" in CSP


@pytest.mark.parametrize(
    "accept",
    ["*/*", "application/json", "application/json, text/html;q=0.1", "application/graphql-response+json, text/html",
     "text/html;q=0, */*", ""],
)  # fmt: skip
async def test_a_client_that_prefers_json_is_given_json(client: Client, accept: str) -> None:
    response = await client.http.get("/graphql", params={"query": "{ __typename }"}, headers={"accept": accept})
    assert response.json() == {"data": {"__typename": "Query"}}


async def test_a_browser_that_posts_json_is_answered_in_json(client: Client) -> None:
    response = await client.http.post(
        "/graphql", json={"query": "{ __typename }"}, headers={"accept": "text/html, */*"}
    )
    assert response.json() == {"data": {"__typename": "Query"}}


@pytest.fixture
async def pageless(serve: Serve, installed_url: str) -> AsyncIterator[Client]:
    async with serve(installed_url, graphiql=False) as made:
        yield made


async def test_where_the_explorer_is_off_a_browser_is_given_json(pageless: Client) -> None:
    response = await pageless.http.get("/graphql", headers={"accept": BROWSER})
    assert response.status_code == 400
    assert codes(response) == ["BAD_REQUEST"]


async def test_the_root_leads_to_the_explorer(client: Client) -> None:
    for method in ("GET", "HEAD"):
        response = await client.http.request(method, "/")
        assert (response.status_code, response.headers["location"]) == (307, "/graphql")


async def test_a_file_has_its_policy_and_a_tag_by_which_it_is_not_sent_twice(client: Client) -> None:
    first = await client.http.get(STYLE)
    assert first.status_code == 200
    assert first.headers["content-security-policy"] == CSP
    assert first.headers["x-content-type-options"] == "nosniff"
    again = await client.http.get(STYLE, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["content-security-policy"] == CSP
    head = await client.http.head(STYLE)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == first.headers["content-length"]


@pytest.mark.parametrize("asked", ["bytes=0-0", "bytes=5-1", "bytes=99999999-", "bytes=0-1,4-5", "lines=1", "x"])
async def test_a_file_is_given_whole_whatever_part_is_asked_for(client: Client, asked: str) -> None:
    whole = await client.http.get(STYLE)
    response = await client.http.get(STYLE, headers={"range": asked})
    assert (response.status_code, response.content) == (200, whole.content)
    assert response.headers["accept-ranges"] == "none"


@pytest.mark.parametrize(
    "address",
    [
        "/elsewhere",
        "/graphql/",
        "/graphql/x",
        "/GRAPHQL",
        "/static",
        "/static/",
        "/static/graphiql",
        "/static/elsewhere.js",
        "/static/%00",
        "/static/graphiql/%00.css",
        "/static/%2e%2e/schema.py",
        "/static/..%2fschema.py",
        "/static/%5c..%5cschema.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/" + "a" * 5_000,
        "/static/" + "a/" * 2_000,
        "/%00",
        "/%ff",
        "/..%2f..%2fetc%2fpasswd",
        "/.env",
        "/.git/config",
        "/health",
        "/metrics/x",
    ],
)
async def test_an_address_where_nothing_stands_is_a_404_that_tells_nothing(client: Client, address: str) -> None:
    for method in ("GET", "HEAD", "POST"):
        response = await client.http.request(method, address)
        assert response.status_code in (404, 405)
        if method != "HEAD":
            assert codes(response) in (["ADDRESS_UNKNOWN"], ["METHOD_NOT_ALLOWED"])
            assert address.strip("/") not in response.text or address.startswith(("/graphql", "/health"))


@pytest.mark.parametrize(
    ("address", "status"), [("/elsewhere", 404), ("/<script>alert(1)</script>", 404), ("/imports", 405)]
)
async def test_a_browser_that_finds_nothing_is_given_a_page_in_both_languages(
    client: Client, address: str, status: int
) -> None:
    for method in ("GET", "HEAD"):
        response = await client.http.request(method, address, headers={"accept": BROWSER})
        assert response.status_code == status
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert response.headers["content-security-policy"] == CSP
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["vary"].lower() == "accept"
    page = (await client.http.get(address, headers={"accept": BROWSER})).text
    assert "此处没有网页" in page
    assert 'href="/verify"' in page
    assert 'href="/graphql"' in page
    assert "script" not in page


async def test_whoever_finds_nothing_and_wants_no_page_is_given_json(client: Client) -> None:
    for method, accept in (("GET", "*/*"), ("GET", "application/json"), ("GET", ""), ("POST", BROWSER)):
        response = await client.http.request(method, "/elsewhere", headers={"accept": accept})
        assert (response.status_code, codes(response)) == (404, ["ADDRESS_UNKNOWN"])
        assert response.headers["vary"].lower() == "accept"


async def test_the_page_leads_to_no_explorer_where_there_is_none(pageless: Client) -> None:
    response = await pageless.http.get("/elsewhere", headers={"accept": BROWSER})
    assert response.status_code == 404
    assert "/verify" in response.text
    assert 'href="/graphql"' not in response.text


@pytest.mark.parametrize(
    ("method", "address"), [("POST", "/"), ("DELETE", STYLE), ("PUT", "/health/live"), ("GET", "/imports")]
)
async def test_a_method_that_an_address_does_not_take_is_a_405(client: Client, method: str, address: str) -> None:
    response = await client.http.request(method, address)
    assert response.status_code == 405
    assert codes(response) == ["METHOD_NOT_ALLOWED"]


async def test_health_is_told_to_anybody_and_kept_by_nobody(client: Client) -> None:
    for address, status in (("/health/live", "live"), ("/health/ready", "ready")):
        response = await client.http.get(address)
        assert (response.status_code, response.json()) == (200, {"status": status})
        assert response.headers["cache-control"] == "no-store"


async def test_a_database_without_an_installation_is_not_ready(settings: Settings, database_url: str) -> None:
    service = assemble(settings, database_url, lambda: NOW)
    try:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(Application(service)), base_url=ISSUER) as http:
            response = await http.get("/health/ready")
    finally:
        await service.database.close()
    assert response.status_code == 503
    assert response.json() == {"status": "not ready", "code": "DATABASE_UNAVAILABLE"}
    assert response.headers["retry-after"] == "2"

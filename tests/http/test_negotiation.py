"""Accept and Content-Type: what is answered with, what is read.

Source: RFC 9110 sections 8.3 and 12.5.1; GraphQL over HTTP, "Accept" and "Body".
"""

from __future__ import annotations

import pytest

from tests.client import Client
from tests.http.answers import JSON, RESPONSE_JSON, codes, post

pytestmark = pytest.mark.anyio

ASK = {"query": "{ __typename }"}


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (f"{RESPONSE_JSON}, {JSON};q=0.9", RESPONSE_JSON),
        (f"{JSON}, {RESPONSE_JSON};q=0.9", JSON),
        (f"{JSON};q=0.1, {RESPONSE_JSON};q=0.2", RESPONSE_JSON),
        (f"{RESPONSE_JSON}, {JSON}", RESPONSE_JSON),
        (f"{JSON}, {RESPONSE_JSON}", JSON),
        (f"{JSON};q=0, */*", RESPONSE_JSON),
        (f"{RESPONSE_JSON};q=0.5, */*;q=0.4", RESPONSE_JSON),
        (f"{JSON};q=0.3, application/*", RESPONSE_JSON),
        ("application/*", JSON),
        ("text/html, application/*;q=0.1", JSON),
        ("Application/GraphQL-Response+JSON", RESPONSE_JSON),
        (f"{RESPONSE_JSON};charset=UTF-8", RESPONSE_JSON),
        (f'{RESPONSE_JSON}; charset="utf-8"; q=1.000', RESPONSE_JSON),
        (f"{RESPONSE_JSON};charset=utf-16, {JSON};q=0.1", JSON),
        (f"{RESPONSE_JSON};q=nan, {JSON};q=0.1", JSON),
        (f"{RESPONSE_JSON};q=9, {JSON};q=0.1", JSON),
        (f"multipart/mixed;deferSpec=20220824, {RESPONSE_JSON}", RESPONSE_JSON),
        ("   ", JSON),
    ],
)
async def test_the_highest_weight_that_is_supported_wins(client: Client, accept: str, media_type: str) -> None:
    response = await post(client, ASK, accept=accept)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{media_type}; charset=utf-8"


async def test_several_lines_of_accept_are_one_list(client: Client) -> None:
    headers = [("content-type", JSON), ("accept", f"{JSON};q=0.1"), ("accept", RESPONSE_JSON)]
    request = client.http.build_request("POST", "/graphql", json=ASK)
    del request.headers["accept"]
    request.headers = type(request.headers)([*request.headers.multi_items(), *headers[1:]])
    response = await client.http.send(request)
    assert response.headers["content-type"].startswith(RESPONSE_JSON)


@pytest.mark.parametrize(
    "accept",
    ["text/html", "application/xml", "text/*", f"{JSON};q=0", "*/*;q=0", f"{JSON};q=0, {RESPONSE_JSON};q=0.000",
     f"{JSON};charset=utf-16", ";;,,;q=", "application", "é/é"],
)  # fmt: skip
async def test_a_request_whose_answer_nobody_accepts_is_a_406(client: Client, accept: str) -> None:
    response = await post(client, ASK, accept=accept)
    assert response.status_code == 406
    assert codes(response) == ["NOT_ACCEPTABLE"]
    assert response.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json;charset=utf-8",
        'APPLICATION/JSON; Charset="UTF-8"',
        "application/json; v=1",
    ],
)
async def test_json_in_utf_8_is_read(client: Client, content_type: str) -> None:
    assert (await post(client, ASK, content_type=content_type)).status_code == 200


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; charset=utf-16",
        "application/json; charset=gbk",
        "application/graphql",
        RESPONSE_JSON,
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonx",
        ";",
    ],
)
async def test_another_body_is_a_415_that_says_what_is_read(client: Client, content_type: str) -> None:
    response = await post(client, ASK, content_type=content_type)
    assert response.status_code == 415
    assert codes(response) == ["UNSUPPORTED_MEDIA_TYPE"]
    assert response.headers["accept-post"] == JSON


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "identity, gzip", "x"])
async def test_a_compressed_body_is_a_415(client: Client, coding: str) -> None:
    response = await post(client, ASK, content_encoding=coding)
    assert response.status_code == 415
    assert response.headers["accept-encoding"] == "identity"


async def test_every_answer_may_be_kept_by_nobody_and_varies_with_who_asks(client: Client) -> None:
    for response in (await post(client, ASK), await post(client, b"x"), await post(client, ASK, accept="x/x")):
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert {"accept", "authorization"} <= set(response.headers["vary"].split(", "))

"""Requests that are none: each is refused with a code of the catalogue, none is a 5xx, none is half carried out."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import asyncpg
import pytest

from api.errors import BadRequest
from api.http.parameters import read_body
from tests.client import Client, Serve
from tests.http.answers import JSON, RESPONSE_JSON, codes, get, post
from tests.removals.ground import Ground

pytestmark = pytest.mark.anyio

ASK = b'{"query":"{__typename}"}'


def with_variable(value: bytes) -> bytes:
    return b'{"query":"query($a:ID){node(id:$a){id}}","variables":{"a":' + value + b"}}"


NOT_JSON = {
    "empty": b"",
    "blank": b" \r\n\t",
    "cut": b'{"query":"{__typename}"',
    "two values": ASK + ASK,
    "utf-16": '{"query":"{__typename}"}'.encode("utf-16"),
    "utf-16 without mark": '{"query":"{__typename}"}'.encode("utf-16-le"),
    "utf-32": '{"query":"{__typename}"}'.encode("utf-32"),
    "byte order mark": b"\xef\xbb\xbf" + ASK,
    "latin-1": '{"query":"é"}'.encode("latin-1"),
    "gbk": '{"query":"信用"}'.encode("gbk"),
    "overlong": b'{"query":"\xc0\xaf"}',
    "overlong brace": b'\xc1\xbb"query":"{__typename}"}',
    "encoded surrogate": b'{"query":"\xed\xa0\x80"}',
    "beyond unicode": b'{"query":"\xf4\x90\x80\x80"}',
    "half a surrogate pair": with_variable(b'"\\ud800"'),
    "the other half": with_variable(b'"\\udc00\\ud800"'),
    "half as a name": b'{"query":"{__typename}","variables":{"\\udfff":1}}',
    "NUL raw": b'{"query":"{__typename}\x00"}',
    "NUL after": ASK + b"\x00",
    "control character": with_variable(b'"\x1f"'),
    "NaN": with_variable(b"NaN"),
    "Infinity": with_variable(b"-Infinity"),
    "beyond all floats": with_variable(b"1e999"),
    "10,000 digits": with_variable(b"9" * 10_000),
    "hexadecimal": with_variable(b"0x1"),
    "leading zero": with_variable(b"01"),
    "comma after the last": b'{"query":"{__typename}",}',
    "single quotes": b"{'query':'{__typename}'}",
    "comment": b'/* */ {"query":"{__typename}"}',
    "a member twice": b'{"query":"{__typename}","query":"{ x }"}',
    "a variable twice": b'{"query":"{__typename}","variables":{"a":1,"a":2}}',
    "deep list": b"[" * 100_000,
    "deep object": b'{"a":' * 100_000,
    "deep and closed": b'{"query":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "form": b"query=%7B__typename%7D",
    "binary": bytes(range(256)),
}


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON.keys())
async def test_a_body_that_is_not_json_to_the_letter_is_a_400(client: Client, body: bytes) -> None:
    response = await post(client, body)
    assert response.status_code == 400
    assert codes(response) == ["BAD_REQUEST"]


@pytest.mark.parametrize(
    "body", [b"null", b"1", b"1.5", b'"{__typename}"', b"true", b"[]", b'[{"query":"{__typename}"}]']
)
async def test_json_that_is_no_object_is_a_400(client: Client, body: bytes) -> None:
    response = await post(client, body)
    assert response.status_code == 400
    assert codes(response) == ["BAD_REQUEST"]


@pytest.mark.parametrize("name", ["query", "documentId", "operationName", "variables", "extensions"])
async def test_a_parameter_of_another_type_is_named(client: Client, name: str) -> None:
    response = await post(client, {"query": "{__typename}", name: 1})
    assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"])
    assert f"`{name}`" in response.json()["errors"][0]["message"]


async def test_a_body_that_breaks_off_is_no_request() -> None:
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": ASK, "more_body": True}, {"type": "http.disconnect"},
    ]  # fmt: skip

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    with pytest.raises(BadRequest):
        await read_body(receive, {}, 1_000)


async def test_members_that_are_not_known_are_ignored(client: Client) -> None:
    response = await post(client, {"query": "{__typename}", "id": 1, "docId": "x", "": None})
    assert response.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "#",
        "{",
        "}",
        "{ }",
        "{ __schema { } }",
        "\x00",
        "{__typename}\x00",
        "﻿{__typename",
        "query",
        "😀",
        '"x"',
        '{a(b:"\\ud800")}',
    ],
)
async def test_malformed_graphql_is_a_parse_error_with_its_place(client: Client, query: str) -> None:
    response = await post(client, {"query": query})
    assert response.status_code == 400
    assert codes(response) == ["GRAPHQL_PARSE_FAILED"]
    assert response.json()["errors"][0]["locations"]


@pytest.mark.parametrize(
    "query",
    [
        "type A { b: C }",
        "schema { query: Q }",
        "extend type Query { x: Int }",
        "fragment F on Query { __typename }",
        "subscription { x }",
    ],
)
async def test_what_is_no_operation_of_the_schema_is_refused(client: Client, query: str) -> None:
    response = await post(client, {"query": query})
    assert response.status_code == 400
    assert set(codes(response)) <= {"GRAPHQL_VALIDATION_FAILED", "OPERATION_UNKNOWN"}


# -- methods


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "QUERY", "BREW"])
async def test_another_method_is_a_405_that_says_which_there_are(client: Client, method: str) -> None:
    response = await client.http.request(method, "/graphql", content=ASK, headers={"content-type": JSON})
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert codes(response) == ["METHOD_NOT_ALLOWED"]


async def test_head_is_a_get_without_its_body(client: Client) -> None:
    asked = {"query": "{ __typename }"}
    head, full = await client.http.head("/graphql", params=asked), await client.http.get("/graphql", params=asked)
    assert head.status_code == 200
    assert head.headers == full.headers
    assert (await client.http.head("/graphql", params={"query": "mutation { __typename }"})).status_code == 405


async def test_options_tells_the_methods_and_lets_no_other_origin_in(client: Client) -> None:
    headers = {"origin": "https://elsewhere.example", "access-control-request-method": "POST"}
    response = await client.http.options("/graphql", headers=headers)
    assert response.status_code == 204
    assert response.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert not [name for name in response.headers if name.startswith("access-control")]


# -- GET


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "query=",
        "variables={}",
        "query=%7B__typename%7D&query=%7Bx%7D",
        "query=%7B__typename%7D&variables=%7B%7D&variables=%7B%7D",
        "query=%7B__typename%7D&variables=x",
        "query=%7B__typename%7D&variables=[]",
        "query=%7B__typename%7D&variables=%221%22",
        "query=%7B__typename%7D&variables=%7B%22a%22:NaN%7D",
        "query=%7B__typename%7D&variables=%7B%22a%22:%22%5Cud800%22%7D",
        "query=%7B__typename%7D&extensions=1",
        "query=%ff",
        "query=%ed%a0%80",
        "query=%7B__typename%7D" + "&x=1" * 30,
        "query=%7B__typename%7D&variables=" + "%5B" * 9_000,
    ],
)
async def test_an_address_without_a_proper_request_is_a_400(client: Client, query_string: str) -> None:
    response = await client.http.get(f"/graphql?{query_string}", headers={"accept": RESPONSE_JSON})
    assert response.status_code == 400
    assert codes(response) == ["BAD_REQUEST"]


async def test_an_empty_optional_parameter_of_an_address_is_none(client: Client) -> None:
    response = await get(client, {"query": "{ __typename }", "operationName": "", "variables": "", "extensions": ""})
    assert response.json() == {"data": {"__typename": "Query"}}


async def test_an_operation_named_null_is_one_of_that_name(client: Client) -> None:
    asked = {"query": "query null { a: __typename } query other { b: __typename }", "operationName": "null"}
    assert (await get(client, asked)).json() == {"data": {"a": "Query"}}


async def test_a_long_address_is_a_414(client: Client) -> None:
    response = await client.http.get(f"/graphql?query={quote('{__typename}')}&x={'x' * 40_000}")
    assert response.status_code == 414
    assert codes(response) == ["ADDRESS_TOO_LONG"]


# -- sizes


@pytest.fixture
async def small(serve: Serve, installed_url: str) -> AsyncIterator[Client]:
    async with serve(installed_url, max_body_bytes=2_000) as made:
        yield made


async def test_a_body_that_says_it_is_too_long_is_a_413_before_it_is_read(small: Client) -> None:
    response = await post(small, b"x" * 2_001)
    assert response.status_code == 413
    assert codes(response) == ["BODY_TOO_LARGE"]
    assert (await post(small, ASK + b" " * (2_000 - len(ASK)))).status_code == 200


async def test_a_body_that_comes_in_pieces_is_a_413_as_soon_as_it_is_too_long(small: Client) -> None:
    sent = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1_000):
            sent += 1_000
            yield b" " * 1_000

    response = await small.http.post("/graphql", content=pieces(), headers={"content-type": JSON})
    assert response.status_code == 413
    assert sent <= 4_000


async def test_of_a_body_that_says_it_is_too_long_nothing_is_read(small: Client) -> None:
    read = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal read
        read += 1
        yield ASK

    headers = {"content-type": JSON, "content-length": "2001"}
    response = await small.http.post("/graphql", content=pieces(), headers=headers)
    assert (response.status_code, codes(response), read) == (413, ["BODY_TOO_LARGE"], 0)
    assert response.json()["errors"][0]["extensions"]["most"] == 2_000


@pytest.mark.parametrize("length", ["-1", "x", "１", "99999999999999999999999"])
async def test_a_strange_content_length_breaks_nothing(small: Client, length: str) -> None:
    response = await post(small, ASK, content_length=length)
    assert response.status_code in (200, 413)


async def test_too_many_values_are_refused_before_they_are_coerced(client: Client) -> None:
    query = "query($f: SubjectFilter) { subjects(first: 1, filter: $f) { totalCount } }"
    assert codes(await post(client, {"query": query, "variables": {"f": {"code": ["x"] * 2_900}}})) == []
    response = await post(client, {"query": query, "variables": {"f": {"code": ["x"] * 3_001}}})
    assert response.status_code == 413
    assert codes(response) == ["BODY_TOO_LARGE"]


async def test_too_many_values_of_an_office_are_refused_as_well(client: Client, installed_url: str) -> None:
    """Five hundred records with all their data items are taken, and nothing beyond."""
    connection = await asyncpg.connect(installed_url)
    await Ground(connection).officer("sends-much", "clerk", office=("350200", "JCZD"))
    await connection.close()
    await client.service.callers.refresh()
    mutation = "mutation { signOut(input: {}) { receipts } }"
    for count, expected in ((45_000, []), (50_001, ["BODY_TOO_LARGE"])):
        sent = {"query": mutation, "variables": {"unused": [1] * count}}
        assert codes(await post(client, sent, authorization=client.bearer("sends-much"))) == expected


async def test_too_many_values_in_an_address_are_refused_as_well(client: Client) -> None:
    for count, expected in ((2_900, (200, [])), (3_001, (413, ["BODY_TOO_LARGE"]))):
        values = quote(json.dumps({"unused": [1] * count}, separators=(",", ":")), safe="[],:{}")
        response = await client.http.get(f"/graphql?query={quote('{__typename}')}&variables={values}")
        assert (response.status_code, codes(response)) == expected


# -- headers


@pytest.mark.parametrize("name", ["content-type", "content-encoding", "renxin-purpose", "renxin-office"])
async def test_a_header_that_may_stand_once_is_refused_twice(client: Client, name: str) -> None:
    request = client.http.build_request("POST", "/graphql", content=ASK, headers={"content-type": JSON})
    request.headers = type(request.headers)([*request.headers.multi_items(), (name, JSON), (name, JSON)])
    response = await client.http.send(request)
    assert response.status_code == 400
    assert codes(response) == ["BAD_REQUEST"]


@pytest.mark.parametrize("value", ["%00", "%ff", "%", "%E5%BC%A0%E4%B8%89", "x" * 5_000, "\x7f", "é", "..", "%u0000"])
async def test_a_purpose_or_office_of_any_kind_is_an_answer_or_a_refusal(client: Client, value: str) -> None:
    for header in ({"renxin_purpose": value}, {"renxin_office": value}):
        response = await post(client, ASK, **header)
        assert response.status_code == 200, "for the public these headers say nothing"


async def test_an_answer_is_json_to_the_letter_even_when_it_repeats_odd_names(client: Client) -> None:
    response = await post(client, {"query": "{ " + "é" + " }"})
    json.loads(response.content.decode("utf-8"))
    assert codes(response) == ["GRAPHQL_PARSE_FAILED"]

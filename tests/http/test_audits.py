"""The audits of the graphql-http suite, every one of them, by its id: each MUST, SHOULD and MAY of the draft.

Source: GraphQL over HTTP, Stage 2 draft as of September 2025; graphql/graphql-http, the server audits.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.client import Client
from tests.http.answers import JSON, RESPONSE_JSON, get, post

pytestmark = pytest.mark.anyio

ASK = {"query": "{ __typename }"}
TYPE = {"query": "query Type($name: String!) { __type(name: $name) { name } }", "variables": {"name": "sometype"}}
COERCION = {"query": "query CoerceFailure($id: ID!){ __typename }", "variables": {"id": None}}
UNKNOWN_FIELD = {"query": "{ f31403dfe404bccbb0e835f2629c6a7 }"}
NOT_JSON = b'{ "not a JSON'
NOT_STRINGS: list[Any] = [{"obj": "ect"}, 0, False, ["array"]]
NOT_MAPS: list[Any] = ["string", 0, False, ["array"]]
OPTIONAL = ("variables", "operationName", "extensions")


def answered(response: httpx.Response, media_type: str) -> dict[str, Any]:
    """Give the data of a response that must be a full answer of a media type."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == f"{media_type}; charset=utf-8"
    answer = json.loads(response.content.decode("utf-8"))
    assert "errors" not in answer
    data: dict[str, Any] = answer["data"]
    return data


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        pytest.param(RESPONSE_JSON, RESPONSE_JSON, id="22EB"),
        pytest.param(JSON, JSON, id="4655"),
        pytest.param("*/*", JSON, id="47DE"),
        pytest.param("", JSON, id="80D8 82A3 78D5 2C94 03D4"),
    ],
)
async def test_the_answer_takes_the_media_type_that_is_accepted(client: Client, accept: str, media_type: str) -> None:
    assert answered(await post(client, ASK, accept=accept), media_type) == {"__typename": "Query"}


async def test_a_request_in_utf_8_is_accepted_bf61(client: Client) -> None:
    body = json.dumps({"query": '{ __type(name: "Run🏃Swim🏊") { name } }'}, ensure_ascii=False).encode()
    response = await post(client, body, content_type="application/json; charset=utf-8")
    assert answered(response, RESPONSE_JSON) == {"__type": None}


async def test_a_query_in_an_address_is_accepted_5a70(client: Client) -> None:
    assert answered(await client.http.get("/graphql", params=ASK), JSON) == {"__typename": "Query"}


async def test_no_mutation_is_executed_on_get_9c48(client: Client) -> None:
    response = await get(client, {"query": "mutation { __typename }"})
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


async def test_a_body_without_content_type_is_refused_9abe(client: Client) -> None:
    assert (await post(client, ASK, content_type="")).status_code == 415


async def test_a_post_without_body_is_refused_a5bf(client: Client) -> None:
    assert (await post(client, b"")).status_code == 400


@pytest.mark.parametrize("accept", [JSON, RESPONSE_JSON])
@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"notquery": "{ __typename }"}, id="423L"),
        pytest.param({"qeury": "{ __typename }"}, id="8764 3E3A"),
        *(pytest.param({"query": wrong}, id=f"LKJ{index}") for index, wrong in enumerate(NOT_STRINGS)),
        *(pytest.param({**ASK, "operationName": wrong}, id=f"6C0{index}") for index, wrong in enumerate(NOT_STRINGS)),
        *(pytest.param({**ASK, "variables": wrong}, id=f"476{index}") for index, wrong in enumerate(NOT_MAPS)),
        *(pytest.param({**ASK, "extensions": wrong}, id=f"58B{index}") for index, wrong in enumerate(NOT_MAPS)),
        pytest.param(NOT_JSON, id="B6DC BCF8 B7N8"),
    ],
)
async def test_what_is_no_graphql_request_is_a_400(client: Client, body: Any, accept: str) -> None:
    response = await post(client, body, accept=accept)
    assert response.status_code == 400
    assert "data" not in response.json()


@pytest.mark.parametrize("media_type", [JSON, RESPONSE_JSON])
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(ASK, id="34A2 13EE"),
        pytest.param({"operationName": "Query", "query": "query Query { __typename }"}, id="8161 B8B3"),
        *(pytest.param({**ASK, name: None}, id=f"94B{index} 022{index}") for index, name in enumerate(OPTIONAL)),
        pytest.param(TYPE, id="2EA1 28B9"),
        pytest.param({**ASK, "extensions": {"some": "value"}}, id="428F 1B7A"),
    ],
)
async def test_a_request_with_its_parameters_is_answered(client: Client, body: dict[str, Any], media_type: str) -> None:
    assert answered(await post(client, body, accept=media_type), media_type) in (
        {"__typename": "Query"},
        {"__type": None},
    )


@pytest.mark.parametrize("media_type", [RESPONSE_JSON, JSON], ids=["D6D5", "6A70"])
async def test_variables_of_an_address_are_json(client: Client, media_type: str) -> None:
    parameters = {"query": str(TYPE["query"]), "variables": json.dumps(TYPE["variables"])}
    assert answered(await get(client, parameters, accept=media_type), media_type) == {"__type": None}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"query": "{"}, id="572B 865D 556A D586"),
        pytest.param(UNKNOWN_FIELD, id="FDE2 51FE 74FF 5E5B"),
        pytest.param(COERCION, id="7B9B 86EE"),
        pytest.param({"query": "query A { __typename } query B { __typename }"}, id="operation not determined"),
        pytest.param({"query": "query A { __typename }", "operationName": "B"}, id="operation unknown"),
    ],
)
@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (RESPONSE_JSON, 400), ("", 200)])
async def test_what_cannot_be_executed_has_the_status_of_its_media_type(
    client: Client, body: dict[str, Any], accept: str, status: int
) -> None:
    response = await post(client, body, accept=accept)
    assert response.status_code == status
    assert response.json()["errors"]
    assert "data" not in response.json()


@pytest.mark.parametrize("accept", [JSON, RESPONSE_JSON])
async def test_an_error_of_a_field_leaves_a_200_with_data(client: Client, accept: str) -> None:
    response = await post(client, {"query": '{ __typename subject(code: "x") { id } }'}, accept=accept)
    assert response.status_code == 200
    answer = response.json()
    assert answer["data"] == {"__typename": "Query", "subject": None}
    assert answer["errors"][0]["path"] == ["subject"]
    assert answer["errors"][0]["locations"] == [{"line": 1, "column": 14}]

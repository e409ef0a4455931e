"""Trusted documents: found by the SHA-256 of their text, and for some roles the only ones there are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from api.config.setting_values import Fault, roles, trusted_documents
from api.planning.trusted import TrustedInvalid, read_folder
from tests.client import Client, Serve
from tests.http.answers import codes, get, post

pytestmark = pytest.mark.anyio

TEXT = "query Offices($n: Int!) { offices(first: $n) { totalCount } }"
PERSON = "query ($n: String!) { person(idNumber: $n) { id } }"
CHANGE = 'mutation { revokeConsent(input: {consent: "x"}) { receipts } }'
VARIABLES = {"n": 1}


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def by_id(text: str = TEXT, **more: Any) -> dict[str, Any]:
    return {"documentId": f"sha256:{sha(text)}", "variables": VARIABLES, **more}


def persisted(text: str = TEXT, **more: Any) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha(text)}}, "variables": VARIABLES, **more}


TEXTS = {sha(text): text for text in (TEXT, PERSON, CHANGE, "{ nothing }")}


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str) -> AsyncIterator[Client]:
    async with serve(installed_url, trusted_documents=TEXTS) as made:
        yield made


@pytest.mark.parametrize(
    "body", [by_id(), persisted(), by_id(query=TEXT), persisted(query=TEXT), {**by_id(), **persisted()}]
)
async def test_a_document_is_found_by_its_sha256(client: Client, body: dict[str, Any]) -> None:
    response = await post(client, body)
    assert (response.status_code, codes(response)) == (200, [])
    assert response.json()["data"]["offices"]["totalCount"] > 0


async def test_it_is_found_in_an_address_as_well(client: Client) -> None:
    named = {"documentId": f"sha256:{sha(TEXT)}", "variables": json.dumps(VARIABLES)}
    assert codes(await get(client, named)) == []
    named = {"extensions": json.dumps(persisted()["extensions"]), "variables": json.dumps(VARIABLES)}
    assert codes(await get(client, named)) == []


async def test_what_needs_post_needs_it_however_it_is_named(client: Client) -> None:
    for text in (CHANGE, PERSON):
        response = await get(client, {"documentId": f"sha256:{sha(text)}"})
        assert (response.status_code, codes(response)) == (405, ["METHOD_NOT_ALLOWED"])


@pytest.mark.parametrize(
    "identifier",
    [
        f"sha256:{sha('{ other }')}",
        f"sha256:{sha(TEXT).upper()}",
        sha(TEXT),
        "sha256:",
        "md5:abc",
        "x-own:1",
        "",
        "sha256:" + "0" * 10_000,
    ],
)
async def test_an_unknown_identifier_is_one_error(client: Client, identifier: str) -> None:
    response = await post(client, {"documentId": identifier})
    assert (response.status_code, codes(response)) == (400, ["PERSISTED_QUERY_NOT_FOUND"])


async def test_an_unknown_hash_is_told_as_clients_of_automatic_persisted_queries_expect(client: Client) -> None:
    response = await post(client, persisted("{ __typename }"))
    assert codes(response) == ["PERSISTED_QUERY_NOT_FOUND"]
    sent_along = await post(client, persisted("{ __typename }", query="{ __typename }"))
    assert sent_along.json() == {"data": {"__typename": "Query"}}
    assert codes(await post(client, persisted("{ __typename }"))) == ["PERSISTED_QUERY_NOT_FOUND"], "no client adds one"


@pytest.mark.parametrize(
    "body",
    [
        {}, {"query": None}, {"documentId": 1}, {"documentId": [TEXT]}, by_id(query="{ __typename }"), persisted(query="{ __typename }"),
        {**by_id(), **persisted(PERSON)}, {"extensions": {"persistedQuery": sha(TEXT)}}, {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": sha(TEXT)}}},
        {"extensions": {"persistedQuery": {"version": 1}}}, {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": 1}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "x"}}}, {"extensions": {"persistedQuery": []}},
    ],
)  # fmt: skip
async def test_what_names_no_document_is_a_bad_request(client: Client, body: dict[str, Any]) -> None:
    response = await post(client, body)
    assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"])


async def test_a_trusted_document_that_does_not_fit_the_schema_is_refused_as_any_other(client: Client) -> None:
    assert codes(await post(client, by_id("{ nothing }"))) == ["GRAPHQL_VALIDATION_FAILED"]


# -- trusted documents only


async def test_a_role_may_be_held_to_trusted_documents(serve: Serve, installed_url: str) -> None:
    async with serve(installed_url, trusted_documents=TEXTS, trusted_only=("partner", "public")) as client:
        refused = await post(client, {"query": "{ __typename }"})
        assert (refused.status_code, codes(refused)) == (403, ["DOCUMENT_NOT_TRUSTED"])
        assert codes(await post(client, persisted("{ __typename }", query="{ __typename }"))) == [
            "DOCUMENT_NOT_TRUSTED"
        ]
        assert codes(await post(client, {"query": "{"})) == ["DOCUMENT_NOT_TRUSTED"], "it is not even read"
        for body in (by_id(), persisted(), {"query": TEXT, "variables": VARIABLES}):
            assert codes(await post(client, body)) == []


async def test_other_roles_stay_free(serve: Serve, demo_url: str) -> None:
    async with serve(demo_url, trusted_documents=TEXTS, trusted_only=("partner",)) as client:
        assert await client.codes("{ __typename }") == []
        assert await client.codes("{ __typename }", caller="xiamen-inspection-clerk") == []
        assert (
            await post(client, {"query": "{ __typename }"}, authorization=f"Bearer {client.token('xiamen-bank')}")
        ).status_code == 403


@pytest.mark.parametrize("text", ["{ __schema { queryType { name } } }", '{ __type(name: "Subject") { name } }'])
async def test_the_schema_is_told_to_a_role_that_is_held_to_them_only_where_a_trusted_document_asks_for_it(
    serve: Serve, demo_url: str, text: str
) -> None:
    async with serve(demo_url, introspection=True, trusted_documents=TEXTS, trusted_only=("partner",)) as client:
        assert await client.codes(text, caller="xiamen-bank") == ["DOCUMENT_NOT_TRUSTED"]
        assert await client.codes(text + " # 1", caller="xiamen-bank") == ["DOCUMENT_NOT_TRUSTED"]
        for caller in (None, "xiamen-inspection-clerk"):
            assert await client.codes(text, caller=caller) == []
    trusted = {**TEXTS, sha(text): text}
    async with serve(demo_url, introspection=True, trusted_documents=trusted, trusted_only=("partner",)) as client:
        assert await client.codes(text, caller="xiamen-bank") == []


async def test_all_roles_may_be_held_to_them(serve: Serve, installed_url: str) -> None:
    async with serve(installed_url, trusted_only=("all",)) as client:
        assert codes(await post(client, {"query": TEXT, "variables": VARIABLES})) == ["DOCUMENT_NOT_TRUSTED"]


# -- the folder


def test_a_folder_holds_texts_with_and_without_the_last_line_end_and_manifests(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "offices.graphql").write_text(TEXT + "\n")
    (tmp_path / "others.json").write_text(json.dumps({sha(PERSON): PERSON, f"sha256:{sha(CHANGE)}": CHANGE}))
    (tmp_path / "notes.txt").write_text("nothing of it")
    assert read_folder(tmp_path) == {
        sha(TEXT + "\n"): TEXT + "\n",
        sha(TEXT): TEXT,
        sha(PERSON): PERSON,
        sha(CHANGE): CHANGE,
    }


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", b"{"),
        ("a.json", b"[]"),
        ("a.json", b'{"abc": "{ __typename }"}'),
        ("a.json", b'{"abc": 1}'),
        ("a.graphql", b"\xff"),
    ],
)
def test_a_folder_with_something_else_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TrustedInvalid):
        read_folder(tmp_path)
    with pytest.raises(Fault):
        trusted_documents(str(tmp_path))


def test_a_folder_that_is_not_there_and_names_that_are_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Fault):
        trusted_documents(str(tmp_path / "none"))
    for text in ("Partner", "a b", "a,,b", ""):
        with pytest.raises(Fault):
            roles(text)
    assert roles("partner, public") == ("partner", "public")

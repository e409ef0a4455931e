"""The catalogue of error codes: asked for as data, told in the schema, and found in the code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from api.error_codes import describe_refusals, entries
from api.reach.code import place_of
from api.reach.codes import codes_of
from api.reach.entries import declared
from api.schema import schema
from authz.review import Review
from domain.errors import default_message
from domain.exam.recommendations import recommend
from domain.ledger import adoption
from domain.oversight.submitted import submit_all
from tests.client import Client

CATALOGUE = "query ($of: String) { errorCodes(of: $of) { code message messageZh status anyRequest raisedBy } }"


async def catalogue(client: Client, of: str | None = None) -> Mapping[str, Any]:
    found = (await client.data(CATALOGUE, {"of": of}))["errorCodes"]
    return {one["code"]: one for one in found}


@pytest.mark.anyio
async def test_the_catalogue_has_every_code_with_its_words(client: Client) -> None:
    found = await catalogue(client)
    words = {code: (default_message(kind), kind.zh) for code, kind in declared().items()}
    assert {code: (one["message"], one["messageZh"]) for code, one in found.items()} == words


@pytest.mark.anyio
async def test_what_refuses_a_request_as_a_whole_has_a_status(client: Client) -> None:
    found = await catalogue(client)
    asked = ("UNAUTHENTICATED", "NO_ROLE", "QUOTA_EXCEEDED", "TOO_BUSY", "GRAPHQL_PARSE_FAILED", "NOT_FOUND")
    assert [found[code]["status"] for code in asked] == [401, 403, 429, 503, 400, None]
    assert all(one["anyRequest"] for one in found.values() if one["status"])


@pytest.mark.anyio
async def test_of_a_mutation_it_tells_what_that_may_be_refused_with(client: Client) -> None:
    found = await catalogue(client, "recommendDisciplineRecommendation")
    assert {"VIOLATION_NOT_DECIDED", "DISCIPLINE_RECOMMENDATION_NOT_PROVIDED"} <= found.keys()
    assert "REPAIR_TOO_EARLY" not in found
    assert all("recommendDisciplineRecommendation" in one["raisedBy"] for one in found.values())


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("eligibility", "MATTER_UNKNOWN"),
        ("viewer", "ACTION_UNKNOWN"),
        ("/attachments", "ATTACHMENT_TOO_LARGE"),
        ("/verify/{number}", "REPORT_NUMBER_MALFORMED"),
    ],
)
async def test_so_it_does_of_a_query_and_of_an_address(client: Client, name: str, code: str) -> None:
    assert code in await catalogue(client, name)


@pytest.mark.anyio
async def test_of_what_there_is_not_it_tells_nothing(client: Client) -> None:
    assert await catalogue(client, "amendEverything") == {}


def test_a_refusal_of_what_somebody_names_is_told_of_what_takes_it() -> None:
    told = {one.code: set(one.raised_by) for one in entries()}
    assert told["RULE_PATH_UNKNOWN"] == {"rule"}


def test_that_no_rulebook_is_loaded_for_a_place_is_told_of_what_goes_by_the_place_of_the_caller_too() -> None:
    told = {one.code: set(one.raised_by) for one in entries()}
    assert {"rule", "eligibilityScreening", "openCampaign", "enterWatch"} <= told["JURISDICTION_UNKNOWN"]


def test_the_description_of_a_mutation_names_its_codes() -> None:
    root = schema._schema.mutation_type
    assert root is not None
    told = {name: (field.description or "").split("`")[1::2] for name, field in root.fields.items()}
    silent = [
        (name, one.code) for one in entries() for name in one.raised_by if one.code not in told.get(name, [one.code])
    ]
    assert silent == []
    assert "VIOLATION_NOT_DECIDED" in told["recommendDisciplineRecommendation"]


def test_describing_twice_is_describing_once() -> None:
    before = schema.as_str()
    describe_refusals(schema._schema, entries())
    assert schema.as_str() == before


@pytest.mark.parametrize(
    ("function", "code"),
    [
        (recommend, "NOT_FOUND"),
        (recommend, "VIOLATION_NOT_DECIDED"),
        (recommend, "INVALID_INPUT"),
        (Review.require, "POLICY_CASE_FAILS"),
        (Review.require, "OFFICERS_LACKING"),
        (submit_all, "DECISION_ALREADY_PROVIDED"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_a_refusal_is_found_behind_a_function(function: Callable[..., Any], code: str) -> None:
    """By itself, behind what it calls, in what a field holds, in the text of a statement."""
    place = place_of(function)
    assert place is not None
    assert code in codes_of([place])


def test_what_is_caught_and_left_at_that_is_not_passed_on() -> None:
    place = place_of(adoption._rebuilt)
    assert place is not None
    assert "SIGNATURE_REFUSED" not in codes_of([place])
    assert "LEDGER_FORKED" in codes_of([place])

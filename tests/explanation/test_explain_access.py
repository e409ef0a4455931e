"""`explainAccess` answers as the line does, for every caller, object and action, and shows no content."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from api.demo.callers import CALLERS
from api.execution.job import reader_of
from authz.explanation import CLAUSES, TAKE_AWAY, Question, explain
from authz.grants import expand
from authz.lines import PolicyLine, parse
from authz.rows import ROWS
from authz.vocabulary import ACTIONS, Scope
from authz.words import in_chinese
from tests.client import NOW, Client, Serve

pytestmark = pytest.mark.anyio

EXPLAIN = """
query ($object: String!, $action: String!, $row: ID) {
  explainAccess(object: $object, action: $action, row: $row) {
    allowed policyVersion roles nearest { needs line { text } }
    relations { scope open missing holds clause lines { number text } }
    clearances { privacy scope level line { text } }
  }
}
"""
CELLS = [(noun, action) for noun, actions in ACTIONS.items() if noun in ROWS for action in actions]


@pytest.fixture(scope="module")
async def client(serve: Serve, demo_url: str) -> AsyncIterator[Client]:
    async with serve(demo_url) as made:
        yield made


async def explained(client: Client, caller: str | None, noun: str, action: str, row: str | None = None) -> Any:
    data = await client.data(EXPLAIN, {"object": noun, "action": action, "row": row}, caller=caller)
    return data["explainAccess"]


def _aliased() -> list[str]:
    """Ask for every cell under an alias of its own."""
    return [
        f'c{number}: explainAccess(object: "{noun}", action: "{action}") {{ allowed relations {{ scope open lines {{ number }} }} }}'
        for number, (noun, action) in enumerate(CELLS)
    ]


@pytest.mark.parametrize("sub", [None, *(one.sub for one in CALLERS)])
async def test_it_says_of_every_cell_what_the_table_of_requests_says(client: Client, sub: str | None) -> None:
    parts, cells = _aliased(), CELLS
    for first in range(0, len(cells), 25):
        query = "{ " + " ".join(parts[first : first + 25]) + " }"
        data = await client.data(query, caller=sub)
        authorization = f"Bearer {client.token(sub)}" if sub else None
        caller = await client.service.callers.resolve(authorization, None, now=NOW)
        reader = reader_of(client.service, caller)
        for number, (noun, action) in list(enumerate(cells))[first : first + 25]:
            told = data[f"c{number}"]
            open_scopes = [one["scope"] for one in told["relations"] if one["open"]]
            assert all(one["lines"] for one in told["relations"]), (sub, noun, action)
            if told["allowed"]:
                assert open_scopes == [scope.value for scope in reader.scopes(noun, action)], (sub, noun, action)
            else:
                must_name = not reader.grants.scopes(caller.roles, "request", "omit_purpose")
                assert not open_scopes
                assert not reader.scopes(noun, action) or must_name, (sub, noun, action)


@pytest.mark.parametrize(
    "asked",
    [
        'object: "credit_record", action: "bake"',
        'object: "unicorn", action: "read"',
        'object: "request", action: "omit_purpose", row: "CreditRecord:00000000-0000-7000-8000-000000000000"',
    ],
)
async def test_what_nobody_can_ask_for_is_not_explained(client: Client, asked: str) -> None:
    assert await client.codes(f"{{ explainAccess({asked}) {{ allowed }} }}") == ["ACTION_UNKNOWN"]


async def test_a_row_of_another_office_and_none_are_explained_alike(client: Client) -> None:
    mine = await client.data(
        "{ creditRecords(first: 1, filter: { state: [SUBMITTED] }) { nodes { id } } }", caller="xiamen-inspection-clerk"
    )
    own = mine["creditRecords"]["nodes"][0]["id"]
    missing = "CreditRecord:00000000-0000-7000-8000-000000000000"
    assert (await explained(client, "xiamen-inspection-clerk", "credit_record", "amend", own))["allowed"]
    foreign = await explained(client, "xiamen-approval-clerk", "credit_record", "amend", own)
    assert foreign == await explained(client, "xiamen-approval-clerk", "credit_record", "amend", missing)
    assert not foreign["allowed"]
    assert foreign["relations"][0]["clause"].startswith("谁产生")


async def test_a_partner_without_purpose_is_told_to_name_one(client: Client) -> None:
    told = await explained(client, "xiamen-bank", "credit_record", "read")
    assert not told["allowed"]
    assert "purpose" in told["nearest"]["needs"]
    assert "Renxin-Purpose" in told["nearest"]["needs"]


async def test_a_line_is_told_in_words_to_whoever_reads_no_policies(client: Client) -> None:
    """A person asks why the bank could see her: who answers her has the line, and what it says."""
    data = await client.data(
        '{ explainAccess(object: "subject", action: "read") { relations { scope lines { wordsZh } }'
        " clearances { privacy level line { wordsZh } } } }",
        caller="xiamen-bank",
        purpose="350200.fiscal_subsidy",
    )
    told = data["explainAccess"]
    [relation] = [one for one in told["relations"] if one["scope"] == "consented"]
    assert relation["lines"] == [{"wordsZh": "合作单位在“经本人授权”范围内可以查看信用主体"}]
    [number] = [one for one in told["clearances"] if (one["privacy"], one["level"]) == ("person_id", "masked")]
    assert number["line"] == {"wordsZh": "合作单位在“经本人授权”范围内看到的个人证件号为脱敏"}


def test_a_line_that_takes_away_says_what_is_not_allowed() -> None:
    line = PolicyLine(1, "p", ("clerk", "credit_record", "publish", "own_office", "deny"))
    assert in_chinese(line) == "经办在“本单位”范围内不得公示信用记录"


async def test_a_refusal_names_the_line_of_the_role_that_may_least(client: Client) -> None:
    told = await explained(client, None, "credit_record", "publish")
    assert told["nearest"]["line"]["text"] == "p, reviewer, credit_record, publish, own_office"
    assert "another approves" in told["nearest"]["needs"]


def test_a_denied_action_names_the_line_of_its_own_role_and_that_the_denying_one_stands_in_its_way() -> None:
    """Of an inherited line too; the denying line may be the role's own or one that it inherits."""
    for text in ("p, officer, consent, read, own_office\ng, clerk, officer\np, clerk, consent, read, own_office, deny",
                 "p, clerk, consent, read, own_office\ng, clerk, officer\np, officer, consent, read, own_office, deny"):  # fmt: skip
        lines = parse(text + "\np, auditor, consent, read, any")
        asked = Question(("clerk",), frozenset({"office"}), "consent", "read", may_omit_purpose=True)
        found = explain(lines, expand(1, lines), asked)
        assert not found.allowed
        assert [line.cells[4:] for line in found.denied_by] == [("deny",)]
        assert found.nearest is not None
        assert found.nearest.line.cells[3:] == ("own_office",)
        assert found.nearest.needs == TAKE_AWAY


def test_every_relation_rests_on_a_clause() -> None:
    assert CLAUSES.keys() == set(Scope)


async def test_a_masked_field_is_explained_by_its_clearance(client: Client) -> None:
    told = await explained(client, None, "subject", "read")
    names = [one for one in told["clearances"] if one["privacy"] == "person_name" and one["scope"] == "published"]
    assert names[0]["level"] == "masked"
    assert names[0]["line"]["text"] == "c, public, person_name, masked, published"
    hidden = next(one for one in told["clearances"] if one["privacy"] == "restricted")
    assert (hidden["level"], hidden["line"]) == ("hidden", None)


async def test_what_is_no_object_or_no_id_is_refused(client: Client) -> None:
    ask = {"object": "credit_record", "action": "dance"}
    assert await client.codes(EXPLAIN, ask) == ["ACTION_UNKNOWN"]
    ask = {"object": "credit_record", "action": "read", "row": "Subject:1"}
    assert await client.codes(EXPLAIN, ask) == ["ID_INVALID"]

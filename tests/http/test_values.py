"""Values that do not fit: refused with a code, and never repeated, for a value may be somebody's number."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from json import dumps
from typing import Any

import pytest
from graphql import GraphQLError, GraphQLNonNull, GraphQLScalarType, is_enum_type, is_scalar_type
from graphql.utilities.validate_input_value import validate_input_value
from hypothesis import given
from hypothesis.strategies import datetimes, integers, just

from api.errors import without_values
from api.execution import change
from api.execution.mutation import MUTATIONS, Changed, Work
from api.postgres.database import ValueRefused
from api.schema import schema
from domain.written_time import written_day, written_instant
from tests.client import Client
from tests.http.answers import codes, post

pytestmark = pytest.mark.anyio

TELLING = "350203199001019999"
"""Looks like an identity number; whoever repeats it leaks."""

_SUBJECTS = "subjects(first: 1, filter: $v) { totalCount }"
DECLARED = {
    "String!": "subject(code: $v) { id }",
    "ID!": "node(id: $v) { id }",
    "Int!": "subjects(first: $v) { totalCount }",
    "Boolean!": "__typename @include(if: $v)",
    "Date!": 'rule(jurisdiction: "350200", path: "x", on: $v) { value }',
    "SubjectOrder!": "subjects(first: 1, orderBy: $v) { totalCount }",
    "SubjectFilter!": _SUBJECTS,
    "[String!]!": "subjects(first: 1, filter: {code: $v}) { totalCount }",
    "[SubjectKind!]!": "subjects(first: 1, filter: {kind: $v}) { totalCount }",
}
WRONG: dict[str, list[Any]] = {
    "String!": [None, int(TELLING), 1.5, True, [TELLING], {TELLING: TELLING}],
    "ID!": [None, True, 1.5, [TELLING], {TELLING: TELLING}],
    "Int!": [None, int(TELLING), 2**31, -(2**31) - 1, 1.5, 1e30, True, TELLING, "1", [int(TELLING)], {TELLING: 1}],
    "Boolean!": [None, TELLING, "true", 0, 1, int(TELLING), [True], {}],
    "Date!": [None, TELLING, int(TELLING), "2026-02-30", "2026-13-01", "2023-02-29", "0000-01-01", "10000-01-01",
              "２０２６-01-01", "2026-03-18T00:00:00Z", True, [], {}, "2026-3-1"],
    "SubjectOrder!": [None, TELLING, "id_asc", int(TELLING), True, [], {}],
    "SubjectFilter!": [None, TELLING, int(TELLING), [TELLING], {TELLING: TELLING}, {"code": int(TELLING)},
                       {"code": [None]}, {"kind": [TELLING]}, {"kind": "enterprise"}, {"stateOwned": TELLING}],
    "[String!]!": [None, int(TELLING), [int(TELLING)], [None], [[TELLING]], {TELLING: TELLING}],
    "[SubjectKind!]!": [None, TELLING, [TELLING], [int(TELLING)], [["ENTERPRISE"]]],
}  # fmt: skip
CASES = [(declared, wrong) for declared, values in WRONG.items() for wrong in values]


@pytest.mark.parametrize(("declared", "wrong"), CASES, ids=lambda one: json.dumps(one)[:40])
async def test_a_variable_of_another_type_is_refused_without_its_value(
    client: Client, declared: str, wrong: Any
) -> None:
    query = f"query($v: {declared}) {{ {DECLARED[declared]} }}"
    response = await post(client, {"query": query, "variables": {"v": wrong}})
    assert response.status_code == 400
    assert set(codes(response)) == {"VARIABLES_INVALID"}
    assert TELLING not in response.text
    assert "Did you mean" not in response.text


async def test_a_field_that_an_input_does_not_have_is_named_where_it_is_a_word(client: Client) -> None:
    """A name of letters alone is a slip of a program; what holds digits or other writing may be somebody's data."""
    query = "query($v: SubjectFilter!) { subjects(first: 1, filter: $v) { totalCount } }"
    told = [
        (await post(client, {"query": query, "variables": {"v": {key: "x"}}})).json()["errors"][0]["message"]
        for key in ("knid", TELLING, "司马虚构")
    ]
    at = "Variable '$v' has invalid value: 'SubjectFilter' has no field"
    assert told == [f"{at} 'knid'.", f"{at} of that name.", f"{at} of that name."]


@pytest.mark.parametrize("declared", DECLARED)
async def test_a_variable_that_is_missing_is_refused(client: Client, declared: str) -> None:
    response = await post(client, {"query": f"query($v: {declared}) {{ {DECLARED[declared]} }}"})
    assert response.status_code == 400
    assert codes(response) == ["VARIABLES_INVALID"]


@pytest.mark.parametrize(
    "query",
    [
        f"{{ subject(code: {TELLING}) {{ id }} }}",
        f'{{ subjects(first: "{TELLING}") {{ totalCount }} }}',
        f"{{ subjects(first: {TELLING}) {{ totalCount }} }}",
        f"{{ subjects(first: 1, orderBy: X{TELLING}) {{ totalCount }} }}",
        f'{{ subjects(first: 1, orderBy: "{TELLING}") {{ totalCount }} }}',
        f'{{ subjects(first: 1, filter: "{TELLING}") {{ totalCount }} }}',
        f'{{ subjects(first: 1, filter: {{kind: ["{TELLING}"]}}) {{ totalCount }} }}',
        f'{{ subjects(first: 1, filter: {{nothing: "{TELLING}"}}) {{ totalCount }} }}',
        f'{{ creditRecords(first: 1, filter: {{decidedFrom: "{TELLING}"}}) {{ totalCount }} }}',
        f"{{ creditRecords(first: 1, filter: {{decidedFrom: {TELLING}}}) {{ totalCount }} }}",
        f'{{ subjects(first: 1, filter: {{stateOwned: "{TELLING}"}}) {{ totalCount }} }}',
        f'query($v: Int = "{TELLING}") {{ subjects(first: $v) {{ totalCount }} }}',
        f'{{ person(idNumber: "x", other: "{TELLING}") {{ id }} }}',
        f'{{ __typename @include(if: "{TELLING}") }}',
        f'mutation {{ revokeConsent(input: {{consent: {{a: "{TELLING}"}}}}) {{ receipts }} }}',
        f'mutation {{ revokeConsent(input: {{name: "{TELLING}"}}) {{ receipts }} }}',
        f'{{ "{TELLING}" }}',
        f"{{ {TELLING} }}",
        f"{{ .{TELLING} }}",
        f"{{ a(b: {TELLING}.) }}",
        f'{{ a(b: "\\u{{{TELLING}}}") }}',
        f'{{ a(b: "{TELLING}',
        f'{{ a(b: """{TELLING}""") }} """{TELLING}"""',
        f"{{ a # {TELLING}",
    ],
)
async def test_a_literal_of_another_type_is_refused_without_its_value(client: Client, query: str) -> None:
    response = await post(client, {"query": query})
    assert response.status_code == 400
    assert set(codes(response)) <= {"GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"}
    assert TELLING not in response.text.replace(f"'X{TELLING}'", "")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ('{ subject(code: "９１350200M000100Y43") { id } }', "CODE_MALFORMED"),
        ('{ subject(code: "91350200M000100Y4\\u0000") { id } }', "CODE_MALFORMED"),
        ('{ node(id: "Subject:0195f000-0000-7000-8000-00000000000１") { id } }', "ID_INVALID"),
        ('{ node(id: "Subject:{0195f000-0000-7000-8000-000000000000}") { id } }', "ID_INVALID"),
        ('{ node(id: "WorkingDay:2026-02-30") { id } }', "ID_INVALID"),
        ('{ node(id: "WorkingDay:20260302") { id } }', "ID_INVALID"),
        ('{ node(id: "Jurisdiction:३५०२००") { id } }', "ID_INVALID"),
        ('{ office(id: "Subject:0195f000-0000-7000-8000-000000000000") { id } }', "ID_INVALID"),
        ('{ subjects(first: 1, filter: {code: ["\\u0000"]}) { totalCount } }', "TEXT_INVALID"),
        ('{ subjects(first: 1, search: "a\\u0000b") { totalCount } }', "TEXT_INVALID"),
        ('{ subjects(first: 1, before: "x") { nodes { id } } }', "INVALID_INPUT"),
        ('{ subjects(last: 1, after: "x") { nodes { id } } }', "INVALID_INPUT"),
        ('{ subjects(first: 1, search: " ") { totalCount } }', "TEXT_INVALID"),
        ('{ subjects(first: 1, after: "é") { nodes { id } } }', "CURSOR_INVALID"),
        ('{ subjects(first: 1, after: "AAAAAAAAAAAAAAAAAAAA") { nodes { id } } }', "CURSOR_INVALID"),
        ("{ subjects(first: 0) { nodes { id } } }", "PAGE_SIZE_INVALID"),
        ("{ subjects(first: 101) { nodes { id } } }", "PAGE_SIZE_INVALID"),
        ("{ subjects(first: 1, last: 1) { nodes { id } } }", "PAGE_SIZE_INVALID"),
        ("{ subjects { nodes { id } } }", "PAGE_SIZE_INVALID"),
        ('{ rule(jurisdiction: "\\u0000", path: "x") { value } }', "JURISDICTION_UNKNOWN"),
        ('{ rule(jurisdiction: "350200", path: "\\u0000") { value } }', "RULE_PATH_UNKNOWN"),
        ('{ dueDay(start: "9999-12-31", workingDays: 400) { day } }', "OUTSIDE_CALENDAR"),
        ('{ dueDay(start: "2026-01-01", workingDays: -1) { day } }', "INVALID_INPUT"),
        ('{ viewer { can(object: "\\u0000", action: "read") { allowed } } }', "ACTION_UNKNOWN"),
    ],
)
async def test_a_value_that_no_row_can_have_is_the_error_of_its_field(client: Client, query: str, code: str) -> None:
    response = await post(client, {"query": query})
    assert response.status_code == 200
    assert codes(response) == [code]
    assert response.json()["errors"][0]["path"]
    assert "data" in response.json()


def test_every_scalar_and_enumeration_says_what_it_is_without_the_value() -> None:
    """Whatever type is added, its message must be known to `without_values`."""
    told: list[GraphQLError] = []
    for kind in schema._schema.type_map.values():
        if is_scalar_type(kind) or is_enum_type(kind):
            for wrong in (TELLING, int(TELLING), float(TELLING), [TELLING], {TELLING: TELLING}, object()):
                validate_input_value(wrong, GraphQLNonNull(kind), lambda error, path: told.append(error))
    messages = [without_values(f"Variable '$v' has invalid value: {error.message}") for error in told]
    assert len(messages) > 50
    assert not [message for message in messages if TELLING in message or "object at" in message]


NO_DAYS = (
    "20260701", "2026-W27-3", "2026W273", "2026-07", "2026-7-1", "2026/07/01", "２０２６-07-01", "2026-07-01T00:00:00+08:00",
    " 2026-07-01", "2026-07-01\n", "2026-02-30", "0000-01-01", "10000-01-01", "", "today",
)  # fmt: skip
NO_INSTANTS = (
    "2026-07-01", "20260701T080000Z", "2026-W27-3T08:00:00Z", "2026-07-01T08:00:00", "2026-07-01T08:00Z",
    "2026-07-01 08:00:00Z", "2026-07-01T08:00:00+0800", "2026-07-01T25:00:00Z", "2026-07-01T08:00:00+08:00:01", "",
)  # fmt: skip


@pytest.mark.parametrize("text", NO_DAYS)
async def test_a_day_has_one_form_as_a_literal_and_as_a_variable_which_the_refusal_tells(
    client: Client, text: str
) -> None:
    as_variable = {"query": "query ($day: Date!) { dueDay(start: $day, workingDays: 1) { day } }"}
    for body in (
        {"query": f"{{ dueDay(start: {dumps(text)}, workingDays: 1) {{ day }} }}"},
        {**as_variable, "variables": {"day": text}},
    ):
        response = await post(client, body)
        assert response.status_code == 400
        [error] = response.json()["errors"]
        assert error["message"].endswith("The value is no Date: write it as 2026-03-01.")
        assert not text.strip() or text not in error["message"]


@pytest.mark.parametrize("text", NO_INSTANTS)
def test_an_instant_has_one_form_with_its_offset(text: str) -> None:
    with pytest.raises(ValueError, match=r"write it as|must be|invalid|out of range|Invalid"):
        written_instant(text)
    kind = schema._schema.get_type("DateTime")
    assert isinstance(kind, GraphQLScalarType)
    told: list[str] = []
    validate_input_value(text, kind, lambda error, path: told.append(without_values(error.message)))
    assert told == ["The value is no DateTime: write it as 2026-03-01T08:00:00+08:00."]


@given(at=datetimes(timezones=just(UTC)), hours=integers(-14, 14))
def test_what_a_day_and_an_instant_are_written_as_is_read_again(at: datetime, hours: int) -> None:
    assert written_day(at.date().isoformat()) == at.date()
    assert written_instant(at.isoformat()) == at
    shifted = at.replace(tzinfo=timezone(timedelta(hours=hours)))
    assert written_instant(shifted.isoformat()) == shifted


async def test_what_the_database_refuses_as_a_value_is_told_without_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last resort: what no check of the service has thought of is a refusal, not a fault."""

    async def handle(work: Work, given: Any) -> Changed:
        await work.tx.connection.fetchval("SELECT $1::text::date", TELLING)
        return Changed({})

    monkeypatch.setitem(MUTATIONS, "signOut", replace(MUTATIONS["signOut"], handle=handle))
    answer = await client.send("mutation { signOut(input: {}) { receipts } }")
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["VALUE_REFUSED"]
    with pytest.raises(ValueRefused):
        await client.service.fetch("SELECT $1::text::date, ''", [TELLING])


@pytest.mark.parametrize(
    ("kind", "code"), [("person", "STATE_CONFLICT"), ("ghost", "VALUE_REFUSED")], ids=["twice", "of no kind"]
)
async def test_what_a_constraint_of_the_database_refuses_is_a_refusal_and_no_fault(
    client: Client, monkeypatch: pytest.MonkeyPatch, kind: str, code: str
) -> None:
    """What two requests do at once no check before the statement can know."""

    async def handle(work: Work, given: Any) -> Changed:
        for _ in range(2):
            await work.tx.connection.execute(
                "INSERT INTO account (id, issuer, sub, display, kind)"
                " VALUES (uuidv7(), 'https://issuer.test', 'twice', '账号', $1)",
                kind,
            )
        return Changed({})

    monkeypatch.setitem(MUTATIONS, "signOut", replace(MUTATIONS["signOut"], handle=handle))
    answer = await client.send("mutation { signOut(input: {}) { receipts } }")
    assert [error["extensions"]["code"] for error in answer["errors"]] == [code]


async def test_nothing_is_changed_under_an_authority_that_never_settles(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: Any, **__: Any) -> bool:
        return False

    monkeypatch.setattr(change, "stands", never)
    answer = await client.send("mutation { signOut(input: {}) { receipts } }")
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["AUTHORITY_UNSETTLED"]

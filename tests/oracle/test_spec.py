"""What the GraphQL specification asks of any service, where a plan could go astray."""

from __future__ import annotations

import json
from typing import Any

import pytest
from graphql import (
    GraphQLObjectType,
    build_client_schema,
    get_introspection_query,
    is_non_null_type,
    print_schema,
)

from api.schema import schema
from tests.oracle.conftest import Ground
from tests.oracle.documents import Written
from tests.oracle.world import caller, key

CANARY = "350203199001011236"


def ask(ground: Ground, text: str, variables: dict[str, Any] | None = None, operation: str | None = None) -> Any:
    """Ask as the public."""
    return json.loads(ground.run(ground.post(Written(text, variables or {}, operation, []), caller("the public"))))


def codes(answer: Any) -> list[tuple[str, list[Any] | None]]:
    """Give code and path of each error."""
    return [(error["extensions"]["code"], error.get("path")) for error in answer["errors"]]


# -- ids


def test_an_account_is_found_by_the_id_that_tells_who_acted(ground: Ground) -> None:
    def as_auditor(text: str) -> Any:
        return json.loads(ground.run(ground.post(Written(text, {}, None, []), caller("auditor"))))["data"]

    ident = as_auditor("{ accounts(first: 1) { nodes { id } } }")["accounts"]["nodes"][0]["id"]
    bare = ident.removeprefix("Account:")
    assert as_auditor(f'{{ account(id: "{bare}") {{ id }} }}') == {"account": {"id": ident}}
    filtered = '{{ accessLog(filter: {{account: ["{0}"]}}) {{ totalCount }} }}'
    assert as_auditor(filtered.format(ident)) == as_auditor(filtered.format(bare))


# -- merging


def test_fields_stand_in_the_order_of_their_first_mention(ground: Ground) -> None:
    text = """
    { ...Late b: jurisdictions(first: 1) { totalCount nodes { name } } a: __typename
      b: jurisdictions(first: 1) { nodes { id name } pageInfo { hasNextPage } __typename } }
    fragment Late on Query { c: __typename b: jurisdictions(first: 1) { nodes { level } } }
    """
    answer = ask(ground, text)["data"]
    assert list(answer) == ["c", "b", "a"]
    assert list(answer["b"]) == ["nodes", "totalCount", "pageInfo", "__typename"]
    assert list(answer["b"]["nodes"][0]) == ["level", "name", "id"]


def test_one_key_with_two_meanings_is_refused_with_both_places(ground: Ground) -> None:
    answer = ask(ground, "{ a: jurisdictions(first: 1) { totalCount }\n a: jurisdictions(first: 2) { totalCount } }")
    assert [place["line"] for place in answer["errors"][0]["locations"]] == [1, 2]


# -- errors


def test_an_unknown_field_is_told_with_its_place(ground: Ground) -> None:
    answer = ask(ground, "{\n  jurisdictions(first: 1) {\n    nodes { nam }\n  }\n}")
    assert codes(answer) == [("GRAPHQL_VALIDATION_FAILED", None)]
    assert answer["errors"][0]["locations"] == [{"line": 3, "column": 13}]
    assert "data" not in answer


def test_a_refusal_below_makes_its_root_null_and_leaves_the_others(ground: Ground) -> None:
    text = "{ ok: jurisdictions { totalCount } bad: subjects(first: 1) { nodes { consents { totalCount } } } }"
    answer = ask(ground, text)
    assert codes(answer) == [("FORBIDDEN", ["bad"])]
    assert answer["data"] == {"ok": {"totalCount": 5}, "bad": None}


@pytest.mark.parametrize("root", [schema._schema.query_type, schema._schema.mutation_type], ids=["Query", "Mutation"])
def test_every_root_field_may_be_null_as_each_is_when_it_is_refused(root: GraphQLObjectType) -> None:
    assert [name for name, field in root.fields.items() if is_non_null_type(field.type)] == []


def test_each_refused_root_has_one_error_of_its_own(ground: Ground) -> None:
    text = '{ a: subjects { nodes { id } } b: creditRecord(id: "x") { id } c: subjects(first: 1, after: "x") { nodes { id } } }'
    answer = ask(ground, text)
    assert codes(answer) == [("PAGE_SIZE_INVALID", ["a"]), ("ID_INVALID", ["b"]), ("CURSOR_INVALID", ["c"])]
    assert answer["data"] == {"a": None, "b": None, "c": None}


@pytest.mark.parametrize("given", [{"n": 0}, {"n": 101}, {"n": -1}, {"n": None}, {}])
def test_a_page_size_out_of_bounds_is_refused(ground: Ground, given: dict[str, Any]) -> None:
    assert codes(ask(ground, "query ($n: Int) { subjects(first: $n) { nodes { id } } }", given)) == [
        ("PAGE_SIZE_INVALID", ["subjects"])
    ]


@pytest.mark.parametrize("given", [{"f": 1, "l": 2}, {"f": 2, "l": 2}, {}])
def test_both_ends_at_once_or_none_are_refused_whatever_was_asked_before(ground: Ground, given: dict[str, Any]) -> None:
    text = "query ($f: Int, $l: Int) { subjects(first: $f, last: $l) { nodes { id } } }"
    assert "errors" not in ask(ground, text, {"f": 1, "l": None})
    assert codes(ask(ground, text, given)) == [("PAGE_SIZE_INVALID", ["subjects"])]


# -- conditions


def test_a_condition_that_is_null_is_an_error(ground: Ground) -> None:
    text = "query ($x: Boolean = true) { a: __typename jurisdictions(first: 1) { totalCount @skip(if: $x) } }"
    answer = ask(ground, text, {"x": None})
    assert codes(answer) == [("GRAPHQL_VALIDATION_FAILED", ["jurisdictions"])]
    assert answer["data"] == {"a": "Query", "jurisdictions": None}


def test_a_condition_of_a_root_field_that_is_null_executes_nothing(ground: Ground) -> None:
    answer = ask(ground, "query ($x: Boolean = true) { a: __typename @include(if: $x) }", {"x": None})
    assert answer.get("data") is None
    assert codes(answer)[0][0] == "GRAPHQL_VALIDATION_FAILED"


def test_an_argument_that_may_not_be_null_is_refused_where_a_default_let_it_through(ground: Ground) -> None:
    text = 'query ($x: ID = "Subject:x") { node(id: $x) { id } jurisdictions { totalCount } }'
    answer = ask(ground, text, {"x": None})
    assert codes(answer) == [("GRAPHQL_VALIDATION_FAILED", ["node"])]
    assert answer["data"] == {"node": None, "jurisdictions": {"totalCount": 5}}


# -- operations


MANY = "query A { jurisdictions { totalCount } } query B { b: __typename }"


def test_the_operation_is_chosen_by_its_name(ground: Ground) -> None:
    assert ask(ground, MANY, operation="B")["data"] == {"b": "Query"}
    assert ask(ground, MANY, operation="A")["data"] == {"jurisdictions": {"totalCount": 5}}


@pytest.mark.parametrize("name", [None, "C", "a"])
def test_no_operation_is_guessed(ground: Ground, name: str | None) -> None:
    answer = ask(ground, MANY, operation=name)
    assert "data" not in answer
    assert codes(answer) == [("OPERATION_UNKNOWN", None)]


# -- introspection


def test_introspection_gives_the_schema_back(ground: Ground) -> None:
    answer = ask(ground, get_introspection_query(specified_by_url=True, input_value_deprecation=True))
    assert print_schema(build_client_schema(answer["data"])) == print_schema(schema._schema)


def test_introspection_and_rows_go_together_in_order(ground: Ground) -> None:
    text = '{ a: __type(name: "Node") { kind } b: jurisdictions { totalCount } c: __schema { queryType { name } } }'
    assert ask(ground, text)["data"] == {
        "a": {"kind": "INTERFACE"},
        "b": {"totalCount": 5},
        "c": {"queryType": {"name": "Query"}},
    }


# -- variables


@pytest.mark.parametrize(
    ("kind", "position", "value"),
    [
        ("Int!", "subjects(first: $v) { totalCount }", CANARY),
        ("Int!", "subjects(first: $v) { totalCount }", int(CANARY)),
        ("Int!", "subjects(first: $v) { totalCount }", [CANARY]),
        ("String!", "subject(code: $v) { id }", {CANARY: CANARY}),
        ("String!", "person(idNumber: $v) { id }", int(CANARY)),
        ("ID!", "node(id: $v) { id }", [CANARY]),
        ("SubjectFilter", "subjects(first: 1, filter: $v) { totalCount }", CANARY),
        ("SubjectFilter", "subjects(first: 1, filter: $v) { totalCount }", {CANARY: 1}),
        ("SubjectFilter", "subjects(first: 1, filter: $v) { totalCount }", {"kind": [CANARY]}),
        ("SubjectFilter", "subjects(first: 1, filter: $v) { totalCount }", {"stateOwned": CANARY}),
        ("CreditRecordFilter", "creditRecords(filter: $v) { totalCount }", {"decidedFrom": CANARY}),
        ("CreditRecordFilter", "creditRecords(filter: $v) { totalCount }", {"decidedFrom": f"x; {CANARY}"}),
        ("[ID!]", "subjects(filter: { jurisdiction: $v }) { totalCount }", [{"id": CANARY}]),
        ("CreditRecordOrder", "creditRecords(first: 1, orderBy: $v) { totalCount }", CANARY),
    ],
)
def test_an_error_of_a_variable_never_repeats_its_value(ground: Ground, kind: str, position: str, value: Any) -> None:
    answer = ask(ground, f"query ($v: {kind}) {{ {position} }}", {"v": value})
    assert codes(answer) == [("VARIABLES_INVALID", None)]
    assert CANARY not in json.dumps(answer)


@pytest.mark.parametrize(
    "position",
    [
        "subject(code: $v) { id }",
        "person(idNumber: $v) { id }",
        "creditReport(number: $v) { id }",
        "node(id: $n) { id } creditReport(number: $v) { id }",
        "creditRecord(id: $n) { id } creditReport(number: $v) { id }",
        "subjects(first: 1, after: $v) { nodes { id } }",
    ],
)
def test_an_error_of_a_root_never_repeats_a_value(ground: Ground, position: str) -> None:
    node = ", $n: ID!" if "$n" in position else ""
    answer = ask(
        ground, f"query ($v: String!{node}) {{ {position} }}", {"v": CANARY + "\x00", "n": f"Subject:{CANARY}"}
    )
    assert CANARY not in json.dumps(answer)


# -- plans that are kept


def test_an_id_of_a_type_alone_does_not_spoil_the_plan_for_others(ground: Ground) -> None:
    text = "query ($id: ID!) { node(id: $id) { id } }"
    office = f"Office:{key('office', 'XMJC')}"
    assert codes(ask(ground, text, {"id": "Office:"})) == [("ID_INVALID", ["node"])]
    assert ask(ground, text, {"id": office})["data"] == {"node": {"id": office}}
    assert ask(ground, text, {"id": "Nothing:1"})["data"] == {"node": None}


@pytest.mark.parametrize("ident", ["WorkingDay:20260301", "WorkingDay:2026-W09-7", "Office:{}", "Jurisdiction:३५०२००"])
def test_an_id_has_one_spelling(ground: Ground, ident: str) -> None:
    spelled = ident.replace("{}", str(key("office", "XMJC")).upper())
    assert codes(ask(ground, f'{{ node(id: "{spelled}") {{ id }} }}')) == [("ID_INVALID", ["node"])]


# -- pages of which nothing is counted


@pytest.mark.parametrize("search", ["虚构", "没有这样的"])
@pytest.mark.parametrize("end", ["first", "last"])
def test_a_page_that_is_asked_for_a_constant_only_is_one_object(ground: Ground, search: str, end: str) -> None:
    wanted = "hasPreviousPage" if end == "first" else "hasNextPage"
    text = f'{{ subjects({end}: 5, search: "{search}") {{ __typename pageInfo {{ __typename {wanted} }} }} }}'
    assert ask(ground, text)["data"] == {
        "subjects": {"__typename": "SubjectConnection", "pageInfo": {"__typename": "PageInfo", wanted: False}}
    }


def test_a_constant_below_rows_does_not_repeat_them(ground: Ground) -> None:
    text = "{ subjects(first: 100) { totalCount nodes { id creditRecords(first: 100) { pageInfo { hasPreviousPage } } } } }"
    found = ask(ground, text)["data"]["subjects"]
    assert len(found["nodes"]) == len({row["id"] for row in found["nodes"]}) == found["totalCount"]


def test_a_name_is_found_whatever_the_case_of_its_letters(ground: Ground) -> None:
    for search in ("戊ABC院", "戊abc院", "XUGOUWU"):
        text = f'{{ subjects(first: 1, search: "{search}") {{ nodes {{ name }} }} }}'
        assert ask(ground, text)["data"]["subjects"]["nodes"] == [{"name": "虚构戊ABC院"}]


def test_an_error_where_null_is_not_allowed_nulls_what_is_above(ground: Ground) -> None:
    text = """
    { a: dueDay(start: "2026-03-02", workingDays: 0) { day } b: dueDay(start: "2026-03-02", workingDays: 1) { day } }
    """
    answer = ask(ground, text)
    assert codes(answer) == [("INVALID_INPUT", ["a"])]
    if str(schema._schema.query_type.fields["dueDay"].type).endswith("!"):  # type: ignore[union-attr]
        assert answer["data"] is None
    else:
        assert answer["data"] == {"a": None, "b": {"day": "2026-03-03"}}


def test_a_number_that_is_null_refuses_its_root_alone(ground: Ground) -> None:
    text = 'query ($x: String = "1") { person(idNumber: $x) { id } jurisdictions { totalCount } }'
    answer = ask(ground, text, {"x": None})
    assert codes(answer) == [("GRAPHQL_VALIDATION_FAILED", ["person"])]
    assert answer["data"] == {"person": None, "jurisdictions": {"totalCount": 5}}

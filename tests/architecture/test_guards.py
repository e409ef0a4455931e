"""The table of guards stays true: every text stands where it says, once, and every test that it names is there."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache

import pytest
from tortoise import Tortoise

from api.entities.index import ENTITIES
from api.schema import schema
from domain.apart import APART
from tests.asking import CARRIED_OUT
from tests.guards.guard import ROOT
from tests.guards.index import guards
from tests.guards.refusals import REFUSED, places
from tests.migrations import test_request_role as role
from tests.migrations.test_two_people import NEVER_ONE_PERSON

GUARDS = tuple(guards())
TABLES = {
    table: tuple(guard for guard in GUARDS if guard.table == table)
    for table in dict.fromkeys(one.table for one in GUARDS)
}


@cache
def text_of(file: str) -> str:
    return (ROOT / file).read_text("utf-8")


@cache
def named_in(file: str) -> frozenset[str]:
    tree = ast.parse(text_of(file))
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    )


def test_no_two_guards_have_one_name() -> None:
    assert [name for name, count in Counter(guard.name for guard in GUARDS).items() if count > 1] == []


@pytest.mark.parametrize("table", TABLES)
def test_a_guard_stands_where_the_table_says(table: str) -> None:
    moved = [guard.name for guard in TABLES[table] if any(text_of(cut.file).count(cut.text) != 1 for cut in guard.cuts)]
    assert moved == [], f"bring their texts in tests/guards/{table}.toml up to date"
    assert all(cut.text != cut.without for guard in TABLES[table] for cut in guard.cuts)


def test_what_is_named_as_refused_is_refused_there() -> None:
    found = {(file, key) for file in REFUSED for key, _ in places(text_of(file))}
    named = {(file, key) for file, keys in REFUSED.items() for key in keys}
    assert named - found == set(), "bring tests/refused.toml up to date"


def test_every_mutation_is_carried_out_under_watch() -> None:
    kind = schema._schema.mutation_type
    assert kind is not None
    assert kind.fields.keys() - CARRIED_OUT.keys() == set(), "name a test in tests/carried_out.toml"


@pytest.mark.parametrize("mutation", CARRIED_OUT)
def test_the_test_that_carries_a_mutation_out_is_there(mutation: str) -> None:
    file, _, test = CARRIED_OUT[mutation].partition("::")
    kind = schema._schema.mutation_type
    assert kind is not None
    assert mutation in kind.fields
    assert test in named_in(file), "name another in tests/carried_out.toml"


def test_a_constraint_that_is_a_guard_is_one_of_its_model() -> None:
    models = {str(model._meta.db_table): model for models in Tortoise.apps.values() for model in models.values()}
    missing = [
        guard.constraint
        for guard in GUARDS
        if guard.constraint
        and not any(
            one.name == guard.constraint.partition(".")[2]
            for one in models[guard.constraint.partition(".")[0]]._meta.constraints
        )
    ]
    assert ENTITIES  # the models are declared
    assert missing == []


def test_what_the_role_of_requests_may_is_said_of_every_table() -> None:
    models = {str(model._meta.db_table) for models in Tortoise.apps.values() for model in models.values()}
    said = {*role.ONLY_READ, *role.ONLY_ADDED_TO, *role.CHANGED_IN_PART, *role.CHANGED}
    assert said - {"tortoise_migrations"} == models, "say it in tests/migrations/test_request_role.py"


def test_every_pair_of_steps_kept_apart_is_tried_on_the_database() -> None:
    tried = {(table, frozenset(pair)) for table, *pair in (one.replace(":", "").split() for one in NEVER_ONE_PERSON)}
    kept = {(table, frozenset(pair)) for table, pairs in APART.items() for pair in pairs}
    assert kept - tried == set(), "name it in tests/migrations/test_two_people.py"


@pytest.mark.parametrize("table", TABLES)
def test_the_tests_that_a_guard_names_are_there(table: str) -> None:
    missing = [
        (guard.name, test)
        for guard in TABLES[table]
        for test in guard.tests
        if test.partition("::")[2].partition("[")[0] not in named_in(test.partition("::")[0])
    ]
    assert all(guard.tests for guard in TABLES[table])
    assert missing == [], "name tests that fail without it"

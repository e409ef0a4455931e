"""The same word everywhere: tables, policy objects, GraphQL types, mutations, ledger verbs; nothing undocumented."""

from __future__ import annotations

import re
from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    is_introspection_type,
    is_specified_scalar_type,
)
from tortoise import Tortoise
from tortoise.fields.relational import ForeignKeyFieldInstance

from api.declaring.roots import RootMany
from api.docs import documents
from api.entities.index import ENTITIES, ROOTS
from api.execution.mutation import MUTATIONS
from api.queries.schema import resolver_fields
from api.schema import schema
from authz.fields import shown
from authz.lines import default_lines
from authz.rows import ROWS, target
from authz.vocabulary import ACTIONS, ROLES, Level, Scope
from domain.errors import catalogue
from domain.privacy import Declared, Privacy, declared

ROOT = Path(__file__).parents[2]
GRAPHQL: GraphQLSchema = schema._schema


def test_a_list_to_start_from_is_narrowed_by_division_office_and_subject_where_its_rows_tell_them() -> None:
    lists = {root.entity for root in ROOTS.values() if isinstance(root, RootMany)}
    told = {name: ENTITIES[name].ones.keys() & {"jurisdiction", "office", "subject"} for name in lists}
    wide = {name: ones - ENTITIES[name].filters.keys() for name, ones in told.items()}
    assert {name: missing for name, missing in wide.items() if missing} == {}
    assert sum(map(len, told.values())) > 100


def test_no_field_of_query_is_declared_twice() -> None:
    """A root of rows and a resolver of one name: the one would hide the other."""
    assert ROOTS.keys() & resolver_fields().keys() == set()


def test_generated_documents_are_not_stale() -> None:
    stale = [path.name for path, text in documents().items() if path.read_text("utf-8") != text]
    assert stale == [], "write them anew with `python -m api.docs`"


def test_everything_in_the_schema_says_what_it_is() -> None:
    silent = []
    for name, kind in GRAPHQL.type_map.items():
        if is_introspection_type(kind) or is_specified_scalar_type(kind):
            continue
        if not kind.description:
            silent.append(name)
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field_name, field in kind.fields.items():
                silent += [] if field.description else [f"{name}.{field_name}"]
                silent += [f"{name}.{field_name}({key})" for key, one in field.args.items() if not one.description]
        if isinstance(kind, GraphQLInputObjectType):
            silent += [f"{name}.{key}" for key, one in kind.fields.items() if not one.description]
        if isinstance(kind, GraphQLEnumType):
            silent += [f"{name}.{key}" for key, one in kind.values.items() if not one.description]
    assert silent == []


def test_every_mutation_is_named_in_chinese_beside_the_english() -> None:
    mutations = GRAPHQL.mutation_type
    assert mutations is not None
    without_codes = {
        name: str(told.description).partition("May be refused")[0] for name, told in mutations.fields.items()
    }
    assert [name for name, told in without_codes.items() if not re.search(r"[\u4e00-\u9fff]", told)] == []


def test_an_enumeration_tells_its_values_as_they_are_written() -> None:
    strange = [
        f"{name}: {value.lower()}"
        for name, kind in GRAPHQL.type_map.items()
        if isinstance(kind, GraphQLEnumType) and not name.startswith("__")
        for value in kind.values
        if "_" in value and re.search(rf"\b{value.lower()}\b", kind.description or "")
    ]
    assert strange == []


def test_the_description_of_a_value_begins_with_its_chinese_term() -> None:
    """A screen may take what stands before the first blank for its label."""
    strange = [
        f"{name}.{value}"
        for name, kind in GRAPHQL.type_map.items()
        if isinstance(kind, GraphQLEnumType) and not name.startswith("__") and not name.endswith("Order")
        for value, told in kind.values.items()
        if not re.fullmatch(r"[\u4e00-\u9fff、，()]+ [A-Z][^\n]+\.", told.description or "")
    ]
    assert strange == []


def test_every_column_has_a_description_and_a_privacy_class() -> None:
    bare = []
    for models in Tortoise.apps.values():
        for model in models.values():
            links = {
                one.source_field for one in model._meta.fields_map.values() if isinstance(one, ForeignKeyFieldInstance)
            }
            for name, column in model._meta.fields_map.items():
                if name in links:
                    continue
                if not hasattr(column, "declared") or not column.description:
                    bare.append(f"{model.__name__}.{name}")
    assert bare == []


def test_a_masked_column_names_a_column_that_exists_and_is_secret() -> None:
    for models in Tortoise.apps.values():
        for model in models.values():
            for column in model._meta.fields_map.values():
                masked = getattr(column, "declared", None) and declared(column).masked_by
                if masked:
                    assert declared(model._meta.fields_map[masked]).privacy is Privacy.SECRET


def test_secret_columns_are_in_no_graphql_type() -> None:
    for entity in ENTITIES.values():
        for column in entity.columns.values():
            assert column.declared.privacy is not Privacy.SECRET, f"{entity.name} shows {column.sql}"


def test_secret_references_are_followed_by_no_graphql_type() -> None:
    secret = {
        (str(model._meta.db_table), f"{name}_id")
        for models in Tortoise.apps.values()
        for model in models.values()
        for name, field in model._meta.fields_map.items()
        if isinstance(field, ForeignKeyFieldInstance) and declared(field).privacy is Privacy.SECRET
    }
    followed = {(entity.table, one.column) for entity in ENTITIES.values() for one in entity.ones.values()}
    assert ("exam_watch", "subject_id") in secret
    assert secret & followed == set()


def test_no_clearance_shows_a_secret_column() -> None:
    for models in Tortoise.apps.values():
        for model in models.values():
            for name, column in model._meta.fields_map.items():
                if hasattr(column, "declared") and declared(column).privacy is Privacy.SECRET:
                    assert all(shown(name, declared(column), level, about_person=None) is None for level in Level)


def test_what_has_no_masked_form_is_not_shown_masked() -> None:
    """Credit about people is masked whole; numbers are kept as masked text already."""
    masked_already = {Privacy.PERSON_ID, Privacy.REPRESENTATIVE_ID}
    for privacy in set(Privacy) - masked_already - {Privacy.OPEN}:
        assert shown("{t}.said", Declared(privacy), Level.MASKED, about_person=None) is None, privacy


def test_every_entity_is_a_noun_of_the_policy_with_rows() -> None:
    for entity in ENTITIES.values():
        assert "read" in ACTIONS[entity.noun], entity.name
        assert ROWS[entity.noun], entity.name


def test_every_mutation_is_a_noun_and_a_verb_of_the_policy() -> None:
    for mutation in MUTATIONS.values():
        assert mutation.verb in ACTIONS[mutation.noun], mutation.name
        assert mutation.name.lower().startswith(mutation.verb.replace("_", ""))


def test_every_scope_a_policy_line_grants_means_something_in_sql() -> None:
    for line in default_lines():
        if line.kind == "p" and line.cells[1] in ROWS:
            assert Scope(line.cells[3]) in ROWS[target(line.cells[1], line.cells[2])], (
                f"line {line.number}: FALSE for every row"
            )


def test_every_action_is_granted_to_somebody() -> None:
    granted = {(line.cells[1], line.cells[2]) for line in default_lines() if line.kind == "p"}
    wanted = {(noun, action) for noun, actions in ACTIONS.items() for action in actions}
    assert wanted - granted == set()


def test_every_role_has_a_line() -> None:
    named = {line.cells[0] for line in default_lines()}
    assert set(ROLES) <= named


def test_every_error_has_a_code_and_speaks_two_languages() -> None:
    documents()  # imports every module
    mute = [kind.__name__ for kind in catalogue() if not (kind.__doc__ and kind.zh and kind.code.isupper())]
    assert mute == []


def test_errors_that_share_a_code_are_of_one_family() -> None:
    families: dict[str, list[type]] = {}
    for kind in catalogue():
        families.setdefault(kind.code, []).append(kind)
    for code, kinds in families.items():
        head = min(kinds, key=lambda kind: len(kind.__mro__))
        assert all(issubclass(kind, head) for kind in kinds), code


_SQL_ROOMS = (
    "api/planning/sql.py",
    "api/planning/sql_page.py",
    "api/declaring/roots.py",
    "api/entities/",
    "api/planning/plan.py",
    "api/planning/planner.py",
    "authz/",
    "domain/",
    "migrations/",
    "api/demo/",
    "api/gate/access.py",
    "api/execution/standing.py",
)
_SQL = re.compile(r"\b(SELECT .+ FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b")


def test_sql_stands_only_in_its_rooms() -> None:
    strays = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in (ROOT / "api").rglob("*.py")
        if not str(file.relative_to(ROOT)).startswith(_SQL_ROOMS)
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1)
        if _SQL.search(line)
    ]
    assert strays == []

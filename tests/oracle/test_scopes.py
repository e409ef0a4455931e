"""What each scope means: the rows that its SQL finds are those that the second evaluator finds, for everybody.

Random documents ask what the policy grants; here every relation that a noun declares is asked, granted or not, so
that none is ever wider than it says.
"""

from __future__ import annotations

from typing import Any

import pytest

from api.entities.index import ENTITIES
from authz.rows import NEEDS, ROWS
from authz.vocabulary import Scope
from tests.oracle.conditions import Watched
from tests.oracle.conftest import Ground
from tests.oracle.scopes import RELATIONS
from tests.oracle.world import CALLERS, TODAY, Caller

TABLES = {entity.noun: entity.table for entity in ENTITIES.values()}
ASKED = tuple((noun, scope) for noun, scopes in ROWS.items() if noun in TABLES for scope in scopes)
OPEN_TO_ALL = {(noun, scope) for noun, scope in ASKED if ROWS[noun][scope] == "TRUE"}
STANDING = {
    "definition_in_force": "list_definition",
    "item_in_force": "commitment_item",
    "watch_stands": "exam_watch",
    "watch_runs": "watch",
}
"""What stands on a day by a rule that fields and filters tell, and no scope asks."""


def values_of(caller: Caller) -> dict[str, Any]:
    """Give what a caller binds."""
    return {
        "office": caller.office,
        "jurisdiction": caller.jurisdiction,
        "subject": caller.subject,
        "purpose": caller.purpose_id,
        "today": TODAY,
    }


def askers(scope: Scope) -> list[Caller]:
    """Give callers that have what a scope needs, one of each kind."""
    able = [one for one in CALLERS if all(values_of(one)[name] is not None for name in NEEDS.get(scope, ()))]
    return list({tuple(values_of(one).values()): one for one in able}.values())


async def found(ground: Ground, noun: str, scope: Scope, caller: Caller, ids: list[Any]) -> set[Any]:
    """Give the rows that the SQL of a scope finds."""
    fits = ROWS[noun][scope].replace("{t}", "t")
    text, values = f"SELECT t.id FROM {TABLES[noun]} t WHERE t.id = ANY($1) AND ({fits})", list[Any]([ids])
    for name, value in values_of(caller).items():
        if f":{name}" in text:
            values.append(value)
            text = text.replace(f":{name}", f"${len(values)}")
    return {row["id"] for row in await ground.owner.fetch(text, *values)}


@pytest.mark.parametrize(("noun", "scope"), ASKED, ids=lambda one: getattr(one, "value", one))
def test_a_scope_finds_the_rows_that_it_means(ground: Ground, noun: str, scope: Scope) -> None:
    meaning = ground.naive.meaning
    rows = meaning.rows_of(noun)
    ids = [row["id"] for row in rows]
    for caller in askers(scope):
        meant = {row["id"] for row in rows if RELATIONS[noun][scope.value](meaning, caller, row)}
        assert ground.run(found(ground, noun, scope, caller, ids)) == meant, caller.name


@pytest.fixture(scope="module")
def watched(ground: Ground) -> Watched:
    """Give the relations, with the ways that each of them and each of their conditions went for everybody."""
    meaning, relations = ground.naive.meaning, Watched()
    for noun, scope in ASKED:
        for caller in askers(scope):
            for row in meaning.rows_of(noun):
                relations.ask(noun, scope.value, meaning, caller, row)
    for stands, noun in STANDING.items():
        for row in meaning.rows_of(noun):
            relations.ask_standing(stands, meaning, row)
    return relations


def test_every_scope_finds_rows_and_leaves_rows_out(watched: Watched) -> None:
    """A scope that held for all rows of this world, or for none, could be another one and nobody would notice."""
    asked = {
        (noun, scope.value) for noun, scope in ASKED if scope is not Scope.ANY and (noun, scope) not in OPEN_TO_ALL
    }
    assert {one for one in asked if watched.answered[one] != {True, False}} == set()


def test_every_condition_of_every_scope_holds_for_some_and_fails_for_others(watched: Watched) -> None:
    """The part of a scope that never decided in this world could be missing in SQL and nobody would notice."""
    assert {one: ways for one, ways in watched.went.items() if ways != {True, False}} == {}
    assert len(watched.went) > 250, "the conditions are watched"

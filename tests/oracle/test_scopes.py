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
from tests.oracle.conftest import Ground
from tests.oracle.scopes import RELATIONS
from tests.oracle.world import CALLERS, TODAY, Caller

TABLES = {entity.noun: entity.table for entity in ENTITIES.values()}
ASKED = tuple((noun, scope) for noun, scopes in ROWS.items() if noun in TABLES for scope in scopes)
OPEN_TO_ALL = {(noun, scope) for noun, scope in ASKED if ROWS[noun][scope] == "TRUE"}


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


def test_every_scope_leaves_rows_out(ground: Ground) -> None:
    """A scope that held for all rows of this world could be taken away and nobody would notice."""
    meaning = ground.naive.meaning
    everywhere = [
        (noun, scope.value)
        for noun, scope in ASKED
        if scope is not Scope.ANY
        and (noun, scope) not in OPEN_TO_ALL
        and all(
            RELATIONS[noun][scope.value](meaning, caller, row)
            for caller in askers(scope)
            for row in meaning.rows_of(noun)
        )
    ]
    assert everywhere == []

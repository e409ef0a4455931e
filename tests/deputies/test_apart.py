"""Steps that are never one person's: the table says what the constraints of the database say, no more and no less."""

from __future__ import annotations

import re

import asyncpg
import pytest

from domain.apart import APART

pytestmark = pytest.mark.anyio

_PAIR = re.compile(r"\((\w+) <> (?:COALESCE\()?(\w+)(?:, (\w+)\))?\)")
_PEOPLE = re.compile(r"_by(_id)?$|^account_id$|^id$")


async def test_the_table_of_steps_kept_apart_is_that_of_the_constraints(installed_url: str) -> None:
    connection = await asyncpg.connect(installed_url)
    rows = await connection.fetch(
        "SELECT conrelid::regclass::text AS noun, pg_get_constraintdef(oid) AS text FROM pg_constraint"
        " WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
    )
    tables = {row["relname"] for row in await connection.fetch("SELECT relname FROM pg_class WHERE relkind = 'r'")}
    await connection.close()

    found = {
        (row["noun"], frozenset({one, other}))
        for row in rows
        for one, *others in _PAIR.findall(row["text"])
        for other in others
        if other and _PEOPLE.search(one) and _PEOPLE.search(other) and one != other
    }

    told = {(noun, frozenset(pair)) for noun, pairs in APART.items() for pair in pairs if noun in tables}
    assert found - {("assignment", frozenset({"deputy_of_id", "account_id"}))} == told

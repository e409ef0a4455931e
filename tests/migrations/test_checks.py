"""Every check of the database can refuse: there are values that it lets through, and values that it does not.

A check that is true of everything, or unknown of everything, guards nothing; that each of them stands in the database
as in its model is asked by `test_schema_agrees`.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

pytestmark = pytest.mark.anyio

TRIED = (250, 4_000)
"""How many rows a check is tried with: more where the first have not shown both."""
_WORD = re.compile(r"'((?:[^']|'')*)'::text")
_NUMBER = re.compile(r"(?<![\w'])(\d+)(?![\w'])")
_ONE, _OTHER = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
_VALUES: dict[str, list[Any]] = {
    "uuid": [None, _ONE, _OTHER],
    "boolean": [True, False],
    "date": [None, "2026-03-18", "2026-03-19", "2027-03-18"],
    "timestamp with time zone": [None, "2026-03-18T00:00:00Z", "2026-03-20T00:00:00Z"],
    "uuid[]": [[], [_ONE]],
    "text[]": [[], ["no such word"]],
}

_CHECKS = """
SELECT conrelid::regclass::text AS noun, conname::text, pg_get_expr(conbin, conrelid) AS text,
  (SELECT jsonb_object_agg(attname, format_type(atttypid, NULL)) FROM pg_attribute
   WHERE attrelid = conrelid AND attnum = ANY(conkey)) AS columns
FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace ORDER BY 1, 2
"""


@pytest.fixture
async def owner(database_url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


def values_of(kind: str, text: str) -> list[Any]:
    """Give values of a column's type to try: those that the check names, and others."""
    words = [word.replace("''", "'") for word in _WORD.findall(text)]
    if kind in _VALUES:
        return [*_VALUES[kind], *([[word] for word in words] if kind == "text[]" else [])]
    if kind in ("integer", "bigint", "smallint", "numeric", "double precision"):
        return [None, -1, 0, 1, *(near for one in _NUMBER.findall(text) for near in (int(one), int(one) + 1))]
    return [None, "no such word", *words]


async def outcomes(owner: asyncpg.Connection[Any], check: asyncpg.Record) -> set[bool | None]:
    """Give what a check says of random rows: true, false, unknown."""
    chance = random.Random(check["conname"])
    tried = {name: values_of(kind, check["text"]) for name, kind in json.loads(check["columns"]).items()}
    said: set[bool | None] = set()
    for many in TRIED:
        rows = [{name: chance.choice(values) for name, values in tried.items()} for _ in range(many)]
        found = await owner.fetch(
            f"SELECT DISTINCT ({check['text']}) AS holds FROM jsonb_array_elements($1::jsonb) AS given_(given_),"
            f" LATERAL jsonb_populate_record(NULL::{check['noun']}, given_)",
            json.dumps(rows),
        )
        said |= {row["holds"] for row in found}
        if said >= {True, False}:
            break
    return said


async def test_every_check_lets_something_through_and_refuses_something(owner: asyncpg.Connection[Any]) -> None:
    checks = await owner.fetch(_CHECKS)
    said = {check["conname"]: await outcomes(owner, check) for check in checks}
    assert len(said) > 200
    assert {name: holds for name, holds in said.items() if not holds >= {True, False}} == {}

"""Guards that the database keeps, taken out of the databases that tests have made: constraints and missing rights."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from tests.guards import preparation
from tests.guards.guard import Guard

TEMPLATES = ("renxin", "installed", "demonstrated")
_OTHERS = ("postgres", "template0", "template1", *TEMPLATES)


@contextmanager
def kept_from_databases(guard: Guard) -> Iterator[None]:
    """Take a guard out of the databases that tests have made until the end of the block."""
    back = asyncio.run(_dropped(guard))
    try:
        yield
    finally:
        asyncio.run(_in_all(back))


async def _dropped(guard: Guard) -> str:
    """Take a guard out; give what brings it back."""
    if guard.right is not None:
        right, _, table = guard.right.partition(" ON ")
        if right == "UPDATE":  # taken back from a table, it would be taken from the columns that have it as well
            right = f"UPDATE ({await _told(_LACKING, table, right)})"
        await _in_all(f"GRANT {right} ON {table} TO renxin_app")
        return f"REVOKE {right} ON {table} FROM renxin_app"
    assert guard.constraint is not None
    table, _, name = guard.constraint.partition(".")
    kept = await _told(_TEXT, table, name)
    await _in_all(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    return f"ALTER TABLE {table} ADD CONSTRAINT {name} {kept}"


async def _told(query: str, *values: str) -> str:
    """Ask the database from which the others were made."""
    owner = await asyncpg.connect(_url())
    try:
        return str(await owner.fetchval(query, *values))
    finally:
        await owner.close()


async def _in_all(statement: str) -> None:
    owner = await asyncpg.connect(_url())
    try:
        made = await owner.fetch("SELECT datname::text FROM pg_database WHERE datname <> ALL($1::text[])", _OTHERS)
    finally:
        await owner.close()
    for row in made:
        owner = await asyncpg.connect(_url(), database=row["datname"])
        try:
            await owner.execute(statement)
        finally:
            await owner.close()


async def tidy() -> None:
    """Drop the databases that tests have made."""
    owner = await asyncpg.connect(_server()["superuser_url"])
    try:
        for row in await owner.fetch("SELECT datname FROM pg_database WHERE datname <> ALL($1::text[])", _OTHERS):
            await owner.execute(f'DROP DATABASE "{row["datname"]}" WITH (FORCE)')
    finally:
        await owner.close()


def _server() -> dict[str, str]:
    found: dict[str, str] = json.loads((Path(os.environ[preparation.VARIABLE]) / preparation.SERVER).read_text())
    return found


def _url() -> str:
    return _server()["url"]


_TEXT = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = $2 AND conrelid = $1::text::regclass"
_LACKING = """
SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped
    AND NOT has_column_privilege('renxin_app', attrelid, attnum, $2)
"""

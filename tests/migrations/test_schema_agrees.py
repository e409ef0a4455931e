"""Models and the live schema agree, constraints included; migrations go down and up again."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import asyncpg
import pytest
from tortoise import Tortoise
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from migrations.applied import is_current
from migrations.apply import migrate

pytestmark = pytest.mark.anyio

_SQL_ONLY = {("ledger_event", "xid"), ("ledger_event", "salt")}
"""Columns that a model cannot declare."""


async def _fetch(url: str, query: str, *values: Any) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        rows: list[asyncpg.Record] = await connection.fetch(query, *values)
        return rows
    finally:
        await connection.close()


def _models() -> dict[str, Any]:
    return {str(model._meta.db_table): model for models in Tortoise.apps.values() for model in models.values()}


async def test_every_column_of_a_model_is_in_the_table_and_no_other(database_url: str) -> None:
    rows = await _fetch(
        database_url,
        "SELECT table_name, column_name, is_nullable FROM information_schema.columns WHERE table_schema = 'public'",
    )
    live = {(row["table_name"], row["column_name"]): row["is_nullable"] == "YES" for row in rows}
    expected = {}
    for table, model in _models().items():
        for name, field in model._meta.fields_map.items():
            if not isinstance(field, ForeignKeyFieldInstance):
                expected[table, field.source_field or name] = bool(field.null)
    live = {key: null for key, null in live.items() if key[0] != "tortoise_migrations" and key not in _SQL_ONLY}
    assert live == expected


async def test_every_constraint_of_a_model_is_in_the_table_and_no_other(database_url: str) -> None:
    rows = await _fetch(
        database_url,
        "SELECT conrelid::regclass::text AS table, conname, contype::text FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'u')",
    )
    live = {(row["table"], row["conname"], row["contype"]) for row in rows if row["table"] != "tortoise_migrations"}
    expected = {
        (table, constraint.name, "u" if isinstance(constraint, UniqueConstraint) else "c")
        for table, model in _models().items()
        for constraint in model._meta.constraints
        if isinstance(constraint, UniqueConstraint | CheckConstraint)
    }
    assert live == expected


async def test_every_reference_is_a_foreign_key_that_forbids_deletion(database_url: str) -> None:
    rows = await _fetch(
        database_url,
        "SELECT conrelid::regclass::text AS table, a.attname, confdeltype::text AS action FROM pg_constraint c"
        " JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = conkey[1] WHERE contype = 'f'",
    )
    live = {(row["table"], row["attname"], row["action"]) for row in rows}
    expected = {
        (table, str(field.source_field), "r")
        for table, model in _models().items()
        for field in model._meta.fields_map.values()
        if isinstance(field, ForeignKeyFieldInstance)
    }
    assert live == expected


async def test_every_index_of_a_model_is_in_the_table(database_url: str) -> None:
    rows = await _fetch(database_url, "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")
    live = {row["indexname"] for row in rows}
    assert {index.name for model in _models().values() for index in model._meta.indexes} <= live


async def test_the_request_role_cannot_rewrite_history(database_url: str) -> None:
    rows = await _fetch(
        database_url,
        "SELECT t.relname, p.kind FROM pg_class t CROSS JOIN unnest(ARRAY['UPDATE','DELETE','TRUNCATE']) AS p(kind)"
        " WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r'"
        " AND has_table_privilege('renxin_app', t.oid, p.kind)",
    )
    may = {(row["relname"], row["kind"]) for row in rows}
    assert not {kind for _, kind in may} & {"DELETE", "TRUNCATE"}
    assert not {table for table, _ in may} & {
        "ledger_event",
        "ledger_checkpoint",
        "credit_record_version",
        "policy_row",
        "policy_version",
    }


def test_migrations_go_down_and_up_again(database_url: str) -> None:
    before = asyncio.run(_tables(database_url))
    asyncio.run(migrate(database_url, target="renxin.0001_initial"))
    asyncio.run(migrate(database_url))
    assert asyncio.run(_tables(database_url)) == before


async def _tables(url: str) -> list[str]:
    rows = await _fetch(
        url,
        "SELECT indexdef AS text FROM pg_indexes WHERE schemaname = 'public' UNION ALL"
        " SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1",
    )
    return [re.sub(r"\s+", " ", row["text"]) for row in rows]


async def test_a_current_database_is_recognised_without_migrating(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        assert await is_current(connection)
    finally:
        await connection.close()

"""Entries of before the ways keep what they were: published, removed, withdrawn; what was neither begins its way."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from migrations.apply import migrate

pytestmark = pytest.mark.anyio

_BEFORE = """
INSERT INTO jurisdiction (id, name, level) VALUES ('350200', '厦门市', 'city');
INSERT INTO office (id, jurisdiction_id, code, name, aliases, kind, roles)
  VALUES ('00000000-0000-7000-8000-000000000001', '350200', 'A', '处', '{}', 'bureau_office', '{}');
INSERT INTO credit_list (id, jurisdiction_id, rulebook, code, name, aliases, polarity, clause)
  VALUES ('00000000-0000-7000-8000-000000000002', '350200', 'x', 'black', '黑名单', '{}', 'negative', '3');
INSERT INTO subject (id, kind, is_person, jurisdiction_id, name, masked_name, name_pinyin, uscc_lenient, state_owned, registered_at)
  VALUES ('00000000-0000-7000-8000-000000000003', 'enterprise', false, '350200', '虚构', '虚*', '', false, false, now());
"""
_ENTRY = """
INSERT INTO list_entry (id, credit_list_id, subject_id, about_person, jurisdiction_id, office_id, decision_no, reason,
  decided_on, published_at, disclosure, removed_on, removal_reason)
VALUES ($1, '00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000003', false, '350200',
  '00000000-0000-7000-8000-000000000001', $2, '欠薪', '2025-01-02', $3::timestamptz, 'public', $4::date, $5)
"""


async def test_existing_entries_are_given_the_state_they_were_in(unmigrated_url: str) -> None:
    await migrate(unmigrated_url, target="renxin.0002_statements")
    connection: asyncpg.Connection[Any] = await asyncpg.connect(unmigrated_url)
    await connection.execute(_BEFORE)
    cases = {
        "published": ("2025-01-03", None, None),
        "removed": ("2025-01-03", "2025-02-03", "repaired"),
        "withdrawn": ("2025-01-03", "2025-02-03", "withdrawn"),
        "collected": (None, None, None),
    }  # fmt: skip
    ids: dict[str, UUID] = {state: uuid4() for state in cases}
    for state, (published, removed, reason) in cases.items():
        published_at = await connection.fetchval("SELECT $1::text::timestamptz", published)
        removed_on = await connection.fetchval("SELECT $1::text::date", removed)
        await connection.execute(_ENTRY, ids[state], state, published_at, removed_on, reason)
    await connection.close()

    await migrate(unmigrated_url, target="renxin.0005_list_entry_ways")

    connection = await asyncpg.connect(unmigrated_url)
    rows = {row["id"]: row for row in await connection.fetch("SELECT * FROM list_entry")}
    assert {state: rows[ids[state]]["state"] for state in cases} == {state: state for state in cases}
    assert all(row["entered_on"] == row["decided_on"] and row["route"] == "regular" for row in rows.values())
    assert (rows[ids["published"]]["publisher_id"] is None, rows[ids["collected"]]["publisher_id"]) == (False, None)
    await connection.close()

    await migrate(unmigrated_url, target="renxin.0002_statements")
    await migrate(unmigrated_url, target="renxin.0005_list_entry_ways")

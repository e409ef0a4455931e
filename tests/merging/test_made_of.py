"""What goes with a row when a merge is undone is known of every column by which one row about a subject names another."""

from __future__ import annotations

from typing import Final

import asyncpg
import pytest

from domain.merging.moves import GROUNDS, MADE_OF

pytestmark = pytest.mark.anyio

THERE_BEFORE: Final = frozenset(
    {
        ("assessed_record", "record_id"),
        ("attendance", "application_id"),  # evidence in an application that was open by then
        ("credit_record_version", "record_id"),
        ("credit_report", "consent_id"),
        ("criminal_referral", "record_id"),
        ("discipline_recommendation", "violation_id"),
        ("exam_bulletin_line", "violation_id"),
        ("exemption", "record_id"),
        ("grade_fact", "replaces_id"),
        ("interview", "entry_id"),
        ("interview", "warning_id"),
        ("list_batch_entry", "entry_id"),
        ("list_entry", "extended_with_id"),  # the other entry stood when this one was extended
        ("list_entry", "with_entry_id"),
        ("list_evidence", "entry_id"),
        ("list_evidence", "record_id"),
        ("list_notice", "entry_id"),
        ("list_removal", "entry_id"),
        ("measure", "entry_id"),
        ("measure", "grade_id"),
        ("measure", "record_id"),
        ("name_warning", "record_id"),
        ("objection", "earlier_id"),
        ("objection", "entry_id"),
        ("objection", "record_id"),
        ("objection", "review_of_id"),
        ("objection_pause", "objection_id"),
        ("repair_application", "record_id"),
        ("repair_notice", "record_id"),
        ("risk_warning_action", "warning_id"),
        ("risk_warning_record", "record_id"),
        ("risk_warning_record", "warning_id"),
        ("spot_check_result", "commitment_id"),
        ("subject_request", "record_id"),
        ("subject_statement", "entry_id"),
        ("subject_statement", "record_id"),
    }
)
"""Columns that name a row which was there before: whoever names it hangs on it, and goes where it goes."""

_NAMING: Final = """
WITH of_subject AS (SELECT conrelid AS id FROM pg_constraint WHERE contype = 'f' AND confrelid = 'subject'::regclass)
SELECT naming.relname::text AS "table", attname::text AS "column", named.relname::text AS named
FROM pg_constraint JOIN pg_class naming ON naming.oid = conrelid JOIN pg_class named ON named.oid = confrelid
JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY(conkey)
WHERE contype = 'f' AND conrelid IN (SELECT id FROM of_subject) AND confrelid IN (SELECT id FROM of_subject)
  AND named.relname NOT IN ('subject', 'account')
"""
"""Foreign keys between tables about subjects; an account belongs to nobody's rows."""

_UNTOLD: Final = """
SELECT attrelid::regclass::text AS "table", attname::text AS "column" FROM pg_attribute
WHERE atttypid = 'uuid'::regtype AND attnum > 0 AND attname NOT IN ('id', 'import_id') AND attname NOT LIKE '%\\_by'
  AND attrelid IN (SELECT conrelid FROM pg_constraint WHERE contype = 'f' AND confrelid = 'subject'::regclass)
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND conrelid = attrelid AND attnum = ANY(conkey))
"""
"""Columns of tables about subjects that name a row and are no foreign keys, but for accounts and imports."""


async def _rows(url: str, query: str) -> set[tuple[str, ...]]:
    connection = await asyncpg.connect(url)
    found = {tuple(row.values()) for row in await connection.fetch(query)}
    await connection.close()
    return found


async def test_of_every_row_that_another_names_it_is_known_which_of_the_two_was_made_of_the_other(
    database_url: str,
) -> None:
    naming = await _rows(database_url, _NAMING)
    made = {row for row in naming if row[:2] not in THERE_BEFORE | GROUNDS}
    assert made == set(MADE_OF), "say in moves.MADE_OF what was made of a row, or here that it was there before"
    assert {row[:2] for row in naming} >= THERE_BEFORE, "a column that is no more"


async def test_no_row_about_a_subject_names_another_in_a_way_that_the_database_does_not_know(database_url: str) -> None:
    """An attachment names what it is attached to by kind and id; `moves` asks for it by itself."""
    assert await _rows(database_url, _UNTOLD) == {("attachment", "object_id")}

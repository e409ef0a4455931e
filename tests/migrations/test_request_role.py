"""What the role that serves requests may not do, whatever the service has thought: history, law and authority stand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

pytestmark = pytest.mark.anyio

ONLY_READ = (
    "credit_list",
    "deadline",
    "jurisdiction",
    "ledger_adoption",
    "office",
    "partner_purpose",
    "responsibility",
    "standing_duty",
    "tortoise_migrations",
    "working_day",
)
"""Law, offices, purposes, the schema itself: brought in by the owner of the database."""

ONLY_ADDED_TO = (
    "application_item",
    "catalogue_producer",
    "commitment_item_office",
    "credit_record_version",
    "edition_item",
    "exam_bulletin",
    "exam_bulletin_line",
    "idempotency_key",
    "ledger_checkpoint",
    "ledger_event",
    "list_evidence",
    "policy_row",
    "refused_row",
    "repair_notice",
    "revoked_token",
    "risk_warning_record",
    "spot_check",
    "subject_merge_row",
)
"""History: nothing of it is changed."""

CHANGED_IN_PART = {
    "account": "binding person reinstated_by_id state suspended_at suspended_by_id tokens_from",
    "account_key": "approved_at approved_by_id decision ends_at state",
    "assignment": "approved_at approved_by_id decision ended_at ended_by_id state to_on",
    "authority": "epoch policy_version version_id",
    "grade_fact": "ended_at ended_by ended_on state",
    "catalogue_item": "valid_to",
    "edition": "decided_at decided_by platform_at proposed_at proposed_by published_at publisher_id reason state"
    " submitted_on submitted_to valid_to",
    "issuer_clock": "seen_at",
    "measure": "lifted_at lifted_by lifted_for state version",
    "subject_merge": "decided_at decided_by refusal state unmerge_proposed_at unmerge_proposed_by unmerge_reason unmerged_at"
    " unmerged_by version",
    "name_warning": "reason resolved_at resolved_by state version",
    "outbox_event": "taken_up_at",
    "policy_version": "activated_at approved_at approved_by_id authors beneficiaries decision digest note policy_text"
    " proposed_at proposed_by_id state superseded_at",
}
"""By table, the columns that a step changes: of authority that of two officers."""

CHANGED = (
    "activity",
    "assessed_record",
    "attachment",
    "attendance",
    "campaign",
    "campaign_tag",
    "commitment",
    "commitment_item",
    "consent",
    "credit_record",
    "credit_report",
    "criminal_referral",
    "delivery",
    "discipline_recommendation",
    "exam_violation",
    "exam_watch",
    "exemption",
    "exemption_item",
    "government_contract",
    "grade",
    "grade_run",
    "integrity_archive",
    "integrity_complaint",
    "interview",
    "legal_representative",
    "list_attestation",
    "list_batch",
    "list_batch_entry",
    "list_definition",
    "list_entry",
    "list_notice",
    "list_removal",
    "major_event",
    "mandate",
    "market_record",
    "monitoring_figure",
    "objection",
    "objection_pause",
    "portal_entry",
    "processing_contract",
    "progress_report",
    "proof_use",
    "quality_assessment",
    "quality_count",
    "quality_tally",
    "quota_breach",
    "quota_use",
    "record_import",
    "repair_application",
    "risk_warning",
    "risk_warning_action",
    "scoring_paper",
    "screening",
    "self_report",
    "spot_check_result",
    "subject",
    "subject_request",
    "subject_statement",
    "supervised_subject",
    "typical_case",
    "urging",
    "watch",
)
"""Rows that steps change; what they were stands in the ledger."""

ENTERED_IN_PART = {
    "account": "tokens_from state suspended_by_id",
    "assignment": "approved_by_id subject_id",
    "ledger_event": "xid salt",
    "policy_version": "origin approved_by_id activated_at",
}
"""By table, the columns that no row is entered with: who brought it in, who approved it, where it stands in line.

That an assignment is not entered as the operator's is a policy of its table: tests/identity/test_linked_by_rule.py.
"""


@pytest.fixture
async def owner(database_url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def columns(owner: asyncpg.Connection[Any], table: str, right: str) -> set[str]:
    """Give the columns of a table for which the role has a right."""
    rows = await owner.fetch(
        "SELECT attname::text FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped"
        " AND has_column_privilege('renxin_app', attrelid, attnum, $2)",
        table,
        right,
    )
    return {row["attname"] for row in rows}


async def test_every_table_is_one_of_those_named_here(owner: asyncpg.Connection[Any]) -> None:
    rows = await owner.fetch(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')"
    )
    assert sorted(row["relname"] for row in rows) == sorted([*ONLY_READ, *ONLY_ADDED_TO, *CHANGED_IN_PART, *CHANGED])


async def test_nothing_is_deleted_or_emptied(owner: asyncpg.Connection[Any]) -> None:
    rows = await owner.fetch(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        " AND (has_table_privilege('renxin_app', oid, 'DELETE') OR has_table_privilege('renxin_app', oid, 'TRUNCATE')"
        " OR has_table_privilege('renxin_app', oid, 'TRIGGER'))"
    )
    assert [row["relname"] for row in rows] == []


@pytest.mark.parametrize("table", ONLY_READ)
async def test_what_the_owner_brings_in_is_only_read(owner: asyncpg.Connection[Any], table: str) -> None:
    assert await columns(owner, table, "INSERT") == set()
    assert await columns(owner, table, "UPDATE") == set()


@pytest.mark.parametrize("table", ONLY_ADDED_TO)
async def test_history_is_only_added_to(owner: asyncpg.Connection[Any], table: str) -> None:
    assert await columns(owner, table, "UPDATE") == set()


@pytest.mark.parametrize("table", CHANGED_IN_PART)
async def test_of_a_row_only_what_its_steps_change_is_changed(owner: asyncpg.Connection[Any], table: str) -> None:
    assert await columns(owner, table, "UPDATE") == set(CHANGED_IN_PART[table].split())


@pytest.mark.parametrize("table", ENTERED_IN_PART)
async def test_no_row_is_entered_as_approved_or_as_the_owners(owner: asyncpg.Connection[Any], table: str) -> None:
    assert not await columns(owner, table, "INSERT") & set(ENTERED_IN_PART[table].split())

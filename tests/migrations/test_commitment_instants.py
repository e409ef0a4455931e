"""Results and withdrawals of before spot checks have the instant at which they were entered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from migrations.apply import migrate

pytestmark = pytest.mark.anyio

_BEFORE = """
INSERT INTO jurisdiction (id, name, level) VALUES ('350200', '厦门市', 'city');
INSERT INTO office (id, jurisdiction_id, code, name, aliases, kind, roles)
  VALUES ('00000000-0000-7000-8000-000000000001', '350200', 'A', '处', '{}', 'bureau_office', '{}');
INSERT INTO subject (id, kind, is_person, jurisdiction_id, name, masked_name, name_pinyin, uscc_lenient, state_owned,
  registered_at)
  VALUES ('00000000-0000-7000-8000-000000000003', 'enterprise', false, '350200', '虚构', '虚*', '', false, false, now());
INSERT INTO commitment_item (id, jurisdiction_id, edition, code, name, kind, matter_kind, parties, disclosure,
  person_disclosure, clause, state, rulebook)
  VALUES ('00000000-0000-7000-8000-000000000004', '350200', '2021', 'x', '事项', 'general', 'approval', '{legal_person}',
  'public', 'public', '11', 'approved', 'x');
"""
_COMMITMENT = """
INSERT INTO commitment (id, commitment_item_id, subject_id, about_person, party, jurisdiction_id, office_id, matter_no,
  state, version, text, text_digest, signed_on, signature_method, signer, entered_at, supplement_provisional, disclosure,
  found_on, finding, found_by, withdrawal_reason)
VALUES (gen_random_uuid(), '00000000-0000-7000-8000-000000000004', '00000000-0000-7000-8000-000000000003', false,
  'legal_person', '350200', '00000000-0000-7000-8000-000000000001', $1::text, $1::text, 1, '文本', 'd', '2026-01-05', 'seal',
  'legal_representative', '2026-01-05T02:00Z', false, 'public',
  CASE WHEN $1::text = 'kept' THEN date '2026-02-01' END, CASE WHEN $1::text = 'kept' THEN '属实' END,
  CASE WHEN $1::text = 'kept' THEN gen_random_uuid() END, CASE WHEN $1::text = 'withdrawn' THEN '误录' END)
"""


async def test_existing_results_and_withdrawals_are_given_an_instant(unmigrated_url: str) -> None:
    """XM-11c: a population of an earlier day can be taken again for commitments of before."""
    await migrate(unmigrated_url, target="renxin.0014_quotas")
    connection: asyncpg.Connection[Any] = await asyncpg.connect(unmigrated_url)
    await connection.execute(_BEFORE)
    for state in ("signed", "kept", "withdrawn"):
        await connection.execute(_COMMITMENT, state)
    await connection.close()

    await migrate(unmigrated_url, target="renxin.0017_spot_checks")

    connection = await asyncpg.connect(unmigrated_url)
    rows = await connection.fetch("SELECT state, found_at, withdrawn_at FROM commitment ORDER BY state")
    assert [tuple(row) for row in rows] == [
        ("kept", datetime(2026, 1, 31, 16, tzinfo=UTC), None),
        ("signed", None, None),
        ("withdrawn", None, datetime(2026, 1, 5, 2, tzinfo=UTC)),
    ]
    await connection.close()

"""The coverage of a past day stays what it was when two subjects are found to be one, and when that is undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.evaluation.coverage import coverage
from domain.installation_rows import office_id
from domain.lifecycle import Transaction, create
from domain.merging import merges
from tests.merging.test_merges import OTHER, as_, enter, propose, tx
from tests.removals.ground import BOOKS

pytestmark = pytest.mark.anyio

__all__ = ["tx"]

KEEPER = office_id("350200", "GS")


async def _counted(tx: Transaction, as_of: date) -> tuple[int, int]:
    found = (await coverage(tx.connection, "350200", as_of))[("injury_insurance_institution", KEEPER)]
    return found.supervised, found.archived


async def test_a_merge_and_its_undoing_change_no_coverage_of_a_day_before(tx: Transaction) -> None:
    """XM-26: of two supervised subjects one had an archive; as one it is all, and parted the other has none."""
    kept, merged = await enter(tx, 1), await enter(tx, 2)
    common = {
        "about_person": False,
        "jurisdiction_id": "350200",
        "office_id": KEEPER,
        "scheme": "injury_insurance_institution",
    }
    for subject in (kept, merged):
        values = {**common, "subject_id": subject, "source": "名录", "valid_from": tx.today, "registered_at": tx.now}
        if subject == merged:  # ended on the next day, as one subject cannot have both
            values |= {"valid_to": tx.today, "ended_at": tx.now + timedelta(days=1), "reason": "重复"}
        await create(tx, "supervised_subject", "register", values)
    archive = {"subject_id": merged, "name": "诚信档案", "clause": "16", "office_ids": [KEEPER], "opened_at": tx.now}
    await create(tx, "integrity_archive", "open", {**common, **archive})

    days = [tx.today + timedelta(days=number) for number in range(3)]
    merge: UUID = await propose(tx, kept, merged)
    await merges.approve(replace(as_(tx, OTHER), now=tx.now + timedelta(days=1)), BOOKS, merge)
    assert [await _counted(tx, day) for day in days[:2]] == [(2, 1), (1, 1)]
    await merges.propose_unmerge(replace(tx, now=tx.now + timedelta(days=2)), merge, reason="误并")
    await merges.approve_unmerge(replace(as_(tx, OTHER), now=tx.now + timedelta(days=2)), BOOKS, merge)
    assert [await _counted(tx, day) for day in days] == [(2, 1), (1, 1), (1, 0)]

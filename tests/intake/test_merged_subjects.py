"""A file that names a merged subject by its code: the records are the kept one's, and go back when the merge is undone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from domain.ids import new_id
from domain.lifecycle import Actor, Transaction
from domain.merging import merges
from tests.intake.conftest import Desk
from tests.intake.sheets import penalty, sheet
from tests.removals.ground import BOOKS

pytestmark = pytest.mark.anyio

ONE, OTHER = new_id(), new_id()


def _as(desk: Desk, account: UUID) -> Transaction:
    return Transaction(desk.tx.connection, desk.tx.now, Actor(account, ("credit_office",), desk.office_id))


async def _merged(desk: Desk) -> tuple[UUID, UUID, UUID]:
    """Hand in two firms and merge the second into the first; give merge, kept and merged."""
    await desk.hand_in(sheet("penalty", [penalty(1), penalty(2)]))
    kept, merged = [row["subject_id"] for row in await desk.records()]
    return await _merge(desk, kept, merged), kept, merged


async def _merge(desk: Desk, kept: UUID, merged: UUID) -> UUID:
    made = await merges.propose(
        _as(desk, ONE), kept_id=kept, merged_id=merged, office_id=desk.office_id, reason="同一主体"
    )
    await merges.approve(_as(desk, OTHER), BOOKS, made)
    return made


async def _unmerge(desk: Desk, merge: UUID) -> None:
    await merges.propose_unmerge(_as(desk, ONE), merge, reason="误并")
    await merges.approve_unmerge(_as(desk, OTHER), BOOKS, merge)


async def _subjects(desk: Desk) -> dict[str, UUID]:
    return {row["decision_no"]: row["subject_id"] for row in await desk.records()}


async def test_rows_under_either_code_are_one_subjects_until_it_is_undone_xm_08(desk: Desk) -> None:
    merge, kept, merged = await _merged(desk)
    rows: list[dict[str, Any]] = [penalty(1, CF_WSH="新一号"), penalty(2, CF_WSH="新二号"), penalty(3, CF_WSH="新三号")]
    summary = await desk.hand_in(sheet("penalty", rows))
    assert (summary.rows_added, summary.rows_refused) == (3, 0)
    found = await _subjects(desk)
    assert (found["新一号"], found["新二号"]) == (kept, kept)
    assert found["新三号"] not in (kept, merged)
    assert await desk.count("name_warning") == 0, "the name that goes with the old code is known"
    await _unmerge(desk, merge)
    after = await _subjects(desk)
    assert after == found | {"新二号": merged, penalty(2)["CF_WSH"]: merged}


async def test_one_decision_under_both_codes_is_one_record(desk: Desk) -> None:
    await _merged(desk)
    given = {"CF_WSH": "同号", "CF_XDR_MC": "厦门虚构1号建设工程有限公司"}
    summary = await desk.hand_in(sheet("penalty", [penalty(1, **given), penalty(2, **given)]))
    assert summary.rows_added == 1
    again = await desk.hand_in(sheet("penalty", [penalty(2, **given)]))
    assert again.rows_added == 0


async def test_another_name_under_the_old_code_is_still_looked_at(desk: Desk) -> None:
    _, kept, _ = await _merged(desk)
    await desk.hand_in(sheet("penalty", [penalty(2, CF_WSH="另名", CF_XDR_MC="厦门另名公司")]))
    [warning] = await desk.tx.connection.fetch("SELECT * FROM name_warning")
    assert (warning["subject_id"], warning["given_name"]) == (kept, "厦门另名公司")


async def test_in_a_chain_what_was_handed_in_goes_back_step_by_step(desk: Desk) -> None:
    first, kept, merged = await _merged(desk)
    await desk.hand_in(sheet("penalty", [penalty(9)]))
    last = (await _subjects(desk))[penalty(9)["CF_WSH"]]
    second = await _merge(desk, last, kept)
    await desk.hand_in(sheet("penalty", [penalty(2, CF_WSH="后来")]))
    assert (await _subjects(desk))["后来"] == last
    await _unmerge(desk, second)
    assert (await _subjects(desk))["后来"] == kept
    await _unmerge(desk, first)
    assert (await _subjects(desk))["后来"] == merged

"""Two subjects found to be one: a merge proposed, approved by another person, refused, withdrawn, undone by two.

In charge of who may be merged into whom, and of the one transaction in which every row goes over or back. Refuses what
has been merged already, two kinds, two places without a common credit office, rows that one subject has once, whoever
decides on what he proposed himself, and undoing a merge while a later one rests on it.
Source: 厦门8 (数据完整、及时、准确), 9; 上海7; Personal Information Protection Law 8 (accuracy).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.errors import NotFound, StateConflict
from domain.lifecycle import Transaction, create, move, rewrite
from domain.lists import removal_merging
from domain.merging import links, moves
from domain.merging.merge import MACHINE, NOUN, STANDING
from domain.merging.refusals import (
    KeptWithoutCode,
    MergedLater,
    MergePending,
    MergeProposerDecides,
    SubjectKindsDiffer,
    SubjectMergedAlready,
    SubjectRowsConflict,
    SubjectsAreOne,
    SubjectsOfTwoPlaces,
    UnmergeProposerDecides,
)
from domain.registry.enrolment import names_identity, search_words
from domain.rights.objections.refusals import OthersPersonalData
from domain.rights.others_data import require_impersonal
from domain.rulebook.model import Rulebooks
from domain.text import require_text

_LONGEST: Final = 2_000


async def propose(tx: Transaction, *, kept_id: UUID, merged_id: UUID, office_id: UUID, reason: str) -> UUID:
    """Propose that a subject goes into another one; give the id of the merge.

    Raises: Forbidden; NotFound; SubjectsAreOne; SubjectMergedAlready; SubjectKindsDiffer; KeptWithoutCode;
    SubjectsOfTwoPlaces; MergePending; OthersPersonalData; InvalidInput.
    """
    account = tx.require_account()
    kept, merged = await _both(tx, kept_id, merged_id)
    if kept["kind"] != merged["kind"]:
        raise SubjectKindsDiffer
    if merged["uscc"] is not None and kept["uscc"] is None:
        raise KeptWithoutCode
    said = await _said(tx, "reason", reason, kept, merged)
    values = {
        "kept_id": kept_id,
        "merged_id": merged_id,
        "about_person": kept["is_person"],
        "jurisdiction_id": await _place(tx, kept["jurisdiction_id"], merged["jurisdiction_id"]),
        "office_id": office_id,
        "state": "proposed",
        "version": 1,
        "reason": said,
        "proposed_at": tx.now,
        "proposed_by": account,
    }
    waiting = await tx.connection.fetchval(_WAITING, [kept_id, merged_id])
    if waiting is not None:
        raise MergePending(merge=f"SubjectMerge:{waiting}")
    return await create(tx, NOUN, "propose", values, reason=said)


async def told_by_evidence(tx: Transaction, merge_id: UUID) -> Mapping[str, Any]:
    """Give whose evidence of a merge is: office and division of the merge, about the subject that is kept."""
    found: Mapping[str, Any] | None = await tx.connection.fetchrow(_OF_EVIDENCE, merge_id)
    assert found is not None
    return found


async def approve(tx: Transaction, books: Rulebooks, merge_id: UUID) -> dict[str, Any]:
    """Merge: let every row of the merged subject go over to the kept one, and its codes find that; give the merge.

    A red entry of the one is due to leave for what was verified of the other.
    Whoever calls moves the epoch of authority in the same transaction: accounts and names of the merged subject are the
    kept one's from then on.
    Raises: NotFound; MergeProposerDecides; StateConflict; SubjectMergedAlready; SubjectRowsConflict.
    """
    row = await _load(tx, merge_id, "proposed", "approve")
    if row["proposed_by"] == tx.actor.account_id:
        raise MergeProposerDecides
    kept, _ = await _both(tx, row["kept_id"], row["merged_id"])
    if found := await moves.conflicts(tx, row["kept_id"], row["merged_id"]):
        raise SubjectRowsConflict(conflicts=found)
    after = await move(tx, MACHINE, "approve", merge_id, {**_next(row), **_decided(tx)}, reason=row["reason"])
    await moves.go_over(tx, merge_id)
    await rewrite(tx, "subject", "merge", row["merged_id"], {"merged_into_id": row["kept_id"]}, reason=row["reason"])
    await _name(tx, kept, "merge", row["reason"])
    await removal_merging.raise_for_merge(tx, books, merge_id, row["kept_id"])
    return after


async def refuse(tx: Transaction, merge_id: UUID, *, reason: str) -> dict[str, Any]:
    """Refuse a merge that somebody else proposed, saying why; give the row after it.

    Raises: NotFound; MergeProposerDecides; StateConflict; OthersPersonalData; InvalidInput.
    """
    row = await _load(tx, merge_id, "proposed", "refuse")
    if row["proposed_by"] == tx.actor.account_id:
        raise MergeProposerDecides
    said = await _said(tx, "reason", reason, *await _named(tx, row))
    return await move(tx, MACHINE, "refuse", merge_id, {**_next(row), **_decided(tx), "refusal": said}, reason=said)


async def withdraw(tx: Transaction, merge_id: UUID, *, reason: str) -> dict[str, Any]:
    """Withdraw the proposal of a merge, saying why; give the row after it.

    Raises: NotFound; StateConflict; OthersPersonalData; InvalidInput.
    """
    row = await _load(tx, merge_id, "proposed", "withdraw")
    said = await _said(tx, "reason", reason, *await _named(tx, row))
    return await move(
        tx, MACHINE, "withdraw", merge_id, {**_next(row), "decided_at": tx.now, "refusal": said}, reason=said
    )


async def propose_unmerge(tx: Transaction, merge_id: UUID, *, reason: str) -> dict[str, Any]:
    """Propose to undo a merge, saying why; give the row after it.

    Raises: NotFound; Forbidden; StateConflict; MergedLater; OthersPersonalData; InvalidInput.
    """
    account = tx.require_account()
    row = await _load(tx, merge_id, "merged", "propose_unmerge")
    await _require_last(tx, row)
    said = await _said(tx, "reason", reason, *await _named(tx, row))
    changes = {
        **_next(row),
        "unmerge_reason": said,
        "unmerge_proposed_at": tx.now,
        "unmerge_proposed_by": account,
    }
    return await move(tx, MACHINE, "propose_unmerge", merge_id, changes, reason=said)


async def refuse_unmerge(tx: Transaction, merge_id: UUID, *, reason: str) -> dict[str, Any]:
    """Refuse what somebody else proposed, to undo a merge, saying why: it stands. Give the row after it.

    Raises: NotFound; UnmergeProposerDecides; StateConflict; OthersPersonalData; InvalidInput.
    """
    row = await _load(tx, merge_id, "unmerge_proposed", "refuse_unmerge")
    if row["unmerge_proposed_by"] == tx.actor.account_id:
        raise UnmergeProposerDecides
    said = await _said(tx, "reason", reason, *await _named(tx, row))
    none = {"unmerge_reason": None, "unmerge_proposed_at": None, "unmerge_proposed_by": None}
    return await move(tx, MACHINE, "refuse_unmerge", merge_id, {**_next(row), **none}, reason=said)


async def approve_unmerge(tx: Transaction, books: Rulebooks, merge_id: UUID) -> dict[str, Any]:
    """Undo a merge: give back exactly the rows that went over, and what hangs on them; give the merge.

    What was made since for the kept subject and hangs on none of them stays with it; tasks to remove a red entry for
    a violation of the other one lapse. As with a merge, the epoch of
    authority moves.
    Raises: NotFound; UnmergeProposerDecides; StateConflict; MergedLater.
    """
    row = await _load(tx, merge_id, "unmerge_proposed", "approve_unmerge")
    if row["unmerge_proposed_by"] == tx.actor.account_id:
        raise UnmergeProposerDecides
    kept, merged = await _named(tx, row)
    await _require_last(tx, row)
    why = row["unmerge_reason"]
    changes = {**_next(row), "unmerged_at": tx.now, "unmerged_by": tx.actor.account_id}
    after = await move(tx, MACHINE, "approve_unmerge", merge_id, changes, reason=why)
    await moves.go_back(tx, merge_id, row["kept_id"])
    await links.part(tx, row["kept_id"], row["merged_id"])
    await removal_merging.part(tx, books, row["kept_id"], row["merged_id"])
    await rewrite(tx, "subject", "unmerge", merged["id"], {"merged_into_id": None}, reason=why)
    await _name(tx, kept, "unmerge", why)
    return after


async def _load(tx: Transaction, merge_id: UUID, state: str, verb: str) -> asyncpg.Record:
    row = await tx.connection.fetchrow(f"SELECT * FROM {NOUN} WHERE id = $1 FOR NO KEY UPDATE", merge_id)
    if row is None:
        raise NotFound
    if row["state"] != state:
        raise StateConflict(verb=verb)
    return row


async def _both(tx: Transaction, kept_id: UUID, merged_id: UUID) -> tuple[asyncpg.Record, asyncpg.Record]:
    """Lock two subjects, each of which stands for itself, in the order of their ids.

    Raises: SubjectsAreOne; NotFound; SubjectMergedAlready, naming the merge.
    """
    if kept_id == merged_id:
        raise SubjectsAreOne
    rows = {row["id"]: row for row in await tx.connection.fetch(_LOCK, [kept_id, merged_id])}
    if len(rows) < 2:
        raise NotFound
    for row in rows.values():
        if row["merged_into_id"] is not None:
            raise SubjectMergedAlready(merge=await _merge_of(tx, row["id"]))
    return rows[kept_id], rows[merged_id]


async def _named(tx: Transaction, row: Mapping[str, Any]) -> tuple[asyncpg.Record, asyncpg.Record]:
    """Lock the two subjects of a merge, whatever became of them."""
    rows = {one["id"]: one for one in await tx.connection.fetch(_LOCK, [row["kept_id"], row["merged_id"]])}
    return rows[row["kept_id"]], rows[row["merged_id"]]


async def _merge_of(tx: Transaction, subject_id: UUID) -> str:
    return f"SubjectMerge:{await tx.connection.fetchval(_STANDING, subject_id, list(STANDING))}"


async def _require_last(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Pass a merge whose kept subject has not gone into another one itself.

    Raises: MergedLater, naming that merge.
    """
    if await tx.connection.fetchval("SELECT merged_into_id FROM subject WHERE id = $1", row["kept_id"]) is not None:
        raise MergedLater(merge=await _merge_of(tx, row["kept_id"]))


async def _place(tx: Transaction, kept: str, merged: str) -> str:
    """Give the division whose credit office answers for both subjects.

    Raises: SubjectsOfTwoPlaces.
    """
    place = await tx.connection.fetchval(_PLACE, [kept, merged])
    if place is None:
        raise SubjectsOfTwoPlaces
    return str(place)


async def _said(tx: Transaction, field: str, text: str, *subjects: Mapping[str, Any]) -> str:
    """Give a text that names none of the persons it is about, nor others.

    Raises: OthersPersonalData; InvalidInput.
    """
    said = require_text(field, text, longest=_LONGEST)
    for one in subjects:
        await require_impersonal(tx, field, said, subject_id=one["id"])
        if one["is_person"] and names_identity(said, person_name=one["name"]):
            raise OthersPersonalData(field=field)
    return said


async def _name(tx: Transaction, kept: Mapping[str, Any], verb: str, reason: str) -> None:
    """Let an organisation be found by the names of those merged into it, and by no others."""
    words = await search_words(tx, kept["id"], kept["name"]) if not kept["is_person"] else ""
    await rewrite(tx, "subject", verb, kept["id"], {"name_pinyin": words}, reason=reason)


def _next(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"version": row["version"] + 1}


def _decided(tx: Transaction) -> dict[str, Any]:
    return {"decided_by": tx.actor.account_id, "decided_at": tx.now}


_LOCK: Final = """
SELECT id, kind, is_person, name, uscc, jurisdiction_id, merged_into_id FROM subject
WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE
"""
_WAITING: Final = f"""
SELECT id FROM {NOUN} WHERE state = 'proposed' AND (merged_id = ANY($1::uuid[]) OR kept_id = ANY($1::uuid[]))
ORDER BY id LIMIT 1
"""
_OF_EVIDENCE: Final = (
    f"SELECT id, office_id, jurisdiction_id, kept_id AS subject_id, about_person FROM {NOUN} WHERE id = $1"
)
_STANDING: Final = f"SELECT id FROM {NOUN} WHERE merged_id = $1 AND state = ANY($2::text[]) LIMIT 1"
_PLACE: Final = """
SELECT upper.id FROM jurisdiction upper
WHERE upper.id = ANY($1::text[])
  AND NOT EXISTS (SELECT FROM unnest($1::text[]) AS place
    WHERE place <> upper.id AND NOT EXISTS (SELECT FROM jurisdiction below WHERE below.id = place AND below.parent_id = upper.id))
LIMIT 1
"""

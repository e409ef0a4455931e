"""Mutations of merges: two subjects found to be one, and that undone; each by two people.

A merge changes whose accounts and names are whose, so approving or undoing one moves the epoch of authority: no
statement that was planned before is answered after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional
from uuid import UUID

import strawberry

from api.commands.attachments import attach_drafts
from api.commands.inputs import KEY, local_id, optional, required
from api.execution.mutation import Changed, Work, mutation
from authz.activation import bump_epoch
from domain.merging import merges
from domain.merging.merge import NOUN

_PAYLOAD = {"subjectMerge": "SubjectMerge"}
_MERGE = "Global id of the merge."
_REASON = "Why. No personal data."
_EVIDENCE = "Global ids of drafts of attachments that show it 证明材料, e.g. the register's notice; for who approves."


@strawberry.input(description="Which two subjects are one, which of them is kept, and why.")
class ProposeSubjectMergeInput:
    kept: strawberry.ID = required("Global id of the subject that is kept 保留的主体.")
    merged: strawberry.ID = required("Global id of the subject that goes into it 被并入的主体.")
    reason: str = required("Why they are one, e.g. what the register says. No personal data.")
    evidence: Optional[list[strawberry.ID]] = optional(_EVIDENCE)
    client_mutation_id: Optional[str] = optional(KEY)


@strawberry.input(description="Which merge.")
class SubjectMergeInput:
    subject_merge: strawberry.ID = required(_MERGE)
    client_mutation_id: Optional[str] = optional(KEY)


@strawberry.input(description="Which merge is to be undone, and why.")
class ProposeUnmergeInput:
    subject_merge: strawberry.ID = required(_MERGE)
    reason: str = required(_REASON)
    evidence: Optional[list[strawberry.ID]] = optional(_EVIDENCE)
    client_mutation_id: Optional[str] = optional(KEY)


@strawberry.input(description="Which merge, and why.")
class SubjectMergeReasonInput:
    subject_merge: strawberry.ID = required(_MERGE)
    reason: str = required(_REASON)
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("proposeSubjectMerge", noun=NOUN, verb="propose", input=ProposeSubjectMergeInput, payload=_PAYLOAD)
async def propose_subject_merge(work: Work, given: ProposeSubjectMergeInput) -> Changed:
    """Propose that two subjects are one 主体合并; a second person of the credit office decides (厦门8, 9; 上海7: accuracy)."""
    scopes, office = work.scopes(NOUN, "propose"), work.office()
    kept, merged = local_id(given.kept, "Subject"), local_id(given.merged, "Subject")
    await work.require("subject", kept, scopes)
    await work.require("subject", merged, scopes)
    made = await merges.propose(work.tx, kept_id=kept, merged_id=merged, office_id=office, reason=given.reason)
    await _attach(work, made, given.evidence)
    return Changed({"subjectMerge": made})


@mutation("approveSubjectMerge", noun=NOUN, verb="approve", input=SubjectMergeInput, payload=_PAYLOAD, governs=True)
async def approve_subject_merge(work: Work, given: SubjectMergeInput) -> Changed:
    """Merge two subjects that somebody else found to be one: everything held about the one is the other's from now on.

    Its codes, numbers and names go on finding the kept subject, also in what is handed in. Reports stay as they were
    issued. Where both have what one subject has once, it is refused with the pairs. A red entry of the one is raised to
    be removed for a violation in force of the other (新乡四(四)).
    """
    row = await work.lock(NOUN, local_id(given.subject_merge, "SubjectMerge"), "approve")
    await merges.approve(work.tx, work.job.service.books, row["id"])
    await bump_epoch(work.tx.connection)
    return Changed({"subjectMerge": row["id"]})


@mutation("refuseSubjectMerge", noun=NOUN, verb="refuse", input=SubjectMergeReasonInput, payload=_PAYLOAD)
async def refuse_subject_merge(work: Work, given: SubjectMergeReasonInput) -> Changed:
    """Refuse a merge 驳回主体合并 that somebody else proposed, with the reason; both subjects stay as they are."""
    row = await work.lock(NOUN, local_id(given.subject_merge, "SubjectMerge"), "refuse")
    await merges.refuse(work.tx, row["id"], reason=given.reason)
    return Changed({"subjectMerge": row["id"]})


@mutation("withdrawSubjectMerge", noun=NOUN, verb="withdraw", input=SubjectMergeReasonInput, payload=_PAYLOAD)
async def withdraw_subject_merge(work: Work, given: SubjectMergeReasonInput) -> Changed:
    """Withdraw a merge 撤回主体合并 that your office proposed and nobody has decided on, with the reason."""
    row = await work.lock(NOUN, local_id(given.subject_merge, "SubjectMerge"), "withdraw")
    await merges.withdraw(work.tx, row["id"], reason=given.reason)
    return Changed({"subjectMerge": row["id"]})


@mutation("proposeUnmerge", noun=NOUN, verb="propose_unmerge", input=ProposeUnmergeInput, payload=_PAYLOAD)
async def propose_unmerge(work: Work, given: ProposeUnmergeInput) -> Changed:
    """Propose to undo a merge 撤销合并, with the reason; a second person of the credit office decides."""
    row = await work.lock(NOUN, local_id(given.subject_merge, "SubjectMerge"), "propose_unmerge")
    await merges.propose_unmerge(work.tx, row["id"], reason=given.reason)
    await _attach(work, row["id"], given.evidence)
    return Changed({"subjectMerge": row["id"]})


@mutation("refuseUnmerge", noun=NOUN, verb="refuse_unmerge", input=SubjectMergeReasonInput, payload=_PAYLOAD)
async def refuse_unmerge(work: Work, given: SubjectMergeReasonInput) -> Changed:
    """Refuse to undo a merge 驳回撤销合并, as somebody else proposed, with the reason: the two stay one."""
    row = await work.lock(NOUN, local_id(given.subject_merge, "SubjectMerge"), "refuse_unmerge")
    await merges.refuse_unmerge(work.tx, row["id"], reason=given.reason)
    return Changed({"subjectMerge": row["id"]})


@mutation("approveUnmerge", noun=NOUN, verb="approve_unmerge", input=SubjectMergeInput, payload=_PAYLOAD, governs=True)
async def approve_unmerge(work: Work, given: SubjectMergeInput) -> Changed:
    """Undo a merge 核准撤销合并, as somebody else proposed: exactly the rows that went over go back, and what hangs on them.

    So does what was handed in under the merged subject's codes; everything else made since stays with the kept one. An
    open task to remove a red entry lapses where it rests on a violation of the other one.
    """
    row = await work.lock(NOUN, local_id(given.subject_merge, "SubjectMerge"), "approve_unmerge")
    await merges.approve_unmerge(work.tx, work.job.service.books, row["id"])
    await bump_epoch(work.tx.connection)
    return Changed({"subjectMerge": row["id"]})


async def _attach(work: Work, merge_id: UUID, evidence: Sequence[str] | None) -> None:
    """Keep what a proposal rests on beside it, for who proposed and who decides, and for neither subject."""
    row = await merges.told_by_evidence(work.tx, merge_id)
    await attach_drafts(work, evidence, to=NOUN, row=row, disclosure="internal")

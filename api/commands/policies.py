"""Mutations of policy versions: drafted, edited, proposed by one officer, approved by another, activated, rolled back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Optional
from uuid import UUID

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.execution.job import Job
from api.execution.mutation import Changed, Work, mutation
from api.queries.policy_review import require, reviewed, reviewed_uncompared
from authz import versions
from authz.line_changes import changes, said_by, said_in, with_lines, without, written
from authz.lines import read_line
from authz.review import Review
from domain.errors import InvalidInput, StateConflict

NOUN = "policy_version"
PAYLOAD = {"policyVersion": "PolicyVersion"}
READ_AS = "Its digest as you read it: refused with STATE_CONFLICT when another officer has edited it since."


class LineUnknown(InvalidInput):
    """The draft has no such line: give it as the draft has it."""

    code = "POLICY_LINE_UNKNOWN"
    zh = "草稿中没有该行：请按草稿中的写法填写。"


@strawberry.input(description="From which version a draft begins, and what it is to change.")
class DraftPolicyVersionInput:
    note: str = required("What it changes and why; kept in the history.")
    from_: Optional[strawberry.ID] = strawberry.field(
        default=None, name="from", description="Global id of the version to begin from; the active one unless given."
    )
    carry_over: Optional[strawberry.ID] = optional(
        "Global id of a version whose changes against its own base are made again, when another became active since."
    )
    text: Optional[str] = optional(
        "The whole policy as a file (CSV), to be imported; instead of the version's own text."
    )
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("draftPolicyVersion", noun=NOUN, verb="draft", input=DraftPolicyVersionInput, payload=PAYLOAD, governs=True)
async def draft_policy_version(work: Work, given: DraftPolicyVersionInput) -> Changed:
    """Draft a policy version 起草权限策略; it changes nothing until it is proposed, approved and activated."""
    work.scopes(NOUN, "draft")
    active = await versions.active_id(work.tx)
    begin = local_id(given.from_, "PolicyVersion") if given.from_ else active
    text = given.text if given.text is not None else (await _row(work, begin))["policy_text"]
    if given.carry_over:
        carried = await _row(work, local_id(given.carry_over, "PolicyVersion"))
        text = await _carried_over(work, carried, text)
    version_id = await versions.draft(work.tx, base_id=active, text=text, note=given.note)
    return Changed({"policyVersion": version_id})


@strawberry.input(description="What to change in a draft.")
class EditPolicyVersionInput:
    policy_version: strawberry.ID = required("Global id of the draft.")
    remove: Optional[list[str]] = optional(
        'Lines to take out, as they stand: "p, clerk, credit_record, read, published".'
    )
    add: Optional[list[str]] = optional(
        "Lines to add at the end: p, role, object, action, scope[, deny]; c, role, class, level, scope;"
        " g, role, parent; r, role, what it is; t, sentence, yes or no[, source]."
    )
    text: Optional[str] = optional("The whole policy as a file (CSV), to be imported in place of the draft's text.")
    note: Optional[str] = optional("What the version changes and why, if that is to be said anew.")
    digest: Optional[str] = optional(READ_AS)
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("editPolicyVersion", noun=NOUN, verb="edit", input=EditPolicyVersionInput, payload=PAYLOAD, governs=True)
async def edit_policy_version(work: Work, given: EditPolicyVersionInput) -> Changed:
    """Edit a draft 修改草稿: lines out, lines in, or the whole text; see policyCheck for what is wrong with it."""
    row = await work.lock(NOUN, local_id(given.policy_version, "PolicyVersion"), "edit")
    versions.require_read(row, given.digest)
    text = row["policy_text"] if given.text is None else given.text
    text = _without(text, given.remove or ())
    await versions.edit(work.tx, row, text=with_lines(text, given.add or ()), note=given.note)
    return Changed({"policyVersion": row["id"]})


@strawberry.input(description="Which version, and why.")
class DecidePolicyVersionInput:
    policy_version: strawberry.ID = required("Global id of the policy version.")
    reason: Optional[str] = optional("Why; kept in the history and in the ledger.")
    digest: Optional[str] = optional(READ_AS)
    client_mutation_id: Optional[str] = optional(KEY)


@strawberry.input(description="Which version to approve, and whether to activate it at once.")
class ApprovePolicyVersionInput:
    policy_version: strawberry.ID = required("Global id of the policy version.")
    reason: Optional[str] = optional("Why; kept in the history and in the ledger.")
    activate: bool = strawberry.field(default=False, description="Whether to make it the active one in the same step.")
    client_mutation_id: Optional[str] = optional(KEY)


@strawberry.input(description="Which version to reject or go back to, and why.")
class ReasonedPolicyVersionInput:
    policy_version: strawberry.ID = required("Global id of the policy version.")
    reason: str = required("Why; kept in the history and in the ledger.")
    client_mutation_id: Optional[str] = optional(KEY)


Reviewing = Callable[[Job, UUID], Awaitable[Review]]


def _review_before(action: str, by: Reviewing = reviewed) -> Callable[[Job, Any], Awaitable[tuple[Job, Review]]]:
    """Give what reviews a version before the transaction of an action on it begins."""

    async def prepare(job: Job, given: Any) -> tuple[Job, Review]:
        require(job, (NOUN, action))
        return job, await by(job, local_id(given.policy_version, "PolicyVersion"))

    return prepare


async def _reviewed_again(job: Job, version_id: UUID) -> Review:
    """Review an approved version; it is compared anew only where it may benefit one of those who decided on it by now."""
    given = await versions.was_given_since(job.service.database, version_id)
    return await (reviewed if given else reviewed_uncompared)(job, version_id)


@mutation(
    "proposePolicyVersion",
    noun=NOUN,
    verb="propose",
    input=DecidePolicyVersionInput,
    payload=PAYLOAD,
    prepare=_review_before("propose"),
    governs=True,
)
async def propose_policy_version(work: Work, given: DecidePolicyVersionInput) -> Changed:
    """Propose a draft 提出; refused with the counter-example when it breaks an invariant or a policy case fails."""
    row, found = await _locked(work, given.policy_version, "propose")
    versions.require_read(row, given.digest)
    found.require()
    await versions.propose(work.tx, row, found.lines, gaining=found.gaining, reason=given.reason)
    return Changed({"policyVersion": row["id"]})


@mutation(
    "approvePolicyVersion",
    noun=NOUN,
    verb="approve",
    input=ApprovePolicyVersionInput,
    payload=PAYLOAD,
    prepare=_review_before("approve"),
    governs=True,
)
async def approve_policy_version(work: Work, given: ApprovePolicyVersionInput) -> Changed:
    """Approve a proposed version 批准 as the second officer, who neither proposed it, wrote in it, nor gains by it."""
    row, found = await _locked(work, given.policy_version, "approve")
    found.require()
    approved = await versions.approve(work.tx, row, gaining=found.gaining, reason=given.reason)
    if given.activate:
        work.scopes(NOUN, "activate")
        await versions.activate(work.tx, approved, reason=given.reason)
    return Changed({"policyVersion": row["id"]})


@mutation(
    "rejectPolicyVersion", noun=NOUN, verb="reject", input=ReasonedPolicyVersionInput, payload=PAYLOAD, governs=True
)
async def reject_policy_version(work: Work, given: ReasonedPolicyVersionInput) -> Changed:
    """Reject a version 否决 that is not active, or give up a draft; it can never become active after that."""
    row = await work.lock(NOUN, local_id(given.policy_version, "PolicyVersion"), "reject")
    await versions.reject(work.tx, row, reason=given.reason)
    return Changed({"policyVersion": row["id"]})


@mutation(
    "activatePolicyVersion",
    noun=NOUN,
    verb="activate",
    input=DecidePolicyVersionInput,
    payload=PAYLOAD,
    prepare=_review_before("activate", _reviewed_again),
    governs=True,
)
async def activate_policy_version(work: Work, given: DecidePolicyVersionInput) -> Changed:
    """Activate an approved version 启用; it holds for the next request in every process."""
    row, found = await _locked(work, given.policy_version, "activate")
    versions.require_read(row, given.digest)
    found.require()
    await versions.activate(work.tx, row, reason=given.reason, gaining=found.gaining)
    return Changed({"policyVersion": row["id"]})


@mutation(
    "rollBackPolicyVersion",
    noun=NOUN,
    verb="roll_back",
    input=ReasonedPolicyVersionInput,
    payload=PAYLOAD,
    prepare=_review_before("roll_back"),
    governs=True,
)
async def roll_back_policy_version(work: Work, given: ReasonedPolicyVersionInput) -> Changed:
    """Go back to an earlier version 回退 by a new one with its lines: `policyVersion` in the answer.

    Where that only takes away it is active at once; where it gives something back a second officer approves it.
    """
    row, found = await _locked(work, given.policy_version, "roll_back")
    narrows = found.difference is not None and found.difference.narrows
    found.require_narrower() if narrows else found.require()
    assert found.difference is not None
    version_id = await versions.roll_back(
        work.tx,
        row,
        found.lines,
        narrows=narrows,
        gaining=found.gaining,
        reason=given.reason,
    )
    return Changed({"policyVersion": version_id})


async def _locked(work: Work, given: strawberry.ID, action: str) -> tuple[Mapping[str, Any], Review]:
    """Lock a version and give it with its review, which must still be about it and about the active version.

    Raises: NotFound; StateConflict when either has moved on since.
    """
    row = await work.lock(NOUN, local_id(given, "PolicyVersion"), action)
    found: Review = work.prepared
    if row["digest"] != found.digest or await versions.active_id(work.tx) != found.active_id:
        raise StateConflict
    return row, found


async def _row(work: Work, version_id: UUID) -> Mapping[str, Any]:
    await work.require(NOUN, version_id, work.scopes(NOUN, "read"))
    return await versions.read_version(work.tx, version_id)


# -- texts


async def _carried_over(work: Work, carried: Mapping[str, Any], text: str) -> str:
    """Make the changes of a version against its base in another text."""
    base = (await _row(work, carried["base_id"]))["policy_text"] if carried["base_id"] else ""
    gone, new = changes(base, carried["policy_text"])
    return with_lines(without(text, gone), written(new))


def _without(text: str, lines: list[str] | tuple[str, ...]) -> str:
    """Take lines out of a text.

    Raises: LineUnknown for a line that is not in it.
    """
    wanted = Counter(said_by(read_line(0, line)) for line in lines)
    if wanted - said_in(text):
        raise LineUnknown
    return without(text, wanted)

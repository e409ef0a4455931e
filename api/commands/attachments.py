"""Mutations of attachments: attached to a record of one's office, discarded while drafts.

`attach_drafts` is what other mutations use whose input names attachments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

import strawberry

from api.commands.inputs import KEY, local_id, optional, required, value_of
from api.declaring.types import enum_type
from api.entities.index import ENTITIES
from api.execution.mutation import Changed, Work, mutation
from api.planning import bind
from domain.errors import InvalidInput
from domain.files import attachments
from domain.text import require_text

AttachmentPart: Any = enum_type("AttachmentPart")

MOST_AT_ONCE = 20
TARGETS = {"CreditRecord": "amend"}
"""What a draft may be attached to by itself, and the action on it that allows that."""


class TooManyAttachments(InvalidInput):
    """More than 20 attachments at once, or one of them twice: name each once, in several requests."""

    code = "TOO_MANY_ATTACHMENTS"
    zh = "一次最多20个附件且不得重复：请分次提交。"


class NotAttachable(InvalidInput):
    """Nothing is attached to this by itself: hand the attachment in with the step that asks for it."""

    code = "NOT_ATTACHABLE"
    zh = "不能直接为其添加附件：请在需要附件的办理步骤中一并提交。"


async def attach_drafts(
    work: Work,
    given: Sequence[str] | None,
    *,
    to: str,
    row: Mapping[str, Any],
    part: str = "evidence",
    disclosure: str = "restricted",
) -> int:
    """Attach the caller's own drafts, named by their global ids, to a row of a noun; give how many they are.

    `row` has the id of what they belong to, and its office, jurisdiction and subject where it has them.
    Raises: NotFound for a draft of somebody else, the same as for none; NotADraft; TooManyAttachments; Forbidden.
    """
    ids = [local_id(one, "Attachment") for one in given or ()]
    if len(ids) > MOST_AT_ONCE or len(set(ids)) < len(ids):
        raise TooManyAttachments
    drafts = [await work.lock("attachment", one, "upload") for one in sorted(ids)]
    await attachments.attach(work.tx, drafts, to=to, row=row, part=part, disclosure=disclosure)
    return len(drafts)


@strawberry.input(description="Which draft belongs to what.")
class AttachAttachmentInput:
    attachment: strawberry.ID = required("Global id of the draft.")
    to: strawberry.ID = required("Global id of a credit record of your office.")
    part: AttachmentPart = required("What it is to the record.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "attachAttachment",
    noun="attachment",
    verb="attach",
    input=AttachAttachmentInput,
    payload={"attachment": "Attachment"},
)
async def attach_attachment(work: Work, given: AttachAttachmentInput) -> Changed:
    """Attach 附件关联 a draft to a credit record of your office for good; it is shown to those who handle the record."""
    name = bind.entity_of(given.to)
    if name not in TARGETS:
        raise NotAttachable
    row = await work.lock(ENTITIES[name].noun, local_id(given.to, name), TARGETS[name])
    work.scopes("attachment", "attach")
    await attach_drafts(work, [given.attachment], to=ENTITIES[name].noun, row=row, part=value_of(given.part) or "other")
    return Changed({"attachment": local_id(given.attachment, "Attachment")})


@strawberry.input(description="Which draft to discard 作废, and why.")
class DiscardAttachmentInput:
    attachment: strawberry.ID = required("Global id of the draft.")
    reason: Optional[str] = optional("Why.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation(
    "discardAttachment",
    noun="attachment",
    verb="discard",
    input=DiscardAttachmentInput,
    payload={"attachment": "Attachment"},
)
async def discard_attachment(work: Work, given: DiscardAttachmentInput) -> Changed:
    """Discard a draft 作废附件 that belongs to nothing; its bytes are deleted later."""
    row = await work.lock("attachment", local_id(given.attachment, "Attachment"), "discard")
    reason = require_text("reason", given.reason, longest=1_000) if given.reason is not None else None
    await attachments.discard(work.tx, row["id"], reason=reason)
    return Changed({"attachment": row["id"]})

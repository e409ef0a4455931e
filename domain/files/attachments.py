"""What happens to attachments: uploaded as drafts, attached to a row for good, discarded while drafts.

In charge of their machine. An attachment takes on the office, the subject and the disclosure of what it belongs
to. Refuses names that hide what they are or carry an identity number, and too many drafts of one account.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from domain.errors import DomainError, InvalidInput
from domain.files.media import ENDINGS
from domain.lifecycle import Machine, Transaction, create, machine, move
from domain.text import require_text

MACHINE: Final[Machine] = machine(
    "attachment",
    attach=("draft", "attached"),
    discard=("draft", "discarded"),
    disclose=("attached", None),  # with the publication of what it belongs to
    withhold=("attached", None),  # when that ends
)

DRAFTS_ALLOWED: Final = 100
DRAFT_LIFE: Final = timedelta(days=30)
"""After how long a draft that belongs to nothing is discarded (个人信息保护法19)."""

_LONGEST_NAME: Final = 200
_ID_NUMBER: Final = re.compile(r"(?<![0-9])(?:[1-9][0-9]{16}[0-9Xx]|(?<![A-Za-z])[A-Za-z]{3}[0-9]{12})(?![0-9])")


class DraftsPending(DomainError):
    """Your account has 100 attachments that belong to nothing yet: attach or discard them first."""

    code = "DRAFTS_PENDING"
    zh = "您有100个附件尚未关联任何事项：请先关联或作废。"


class NotADraft(DomainError):
    """The attachment belongs to something already, or was discarded: upload the file again."""

    code = "ATTACHMENT_NOT_A_DRAFT"
    zh = "该附件已关联其他事项或已作废：请重新上传。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that was received and recognised."""

    name: str
    media_type: str
    size: int
    digest: str


def plain_name(name: str) -> str:
    """Give a file's name without blanks around it.

    Raises: InvalidInput for a path, an invisible or turning character, or an identity number in it.
    """
    plain = require_text("name", unicodedata.normalize("NFC", name), longest=_LONGEST_NAME)
    hidden = any(unicodedata.category(one) in ("Cc", "Cf", "Co", "Zl", "Zp") for one in plain)
    if hidden or plain in (".", "..") or any(one in plain for one in '/\\:*?"<>|'):
        raise InvalidInput(
            "The name of a file has no path, no quotation marks and no invisible characters: correct it.",
            zh="文件名不得含路径、引号或不可见字符：请更正。",
            field="name",
        )
    if _ID_NUMBER.search(plain):
        raise InvalidInput(
            "The name of a file may not carry an identity number: rename it.",
            zh="文件名不得包含身份证号：请更名。",
            field="name",
        )
    return plain


def shown_name(name: str | None, media_type: str) -> str:
    """Give the name under which a file is served: with an ending that agrees with its content."""
    plain = name or "attachment"
    endings = ENDINGS[media_type]
    return plain if plain.lower().endswith(endings) else plain + endings[0]


async def require_few_drafts(tx: Transaction) -> None:
    """Pass an account with few drafts.

    Raises: DraftsPending.
    """
    count = await tx.connection.fetchval(
        "SELECT count(*) FROM attachment WHERE uploaded_by = $1 AND state = 'draft'", tx.actor.account_id
    )
    if count >= DRAFTS_ALLOWED:
        raise DraftsPending


async def upload(tx: Transaction, given: Upload) -> UUID:
    """Enter a received file as a draft of the actor's office, or of the subject that the actor is.

    Raises: DraftsPending; InvalidInput.
    """
    await require_few_drafts(tx)
    actor = tx.actor
    owner: dict[str, Any] = {"office_id": actor.office_id, "jurisdiction_id": actor.jurisdiction_id}
    if actor.office_id is None:
        person = await tx.connection.fetchval("SELECT is_person FROM subject WHERE id = $1", actor.subject_id)
        owner = {"subject_id": actor.subject_id, "about_person": bool(person), "disclosure": "restricted"}
    values = {
        "state": "draft",
        "name": plain_name(given.name),
        "media_type": given.media_type,
        "size": given.size,
        "digest": given.digest,
        "uploaded_by": actor.account_id,
        "uploaded_at": tx.now,
        "disclosure": "internal",
        "about_person": False,
        **owner,
    }
    return await create(tx, "attachment", "upload", values)


async def attach(
    tx: Transaction, drafts: Sequence[Mapping[str, Any]], *, to: str, row: Mapping[str, Any], part: str, disclosure: str
) -> None:
    """Attach locked drafts to a row of a noun for good; they take on its office, division and subject.

    Raises: NotADraft; StateConflict when somebody was faster.
    """
    for draft in drafts:
        if draft["state"] != "draft":
            raise NotADraft(attachment=f"Attachment:{draft['id']}")
        changes = {
            "object": to,
            "object_id": row["id"],
            "part": part,
            "office_id": row.get("office_id"),
            "jurisdiction_id": row.get("jurisdiction_id"),
            "subject_id": row.get("subject_id"),
            "about_person": bool(row.get("about_person")),
            "disclosure": disclosure,
        }
        await move(tx, MACHINE, "attach", draft["id"], changes)


async def discard(tx: Transaction, attachment_id: UUID, *, reason: str | None = None) -> None:
    """Discard a draft; its bytes are swept.

    Raises: StateConflict.
    """
    await move(tx, MACHINE, "discard", attachment_id, {}, reason=reason)


async def disclose(tx: Transaction, to: str, object_id: UUID, disclosure: str) -> None:
    """Show what belongs to a row as far as a disclosure goes: farther with its publication, less when that ends.

    What tells about a natural person goes as far as that person and no farther: a file cannot be masked.
    """
    verb = "disclose" if disclosure == "public" else "withhold"
    for row in await tx.connection.fetch(_BELONGING, to, object_id, disclosure):
        await move(tx, MACHINE, verb, row["id"], {"disclosure": row["shown"]})


async def discard_old_drafts(tx: Transaction) -> int:
    """Discard drafts that have belonged to nothing for 30 days; give how many they were."""
    rows = await tx.connection.fetch(
        "SELECT id FROM attachment WHERE state = 'draft' AND uploaded_at < $1 ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED",
        tx.now - DRAFT_LIFE,
    )
    for row in rows:
        await discard(tx, row["id"], reason="belonged to nothing for 30 days")
    return len(rows)


_BELONGING: Final = """
SELECT id, CASE WHEN $3 = 'public' AND about_person THEN 'restricted' ELSE $3 END AS shown
FROM attachment WHERE object = $1 AND object_id = $2
  AND disclosure <> CASE WHEN $3 = 'public' AND about_person THEN 'restricted' ELSE $3 END
ORDER BY id FOR UPDATE
"""

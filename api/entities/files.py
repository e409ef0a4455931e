"""Entities of files: attachments."""

from __future__ import annotations

from api.declaring.entity import (
    HISTORY,
    OWNER_IS_PERSON,
    Column,
    Entity,
    Enums,
    Shape,
    computed,
    entity,
    newest,
    one_of,
)
from api.declaring.roots import Root, RootMany, by_id
from api.entities.ledger import ROW_ID
from domain.files.attachment import ATTACHMENT_STATES, PARTS, Attachment
from domain.privacy import Declared, Privacy

ENUMS: Enums = {
    "AttachmentState": ("State of an attachment 附件状态: draft, attached for good, or discarded.", ATTACHMENT_STATES),
    "AttachmentPart": (
        "What an attachment is to what it belongs to: evidence 证据, report 报道材料或报告, picture 图片, signature 签字.",
        PARTS,
    ),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "attachment": by_id("Attachment", "attachment 附件"),
    "attachments": RootMany("Attachment", "Attachments 附件 within your authority, your drafts among them."),
}
"""Where a selection may start."""


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        entity(
            Attachment,
            enums={"state": "AttachmentState", "part": "AttachmentPart", "disclosure": "Disclosure"},
            extra={
                "address": computed(
                    "'/attachments/' || {t}.id", Shape.PLAIN, "Where its bytes are, below the address of the service."
                ),
                "row": Column(
                    ROW_ID,
                    Shape.TEXT,
                    True,
                    Declared(Privacy.OPEN),
                    "Global id of what it belongs to: ask `node` for it; null for a draft.",
                    type="ID",
                    computed=True,
                ),
            },
            manys=HISTORY,
            orders=newest("uploaded_at", "upload"),
            filters={
                "state": one_of("state", "states.", "AttachmentState"),
                "part": one_of("part", "parts.", "AttachmentPart"),
                "object": one_of("object", "nouns, e.g. credit_record."),
            },
            about_person="about_person",
            person=OWNER_IS_PERSON,
        ),
    )

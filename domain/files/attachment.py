"""Attachments: files that belong to a row — evidence, pictures, reports, signatures.

The row says what the file is; its bytes lie in the folder of `domain.files.store` under their digest. A file is
uploaded as a draft of an office or of a subject, and attached to one row for good; with it, it takes on that
row's office, subject and disclosure. Source: 新乡三 (典型事件的报道材料及相关图片); 十堰 (签字确认); 厦门5.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.files.media import MEDIA_TYPES
from domain.ids import new_id
from domain.privacy import Privacy, column, reference
from domain.registry.catalogue import DISCLOSURES

ATTACHMENT_STATES = ("draft", "attached", "discarded")
PARTS = ("evidence", "report", "picture", "signature", "other")


class Attachment(Model):
    """An attachment 附件: a file with its type as found in its content, and what it belongs to."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    state: str = column(fields.TextField, "State: draft until it belongs to something, attached, or discarded.")
    part: str | None = column(fields.TextField, "What it is to what it belongs to.", null=True)
    object: str | None = column(
        fields.TextField, "Noun of what it belongs to, e.g. credit_record; null for a draft.", null=True
    )
    object_id: UUID | None = column(
        fields.UUIDField, "Identifier of what it belongs to, without its type; null for a draft.", null=True
    )
    office = reference("renxin.Office", "The office that has it; null for a subject's own draft.", null=True)
    jurisdiction = reference("renxin.Jurisdiction", "The division of what it belongs to.", null=True)
    subject = reference("renxin.Subject", "The subject it tells about; null where it tells about nobody.", null=True)
    about_person: bool = column(fields.BooleanField, "Whether that subject is a natural person.", default=False)
    name: str = column(fields.CharField, "Name 文件名 of the file.", Privacy.CREDIT_DETAIL, max_length=200)
    media_type: str = column(fields.TextField, "Media type, as found in the content.")
    size: int = column(fields.IntField, "Size in bytes.")
    digest: str = column(fields.CharField, "SHA-256 of the bytes, hexadecimal.", max_length=64)
    uploaded_by: UUID | None = column(fields.UUIDField, "Account that uploaded it.", Privacy.INTERNAL, null=True)
    uploaded_at: datetime = column(fields.DatetimeField, "When it was uploaded.")
    disclosure: str = column(fields.TextField, "How far it is shown.", default="internal")

    class Meta:
        table = "attachment"
        indexes: tuple[Any, ...] = (
            Index(fields=("object_id", "uploaded_at", "id"), name="attachment_by_object"),
            Index(fields=("office_id", "uploaded_at", "id"), name="attachment_by_office"),
            Index(fields=("subject_id", "uploaded_at", "id"), name="attachment_by_subject"),
            Index(fields=("uploaded_by", "state"), name="attachment_by_uploader"),
            Index(fields=("digest",), name="attachment_by_digest"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {ATTACHMENT_STATES}", name="attachment_state_is_known"),
            CheckConstraint(check=f"part IN {PARTS}", name="attachment_part_is_known"),
            CheckConstraint(check=f"media_type IN {MEDIA_TYPES}", name="attachment_media_type_is_known"),
            CheckConstraint(check=f"disclosure IN {DISCLOSURES}", name="attachment_disclosure_is_known"),
            CheckConstraint(
                check="(state = 'attached') = (object IS NOT NULL)", name="attachment_belongs_when_attached"
            ),
            CheckConstraint(check="(object IS NULL) = (object_id IS NULL)", name="attachment_object_is_whole"),
            CheckConstraint(check="NOT about_person OR subject_id IS NOT NULL", name="attachment_person_is_named"),
            CheckConstraint(check="state <> 'draft' OR disclosure <> 'public'", name="attachment_draft_is_not_public"),
            CheckConstraint(check="size > 0", name="attachment_is_not_empty"),
        )

"""Subjects: natural persons and every kind of organisation, public bodies included (厦门24).

A person's identity number is held encrypted, with a blind index for exact lookup and a masked form for
display; it is never stored in clear. State ownership is a fact on the subject, not in its code.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference

SUBJECT_KINDS = (
    "natural_person",
    "enterprise",
    "individual_business",
    "government_organ",
    "public_institution",
    "social_organisation",
    "private_non_enterprise",
    "village_collective",
    "other_organisation",
)


class Subject(Model):
    """A credit subject 信用主体: a natural person or an organisation about whom credit data is held."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    kind: str = column(fields.TextField, "Kind of subject 主体类型.")
    is_person: bool = column(fields.BooleanField, "Whether the subject is a natural person 自然人.")
    jurisdiction = reference("renxin.Jurisdiction", "The division in which the subject is registered.")
    name: str = column(
        fields.TextField,
        "Name 名称/姓名; of a natural person in the form your clearance allows.",
        Privacy.PERSON_NAME,
        masked_by="masked_name",
    )
    masked_name: str = column(fields.TextField, "The name as shown without clearance.", Privacy.SECRET)
    name_pinyin: str = column(fields.TextField, "Pinyin and initials, for search.", Privacy.SECRET, default="")
    uscc: str | None = column(
        fields.CharField,
        "Unified social credit code 统一社会信用代码 (GB 32100), organisations only.",
        max_length=18,
        null=True,
    )
    uscc_lenient: bool = column(
        fields.BooleanField,
        "True when the code fails its check digit and was accepted from an official file.",
        default=False,
    )
    id_cipher: bytes | None = column(fields.BinaryField, "Encrypted identity number.", Privacy.SECRET, null=True)
    id_index: bytes | None = column(
        fields.BinaryField, "Blind index of the identity number.", Privacy.SECRET, null=True
    )
    masked_id_number: str | None = column(
        fields.TextField, "Identity number 身份证号 of a natural person, masked.", Privacy.PERSON_ID, null=True
    )
    state_owned: bool = column(
        fields.BooleanField, "Whether it is state-owned 国有; a fact the code does not tell.", default=False
    )
    registered_at: datetime = column(fields.DatetimeField, "When the subject was entered here.")
    merged_into = reference(
        "renxin.Subject",
        "The subject with which this one was found to be one 并入的主体; null for all others.",
        null=True,
    )

    class Meta:
        table = "subject"
        indexes: tuple[Any, ...] = (Index(fields=("jurisdiction_id", "id"), name="subject_by_jurisdiction"),)
        constraints = (
            UniqueConstraint(fields=("uscc",), name="subject_uscc_is_unique"),
            UniqueConstraint(fields=("id_index",), name="subject_id_number_is_unique"),
            CheckConstraint(check=f"kind IN {SUBJECT_KINDS}", name="subject_kind_is_known"),
            CheckConstraint(check="is_person = (kind = 'natural_person')", name="subject_person_by_kind"),
            CheckConstraint(check="NOT is_person OR uscc IS NULL", name="subject_person_has_no_uscc"),
            CheckConstraint(check="merged_into_id <> id", name="subject_is_merged_into_another"),
        )


NOT_MERGED = "{t}.merged_into_id IS NULL"
"""Whether a subject `{t}` stands for itself: not found to be one with another (see `domain.merging`)."""


def ever(subject: str) -> str:
    """Write the ids under which a subject, an SQL expression of its id, is or was known: its own and those merged into it."""
    merged = f"SELECT was.id FROM subject was WHERE was.merged_into_id = {subject}"
    return f"ANY(ARRAY(SELECT {subject} UNION ALL {merged}))"


class LegalRepresentative(Model):
    """The link 法定代表人 between an organisation and the person who represents it, with its days."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    subject = reference("renxin.Subject", "The organisation.")
    person = reference("renxin.Subject", "The person, where known as a subject.", null=True)
    about_person: bool = column(
        fields.BooleanField, "Whether the row tells about a natural person.", Privacy.SECRET, default=True
    )
    name: str = column(
        fields.TextField,
        "Name of the representative, as your clearance allows.",
        Privacy.PERSON_NAME,
        masked_by="masked_name",
    )
    masked_name: str = column(fields.TextField, "The name as shown without clearance.", Privacy.SECRET)
    masked_id_number: str | None = column(
        fields.TextField, "Identity number of the representative, masked.", Privacy.REPRESENTATIVE_ID, null=True
    )
    from_on: date = column(fields.DateField, "First day of the office.")
    to_on: date | None = column(fields.DateField, "Last day of the office; null while it lasts.", null=True)

    class Meta:
        table = "legal_representative"
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "from_on"), name="legal_representative_by_subject"),
            Index(fields=("person_id",), name="legal_representative_by_person"),
        )
        constraints = (
            CheckConstraint(check="to_on IS NULL OR to_on >= from_on", name="legal_representative_days_in_order"),
        )

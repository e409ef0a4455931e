"""Red and black lists: kinds, entries, publication windows, removal, evidence.

An entry's publication ends by itself on its last day; what is in force is computed from dates. Source:
厦门3, 24, 28; 新乡三, 四; 十堰; 海沧3, 5, 25; 上海5(一), 9.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference
from domain.registry.catalogue import POLARITIES

REMOVAL_REASONS = ("expired", "repaired", "early_removal", "verified_violation", "withdrawn", "standard_met")

IN_FORCE = (
    "{t}.published_at IS NOT NULL AND ({t}.removed_on IS NULL OR {t}.removed_on > :today)"
    " AND ({t}.public_until IS NULL OR {t}.public_until >= :today)"
)
"""Whether an entry `{t}` is in force on a day: told by its dates when it is asked, never stored."""


class CreditList(Model):
    """A kind of list 名单, e.g. 诚信红名单, with its standard, procedure, measures and exit where the law sets them."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division whose rulebook opens the list.")
    rulebook: str = column(fields.TextField, "Id of the rulebook.")
    code: str = column(fields.TextField, "Code of the list within its rulebook, e.g. black.")
    name: str = column(fields.TextField, "Name 名称 of the list.")
    aliases: list[str] = column(ArrayField, "Other names of the same list.", element_type="text", default=list)
    polarity: str = column(fields.TextField, "Positive 红名单 or negative 黑名单.")
    standard: str | None = column(
        fields.TextField, "Standard of recognition 认定标准; null where the text is silent.", null=True
    )
    procedure: str | None = column(
        fields.TextField, "Procedure of recognition 认定程序; null where the text is silent.", null=True
    )
    measures: str | None = column(fields.TextField, "Measures 惩戒/激励措施; null where the text is silent.", null=True)
    exit_rule: str | None = column(fields.TextField, "Exit 退出机制; null where the text is silent.", null=True)
    max_publication_years: int | None = column(
        fields.IntField, "Longest publication in years; null where none is set.", null=True
    )
    clause: str = column(fields.TextField, "Clause of the rulebook.")

    class Meta:
        table = "credit_list"
        constraints = (
            UniqueConstraint(fields=("rulebook", "code"), name="credit_list_is_unique"),
            CheckConstraint(check=f"polarity IN {POLARITIES}", name="credit_list_polarity_is_known"),
        )


class ListEntry(Model):
    """An entry 列入: a subject on a list from a day until a day, recognised by one office."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    credit_list = reference("renxin.CreditList", "The list.")
    subject = reference("renxin.Subject", "The subject on the list.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the list.")
    office = reference("renxin.Office", "The office that recognised the entry 认定单位.")
    decision_no: str = column(fields.CharField, "Number of the decision.", Privacy.CREDIT, max_length=128)
    reason: str = column(fields.TextField, "Why the subject is on the list.", Privacy.CREDIT_DETAIL)
    decided_on: date = column(fields.DateField, "Day of the decision.")
    published_at: datetime | None = column(
        fields.DatetimeField, "When it was published; null while it is not.", null=True
    )
    public_until: date | None = column(
        fields.DateField, "Last day of publication; null where no end is set.", null=True
    )
    disclosure: str = column(fields.TextField, "How far it is shown.", default="public")
    removed_on: date | None = column(fields.DateField, "Day of the removal 移出.", null=True)
    removal_reason: str | None = column(fields.TextField, "Reason of the removal.", null=True)

    class Meta:
        table = "list_entry"
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "decided_on", "id"), name="list_entry_by_subject"),
            Index(fields=("credit_list_id", "decided_on", "id"), name="list_entry_by_list"),
            Index(fields=("office_id", "decided_on", "id"), name="list_entry_by_office"),
        )
        constraints = (
            UniqueConstraint(
                fields=("credit_list_id", "subject_id", "decision_no"), name="list_entry_decision_is_unique"
            ),
            CheckConstraint(check=f"removal_reason IN {REMOVAL_REASONS}", name="list_entry_removal_reason_is_known"),
            CheckConstraint(
                check="(removed_on IS NULL) = (removal_reason IS NULL)", name="list_entry_removal_has_reason"
            ),
        )


class ListEvidence(Model):
    """A credit record on which a list entry rests."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    entry = reference("renxin.ListEntry", "The list entry.")
    record = reference("renxin.CreditRecord", "The credit record.")
    subject = reference("renxin.Subject", "The subject of both.")

    class Meta:
        table = "list_evidence"
        constraints = (UniqueConstraint(fields=("entry_id", "record_id"), name="list_evidence_is_unique"),)

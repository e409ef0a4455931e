"""Credit records: what an office has recorded about a subject under a catalogue item.

Only the producing office hands in, amends or withdraws a record (厦门8, 上海4). History is kept: an
amendment adds a version. Whether a record is in force is told by its dates, never by a flag. A decision stands
once: `credit_record_decision_is_unique` is an index over what is not withdrawn, since a decision that was handed
in wrongly and withdrawn is handed in again under its own number (`domain.decision_number`: however that is typed).
"""

from __future__ import annotations

from collections.abc import Mapping
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
from domain.registry.catalogue import BASIS_LEVELS, DISCLOSURES

SEVERITIES = ("minor", "general", "serious")
PROCEDURES = ("general", "summary")
RECORD_STATES = ("submitted", "published", "repaired", "withdrawn")

IN_FORCE = "{t}.state = 'published' AND ({t}.public_until IS NULL OR {t}.public_until >= :today)"
"""Whether a record `{t}` is in force on a day: told by its dates when it is asked, never stored."""

AGAINST = "({t}.dishonest OR {t}.severity = 'serious')"
"""Whether a record `{t}` counts against its subject: a failing, or a serious act; not true where it has no severity."""


def is_against(record: Mapping[str, Any]) -> bool:
    """Tell of a row what `AGAINST` tells in SQL."""
    return bool(record["dishonest"] or record["severity"] == "serious")


class CreditRecord(Model):
    """A credit record 信用记录, produced, provided and answered for by one office."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    subject = reference("renxin.Subject", "The subject the record is about.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    jurisdiction = reference("renxin.Jurisdiction", "The division under whose rulebook it was made.")
    office = reference("renxin.Office", "The producing office 信源单位, which alone may change it.")
    item = reference("renxin.CatalogueItem", "The catalogue item in force on the day of the decision.")
    state: str = column(fields.TextField, "State of the record; whether it is in force is told by `inForce`.")
    version: int = column(fields.IntField, "Version, from 1; an amendment adds one.", default=1)
    decision_no: str = column(
        fields.CharField, "Number of the decision document 文书号.", Privacy.CREDIT, max_length=128
    )
    stands_twice: bool = column(
        fields.BooleanField,
        "Whether an earlier record tells the same decision, its number typed in another way: of the two, its office withdraws one.",
        db_default=False,
    )
    title: str = column(fields.CharField, "Title 名称 of the record.", Privacy.CREDIT, max_length=200)
    behaviour = reference(
        "renxin.EditionItem", "The dishonest behaviour 失信行为 of the list in force that it cites (厦门1).", null=True
    )
    severity: str | None = column(
        fields.TextField, "Severity 失信严重程度; null where not yet determined.", Privacy.CREDIT, null=True
    )
    procedure: str | None = column(
        fields.TextField, "Procedure of a penalty: general 一般程序 or summary 简易程序.", Privacy.CREDIT, null=True
    )
    harm_removed: bool = column(
        fields.BooleanField,
        "Whether the act was minor or its harm removed or reduced (上海5(二)).",
        Privacy.CREDIT,
        default=False,
    )
    dishonest: bool = column(
        fields.BooleanField,
        "Whether the record counts as dishonest conduct 失信信息 under the rulebook.",
        Privacy.CREDIT,
        default=False,
    )
    legal_basis: str | None = column(fields.TextField, "Legal basis 依据 of the decision.", Privacy.CREDIT, null=True)
    legal_basis_level: str | None = column(fields.TextField, "Level of the legal basis.", Privacy.CREDIT, null=True)
    content: dict[str, Any] = column(
        fields.JSONField,
        "Data items 数据项 by code, e.g. CF_NR_FK; personal columns are left out.",
        Privacy.CREDIT_DETAIL,
        default=dict,
    )
    decided_on: date = column(fields.DateField, "Day of the decision 决定日期.")
    closed_on: date | None = column(
        fields.DateField, "Day the case was closed 办结日期; null when only the decision day is known.", null=True
    )
    obtained_on: date = column(fields.DateField, "Day the office produced or obtained the information (十堰).")
    correction_due_on: date | None = column(
        fields.DateField,
        "Day by which the decision orders the failing to be corrected 责令改正期限; null where it orders none.",
        null=True,
    )
    special_fields: list[str] = column(
        ArrayField,
        "Fields of law 领域 in which a penalty is published longer at least, e.g. 安全生产; mostly none.",
        element_type="text",
        default=list,
    )
    repair_notice_required: bool = column(
        fields.BooleanField,
        "Whether the subject must be told of its rights of credit repair 信用修复告知 with the decision.",
        default=False,
    )
    collection_due_on: date | None = column(
        fields.DateField, "Last day to hand it in under the rulebook; null where no term is set.", null=True
    )
    publication_due_on: date | None = column(
        fields.DateField, "Last day to publish it on both channels; null where no term is set.", null=True
    )
    due_provisional: bool = column(
        fields.BooleanField, "True when a due day runs into a year whose holidays are not announced.", default=False
    )
    submitted_at: datetime = column(fields.DatetimeField, "When the office handed it in 归集.")
    portal_at: datetime | None = column(
        fields.DatetimeField, "When it appeared on the portal 门户网站双公示.", null=True
    )
    platform_at: datetime | None = column(
        fields.DatetimeField, "When it was handed to the city platform 市信用平台.", null=True
    )
    published_at: datetime | None = column(fields.DatetimeField, "When it was published 公示.", null=True)
    public_until: date | None = column(
        fields.DateField, "Last day of publication; null where no end is set.", null=True
    )
    disclosure: str = column(fields.TextField, "How far it is shown 共享属性, from its catalogue item.")
    necessity: str | None = column(
        fields.TextField,
        "Why a minor failing is published all the same 公示必要性; null where the rule asks for no reason.",
        Privacy.CREDIT_DETAIL,
        null=True,
    )
    repaired_at: datetime | None = column(
        fields.DatetimeField, "When it was repaired 修复: shown, shared and used no longer, and kept.", null=True
    )
    withdrawn_at: datetime | None = column(fields.DatetimeField, "When it was withdrawn 撤回.", null=True)
    withdrawal_reason: str | None = column(fields.TextField, "Public reason 理由 of the withdrawal.", null=True)
    submitted_by: UUID | None = column(fields.UUIDField, "Account that handed it in.", Privacy.INTERNAL, null=True)
    import_id: UUID | None = column(
        fields.UUIDField,
        "Identifier of the import it came with, without its type (`recordImport` leads to it); null where it came otherwise.",
        Privacy.INTERNAL,
        null=True,
    )

    class Meta:
        table = "credit_record"
        indexes: tuple[Any, ...] = (
            Index(fields=("office_id", "decided_on", "id"), name="credit_record_by_office"),
            Index(fields=("jurisdiction_id", "decided_on", "id"), name="credit_record_by_jurisdiction"),
            Index(fields=("decided_on", "id"), name="credit_record_by_day"),
            Index(fields=("import_id", "decided_on", "id"), name="credit_record_by_import"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {RECORD_STATES}", name="credit_record_state_is_known"),
            CheckConstraint(check=f"severity IN {SEVERITIES}", name="credit_record_severity_is_known"),
            CheckConstraint(check=f"procedure IN {PROCEDURES}", name="credit_record_procedure_is_known"),
            CheckConstraint(check=f"disclosure IN {DISCLOSURES}", name="credit_record_disclosure_is_known"),
            CheckConstraint(check=f"legal_basis_level IN {BASIS_LEVELS}", name="credit_record_basis_level_is_known"),
            CheckConstraint(check="version >= 1", name="credit_record_version_is_positive"),
            CheckConstraint(
                check="(state = 'submitted') = (published_at IS NULL AND withdrawn_at IS NULL)",
                name="credit_record_published_has_time",
            ),
            CheckConstraint(
                check="(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="credit_record_withdrawn_has_time"
            ),
            CheckConstraint(
                check="state <> 'repaired' OR (repaired_at IS NOT NULL AND published_at IS NOT NULL)",
                name="credit_record_repaired_was_published",
            ),
            CheckConstraint(
                check="repaired_at IS NULL OR state IN ('repaired', 'withdrawn')", name="credit_record_repair_stays"
            ),
        )


class CreditRecordVersion(Model):
    """An earlier version of a credit record 历史版本, as it stood before an amendment."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    record = reference("renxin.CreditRecord", "The record.")
    subject = reference("renxin.Subject", "The subject of the record.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.", Privacy.SECRET)
    office = reference("renxin.Office", "The producing office.")
    version: int = column(fields.IntField, "Number of this version.")
    title: str = column(fields.CharField, "Title as it stood.", Privacy.CREDIT, max_length=200)
    severity: str | None = column(fields.TextField, "Severity as it stood.", Privacy.CREDIT, null=True)
    content: dict[str, Any] = column(
        fields.JSONField, "Data items 数据项 by code, as they stood.", Privacy.CREDIT_DETAIL, default=dict
    )
    reason: str = column(fields.TextField, "Why the version was replaced.", Privacy.CREDIT_DETAIL)
    replaced_at: datetime = column(fields.DatetimeField, "When it was replaced.")

    class Meta:
        table = "credit_record_version"
        constraints = (UniqueConstraint(fields=("record_id", "version"), name="credit_record_version_is_unique"),)

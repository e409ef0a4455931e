"""Self-reported information 自主上报信息: what a subject tells of itself, under a public commitment to its truth.

Nobody has verified it: it carries that label wherever it is shown, stands in a table of its own, and counts as no
official record anywhere. The subject removes it when it likes; where it is found untrue the commitment is broken.
Source: 厦门20, 海沧16; 上海5(三), 5(四) (what follows where it is untrue).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference
from domain.registry.catalogue import DISCLOSURES

SELF_REPORT_STATES = ("reported", "removed", "refuted")

IN_FORCE = (
    "{t}.state = 'reported' AND EXISTS (SELECT FROM commitment promised WHERE promised.id = {t}.commitment_id"
    " AND promised.state IN ('signed', 'kept') OFFSET 0)"
)
"""Whether self-reported information `{t}` stands: not removed, not found untrue, its commitment neither."""

LABEL = "CASE {t}.state WHEN 'refuted' THEN '自主上报、经查不实' ELSE '自主上报、未核实' END"
"""The label with which it is shown."""


class SelfReport(Model):
    """Self-reported information 自主上报信息 of a subject: not verified, no official record."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    subject = reference("renxin.Subject", "The subject that tells it of itself.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    jurisdiction = reference("renxin.Jurisdiction", "The division under whose rulebook it was handed in.")
    office = reference("renxin.Office", "The office that looks after it; it answers for nothing in it.")
    kind: str = column(
        fields.TextField,
        "Kind 种类 in the words of the rulebook: 资质证照, 经营状况, 合同履约, 参加社会公益活动, or another.",
    )
    title: str = column(fields.CharField, "What it is about.", Privacy.CREDIT, max_length=200)
    text: str = column(fields.TextField, "What the subject tells; nobody has verified it.", Privacy.CREDIT)
    state: str = column(fields.TextField, "Reported, removed by the subject, or found untrue (refuted).")
    version: int = column(fields.IntField, "Version, from 1; every move adds one.", default=1)
    disclosure: str = column(fields.TextField, "How far it is shown 共享属性.")
    commitment = reference("renxin.Commitment", "The public commitment to its authenticity 真实性承诺.")
    by_agent: bool = column(fields.BooleanField, "Whether an authorised agent handed it in for the subject.")
    reported_at: datetime = column(fields.DatetimeField, "When it was handed in.")
    reported_by: UUID | None = column(fields.UUIDField, "Account that handed it in.", Privacy.INTERNAL, null=True)
    removed_at: datetime | None = column(fields.DatetimeField, "When the subject removed it.", null=True)
    refuted_at: datetime | None = column(fields.DatetimeField, "When it was found untrue.", null=True)
    refuted_by: UUID | None = column(
        fields.UUIDField, "Account that found it untrue; another than handed it in.", Privacy.INTERNAL, null=True
    )

    class Meta:
        table = "self_report"
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "reported_at", "id"), name="self_report_by_subject"),
            Index(fields=("office_id", "reported_at", "id"), name="self_report_by_office"),
            Index(fields=("reported_at", "id"), name="self_report_by_time"),
        )
        constraints = (
            UniqueConstraint(fields=("commitment_id",), name="self_report_has_its_own_commitment"),
            CheckConstraint(check=f"state IN {SELF_REPORT_STATES}", name="self_report_state_is_known"),
            CheckConstraint(check=f"disclosure IN {DISCLOSURES}", name="self_report_disclosure_is_known"),
            CheckConstraint(check="version >= 1", name="self_report_version_is_positive"),
            CheckConstraint(check="state <> 'removed' OR removed_at IS NOT NULL", name="self_report_removed_has_time"),
            CheckConstraint(
                check="(state = 'refuted') = (refuted_at IS NOT NULL)", name="self_report_refuted_has_time"
            ),
            CheckConstraint(check="refuted_by <> reported_by", name="self_report_is_refuted_by_another"),
        )

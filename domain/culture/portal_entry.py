"""Entries of the portal's column 社会信用体系建设专栏: policy documents, reports, typical cases; read by everybody.

An office supplies the material, the office that keeps the column (an entry of another person's hand) approves it. An
entry of a typical case is shown as long as the case is published. Nothing in it is personal.
Source: 厦门10 (在门户网站“社会信用体系建设”专栏公开公示; 办公室(新闻中心)牵头,相关处室单位提供材料).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference

PORTAL_KINDS: Final = ("policy", "report", "typical_case")
PORTAL_STATES: Final = ("proposed", "approved", "rejected", "withdrawn")

SHOWN: Final = (
    "{t}.state = 'approved' AND ({t}.case_id IS NULL OR EXISTS (SELECT FROM typical_case told"
    " WHERE told.id = {t}.case_id AND told.state = 'approved' OFFSET 0))"
)
"""Whether an entry `{t}` is shown to everybody: approved, not withdrawn, its case neither."""


class PortalEntry(Model):
    """An entry of the portal's column 门户网站专栏: a policy document 政策文件, report 宣传报道 or typical case 典型案例."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office that supplies the material 提供材料.")
    editor = reference("renxin.Office", "The office that keeps the column and approves 牵头, the supplier's own else.")
    kind: str = column(fields.TextField, "Policy document, report, or typical case.")
    title: str = column(fields.CharField, "Title.", max_length=200)
    text: str = column(fields.TextField, "Text of the entry; nothing personal.")
    source: str | None = column(
        fields.CharField, "Where it comes from, e.g. a document number.", null=True, max_length=500
    )
    case = reference("renxin.TypicalCase", "The case; null for every other kind.", null=True)
    basis: str = column(fields.TextField, "Document and clause 依据 of the column.")
    state: str = column(fields.TextField, "Proposed, approved and with it published, rejected, or withdrawn.")
    reason: str | None = column(fields.TextField, "Why it was rejected or withdrawn.", Privacy.INTERNAL, null=True)
    proposed_by: UUID | None = column(fields.UUIDField, "Account that supplied it.", Privacy.INTERNAL, null=True)
    proposed_at: datetime = column(fields.DatetimeField, "When it was supplied.")
    decided_by: UUID | None = column(
        fields.UUIDField, "Account that approved or rejected it.", Privacy.INTERNAL, null=True
    )
    decided_at: datetime | None = column(fields.DatetimeField, "When it was approved or rejected.", null=True)
    published_at: datetime | None = column(fields.DatetimeField, "When it was published.", null=True)
    withdrawn_at: datetime | None = column(fields.DatetimeField, "When it was withdrawn.", null=True)

    class Meta:
        table = "portal_entry"
        indexes: tuple[Any, ...] = (
            Index(fields=("jurisdiction_id", "proposed_at", "id"), name="portal_entry_by_place"),
            Index(fields=("office_id", "proposed_at", "id"), name="portal_entry_by_office"),
            Index(fields=("editor_id", "proposed_at", "id"), name="portal_entry_by_editor"),
        )
        constraints = (
            CheckConstraint(check=f"kind IN {PORTAL_KINDS}", name="portal_entry_kind_is_known"),
            CheckConstraint(check=f"state IN {PORTAL_STATES}", name="portal_entry_state_is_known"),
            CheckConstraint(check="decided_by <> proposed_by", name="portal_entry_is_decided_by_another"),
            CheckConstraint(check="(kind = 'typical_case') = (case_id IS NOT NULL)", name="portal_entry_case_is_named"),
            CheckConstraint(
                check="(state IN ('approved', 'withdrawn')) = (published_at IS NOT NULL)",
                name="portal_entry_approved_is_published",
            ),
            CheckConstraint(
                check="(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="portal_entry_withdrawn_has_its_time"
            ),
        )

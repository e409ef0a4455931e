"""Progress reports 工作进展报送: monthly and quarterly, one per office and period, drafted from the data.

The office completes and hands it in to the credit office; the city platform is told beside it, and both instants
are kept. A day that the text does not set is not set. Source: 厦门9 (按月报送, 次月5日, 同步推送), 31 (季度).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference

REPORT_CYCLES: Final = ("month", "quarter")
PROGRESS_STATES: Final = ("drafted", "completed", "handed_in")

TIMELINESS: Final = (
    "CASE WHEN {t}.due_on IS NULL THEN CASE WHEN {t}.due_provisional THEN 'unknown' ELSE 'none_set' END"
    " WHEN {t}.handed_in_at IS NULL THEN CASE WHEN :today > {t}.due_on THEN 'overdue' ELSE 'pending' END"
    " WHEN ({t}.handed_in_at AT TIME ZONE 'Asia/Shanghai')::date <= {t}.due_on THEN 'timely' ELSE 'late' END"
)
"""Whether a report was handed in by its last day."""


class ProgressReport(Model):
    """A progress report 工作进展报告 of an office for a month or quarter."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office that reports.")
    receiver = reference("renxin.Office", "The office that sums up 汇总; null where the text names none.", null=True)
    cycle: str = column(fields.TextField, "Month 月报 or quarter 季报.")
    from_on: date = column(fields.DateField, "First day of the period.")
    to_on: date = column(fields.DateField, "Last day of the period.")
    state: str = column(fields.TextField, "Drafted from the data, completed by the office, or handed in.")
    due_on: date | None = column(fields.DateField, "Last day to hand it in; null where none is set.", null=True)
    due_provisional: bool = column(
        fields.BooleanField, "Whether that day rests on a year whose holidays are not announced.", default=False
    )
    basis: str = column(fields.TextField, "Document and clause 依据 that order it.")
    figures: dict[str, Any] = column(
        fields.JSONField,
        "What the data say 数据, by name: of the office, or of all of its place where it is the one that sums up.",
        default=dict,
    )
    figures_on: date = column(fields.DateField, "Day as of whose end the figures were counted.")
    narrative: str | None = column(
        fields.TextField, "What the office says 工作开展情况; null until it is completed.", null=True
    )
    drafted_at: datetime = column(fields.DatetimeField, "When it was drafted.")
    completed_at: datetime | None = column(fields.DatetimeField, "When it was completed last.", null=True)
    handed_in_at: datetime | None = column(
        fields.DatetimeField, "When it was handed in to the credit office 报送局信用办.", null=True
    )
    platform_at: datetime | None = column(
        fields.DatetimeField, "When the city platform receipted it 同步推送市信用平台.", null=True
    )
    drafted_by: UUID | None = column(fields.UUIDField, "Account that drafted it.", Privacy.INTERNAL, null=True)
    completed_by: UUID | None = column(fields.UUIDField, "Account that completed it.", Privacy.INTERNAL, null=True)
    handed_in_by: UUID | None = column(fields.UUIDField, "Account that handed it in.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "progress_report"
        indexes: tuple[Any, ...] = (
            Index(fields=("jurisdiction_id", "from_on", "id"), name="progress_report_by_place"),
            Index(fields=("office_id", "from_on", "id"), name="progress_report_by_office"),
        )
        constraints = (
            UniqueConstraint(fields=("office_id", "cycle", "from_on"), name="progress_report_is_unique"),
            CheckConstraint(check=f"cycle IN {REPORT_CYCLES}", name="progress_report_cycle_is_known"),
            CheckConstraint(check=f"state IN {PROGRESS_STATES}", name="progress_report_state_is_known"),
            CheckConstraint(
                check="(state = 'handed_in') = (handed_in_at IS NOT NULL)", name="progress_report_handed_in_has_time"
            ),
            CheckConstraint(
                check="(state = 'drafted') = (narrative IS NULL)", name="progress_report_completed_has_words"
            ),
            CheckConstraint(
                check="platform_at IS NULL OR handed_in_at IS NOT NULL", name="progress_report_told_when_handed_in"
            ),
        )

"""Merges 主体合并: two subjects found to be one, proposed by one person, approved by another, and undone by two.

In charge of the columns. The row of the merged subject stays, with `merged_into` set, and its codes go on finding the
kept one; which rows went over is kept row by row, so that undoing a merge gives back exactly these.
Source: 厦门8 (数据完整、及时、准确), 9; 上海7; Personal Information Protection Law 8 (accuracy).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.lifecycle import machine
from domain.privacy import Privacy, column, reference

NOUN: Final = "subject_merge"
MERGE_STATES: Final = ("proposed", "merged", "refused", "withdrawn", "unmerge_proposed", "unmerged")
STANDING: Final = ("merged", "unmerge_proposed")
"""States in which the two subjects are one."""

MACHINE: Final = machine(
    NOUN,
    approve=("proposed", "merged"),  # every row of the merged subject goes over to the kept one
    refuse=("proposed", "refused"),
    withdraw=("proposed", "withdrawn"),
    propose_unmerge=("merged", "unmerge_proposed"),
    refuse_unmerge=("unmerge_proposed", "merged"),
    approve_unmerge=("unmerge_proposed", "unmerged"),  # and exactly these go back
)


class SubjectMerge(Model):
    """A merge 主体合并 of two subjects found to be one: which is kept, which goes into it, who decided, and its undoing."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    kept = reference("renxin.Subject", "The subject that is kept 保留的主体.")
    merged = reference("renxin.Subject", "The subject that goes into it 被并入的主体.")
    about_person: bool = column(
        fields.BooleanField, "Whether the subjects are natural persons.", Privacy.SECRET, default=False
    )
    jurisdiction = reference(
        "renxin.Jurisdiction", "The division of both, the upper one of two; its credit office decides."
    )
    office = reference("renxin.Office", "The office that proposed it.")
    state: str = column(fields.TextField, "State of the merge.")
    version: int = column(fields.IntField, "Version, from 1; every move adds one.", default=1)
    reason: str = column(fields.TextField, "Why the two are one 合并理由.")
    proposed_at: datetime = column(fields.DatetimeField, "When it was proposed.")
    proposed_by: UUID | None = column(fields.UUIDField, "Account that proposed it.", Privacy.INTERNAL, null=True)
    decided_at: datetime | None = column(
        fields.DatetimeField, "When it was approved, refused or withdrawn; null while it is proposed.", null=True
    )
    decided_by: UUID | None = column(
        fields.UUIDField, "Account that approved or refused it; another than proposed it.", Privacy.INTERNAL, null=True
    )
    refusal: str | None = column(fields.TextField, "Why it was refused or withdrawn.", null=True)
    unmerge_reason: str | None = column(fields.TextField, "Why it is to be undone 撤销合并的理由.", null=True)
    unmerge_proposed_at: datetime | None = column(
        fields.DatetimeField, "When its undoing was proposed; null where none is, or it was refused.", null=True
    )
    unmerge_proposed_by: UUID | None = column(
        fields.UUIDField, "Account that proposed its undoing.", Privacy.INTERNAL, null=True
    )
    unmerged_at: datetime | None = column(fields.DatetimeField, "When it was undone.", null=True)
    unmerged_by: UUID | None = column(
        fields.UUIDField, "Account that approved its undoing; another than proposed that.", Privacy.INTERNAL, null=True
    )

    class Meta:
        table = NOUN
        indexes: tuple[Any, ...] = (
            Index(fields=("kept_id", "proposed_at", "id"), name="subject_merge_by_kept"),
            Index(fields=("merged_id", "proposed_at", "id"), name="subject_merge_by_merged"),
            Index(fields=("office_id", "proposed_at", "id"), name="subject_merge_by_office"),
            Index(fields=("jurisdiction_id", "proposed_at", "id"), name="subject_merge_by_jurisdiction"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {MERGE_STATES}", name="subject_merge_state_is_known"),
            CheckConstraint(check="version >= 1", name="subject_merge_version_is_positive"),
            CheckConstraint(check="kept_id <> merged_id", name="subject_merge_is_of_two"),
            CheckConstraint(check="decided_by <> proposed_by", name="subject_merge_is_decided_by_another"),
            CheckConstraint(check="unmerged_by <> unmerge_proposed_by", name="subject_merge_is_undone_by_another"),
            CheckConstraint(check="(state = 'proposed') = (decided_at IS NULL)", name="subject_merge_decided_has_time"),
            CheckConstraint(
                check="(state IN ('refused', 'withdrawn')) = (refusal IS NOT NULL)",
                name="subject_merge_refusal_says_why",
            ),
            CheckConstraint(
                check="(state IN ('unmerge_proposed', 'unmerged')) = (unmerge_proposed_at IS NOT NULL)"
                " AND (unmerge_proposed_at IS NULL) = (unmerge_reason IS NULL)",
                name="subject_merge_undoing_says_why",
            ),
            CheckConstraint(
                check="(state = 'unmerged') = (unmerged_at IS NOT NULL)", name="subject_merge_undone_has_time"
            ),
        )


class SubjectMergeRow(Model):
    """A row that belongs to the merged subject of a merge: gone over with it, handed in under its codes since, or hanging on such a row."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    merge = reference("renxin.SubjectMerge", "The merge.")
    table_name: str = column(fields.TextField, "The table of the row.", Privacy.SECRET)
    column_name: str = column(fields.TextField, "Its column that names the subject.", Privacy.SECRET)
    row_id: UUID = column(fields.UUIDField, "The row.", Privacy.SECRET)

    class Meta:
        table = "subject_merge_row"
        constraints = (
            UniqueConstraint(
                fields=("merge_id", "table_name", "column_name", "row_id"), name="subject_merge_row_is_noted_once"
            ),
        )

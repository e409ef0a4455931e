"""Measures 奖惩措施: what an office or a partner does about a subject because of a record, a list entry or a grade.

A measure stands as long as what it rests on: it is over when the record or entry ends, on that day, and is lifted with
a repair, a removal, a withdrawal, an exemption or another grade in the same transaction. Who produced what it rests on
sees what came of it, so that use is fed back to the source; so is that somebody declined to apply one, and why. No text
sets a day for that. Nothing rests on a 白鹭分: a score is kept nowhere.
Source: 上海8, 9(一) (measures, fed back); 厦门1, 上海市社会信用条例32 (only what is on the list); 厦门6, 海沧7, 信用修复管理办法
(lifted with the repair); 海沧10 (信息产生与应用全流程闭环).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.credit import record
from domain.evaluation import grade
from domain.ids import new_id
from domain.lists import list_entry
from domain.privacy import Privacy, column, reference
from domain.registry.catalogue import BASIS_LEVELS, POLARITIES

GROUNDS: Final = {"credit_record": "record_id", "list_entry": "entry_id", "grade": "grade_id"}
"""What a measure may rest on, and the column that says so."""

MEASURE_STATES = ("applied", "declined", "lifted")
LIFTED_FOR = ("repaired", "removed", "withdrawn", "exempted", "amended", "regraded", "by_office")
"""Why a measure was lifted: what it rested on was repaired, left its list, was withdrawn, exempted, put right, or gave
way to another grade."""

_STANDS = " OR ".join(
    f"EXISTS (SELECT FROM {noun} upon WHERE upon.id = {{t}}.{column_} AND {in_force.replace('{t}', 'upon')} OFFSET 0)"
    for (noun, column_), in_force in zip(
        GROUNDS.items(), (record.IN_FORCE, list_entry.IN_FORCE, grade.IN_FORCE), strict=True
    )
)
IN_FORCE = f"{{t}}.state = 'applied' AND ({_STANDS})"
"""Whether a measure `{t}` stands on a day: not lifted, and what it rests on in force."""


class Measure(Model):
    """A measure 奖惩措施 that is applied to a subject, or declined, because of a record, a list entry or a grade."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    subject = reference("renxin.Subject", "The subject it is applied to.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    jurisdiction = reference("renxin.Jurisdiction", "The division whose list of measures it is on.")
    office = reference("renxin.Office", "The office or partner that applies it, which alone may lift it beforehand.")
    source_office = reference("renxin.Office", "The office that produced what it rests on; it is fed back to it 反馈.")
    record = reference(
        "renxin.CreditRecord", "The credit record it rests on; null where it is something else.", null=True
    )
    entry = reference("renxin.ListEntry", "The list entry it rests on; null where it is something else.", null=True)
    grade = reference(
        "renxin.Grade", "The grade it rests on (十堰, 海沧13); null where it is something else.", null=True
    )
    code: str = column(fields.TextField, "Code of the measure within its rulebook.", Privacy.CREDIT)
    name: str = column(fields.TextField, "The measure in the words of the rulebook.", Privacy.CREDIT)
    field: str | None = column(
        fields.TextField, "Field 领域 in which it restricts, where the rule names fields.", Privacy.CREDIT, null=True
    )
    polarity: str = column(fields.TextField, "Whether it favours or restricts.", Privacy.CREDIT)
    severity: str | None = column(
        fields.TextField, "Severity of the record that the rule asks for; null where none.", Privacy.CREDIT, null=True
    )
    basis: str = column(fields.TextField, "Document and clause by which it is on the list of measures.")
    legal_basis: str | None = column(
        fields.TextField, "The rule cited for it 依据, where its clause asks for one.", Privacy.CREDIT, null=True
    )
    legal_basis_level: str | None = column(
        fields.TextField, "Level of the rule cited for it.", Privacy.CREDIT, null=True
    )
    reason: str = column(
        fields.TextField, "Why it is applied or not, as the subject is told 实施的理由.", Privacy.CREDIT
    )
    state: str = column(fields.TextField, "Applied, declined or lifted; whether it stands is told by `inForce`.")
    version: int = column(fields.IntField, "Version, from 1; every move adds one.", default=1)
    applied_at: datetime = column(fields.DatetimeField, "When it was applied, or declined.")
    applied_by: UUID | None = column(
        fields.UUIDField, "Account that applied or declined it.", Privacy.INTERNAL, null=True
    )
    lifted_at: datetime | None = column(fields.DatetimeField, "When it was lifted.", null=True)
    lifted_for: str | None = column(fields.TextField, "Why it was lifted.", null=True)
    lifted_by: UUID | None = column(
        fields.UUIDField, "Account that lifted it, or decided what lifted it.", Privacy.INTERNAL, null=True
    )

    class Meta:
        table = "measure"
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "applied_at", "id"), name="measure_by_subject"),
            Index(fields=("office_id", "applied_at", "id"), name="measure_by_office"),
            Index(fields=("source_office_id", "applied_at", "id"), name="measure_by_source_office"),
            Index(fields=("jurisdiction_id", "applied_at", "id"), name="measure_by_jurisdiction"),
            Index(fields=("record_id", "applied_at", "id"), name="measure_by_record"),
            Index(fields=("entry_id", "applied_at", "id"), name="measure_by_entry"),
            Index(fields=("grade_id", "applied_at", "id"), name="measure_by_grade"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {MEASURE_STATES}", name="measure_state_is_known"),
            CheckConstraint(check=f"polarity IN {POLARITIES}", name="measure_polarity_is_known"),
            CheckConstraint(check="num_nonnulls(record_id, entry_id, grade_id) = 1", name="measure_rests_on_one_thing"),
            CheckConstraint(check="version >= 1", name="measure_version_is_positive"),
            CheckConstraint(
                check="(state = 'lifted') = (lifted_at IS NOT NULL AND lifted_for IS NOT NULL)",
                name="measure_lifted_says_why",
            ),
            CheckConstraint(check=f"lifted_for IN {LIFTED_FOR}", name="measure_lifted_for_is_known"),
            CheckConstraint(check=f"legal_basis_level IN {BASIS_LEVELS}", name="measure_basis_level_is_known"),
            CheckConstraint(
                check="(legal_basis IS NULL) = (legal_basis_level IS NULL)", name="measure_basis_has_level"
            ),
        )

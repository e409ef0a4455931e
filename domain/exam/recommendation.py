"""Recommendations 建议 to a candidate's unit, where the candidate is a Party member: sensitive, for one role.

That there is one tells of the membership, so that the row itself is need to know: the officer for it and the
person. Source: 十堰正文 (对党员身份的违纪违规考生,建议在单位给予其党纪处分); 个人信息保护法 28 (特定身份).
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

RECOMMENDATION_STATES = ("recommended", "answered")


class DisciplineRecommendation(Model):
    """A recommendation 党纪处分建议 to the unit of a candidate who is a Party member."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    violation = reference("renxin.ExamViolation", "The violation it follows.")
    subject = reference("renxin.Subject", "The candidate.")
    about_person: bool = column(fields.BooleanField, "Always true: candidates are natural persons.", default=True)
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office that recommends.")
    unit: str = column(fields.CharField, "The unit 所在单位 it goes to.", Privacy.PARTY_MEMBERSHIP, max_length=200)
    text: str = column(fields.TextField, "What is recommended.", Privacy.PARTY_MEMBERSHIP)
    state: str = column(fields.TextField, "Recommended, or answered by the unit.")
    recommended_at: datetime = column(fields.DatetimeField, "When it was recommended.")
    recommended_by: UUID | None = column(fields.UUIDField, "Account that recommended it.", Privacy.INTERNAL, null=True)
    answer: str | None = column(fields.TextField, "What the unit answered.", Privacy.PARTY_MEMBERSHIP, null=True)
    answered_on: date | None = column(fields.DateField, "Day of the answer.", null=True)

    class Meta:
        table = "discipline_recommendation"
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "recommended_at", "id"), name="discipline_recommendation_by_subject"),
            Index(fields=("office_id", "recommended_at", "id"), name="discipline_recommendation_by_office"),
        )
        constraints = (
            UniqueConstraint(fields=("violation_id",), name="discipline_recommendation_is_unique"),
            CheckConstraint(check="about_person", name="discipline_recommendation_is_about_a_person"),
            CheckConstraint(check=f"state IN {RECOMMENDATION_STATES}", name="discipline_recommendation_state_is_known"),
            CheckConstraint(
                check="(state = 'answered') = (answered_on IS NOT NULL AND answer IS NOT NULL)",
                name="discipline_recommendation_answer_is_whole",
            ),
        )

"""Major dishonesty events 重大失信事件: what came up from above, from the press or in an inspection, and what became of it.

An event is no finding against anybody: it is handled by the office and fed back to where it came from. A subject need
not be known; its name is in no public answer. Source: 海沧15 (针对上级通报、媒体曝光以及监督检查中发现的重大失信事件，完善重大失信事件治理及反馈机制).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference

MAJOR_EVENT_STATES = ("reported", "handled", "fed_back")


class MajorEvent(Model):
    """A major dishonesty event 重大失信事件: reported, handled, fed back to its source."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office that handles it.")
    subject = reference("renxin.Subject", "Whom it is about, where that is known.", null=True)
    about_person: bool = column(fields.BooleanField, "Whether that subject is a natural person.", default=False)
    source: str = column(fields.TextField, "Where it came from, in the words of the rulebook, e.g. 媒体曝光.")
    source_document: str = column(
        fields.TextField, "The notice, report or inspection, by name, number and day.", Privacy.CREDIT_DETAIL
    )
    facts: str = column(fields.TextField, "What is said to have happened.", Privacy.CREDIT_DETAIL)
    learned_on: date = column(fields.DateField, "Day on which the office learned of it.")
    basis: str = column(fields.TextField, "Document and clause.")
    state: str = column(fields.TextField, "Reported, handled or fed back.")
    reported_at: datetime = column(fields.DatetimeField, "When it was entered.")
    reported_by: UUID | None = column(fields.UUIDField, "Account that entered it.", Privacy.INTERNAL, null=True)
    handling: str | None = column(
        fields.TextField, "What was done about it; null before.", Privacy.CREDIT_DETAIL, null=True
    )
    handled_on: date | None = column(fields.DateField, "Day on which it was handled.", null=True)
    handled_by: UUID | None = column(fields.UUIDField, "Account that noted it.", Privacy.INTERNAL, null=True)
    fed_back_to: str | None = column(fields.TextField, "To whom it was fed back.", null=True)
    feedback: str | None = column(fields.TextField, "What was fed back; null before.", Privacy.CREDIT_DETAIL, null=True)
    fed_back_on: date | None = column(fields.DateField, "Day of the feedback.", null=True)
    fed_back_by: UUID | None = column(fields.UUIDField, "Account that fed it back.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "major_event"
        indexes: tuple[Any, ...] = (
            Index(fields=("jurisdiction_id", "reported_at", "id"), name="major_event_by_jurisdiction"),
            Index(fields=("office_id", "reported_at", "id"), name="major_event_by_office"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {MAJOR_EVENT_STATES}", name="major_event_state_is_known"),
            CheckConstraint(
                check="(state = 'reported') = (handling IS NULL) AND (handling IS NULL) = (handled_on IS NULL)",
                name="major_event_handled_is_whole",
            ),
            CheckConstraint(
                check="(state = 'fed_back') = (feedback IS NOT NULL AND fed_back_to IS NOT NULL AND fed_back_on IS NOT NULL)",
                name="major_event_fed_back_is_whole",
            ),
            CheckConstraint(check="NOT about_person OR subject_id IS NOT NULL", name="major_event_person_is_named"),
        )

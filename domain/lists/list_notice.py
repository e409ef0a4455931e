"""Notices before a decision: to the subject before a black entry, to the public before a red one.

The prior notice says on what, why, with which measures and with which rights, and is answered by the subject
or closed when nothing came. A public notice ends when its entry moves on.
Source: 河南省社会信用条例28; 人力资源社会保障部令第45号 (prior notice, from memory).
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
from domain.registry.catalogue import DISCLOSURES

LIST_NOTICE_KINDS = ("prior_notice", "public_notice")
LIST_NOTICE_STATES = ("served", "answered", "unanswered", "ended")

STANDING = "{t}.kind = 'public_notice' AND {t}.state = 'served' AND ({t}.until_on IS NULL OR {t}.until_on >= :today)"
"""Whether a public notice `{t}` stands on a day."""


class ListNotice(Model):
    """A notice 告知 before a black entry, or a public notice 公示 before a red one."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    entry = reference("renxin.ListEntry", "The entry it comes before.")
    credit_list = reference("renxin.CreditList", "The list.")
    subject = reference("renxin.Subject", "The subject that is to be listed.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the list.")
    office = reference("renxin.Office", "The office that serves it.")
    kind: str = column(fields.TextField, "Prior notice 事前告知 to the subject, or public notice 公示.")
    round: int = column(fields.IntField, "The round of the entry it belongs to.")
    state: str = column(fields.TextField, "State of the notice.")
    disclosure: str = column(fields.TextField, "How far a public notice is shown.")
    grounds: str | None = column(fields.TextField, "On what the entry is to rest 依据.", Privacy.CREDIT, null=True)
    reason: str = column(fields.TextField, "Why 理由.", Privacy.CREDIT_DETAIL)
    measures: str | None = column(fields.TextField, "Which measures 惩戒措施 follow.", Privacy.CREDIT, null=True)
    rights: str | None = column(fields.TextField, "Which rights the subject has 异议申请的权利.", null=True)
    channel: str = column(fields.TextField, "How it was served in writing 送达方式, or where it is shown 公示渠道.")
    served_on: date = column(fields.DateField, "Day it was served, or is shown from.")
    answer_due_on: date | None = column(
        fields.DateField, "Last day of the term to answer; null where none is set.", null=True
    )
    due_provisional: bool = column(
        fields.BooleanField, "True when the due day runs into a year whose holidays are not announced.", default=False
    )
    until_on: date | None = column(
        fields.DateField, "Last day of a public notice, where the office names one.", null=True
    )
    answer: str | None = column(
        fields.TextField, "What the subject answered 陈述申辩.", Privacy.CREDIT_DETAIL, null=True
    )
    answered_at: datetime | None = column(fields.DatetimeField, "When the subject answered.", null=True)
    verify_due_on: date | None = column(
        fields.DateField, "Last day to verify 核查 what the subject answered; null where none is set.", null=True
    )
    closed_at: datetime | None = column(fields.DatetimeField, "When it was noted that no answer came.", null=True)
    served_by: UUID | None = column(fields.UUIDField, "Account that served it.", Privacy.INTERNAL, null=True)
    answered_by: UUID | None = column(fields.UUIDField, "Account that answered.", Privacy.INTERNAL, null=True)
    closed_by: UUID | None = column(fields.UUIDField, "Account that closed it.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "list_notice"
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "served_on", "id"), name="list_notice_by_subject"),
            Index(fields=("office_id", "served_on", "id"), name="list_notice_by_office"),
            Index(fields=("served_on", "id"), name="list_notice_by_day"),
        )
        constraints = (
            UniqueConstraint(fields=("entry_id", "round", "kind"), name="list_notice_is_unique"),
            CheckConstraint(check=f"kind IN {LIST_NOTICE_KINDS}", name="list_notice_kind_is_known"),
            CheckConstraint(check=f"state IN {LIST_NOTICE_STATES}", name="list_notice_state_is_known"),
            CheckConstraint(check=f"disclosure IN {DISCLOSURES}", name="list_notice_disclosure_is_known"),
            CheckConstraint(
                check="(state = 'answered') = (answer IS NOT NULL AND answered_at IS NOT NULL)",
                name="list_notice_answered_has_answer",
            ),
            CheckConstraint(
                check="(state = 'unanswered') = (closed_at IS NOT NULL)", name="list_notice_closed_has_time"
            ),
        )

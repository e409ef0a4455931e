"""Watches 动态监测: what the credit office keeps an eye on, from a day to a day, and the changes that it is shown.

Watched are key fields 重点领域, key projects 重点招商项目 and key enterprises 重点企业; never natural persons. The feed tells
that something published and shared has changed, when and by which office, and nothing of what it says: that is read
under the reader's own authority. The exam sites' internal list is another thing (`exam_watch`). Source: 海沧14.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference

WATCH_KINDS: Final = ("key_field", "key_project", "key_enterprise")
STANDS: Final = "{t}.from_on <= :today AND ({t}.until_on IS NULL OR {t}.until_on >= :today)"
"""Whether a watch `{t}` stands on a day."""


class Watch(Model):
    """A watch 动态监测 over a key field, project or enterprise, from a day to a day."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    kind: str = column(fields.TextField, "Key field, key project or key enterprise.")
    name: str = column(fields.CharField, "What is watched, as the office calls it.", max_length=200)
    subject = reference(
        "renxin.Subject", "The enterprise, or the one that carries the project; null for a field.", null=True
    )
    field_office = reference(
        "renxin.Office", "The office whose field 领域 it is; null for a project or an enterprise.", null=True
    )
    jurisdiction = reference("renxin.Jurisdiction", "The division in which changes are watched.")
    office = reference("renxin.Office", "The office that watches.")
    reason: str = column(fields.TextField, "Why it is watched.", Privacy.CREDIT_DETAIL)
    basis: str = column(fields.TextField, "Document and clause of the watch.")
    from_on: date = column(fields.DateField, "First day of the watch.")
    until_on: date | None = column(fields.DateField, "Last day of the watch; null while none is set.", null=True)
    entered_at: datetime = column(fields.DatetimeField, "When it was entered.")
    entered_by: UUID | None = column(fields.UUIDField, "Account that entered it.", Privacy.INTERNAL, null=True)
    ended_at: datetime | None = column(fields.DatetimeField, "When it was ended before its last day.", null=True)
    ending_reason: str | None = column(fields.TextField, "Why it was ended.", Privacy.CREDIT_DETAIL, null=True)

    class Meta:
        table = "watch"
        indexes: tuple[Any, ...] = (
            Index(fields=("jurisdiction_id", "entered_at", "id"), name="watch_by_jurisdiction"),
            Index(fields=("subject_id", "entered_at", "id"), name="watch_by_subject"),
        )
        constraints = (
            CheckConstraint(check=f"kind IN {WATCH_KINDS}", name="watch_kind_is_known"),
            CheckConstraint(
                check="(kind = 'key_field') = (field_office_id IS NOT NULL)"
                " AND (field_office_id IS NULL) = (subject_id IS NOT NULL)",
                name="watch_has_one_object",
            ),
            CheckConstraint(check="until_on >= from_on - 1", name="watch_days_in_order"),
            CheckConstraint(check="(ended_at IS NULL) = (ending_reason IS NULL)", name="watch_ended_says_why"),
        )


NOUNS: Final = {"credit_record": "published_at", "list_entry": "published_at", "measure": "applied_at"}
"""Nouns whose changes are shown, and since when their rows are shared."""

_SHOWN: Final = {
    "credit_record": "made.disclosure IN ('public', 'government_sharing')",
    "list_entry": "made.disclosure IN ('public', 'government_sharing')",
    "measure": "NOT made.about_person",
}


def _arm(noun: str) -> str:
    """Write the changes of the rows of a noun, under the watches that are about them."""
    since = NOUNS[noun]
    return (
        "SELECT md5(kept.id::text || event.id)::uuid AS id, kept.id AS watch_id, kept.jurisdiction_id, event.subject_id,"
        " event.at, event.object, event.object_id, event.verb, event.office_id"
        f" FROM watch kept JOIN {noun} made ON made.jurisdiction_id = kept.jurisdiction_id AND NOT made.about_person"
        " AND (made.subject_id = kept.subject_id OR made.office_id = kept.field_office_id)"
        f" AND {_SHOWN[noun]} JOIN ledger_event event ON event.object_id = made.id AND event.object = '{noun}'"
        f" AND event.kind = 'change' AND event.at >= made.{since}"
        " AND (event.at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN kept.from_on AND coalesce(kept.until_on, 'infinity')"
    )


CHANGES: Final = f"({' UNION ALL '.join(_arm(noun) for noun in NOUNS)})"
"""The changes under each watch, as rows; read from the ledger, so that none is ever missed or told twice."""

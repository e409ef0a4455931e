"""Consents: a person allows one partner agency to query for one purpose until a day; revocable at any time.

Source: 上海市社会信用条例17 (written authorisation); 个人信息保护法 14, 15 (withdrawal).
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
from domain.privacy import column, reference

IN_FORCE = "{t}.revoked_at IS NULL AND {t}.until_on >= :today"
"""Whether a consent `{t}` stands on a day."""


class Consent(Model):
    """A consent 授权 of a subject to a partner agency for one purpose, until a day."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    subject = reference("renxin.Subject", "The subject who consents.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    office = reference("renxin.Office", "The partner agency that may query.")
    application_item = reference("renxin.ApplicationItem", "The purpose 应用事项 it is given for.")
    granted_at: datetime = column(fields.DatetimeField, "When it was given.")
    until_on: date = column(fields.DateField, "Last day of the consent.")
    revoked_at: datetime | None = column(fields.DatetimeField, "When it was revoked; null while it stands.", null=True)

    class Meta:
        table = "consent"
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "office_id", "application_item_id"), name="consent_by_subject"),
        )
        constraints = (
            CheckConstraint(
                check="until_on >= (granted_at AT TIME ZONE 'UTC')::date", name="consent_ends_after_it_begins"
            ),
        )

"""Notices of the rights of credit repair 信用修复告知: that a subject was told, when, how, and in which words.

A penalty is decided and its subject told in one act (厦门2, 海沧1: 并告知行政相对人有关信用修复的权益); both papers may
be served together 两书同达. A notice is never changed: after an amendment that changes the rights another one is
served. Whether a penalty lacks its notice is told by `STATUS` when it is asked.
Source: 厦门2; 海沧1; 国办发〔2025〕22号 (encouraged elsewhere).
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

NOTICE_CHANNELS = ("with_decision", "direct", "left", "mail", "electronic", "announcement")
"""Ways of serving 送达方式: with the decision 两书同达, directly, left, by mail, electronically, by announcement."""

NOTICE_STATUSES = ("not_required", "missing", "served", "served_late")

STATUS = (
    "CASE WHEN NOT {t}.repair_notice_required THEN 'not_required'"
    " ELSE (SELECT CASE WHEN min(notice.served_on) IS NULL THEN 'missing'"
    " WHEN {t}.published_at IS NULL"
    " OR min(notice.served_on) <= ({t}.published_at AT TIME ZONE 'Asia/Shanghai')::date THEN 'served'"
    " ELSE 'served_late' END FROM repair_notice notice WHERE notice.record_id = {t}.id) END"
)
"""Whether the subject of a record `{t}` was told of its rights, on or before publication."""


class RepairNotice(Model):
    """A notice of the rights of credit repair 信用修复权益告知, served on the subject of a penalty."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    record = reference("renxin.CreditRecord", "The record of the penalty.")
    subject = reference("renxin.Subject", "The subject that was told.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the record.")
    office = reference("renxin.Office", "The office that told it.")
    version: int = column(fields.IntField, "Version of the record that it tells of.")
    served_on: date = column(fields.DateField, "Day on which it was served 送达.")
    channel: str = column(fields.TextField, "How it was served 送达方式.")
    content: str = column(fields.TextField, "Its words 告知内容.", Privacy.CREDIT_DETAIL)
    noted_at: datetime = column(fields.DatetimeField, "When it was noted here.")
    served_by: UUID | None = column(fields.UUIDField, "Account that noted it.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "repair_notice"
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "served_on", "id"), name="repair_notice_by_subject"),
            Index(fields=("office_id", "served_on", "id"), name="repair_notice_by_office"),
        )
        constraints = (
            UniqueConstraint(fields=("record_id", "version"), name="repair_notice_is_served_once"),
            CheckConstraint(check=f"channel IN {NOTICE_CHANNELS}", name="repair_notice_channel_is_known"),
        )

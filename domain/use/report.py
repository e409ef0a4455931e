"""Credit reports: numbered, dated, signed answers about a subject for one purpose.

A report is stored as issued. It has two statuses: of the document (valid, expired, revoked) and of its
content (current, or superseded because something about the subject has changed since). Source: 厦门4, 25;
海沧4, 5; 上海市社会信用条例34 (a report states its uses and inquiries).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from domain.delivery.delivery import TAKES_DOWN
from domain.ids import new_id
from domain.privacy import Privacy, column, reference
from domain.rights.objections.objection import MARKING_VERBS, TARGETS

DOCUMENT_STATUS = (
    "CASE WHEN {t}.revoked_at IS NOT NULL THEN 'revoked' WHEN {t}.valid_until < :today THEN 'expired' ELSE 'valid' END"
)
"""Status of a report `{t}` as a document on a day."""

_NEED_TO_KNOW = "('restricted', 'internal')"
_ENDED = (
    " OR EXISTS (SELECT FROM {table} ended WHERE ended.subject_id = {{t}}.subject_id AND ended.published_at IS NOT NULL"
    f" AND ended.disclosure NOT IN {_NEED_TO_KNOW}"
    " AND ended.public_until >= ({{t}}.issued_at AT TIME ZONE 'Asia/Shanghai')::date AND ended.public_until < :today)"
)
_SHOWN = (
    "EXISTS (SELECT FROM {table} about WHERE about.id = (later.image ->> '{column}')::uuid"
    f" AND about.published_at IS NOT NULL AND about.disclosure NOT IN {_NEED_TO_KNOW})"
)
_CONTESTED = (
    " OR (later.object = 'subject_statement' OR later.object = 'objection'"
    f" AND later.verb IN {MARKING_VERBS}) AND ("
    + " OR ".join(_SHOWN.format(table=table, column=column) for table, column in TARGETS.items())
    + ")"
)
CONTENT_STATUS = (
    "CASE WHEN EXISTS (SELECT FROM ledger_event later WHERE later.subject_id = {t}.subject_id"
    " AND (later.at, later.id) > ({t}.issued_at, {t}.id) AND later.kind = 'change'"
    " AND (later.object IN ('subject', 'legal_representative')"
    " OR later.object IN ('credit_record', 'list_entry') AND later.image ->> 'published_at' IS NOT NULL"
    f" AND (later.image ->> 'disclosure' NOT IN {_NEED_TO_KNOW} OR later.verb = '{TAKES_DOWN}'){_CONTESTED}))"
    + _ENDED.format(table="credit_record")
    + _ENDED.format(table="list_entry")
    + " THEN 'superseded' ELSE 'current' END"
)
"""Status of what a report `{t}` says: superseded once anything that a report may show about its subject has changed
since, by somebody's act or because a publication has ended by itself: also once it has become disputed, or is no
longer, or the subject's own words beside it have come or gone. What was never published, and what is
need-to-know, does not count: the status would tell of it; but that it was kept back after it had been shown does."""

_SHOWN_THEN = f"about.subject_id = {{t}}.subject_id AND about.published_at <= {{t}}.issued_at AND about.disclosure NOT IN {_NEED_TO_KNOW}"
UNDONE_SINCE = (
    f"(EXISTS (SELECT FROM credit_record about WHERE {_SHOWN_THEN}"
    " AND (about.repaired_at >= {t}.issued_at OR about.withdrawn_at >= {t}.issued_at))"
    f" OR EXISTS (SELECT FROM list_entry about WHERE {_SHOWN_THEN}"
    " AND about.removal_reason IN ('repaired', 'early_removal', 'withdrawn')"
    " AND about.removed_on > ({t}.issued_at AT TIME ZONE 'Asia/Shanghai')::date)"
    " OR {t}.about_person AND EXISTS (SELECT FROM ledger_event down WHERE down.subject_id = {t}.subject_id AND down.kind = 'change'"
    f" AND down.at >= {{t}}.issued_at AND down.verb = '{TAKES_DOWN}' AND down.object IN ('credit_record', 'list_entry')"
    " AND down.image ->> 'published_at' IS NOT NULL))"
)
"""Whether something that a report `{t}` may tell has been repaired since, was withdrawn as wrong, or is kept back as of a
minor: what is repaired is shared and used no more (第36号令). An entry has a day of its end and no hour: one that left on the day of issue was not told."""


class CreditReport(Model):
    """A credit report 信用报告 as issued to one office for one purpose."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    number: str = column(fields.CharField, "Number 报告编号, for verification.", max_length=40)
    kind: str = column(
        fields.TextField,
        "Kind of report 报告种类: general 法人和其他组织, person 自然人, or labour_compliance 代替劳动保障守法诚信证明.",
    )
    subject = reference("renxin.Subject", "The subject of the report.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    jurisdiction = reference("renxin.Jurisdiction", "The division under whose rulebook it was issued.")
    office = reference("renxin.Office", "The office or agency that asked for it; null when the subject did.", null=True)
    application_item = reference(
        "renxin.ApplicationItem", "The purpose it was asked for; null for the subject's own.", null=True
    )
    consent = reference("renxin.Consent", "The consent it rests on; null where the law needs none.", null=True)
    requested_by: UUID | None = column(fields.UUIDField, "Account that asked for it.", Privacy.INTERNAL, null=True)
    issued_at: datetime = column(fields.DatetimeField, "When it was issued.")
    valid_until: date = column(fields.DateField, "Last day of validity.")
    document: str = column(
        fields.TextField, "The report itself: canonical JSON, exactly as signed.", Privacy.CREDIT_DETAIL
    )
    digest: str = column(fields.CharField, "SHA-256 of the document, hexadecimal.", max_length=64)
    signature: str = column(
        fields.TextField, "The signed report: JWS compact serialisation, EdDSA.", Privacy.CREDIT_DETAIL
    )
    key_id: str = column(fields.TextField, "Id of the signing key, published under /.well-known/jwks.json.")
    revoked_at: datetime | None = column(
        fields.DatetimeField, "When the document was revoked; null while it stands.", null=True
    )
    revocation_reason: str | None = column(fields.TextField, "Why it was revoked.", null=True)

    class Meta:
        table = "credit_report"
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "issued_at", "id"), name="credit_report_by_subject"),
            Index(fields=("office_id", "issued_at", "id"), name="credit_report_by_office"),
        )
        constraints = (UniqueConstraint(fields=("number",), name="credit_report_number_is_unique"),)

"""Offices: who produces, provides and answers for credit data, and who asks for it.

One office may be written in several ways in the documents; its aliases all resolve to one row. Partner
agencies are offices of kind `partner_agency`. Source: 厦门8 (谁产生,谁提供、谁负责), 上海4, 海沧28.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import column, reference

OFFICE_KINDS = ("bureau_office", "credit_platform", "partner_agency", "other_body")


class Office(Model):
    """An office 处室/单位: a part of the bureau, the credit platform, or a partner agency."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division whose rulebook names the office.")
    code: str = column(fields.TextField, "Key of the office within its jurisdiction, e.g. JCZD.")
    name: str = column(fields.TextField, "Name of the office as the document writes it, e.g. 市监察支队.")
    aliases: list[str] = column(
        ArrayField, "Other spellings 别名 that mean this office.", element_type="text", default=list
    )
    kind: str = column(fields.TextField, "Kind of office.", default="bureau_office")
    roles: list[str] = column(
        ArrayField, "What the documents charge it with beyond producing.", element_type="text", default=list
    )
    clause: str | None = column(fields.TextField, "Clauses that name the office.", null=True)
    rulebook: str | None = column(fields.TextField, "Id of the rulebook that names it.", null=True)

    class Meta:
        table = "office"
        constraints = (
            UniqueConstraint(fields=("jurisdiction_id", "code"), name="office_code_is_unique"),
            CheckConstraint(check=f"kind IN {OFFICE_KINDS}", name="office_kind_is_known"),
        )


class Responsibility(Model):
    """A duty 责任 that a rulebook lays on an office, with its clause and validity."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    office = reference("renxin.Office", "The office that has the duty.")
    duty: str = column(fields.TextField, "The duty, in the document's words.")
    clause: str = column(fields.TextField, "The clause that sets it.")
    rulebook: str = column(fields.TextField, "Id of the rulebook.")
    valid_from: date | None = column(
        fields.DateField, "First day of the duty; null when the document names none.", null=True
    )
    valid_to: date | None = column(
        fields.DateField, "Last day of the duty; null when the document names none.", null=True
    )

    class Meta:
        table = "responsibility"
        indexes: tuple[Any, ...] = (Index(fields=("office_id",), name="responsibility_by_office"),)
        constraints = (
            UniqueConstraint(fields=("office_id", "duty", "clause", "rulebook"), name="responsibility_is_unique"),
        )

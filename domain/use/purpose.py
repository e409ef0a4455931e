"""Purposes: the matters in which a credit report may be asked for, and which agency may ask in which.

Source: 厦门4 (应用事项清单), 海沧4; 上海市社会信用条例17 (published query items).
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import column, reference


class ApplicationItem(Model):
    """An application item 应用事项: a matter in which a credit report is queried, named as the purpose."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division whose list of matters names it.")
    code: str = column(fields.TextField, "Code, to be named as the purpose, e.g. 350200.procurement.")
    name: str = column(fields.TextField, "Name of the matter, e.g. 政府采购.")
    clause: str = column(fields.TextField, "Clause of the rulebook.")
    rulebook: str = column(fields.TextField, "Id of the rulebook, or title of the edition, that names it.")

    class Meta:
        table = "application_item"
        constraints = (UniqueConstraint(fields=("code",), name="application_item_code_is_unique"),)


class PartnerPurpose(Model):
    """A purpose that has been granted to a partner agency, with its days."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    office = reference("renxin.Office", "The partner agency.")
    application_item = reference("renxin.ApplicationItem", "The purpose.")
    from_on: date = column(fields.DateField, "First day of the grant.")
    to_on: date | None = column(fields.DateField, "Last day of the grant; null while it lasts.", null=True)

    class Meta:
        table = "partner_purpose"
        constraints = (
            UniqueConstraint(fields=("office_id", "application_item_id", "from_on"), name="partner_purpose_is_unique"),
        )


BY_CODE = "SELECT id FROM application_item WHERE code = $1"

"""Kinds of list 名单: red and black, serious dishonesty, key attention, major violations, imported ones.

What a kind is and asks for is told by the rulebooks and installed from them; entries are `list_entry`'s.
Source: 厦门3, 24, 28; 新乡三, 四; 十堰; 海沧3, 5, 25; 上海5(一), 9.
"""

from __future__ import annotations

from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import column, reference
from domain.registry.catalogue import POLARITIES


class CreditList(Model):
    """A kind of list 名单, e.g. 诚信红名单, with its standard, procedure, measures and exit where the law sets them."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division whose rulebook opens the list.")
    rulebook: str = column(fields.TextField, "Id of the rulebook.")
    code: str = column(fields.TextField, "Code of the list within its rulebook, e.g. black.")
    name: str = column(fields.TextField, "Name 名称 of the list.")
    aliases: list[str] = column(ArrayField, "Other names of the same list.", element_type="text", default=list)
    polarity: str = column(fields.TextField, "Positive 红名单 or negative 黑名单.")
    standard: str | None = column(
        fields.TextField, "Standard of recognition 认定标准; null where the text is silent.", null=True
    )
    procedure: str | None = column(
        fields.TextField, "Procedure of recognition 认定程序; null where the text is silent.", null=True
    )
    measures: str | None = column(fields.TextField, "Measures 惩戒/激励措施; null where the text is silent.", null=True)
    exit_rule: str | None = column(fields.TextField, "Exit 退出机制; null where the text is silent.", null=True)
    max_publication_years: int | None = column(
        fields.IntField, "Longest publication in years; null where none is set.", null=True
    )
    imported: bool = column(
        fields.BooleanField, "Whether its entries are another authority's, imported with their source.", default=False
    )
    interview_required: bool = column(
        fields.BooleanField, "Whether who is listed is to be interviewed 约谈 (厦门28).", default=False
    )
    clause: str = column(fields.TextField, "Clause of the rulebook.")

    class Meta:
        table = "credit_list"
        constraints = (
            UniqueConstraint(fields=("rulebook", "code"), name="credit_list_is_unique"),
            CheckConstraint(check=f"polarity IN {POLARITIES}", name="credit_list_polarity_is_known"),
        )

"""The catalogue 信用信息目录: which information may be recorded at all, by whom, about whom, shown how far.

A record refers to the item in force on the day of its decision; a newer edition adds items, it never
overwrites them. Source: 厦门7; 上海市社会信用条例11; 河南省社会信用条例11, 18.
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

POLARITIES = ("positive", "negative", "neutral")
DISCLOSURES = ("public", "government_sharing", "authorised_query", "restricted", "internal")
"""How far information is shown, from everybody to nobody: `authorised_query` opens with the subject's consent;
`restricted` is for the producing office and the subject (civil servants' and claimants' files); `internal` for
the producing office alone (exam watch lists, open criminal cases)."""
BASIS_LEVELS = (
    "law",
    "administrative_regulation",
    "local_regulation",
    "central_policy",
    "department_rule",
    "local_rule",
    "normative_document",
)


class CatalogueItem(Model):
    """A catalogue item 目录条目: one kind of credit information in one edition of one jurisdiction's catalogue."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division whose catalogue it is.")
    edition: str = column(
        fields.TextField,
        "Name of the edition 版本: the id of its rulebook, or the label that the credit office gave it.",
    )
    catalogue_edition = reference("renxin.Edition", "The edition it is an item of.", null=True)
    code: str = column(fields.TextField, "Code of the item within its edition, e.g. penalty.")
    name: str = column(fields.TextField, "Name of the item, e.g. 行政处罚.")
    category: str = column(fields.TextField, "Category of information, e.g. permit, penalty, commitment.")
    polarity: str = column(fields.TextField, "Whether it speaks for (positive) or against (negative) the subject.")
    disclosure: str = column(fields.TextField, "How far it is shown 共享属性 when about an organisation.")
    person_disclosure: str = column(fields.TextField, "How far it is shown when about a natural person.")
    subject_kinds: list[str] = column(
        ArrayField, "Kinds of subject it may be about; empty means every kind.", element_type="text", default=list
    )
    data_items: list[dict[str, Any]] = column(
        fields.JSONField, "Required and optional data items 数据项: code, name, required, personal.", default=list
    )
    severity_required: bool = column(
        fields.BooleanField, "Whether a record needs a severity before publication (厦门2).", default=False
    )
    double_publicity: bool = column(fields.BooleanField, "Whether 双公示 applies: portal and platform.", default=False)
    push_to: list[str] = column(
        ArrayField,
        "Codes of the offices 接收单位 of the jurisdiction that the text has its records pushed to.",
        element_type="text",
        default=list,
    )
    publication_years: int | None = column(
        fields.IntField, "Publication term in years; null where none is set.", null=True
    )
    legal_basis: str | None = column(fields.TextField, "Legal basis 依据.", null=True)
    legal_basis_level: str | None = column(fields.TextField, "Level of the legal basis.", null=True)
    clause: str = column(fields.TextField, "Clause of the rulebook.")
    valid_from: date | None = column(
        fields.DateField, "First day of validity; null when the document names none.", null=True
    )
    valid_to: date | None = column(
        fields.DateField, "Last day of validity; null when the document names none.", null=True
    )

    class Meta:
        table = "catalogue_item"
        indexes: tuple[Any, ...] = (Index(fields=("catalogue_edition_id",), name="catalogue_item_by_edition"),)
        constraints = (
            UniqueConstraint(fields=("jurisdiction_id", "edition", "code"), name="catalogue_item_is_unique"),
            CheckConstraint(check=f"polarity IN {POLARITIES}", name="catalogue_item_polarity_is_known"),
            CheckConstraint(check=f"disclosure IN {DISCLOSURES}", name="catalogue_item_disclosure_is_known"),
            CheckConstraint(
                check=f"person_disclosure IN {DISCLOSURES}", name="catalogue_item_person_disclosure_is_known"
            ),
        )


class CatalogueProducer(Model):
    """An office that produces, provides and answers for a catalogue item 信源单位."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    item = reference("renxin.CatalogueItem", "The catalogue item.")
    office = reference("renxin.Office", "The producing office.")
    clause: str = column(fields.TextField, "Clause that names the office for the item.")
    reading: str | None = column(
        fields.TextField, "Our reading 解读, where the text leaves the producer open.", null=True
    )

    class Meta:
        table = "catalogue_producer"
        indexes: tuple[Any, ...] = (Index(fields=("office_id",), name="catalogue_producer_by_office"),)
        constraints = (UniqueConstraint(fields=("item_id", "office_id"), name="catalogue_producer_is_unique"),)

"""Commitment items 信用承诺事项: the matters in which a commitment is taken, from whom, by which offices.

Those that the documents name come with their rulebooks; the rest is kept by the credit office, where one
person proposes and another approves. An item states its kind: notification-commitment 告知承诺, tolerant
acceptance 容缺受理 with the term in which what is missing must follow, or any other commitment. A code stands once in an
edition among what was not rejected: `commitment_item_is_unique`.
Source: 厦门11 (事项清单, 三类主体, 三类事项), 20; 海沧2, 12, 16; 十堰正文; 上海5(四).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference
from domain.registry.catalogue import DISCLOSURES
from domain.rulebook.vocabulary import COMMITMENT_KINDS, MATTER_KINDS, PARTIES, SUPPLEMENT_UNITS

ITEM_STATES = ("proposed", "approved", "rejected")
SIMPLIFIED_KINDS = ("notification", "tolerant_acceptance")
"""Kinds by which something is granted before everything is proven: 告知承诺等简化程序."""

IN_FORCE = (
    "{t}.state = 'approved' AND ({t}.valid_from IS NULL OR {t}.valid_from <= :today)"
    " AND ({t}.valid_to IS NULL OR {t}.valid_to >= :today)"
)
"""Whether an item `{t}` may be used on a day."""


class CommitmentItem(Model):
    """A commitment item 信用承诺事项 of one edition, named by a rulebook or kept by the credit office."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division whose list of items it is on.")
    rulebook: str | None = column(
        fields.TextField, "Id of the rulebook that names it; null for one that the credit office keeps.", null=True
    )
    edition: str = column(fields.CharField, "Edition 版本 of the list of items.", max_length=100)
    code: str = column(fields.CharField, "Code of the item within its edition.", max_length=64)
    name: str = column(fields.CharField, "Name 名称 of the matter.", max_length=200)
    kind: str = column(fields.TextField, "Kind of commitment: 告知承诺, 容缺受理 or another.")
    matter_kind: str = column(fields.TextField, "Kind of matter: 行政审批, 公共服务, 行政管理 or another.")
    parties: list[str] = column(
        ArrayField, "Who may commit: 自然人, 法人, 其他组织 (厦门11).", element_type="text", default=list
    )
    text: str | None = column(
        fields.TextField, "Wording 承诺书文本 where the item fixes it; else it is the signer's.", null=True
    )
    supplement_term: int | None = column(
        fields.IntField, "Term in which what is missing must follow 补正期限 (容缺受理 only).", null=True
    )
    supplement_unit: str | None = column(fields.TextField, "Unit of that term.", null=True)
    disclosure: str = column(fields.TextField, "How far a commitment is shown when an organisation's.")
    person_disclosure: str = column(fields.TextField, "How far it is shown when a natural person's.")
    clause: str = column(fields.CharField, "Clause or rule 依据 the item rests on.", max_length=500)
    reading: str | None = column(fields.TextField, "Our reading 解读, where the text leaves room.", null=True)
    state: str = column(
        fields.TextField, "Proposed, approved or rejected; whether it is in force is told by `inForce`."
    )
    valid_from: date | None = column(fields.DateField, "First day of validity; null when none is named.", null=True)
    valid_to: date | None = column(fields.DateField, "Last day of validity; null when none is named.", null=True)
    reason: str | None = column(fields.TextField, "Why it was rejected, or ended.", null=True)
    proposed_by: UUID | None = column(
        fields.UUIDField, "Account that proposed it; null for a rulebook's.", Privacy.INTERNAL, null=True
    )
    proposed_at: datetime | None = column(fields.DatetimeField, "When it was proposed.", null=True)
    decided_by: UUID | None = column(
        fields.UUIDField, "Account that approved or rejected it.", Privacy.INTERNAL, null=True
    )
    decided_at: datetime | None = column(fields.DatetimeField, "When it was approved or rejected.", null=True)

    class Meta:
        table = "commitment_item"
        constraints = (
            CheckConstraint(check=f"kind IN {COMMITMENT_KINDS}", name="commitment_item_kind_is_known"),
            CheckConstraint(check=f"matter_kind IN {MATTER_KINDS}", name="commitment_item_matter_is_known"),
            CheckConstraint(
                check=f"parties <@ ARRAY{list(PARTIES)}::text[] AND cardinality(parties) > 0",
                name="commitment_item_parties_are_known",
            ),
            CheckConstraint(check=f"state IN {ITEM_STATES}", name="commitment_item_state_is_known"),
            CheckConstraint(check=f"disclosure IN {DISCLOSURES}", name="commitment_item_disclosure_is_known"),
            CheckConstraint(
                check=f"person_disclosure IN {DISCLOSURES}", name="commitment_item_person_disclosure_is_known"
            ),
            CheckConstraint(
                check="(kind = 'tolerant_acceptance') = (supplement_term IS NOT NULL AND supplement_unit IS NOT NULL)",
                name="commitment_item_tolerance_has_a_term",
            ),
            CheckConstraint(check="supplement_term BETWEEN 1 AND 400", name="commitment_item_term_is_sensible"),
            CheckConstraint(check=f"supplement_unit IN {SUPPLEMENT_UNITS}", name="commitment_item_term_unit_is_known"),
            CheckConstraint(check="decided_by <> proposed_by", name="commitment_item_is_decided_by_another"),
            CheckConstraint(check="rulebook IS NOT NULL OR proposed_by IS NOT NULL", name="commitment_item_has_origin"),
            CheckConstraint(check="valid_to >= valid_from", name="commitment_item_days_in_order"),
        )


class CommitmentItemOffice(Model):
    """An office 承办单位 that takes commitments under an item; an item without any is open to the office in charge."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    commitment_item = reference("renxin.CommitmentItem", "The commitment item.")
    office = reference("renxin.Office", "The office 责任单位.")

    class Meta:
        table = "commitment_item_office"
        indexes: tuple[Any, ...] = (Index(fields=("office_id",), name="commitment_item_office_by_office"),)
        constraints = (
            UniqueConstraint(fields=("commitment_item_id", "office_id"), name="commitment_item_office_is_unique"),
        )

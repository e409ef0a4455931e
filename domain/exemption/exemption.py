"""Exemptions 豁免惩戒 of minor, occasional failings: a commitment takes the place of punishment 以信用承诺替代惩戒.

An exemption is about one record; it spares the subject measures and lists, not the publicity that the law of
penalties asks for (a reading: clause 2 speaks of 惩戒). It stands as long as its commitment is not broken and the failing
is not found to be a serious one after all 轻微.
Source: 海沧2.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.apart import APART
from domain.exemption.conditions import MINOR
from domain.ids import new_id
from domain.privacy import Privacy, column, reference

OPEN_STATES = ("proposed", "signed")
EXEMPTION_STATES = (*OPEN_STATES, "granted", "refused", "withdrawn")

IN_FORCE = (
    "{t}.state = 'granted' AND EXISTS (SELECT FROM commitment made WHERE made.id = {t}.commitment_id"
    " AND made.state IN ('signed', 'kept'))"
    f" AND EXISTS (SELECT FROM credit_record spared WHERE spared.id = {{t}}.record_id AND spared.severity = '{MINOR}')"
)
"""Whether an exemption `{t}` stands: granted, its commitment not found broken, and the failing still minor as put right."""

_IS_DECIDED = "state IN ('granted', 'refused')"
_DISTINCT = APART["exemption"]
"""Steps that are never one person's."""


class Exemption(Model):
    """An exemption 豁免惩戒 of a minor, occasional failing from punishment, against a commitment (海沧2)."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    record = reference("renxin.CreditRecord", "The record of the failing.")
    exemption_item = reference("renxin.ExemptionItem", "The act on the list 豁免行为 that it is.")
    subject = reference("renxin.Subject", "The subject that is spared.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the record.")
    office = reference("renxin.Office", "The office that recognised the failing, which alone exempts from it.")
    state: str = column(fields.TextField, "How far it has come; whether it stands is told by `inForce`.")
    procedure: str = column(fields.TextField, "Code of the procedure in force when it was proposed.")
    grounds: str = column(fields.TextField, "Why the act is this one, and minor 理由.", Privacy.CREDIT_DETAIL)
    proposed_at: datetime = column(fields.DatetimeField, "When it was proposed.")
    commitment = reference("renxin.Commitment", "The commitment 信用承诺; null before it is signed.", null=True)
    signed_at: datetime | None = column(fields.DatetimeField, "When the commitment was signed.", null=True)
    earlier: int | None = column(
        fields.IntField,
        "How many earlier failings lay within the window when it was granted.",
        Privacy.CREDIT_DETAIL,
        null=True,
    )
    decided_at: datetime | None = column(fields.DatetimeField, "When it was decided.", null=True)
    decision_reason: str | None = column(fields.TextField, "Reason of the decision.", Privacy.CREDIT_DETAIL, null=True)
    proposed_by: UUID | None = column(fields.UUIDField, "Account that proposed it.", Privacy.INTERNAL, null=True)
    signed_by: UUID | None = column(fields.UUIDField, "Account that signed.", Privacy.INTERNAL, null=True)
    decided_by: UUID | None = column(fields.UUIDField, "Account that decided.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "exemption"
        indexes: tuple[Any, ...] = (
            Index(fields=("record_id", "proposed_at", "id"), name="exemption_by_record"),
            Index(fields=("subject_id", "proposed_at", "id"), name="exemption_by_subject"),
            Index(fields=("office_id", "proposed_at", "id"), name="exemption_by_office"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {EXEMPTION_STATES}", name="exemption_state_is_known"),
            CheckConstraint(check=f"({_IS_DECIDED}) = (decided_at IS NOT NULL)", name="exemption_decided_has_time"),
            CheckConstraint(
                check=f"NOT ({_IS_DECIDED}) OR (decided_by IS NOT NULL AND decision_reason IS NOT NULL)",
                name="exemption_decision_has_person_and_reason",
            ),
            CheckConstraint(
                check="state NOT IN ('signed', 'granted') OR (signed_at IS NOT NULL AND commitment_id IS NOT NULL)",
                name="exemption_rests_on_commitment",
            ),
            CheckConstraint(check="(state = 'granted') = (earlier IS NOT NULL)", name="exemption_counts_when_granted"),
            *(
                CheckConstraint(check=f"{one} <> {other}", name=f"exemption_{one}_is_not_{other}")
                for one, other in _DISTINCT
            ),
        )

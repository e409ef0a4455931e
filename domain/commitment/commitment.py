"""Commitments 信用承诺: what a person or an organisation has signed, where, how, and whether it was kept.

The exact text stands in the row with its digest and the evidence of the signature. A commitment is voluntary:
a refusal is recorded and nothing follows from it. Whether it was kept is shared between offices and not published.
Source: 厦门11 (引导, 公示, 抽查, 履约, 自愿接受约束和惩戒); 海沧12; 上海5(四); 十堰正文.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.credit import record as credit_record
from domain.credit.terms import KEPT_BACK
from domain.ids import new_id
from domain.privacy import Privacy, column, reference
from domain.registry.catalogue import DISCLOSURES
from domain.rulebook.vocabulary import PARTIES

COMMITMENT_STATES = ("signed", "refused", "kept", "broken", "withdrawn")
SIGNATURE_METHODS = ("handwritten", "seal", "electronic_signature", "online_confirmation")
SIGNERS = ("in_person", "legal_representative", "agent")
BREACH_GROUNDS = ("untrue", "unfulfilled", "not_supplied")
UNRECORDED = ("no_item", "subject_kind", "not_producer", "not_in_force")

STANDS = "{t}.state IN ('signed', 'kept', 'broken')"
"""Whether a commitment `{t}` was made and has not been withdrawn as entered by mistake."""

FAILING_SHOWN = "EXISTS (SELECT FROM credit_record failing WHERE failing.id = asked.record_id AND " + (
    credit_record.IN_FORCE.replace("{t}", "failing") + f" AND failing.disclosure <> '{KEPT_BACK}')"
)
"""Whether the record that a repair application `asked` is about is published, and to others than its office and subject."""

IN_FORCE = (
    "{t}.published_at IS NOT NULL AND "
    + STANDS
    + " AND NOT EXISTS (SELECT FROM repair_application asked WHERE asked.commitment_id = {t}.id AND NOT "
    + FAILING_SHOWN
    + " OFFSET 0)"
)
"""Whether a commitment `{t}` is published. One that was made to have a failing repaired names it: it is so no longer than
the failing is (终止公示、停止共享和使用)."""


class Commitment(Model):
    """A commitment 信用承诺 of a subject in one matter, or the note that it was refused."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    commitment_item = reference("renxin.CommitmentItem", "The item 承诺事项 it was made under.")
    subject = reference("renxin.Subject", "The subject who commits.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    party: str = column(fields.TextField, "Kind of party: 自然人, 法人 or 其他组织 (厦门11).")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office that has the matter in hand and takes the commitment.")
    matter_no: str = column(
        fields.CharField, "Number 受理编号 of the matter or file it was made in.", Privacy.CREDIT, max_length=128
    )
    state: str = column(fields.TextField, "Signed, refused, kept 履约, broken 违约 or withdrawn.", Privacy.FULFILMENT)
    version: int = column(fields.IntField, "Version, from 1; every move adds one.", Privacy.FULFILMENT, default=1)
    text: str | None = column(
        fields.TextField, "The exact text that was signed; null for a refusal.", Privacy.CREDIT_DETAIL, null=True
    )
    text_digest: str | None = column(
        fields.TextField, "SHA-256 of the text in UTF-8, hexadecimal.", Privacy.CREDIT_DETAIL, null=True
    )
    signed_on: date | None = column(fields.DateField, "Day of the signature; null for a refusal.", null=True)
    entered_at: datetime = column(fields.DatetimeField, "When it was entered here.")
    signature_method: str | None = column(fields.TextField, "How it was signed.", null=True)
    evidence: str | None = column(
        fields.TextField, "Where the evidence of the signature is kept.", Privacy.INTERNAL, null=True
    )
    signer: str | None = column(
        fields.TextField, "Who signed: the person, the legal representative or an authorised agent.", null=True
    )
    signer_name: str | None = column(
        fields.CharField,
        "Name of the legal representative or agent who signed, as your clearance allows.",
        Privacy.PERSON_NAME,
        masked_by="masked_name",
        max_length=200,
        null=True,
    )
    masked_name: str | None = column(
        fields.TextField, "The signer's name as shown without clearance.", Privacy.SECRET, null=True
    )
    signed_by: UUID | None = column(
        fields.UUIDField, "Account that signed online; null for paper.", Privacy.INTERNAL, null=True
    )
    taken_in_by: UUID | None = column(
        fields.UUIDField, "Officer's account that took it in; null when signed online.", Privacy.INTERNAL, null=True
    )
    refusal_reason: str | None = column(
        fields.TextField,
        "Why it was refused, if the subject said so; nothing follows from it.",
        Privacy.CREDIT_DETAIL,
        null=True,
    )
    missing: str | None = column(
        fields.TextField,
        "What must still be handed in 容缺材料 (tolerant acceptance).",
        Privacy.CREDIT_DETAIL,
        null=True,
    )
    supplement_due_on: date | None = column(
        fields.DateField, "Last day to hand in what is missing; null where nothing is.", Privacy.FULFILMENT, null=True
    )
    supplement_provisional: bool = column(
        fields.BooleanField,
        "True when that day runs into a year whose holidays are not announced.",
        Privacy.FULFILMENT,
        default=False,
    )
    supplied_on: date | None = column(
        fields.DateField, "Day on which everything missing was handed in 补齐.", Privacy.FULFILMENT, null=True
    )
    disclosure: str = column(fields.TextField, "How far it is shown 共享属性, from its item.")
    published_at: datetime | None = column(fields.DatetimeField, "When it was published 公示.", null=True)
    portal_at: datetime | None = column(fields.DatetimeField, "When it appeared on the portal.", null=True)
    platform_at: datetime | None = column(fields.DatetimeField, "When it was pushed to the city platform.", null=True)
    found_on: date | None = column(
        fields.DateField, "Day on which it was found kept or broken.", Privacy.FULFILMENT, null=True
    )
    found_at: datetime | None = column(fields.DatetimeField, "When that was entered.", Privacy.FULFILMENT, null=True)
    finding: str | None = column(
        fields.TextField, "What was found 核查情况; may name people.", Privacy.RESTRICTED, null=True
    )
    found_by: UUID | None = column(
        fields.UUIDField, "Account that found it; another than took it in.", Privacy.INTERNAL, null=True
    )
    breach_ground: str | None = column(
        fields.TextField,
        "Untrue 承诺不实, unfulfilled 违反承诺 or not supplied 逾期未补正.",
        Privacy.FULFILMENT,
        null=True,
    )
    record = reference("renxin.CreditRecord", "The credit record that tells whether it was kept.", null=True)
    unrecorded: str | None = column(
        fields.TextField,
        "Why no credit record tells the result, where none can: the rulebook has no item for it.",
        Privacy.FULFILMENT,
        null=True,
    )
    withdrawal_reason: str | None = column(
        fields.TextField, "Why it was withdrawn as entered by mistake.", Privacy.RESTRICTED, null=True
    )

    withdrawn_at: datetime | None = column(
        fields.DatetimeField, "When it was withdrawn.", Privacy.FULFILMENT, null=True
    )

    class Meta:
        table = "commitment"
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "entered_at", "id"), name="commitment_by_subject"),
            Index(fields=("office_id", "entered_at", "id"), name="commitment_by_office"),
            Index(fields=("commitment_item_id", "entered_at", "id"), name="commitment_by_item"),
            Index(fields=("entered_at", "id"), name="commitment_by_time"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {COMMITMENT_STATES}", name="commitment_state_is_known"),
            CheckConstraint(check=f"party IN {PARTIES}", name="commitment_party_is_known"),
            CheckConstraint(check="about_person = (party = 'natural_person')", name="commitment_person_by_party"),
            CheckConstraint(check=f"disclosure IN {DISCLOSURES}", name="commitment_disclosure_is_known"),
            CheckConstraint(check=f"signature_method IN {SIGNATURE_METHODS}", name="commitment_method_is_known"),
            CheckConstraint(check=f"signer IN {SIGNERS}", name="commitment_signer_is_known"),
            CheckConstraint(check=f"breach_ground IN {BREACH_GROUNDS}", name="commitment_ground_is_known"),
            CheckConstraint(check=f"unrecorded IN {UNRECORDED}", name="commitment_unrecorded_is_known"),
            CheckConstraint(check="version >= 1", name="commitment_version_is_positive"),
            CheckConstraint(check="(state = 'refused') = (signed_on IS NULL)", name="commitment_refused_is_not_signed"),
            CheckConstraint(
                check="num_nulls(text, text_digest, signed_on, signature_method, signer) IN (0, 5)",
                name="commitment_signature_is_whole",
            ),
            CheckConstraint(
                check="(state IN ('kept', 'broken')) = (found_on IS NOT NULL AND found_by IS NOT NULL AND finding IS NOT NULL)",
                name="commitment_result_is_found",
            ),
            CheckConstraint(check="(found_on IS NULL) = (found_at IS NULL)", name="commitment_result_has_an_instant"),
            CheckConstraint(
                check="(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="commitment_withdrawn_has_an_instant"
            ),
            CheckConstraint(
                check="(state = 'broken') = (breach_ground IS NOT NULL)", name="commitment_breach_has_a_ground"
            ),
            CheckConstraint(
                check="found_by <> coalesce(taken_in_by, signed_by)", name="commitment_is_judged_by_another"
            ),
            CheckConstraint(
                check="(missing IS NULL) = (supplement_due_on IS NULL)", name="commitment_missing_has_a_day"
            ),
            CheckConstraint(
                check="state <> 'refused' OR published_at IS NULL", name="commitment_refusal_is_not_published"
            ),
        )

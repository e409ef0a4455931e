"""Criminal referrals 行刑衔接: a case of wage arrears handed to the police, with court and procuratorate asked in early.

An open criminal case is need to know: it is shown to the office that referred it and to nobody else, and no log tells
of it. While it is pending nothing of the subject is repaired where a rule asks for that.
Source: 十堰正文 (对于涉嫌拒不支付劳动报酬罪案件和欠薪逃匿案件，在移送公安机关的同时提请法院、检察院提前介入、及时跟进).
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
from domain.privacy import Privacy, column, reference

REFERRAL_STATES = ("referred", "accepted", "ended")
REFERRAL_OUTCOMES = ("not_accepted", "withdrawn", "not_prosecuted", "acquitted", "convicted")
PENDING = "{t}.state IN ('referred', 'accepted')"
"""Whether a referral `{t}` awaits its end."""


class CriminalReferral(Model):
    """A criminal referral 案件移送 to the police, with court and procuratorate; need to know."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    subject = reference("renxin.Subject", "Who is suspected.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office that refers the case.")
    record = reference("renxin.CreditRecord", "The credit record of the same facts, where there is one.", null=True)
    kind: str = column(fields.TextField, "Kind of case, in the words of the rulebook.", Privacy.RESTRICTED)
    facts: str = column(fields.TextField, "What the office found.", Privacy.RESTRICTED)
    police: str = column(
        fields.CharField, "Police organ 公安机关 it was referred to.", Privacy.RESTRICTED, max_length=200
    )
    procuratorate: str = column(
        fields.CharField, "Procuratorate 检察院 asked to come in early.", Privacy.RESTRICTED, max_length=200
    )
    court: str = column(fields.CharField, "Court 法院 asked to come in early.", Privacy.RESTRICTED, max_length=200)
    referred_on: date = column(fields.DateField, "Day of the referral.")
    basis: str = column(fields.TextField, "Document and clause of the referral.")
    state: str = column(fields.TextField, "Referred, accepted by the police, or ended.")
    case_no: str | None = column(
        fields.CharField, "Number of the criminal case 立案号.", Privacy.RESTRICTED, null=True, max_length=128
    )
    accepted_on: date | None = column(fields.DateField, "Day on which the police accepted it 立案.", null=True)
    outcome: str | None = column(fields.TextField, "How it ended; null before.", Privacy.RESTRICTED, null=True)
    ended_on: date | None = column(fields.DateField, "Day on which it ended.", null=True)
    ending_note: str | None = column(fields.TextField, "Document by which it ended.", Privacy.RESTRICTED, null=True)
    referred_at: datetime = column(fields.DatetimeField, "When it was entered.")
    referred_by: UUID | None = column(fields.UUIDField, "Account that referred it.", Privacy.INTERNAL, null=True)
    ended_by: UUID | None = column(fields.UUIDField, "Account that noted the end.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "criminal_referral"
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "referred_at", "id"), name="criminal_referral_by_subject"),
            Index(fields=("office_id", "referred_at", "id"), name="criminal_referral_by_office"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {REFERRAL_STATES}", name="criminal_referral_state_is_known"),
            CheckConstraint(check=f"outcome IN {REFERRAL_OUTCOMES}", name="criminal_referral_outcome_is_known"),
            CheckConstraint(
                check="(state = 'ended') = (outcome IS NOT NULL AND ended_on IS NOT NULL AND ending_note IS NOT NULL)",
                name="criminal_referral_ended_says_how",
            ),
            CheckConstraint(
                check="(case_no IS NULL) = (accepted_on IS NULL) AND (state <> 'accepted' OR case_no IS NOT NULL)"
                " AND (outcome <> 'not_accepted' OR case_no IS NULL)",
                name="criminal_referral_accepted_has_number",
            ),
        )

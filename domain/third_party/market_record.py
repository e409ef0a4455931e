"""Market credit information 市场信用信息: what others than public bodies say, with a provenance of its own.

An association's records of its members, and third-party reports that an office refers to by issuer and number. Never
public, in no credit report, counted as no official record: a table of its own that nothing of those reads.
Source: 海沧26 (建立会员信用记录,开展会员信用评价); 厦门4 (鼓励使用第三方机构提供的信用报告).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference

MARKET_KINDS: Final = ("member_record", "third_party_report")
MARKET_STATES: Final = ("recorded", "withdrawn")


class MarketRecord(Model):
    """Market credit information 市场信用信息: an association's record of a member, or a third-party report referred to."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    subject = reference("renxin.Subject", "The subject it is about.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The association that keeps it, or the office that refers to it.")
    kind: str = column(fields.TextField, "A member's record 会员信用记录, or a third-party report 第三方信用报告.")
    provenance: str = column(fields.TextField, "Always market: no official record, whatever it says.")
    issuer: str = column(fields.CharField, "Who says it 出具机构.", max_length=200)
    number: str | None = column(
        fields.CharField, "Number of the report; null for a member's record.", max_length=100, null=True
    )
    matter: str | None = column(
        fields.CharField, "The matter in which an office referred to it 应用事项; null for a member's record.",
        max_length=200, null=True,
    )  # fmt: skip
    text: str | None = column(
        fields.TextField,
        "What the association recorded; null for a report, which is not copied.",
        Privacy.CREDIT,
        null=True,
    )
    evaluation: str | None = column(
        fields.CharField,
        "The association's evaluation 会员信用评价 of the member.",
        Privacy.CREDIT,
        max_length=100,
        null=True,
    )
    on_day: date = column(fields.DateField, "Day of the record, or on which the report was issued.")
    basis: str = column(fields.TextField, "Document and clause 依据.")
    state: str = column(fields.TextField, "Recorded, or withdrawn.")
    recorded_by: UUID | None = column(fields.UUIDField, "Account that entered it.", Privacy.INTERNAL, null=True)
    recorded_at: datetime = column(fields.DatetimeField, "When it was entered.")
    withdrawn_at: datetime | None = column(fields.DatetimeField, "When it was withdrawn.", null=True)
    reason: str | None = column(fields.TextField, "Why it was withdrawn.", Privacy.CREDIT, null=True)

    class Meta:
        table = "market_record"
        indexes: tuple[Any, ...] = (
            Index(fields=("office_id", "recorded_at", "id"), name="market_record_by_office"),
            Index(fields=("subject_id", "recorded_at", "id"), name="market_record_by_subject"),
        )
        constraints = (
            CheckConstraint(check=f"kind IN {MARKET_KINDS}", name="market_record_kind_is_known"),
            CheckConstraint(check="provenance = 'market'", name="market_record_is_no_official_one"),
            CheckConstraint(check=f"state IN {MARKET_STATES}", name="market_record_state_is_known"),
            CheckConstraint(
                check="(kind = 'third_party_report') = (number IS NOT NULL AND matter IS NOT NULL AND text IS NULL)",
                name="market_record_report_is_by_number",
            ),
            CheckConstraint(
                check="(state = 'withdrawn') = (withdrawn_at IS NOT NULL AND reason IS NOT NULL)",
                name="market_record_withdrawn_says_why",
            ),
        )

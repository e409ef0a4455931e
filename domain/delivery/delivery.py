"""Deliveries: each event that the credit platform is to be told of, how far it is, and its receipt.

One row for each event of the outbox that tells of a published record, entry, commitment or edition; its id is the event's and
the idempotency id under which it is sent. It holds nothing of what is told: that is read when it is sent, as the
platform may read it then. Source: 厦门8 (同步推送至市信用平台), 6, 11; 海沧7; 上海9(一).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference

STATES = ("waiting", "delivered", "withheld", "dead")

SHOWN_STATES: dict[str, tuple[str, ...]] = {
    "credit_record": ("published",),
    "list_entry": ("published",),
    "commitment": ("signed", "kept", "broken"),
    "grade": ("published", "contested"),
    "typical_case": ("approved",),
    "edition": ("approved",),
}
"""The nouns that the platform is told of, and the states in which their rows are shown once published."""

TAKES_DOWN = "take_down"
"""What ends publication of a row that stays in its state: a commitment, with the failing that it names."""

FAULTS = (
    "no_connection",
    "no_answer_in_time",
    "answer_cut",
    "answer_too_long",
    "redirected",
    "shut",
    "refused",
    "failed",
    "receipt_invalid",
    "not_composed",
    "unforeseen",
)
"""What became of an attempt without a receipt; never what the platform wrote."""


class Delivery(Model):
    """A delivery 推送 of one event to the credit platform: delivered with a receipt, waiting, or a dead letter 死信."""

    id: UUID = column(
        fields.UUIDField,
        "Identifier: that of the event, and the idempotency id it is sent under.",
        primary_key=True,
        default=new_id,
    )
    at: datetime = column(fields.DatetimeField, "When the event happened.")
    object: str = column(fields.TextField, "The noun it is about.")
    object_id: UUID = column(
        fields.UUIDField, "The row it is about, as its UUID alone; as a global id it stands in `row`."
    )
    verb: str = column(fields.TextField, "What was done.")
    version: int = column(fields.IntField, "Version of the row after it.")
    ends: bool = column(
        fields.BooleanField, "Whether it ends publication: withdrawn, repaired, removed. It passes dead letters."
    )
    jurisdiction = reference("renxin.Jurisdiction", "The division of the row.")
    office = reference("renxin.Office", "The office that answers for the row.")
    state: str = column(
        fields.TextField,
        "Waiting; delivered; withheld, as the platform may not have it and never had; or dead: it needs somebody.",
    )
    attempts: int = column(fields.IntField, "How often it was sent or was about to be.", default=0)
    failures: int = column(fields.IntField, "How many attempts failed by the event; reset by sending again.", default=0)
    next_at: datetime = column(
        fields.DatetimeField, "Instant before which it is not sent, or not again: attempts grow rarer."
    )
    tried_at: datetime | None = column(fields.DatetimeField, "When it was sent last.", null=True)
    fault: str | None = column(fields.TextField, "What became of the last attempt that failed.", null=True)
    status: int | None = column(fields.IntField, "HTTP status of that attempt; null without an answer.", null=True)
    shown_at: datetime | None = column(
        fields.DatetimeField, "When the content of the row was first sent with it; null where none was.", null=True
    )
    delivered_at: datetime | None = column(fields.DatetimeField, "When the receipt arrived here.", null=True)
    receipt: str | None = column(fields.TextField, "The platform's number of the receipt 回执.", null=True)
    received_at: datetime | None = column(fields.DatetimeField, "When the platform took it, as it says.", null=True)
    signed: bool | None = column(
        fields.BooleanField, "Whether the platform signed the receipt; null without one.", null=True
    )
    lease: UUID | None = column(fields.UUIDField, "The attempt that is under way.", Privacy.SECRET, null=True)
    leased_until: datetime | None = column(
        fields.DatetimeField, "Until when it is under way.", Privacy.SECRET, null=True
    )

    class Meta:
        table = "delivery"
        indexes: tuple[Any, ...] = (
            Index(fields=("object_id", "id"), name="delivery_by_object"),
            Index(fields=("office_id", "at", "id"), name="delivery_by_office"),
            Index(fields=("jurisdiction_id", "at", "id"), name="delivery_by_jurisdiction"),
            Index(fields=("at", "id"), name="delivery_by_time"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {STATES}", name="delivery_state_is_known"),
            CheckConstraint(check=f"object IN {tuple(SHOWN_STATES)}", name="delivery_object_is_told"),
            CheckConstraint(check=f"fault IN {FAULTS}", name="delivery_fault_is_known"),
            CheckConstraint(check="(lease IS NULL) = (leased_until IS NULL)", name="delivery_lease_has_an_end"),
            CheckConstraint(
                check="num_nulls(delivered_at, receipt, received_at, signed) = (CASE state WHEN 'delivered' THEN 0 ELSE 4 END)",
                name="delivery_delivered_has_receipt",
            ),
        )

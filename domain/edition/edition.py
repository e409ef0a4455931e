"""Editions 版本 of catalogues 目录 and lists 清单: drafted, proposed, approved by another person, in force from a day.

Each holds until the next one of its kind begins or it is ended; nothing of it changes once it is proposed, and the
database refuses it too. Which kinds a division keeps is data of its rulebook.
Source: 厦门1, 4, 7, 11; 海沧2, 4, 8, 12; 上海7; 新乡二, 五(一); who proposes never approves.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference

EDITION_STATES = ("drafted", "proposed", "approved", "rejected", "discarded")

IN_FORCE = (
    "{t}.state = 'approved' AND ({t}.valid_from IS NULL OR {t}.valid_from <= :today)"
    " AND ({t}.valid_to IS NULL OR {t}.valid_to >= :today)"
)
"""Whether an edition `{t}` holds on a day."""


class Edition(Model):
    """An edition 版本 of a catalogue 目录 or list 清单 of a division, or of one of its offices."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division whose catalogue or list it is.")
    office = reference(
        "renxin.Office", "The office that keeps it for itself; null where it is the division's.", null=True
    )
    kind: str = column(fields.TextField, "Kind of catalogue or list, e.g. catalogue, behaviours; see `editionKinds`.")
    label: str = column(fields.TextField, "Name of the edition, e.g. 2026年版.")
    title: str = column(fields.TextField, "Title 名称.")
    source: str = column(fields.TextField, "Where it comes from 来源, e.g. the power list 权责清单 it was made from.")
    basis: str = column(fields.TextField, "Document and clause 依据 that order it.")
    rulebook: str | None = column(
        fields.TextField, "Id of the rulebook that states it; null for one that an office keeps.", null=True
    )
    state: str = column(fields.TextField, "State of the edition; whether it holds today is told by `inForce`.")
    valid_from: date | None = column(
        fields.DateField, "First day in force; null when the document names none.", null=True
    )
    valid_to: date | None = column(fields.DateField, "Last day in force; null while no other follows.", null=True)
    derived_from = reference(
        "renxin.Edition", "The edition of the division above on which it is based 依据上级目录 (海沧8).", null=True
    )
    submitted_to: str | None = column(
        fields.TextField, "Who it was handed to 报送, e.g. 市发展和改革委员会.", null=True
    )
    submitted_on: date | None = column(fields.DateField, "The day on which it was handed there.", null=True)
    published_at: datetime | None = column(
        fields.DatetimeField, "When it was published; null where no text orders a push to the platform.", null=True
    )
    publisher = reference(
        "renxin.Office", "The office that published it and answers for it to the platform 同步推送 (厦门7).", null=True
    )
    platform_at: datetime | None = column(fields.DatetimeField, "When the city platform took it.", null=True)
    reason: str | None = column(fields.TextField, "Why it was rejected, discarded or ended.", null=True)
    drafted_by: UUID | None = column(fields.UUIDField, "Account that drafted it.", Privacy.INTERNAL, null=True)
    drafted_at: datetime | None = column(fields.DatetimeField, "When it was drafted.", null=True)
    proposed_by: UUID | None = column(fields.UUIDField, "Account that proposed it.", Privacy.INTERNAL, null=True)
    proposed_at: datetime | None = column(fields.DatetimeField, "When it was proposed.", null=True)
    decided_by: UUID | None = column(
        fields.UUIDField, "Account that approved or rejected it.", Privacy.INTERNAL, null=True
    )
    decided_at: datetime | None = column(fields.DatetimeField, "When it was approved or rejected.", null=True)

    class Meta:
        table = "edition"
        indexes: tuple[Any, ...] = (Index(fields=("jurisdiction_id", "kind", "valid_from"), name="edition_by_kind"),)
        constraints = (
            CheckConstraint(check=f"state IN {EDITION_STATES}", name="edition_state_is_known"),
            CheckConstraint(check="decided_by <> proposed_by", name="edition_is_decided_by_another"),
            CheckConstraint(check="decided_by <> drafted_by", name="edition_is_not_decided_by_its_author"),
            CheckConstraint(
                check="rulebook IS NOT NULL OR (state IN ('approved', 'rejected'))"
                " = (decided_by IS NOT NULL AND decided_at IS NOT NULL)",
                name="edition_decision_has_person_and_time",
            ),
            CheckConstraint(
                check="rulebook IS NOT NULL OR state NOT IN ('proposed', 'approved', 'rejected')"
                " OR (proposed_by IS NOT NULL AND proposed_at IS NOT NULL AND valid_from IS NOT NULL)",
                name="edition_proposal_has_person_and_day",
            ),
            CheckConstraint(check="valid_to >= valid_from", name="edition_days_in_order"),
            CheckConstraint(
                check="(published_at IS NULL) = (publisher_id IS NULL)", name="edition_publication_has_office"
            ),
            CheckConstraint(
                check="(submitted_to IS NULL) = (submitted_on IS NULL)", name="edition_submission_has_receiver"
            ),
        )


class EditionItem(Model):
    """An item 条目 of an edition: its code, its name, and what the fields of its kind say."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    edition = reference("renxin.Edition", "The edition.")
    position: int = column(fields.IntField, "Its place in the edition, from 1.")
    code: str = column(fields.TextField, "Code of the item within the edition.")
    name: str = column(fields.TextField, "Name of the item.")
    content: dict[str, Any] = column(
        fields.JSONField, "What the fields of its kind say, by their codes; see `editionKinds`.", default=dict
    )

    class Meta:
        table = "edition_item"
        indexes: tuple[Any, ...] = (Index(fields=("edition_id", "position", "id"), name="edition_item_by_edition"),)
        constraints = (
            UniqueConstraint(fields=("edition_id", "code"), name="edition_item_is_unique"),
            CheckConstraint(check="position >= 1", name="edition_item_position_is_positive"),
        )

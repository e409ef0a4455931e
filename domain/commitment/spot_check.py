"""Spot checks 抽查 of commitments: a sample of an office's commitments, drawn once, with a result for each.

The draw is told by seed, rate, population day and instant; the population by its size and digest, so that it can
be drawn again. Source: 厦门11 (信用承诺履约情况抽查); 海沧12.
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

RATE_SOURCES = ("rulebook", "stated")
RESULT_STATES = ("pending", "kept", "broken")


class SpotCheck(Model):
    """A spot check 抽查: which commitments of an office were drawn, from which population, at which rate."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office whose commitments are checked.")
    commitment_item = reference(
        "renxin.CommitmentItem", "The one item that is checked; null for every item.", null=True
    )
    population_on: date = column(fields.DateField, "Day as of whose end the population was taken.")
    drawn_at: datetime = column(fields.DatetimeField, "When it was drawn; of today's population, as of when.")
    seed: str = column(fields.CharField, "Seed of the draw.", max_length=128)
    rate_basis_points: int = column(fields.IntField, "Rate of the draw in ten-thousandths 万分之.")
    rate_source: str = column(fields.TextField, "Whether a rulebook sets the rate or whoever drew stated it.")
    rate_reason: str | None = column(fields.TextField, "Why that rate, where no rulebook sets one.", null=True)
    basis: str = column(fields.TextField, "Clause 依据 that sets the rate, or the note that none does.")
    population_size: int = column(fields.IntField, "How many commitments stood open.")
    population_digest: str = column(fields.TextField, "SHA-256 of their ids, one a line in their order.")
    sample_size: int = column(fields.IntField, "How many were drawn.")
    drawn_by: UUID | None = column(fields.UUIDField, "Account that drew it.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "spot_check"
        indexes: tuple[Any, ...] = (Index(fields=("office_id", "drawn_at", "id"), name="spot_check_by_office"),)
        constraints = (
            CheckConstraint(check="rate_basis_points BETWEEN 1 AND 10000", name="spot_check_rate_is_a_share"),
            CheckConstraint(check=f"rate_source IN {RATE_SOURCES}", name="spot_check_rate_source_is_known"),
            CheckConstraint(
                check="(rate_source = 'stated') = (rate_reason IS NOT NULL)", name="spot_check_stated_rate_has_reason"
            ),
            CheckConstraint(
                check="sample_size BETWEEN 1 AND population_size", name="spot_check_sample_is_of_the_population"
            ),
        )


class SpotCheckResult(Model):
    """A commitment that was drawn, and what was found: kept 履约, broken 违约 or still pending 待核实."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    spot_check = reference("renxin.SpotCheck", "The spot check.")
    commitment = reference("renxin.Commitment", "The commitment that was drawn.")
    subject = reference("renxin.Subject", "The subject of the commitment.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office whose commitment it is.")
    place: int = column(fields.IntField, "Place in the draw, from 1.")
    state: str = column(fields.TextField, "Kept, broken or pending.", Privacy.FULFILMENT)
    found_at: datetime | None = column(fields.DatetimeField, "When it was found.", Privacy.FULFILMENT, null=True)
    found_by: UUID | None = column(
        fields.UUIDField, "Account that found it; another than took the commitment in.", Privacy.INTERNAL, null=True
    )

    class Meta:
        table = "spot_check_result"
        indexes: tuple[Any, ...] = (
            Index(fields=("commitment_id", "id"), name="spot_check_result_by_commitment"),
            Index(fields=("subject_id", "id"), name="spot_check_result_by_subject"),
        )
        constraints = (
            UniqueConstraint(fields=("spot_check_id", "commitment_id"), name="spot_check_result_is_unique"),
            CheckConstraint(check=f"state IN {RESULT_STATES}", name="spot_check_result_state_is_known"),
            CheckConstraint(check="(state = 'pending') = (found_at IS NULL)", name="spot_check_result_found_has_time"),
            CheckConstraint(check="place >= 1", name="spot_check_result_place_is_positive"),
        )

"""Scoring papers 评分细则: indicators, weights, thresholds and vetoes of a scheme, loaded as data from its named rule.

In charge of the columns. One person of the evaluating office proposes the file, another approves it; one that is in
force is not changed but followed by the next. Source: 厦门12–16 (贯彻实施《…评价办法》: named, not loaded).
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

NOUN: Final = "scoring_paper"
PAPER_STATES: Final = ("proposed", "approved", "rejected")

IN_FORCE: Final = (
    "{t}.state = 'approved' AND {t}.valid_from <= :today AND ({t}.valid_to IS NULL OR {t}.valid_to >= :today)"
)
"""Whether a paper `{t}` may be computed by on a day; of several the one that begins last."""


class ScoringPaper(Model):
    """A scoring paper 评分细则 of an evaluation scheme: the file its office proposed, and another person approved."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office that proposed it.")
    scheme: str = column(fields.CharField, "Code of the evaluation scheme in the rulebook.", max_length=64)
    name: str = column(fields.CharField, "Name of the document with the scoring.", max_length=200)
    document_no: str | None = column(fields.CharField, "Document number 文号.", max_length=100, null=True)
    content: str = column(
        fields.TextField,
        "The file: scale, features (indicators and their scores), rules (vetoes first, then thresholds), each cited.",
    )
    digest: str = column(fields.CharField, "SHA-256 of the file, hexadecimal.", max_length=64)
    basis: str = column(fields.TextField, "Clause of the rulebook that names the document.")
    state: str = column(
        fields.TextField, "Proposed, approved or rejected; whether it is in force is told by `inForce`."
    )
    valid_from: date = column(fields.DateField, "First day of validity.")
    valid_to: date | None = column(fields.DateField, "Last day of validity; null when none is named.", null=True)
    reason: str | None = column(fields.TextField, "Why it was rejected, or ended.", null=True)
    proposed_by: UUID | None = column(fields.UUIDField, "Account that proposed it.", Privacy.INTERNAL, null=True)
    proposed_at: datetime = column(fields.DatetimeField, "When it was proposed.")
    decided_by: UUID | None = column(
        fields.UUIDField, "Account that approved or rejected it; another than proposed it.", Privacy.INTERNAL, null=True
    )
    decided_at: datetime | None = column(fields.DatetimeField, "When it was approved or rejected.", null=True)

    class Meta:
        table = NOUN
        indexes: tuple[Any, ...] = (
            Index(fields=("jurisdiction_id", "scheme", "valid_from"), name="scoring_paper_by_scheme"),
            Index(fields=("office_id", "proposed_at", "id"), name="scoring_paper_by_office"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {PAPER_STATES}", name="scoring_paper_state_is_known"),
            CheckConstraint(check="decided_by <> proposed_by", name="scoring_paper_is_decided_by_another"),
            CheckConstraint(check="(state = 'proposed') = (decided_at IS NULL)", name="scoring_paper_decided_has_time"),
            CheckConstraint(check="valid_to >= valid_from", name="scoring_paper_days_in_order"),
        )

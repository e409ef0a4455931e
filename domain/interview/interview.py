"""Interviews 约谈: whom an office invites because of a list entry or a risk warning, what was said, what came of it.

That one is due is told by the entry itself: no row stands for what nobody has done yet. The office that recognised the
entry holds the interview, another does not. Source: 厦门28 (谁认定、谁约谈); 海沧14, 23.
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

INTERVIEW_STATES = ("invited", "held", "refused", "not_appeared", "concluded")

_LATEST = "(SELECT asked.state FROM interview asked WHERE asked.entry_id = {t}.id ORDER BY asked.invited_at DESC, asked.id DESC LIMIT 1)"
REQUIRED = (
    "EXISTS (SELECT FROM credit_list asking WHERE asking.id = {t}.credit_list_id AND asking.interview_required)"
    " AND {t}.state = 'published'"
)
"""Whether a rule has the subject of a published entry `{t}` interviewed, until its last day."""
STANDING = f"coalesce({_LATEST}, 'not_yet_interviewed')"
"""How an awaited interview stands: 厦门28 sets no last day, so that nothing of it is ever late."""
AWAITED = (
    f"{REQUIRED} AND NOT EXISTS (SELECT FROM interview met WHERE met.entry_id = {{t}}.id AND met.state IN ('held', 'concluded')"
    " AND NOT EXISTS (SELECT FROM interview later WHERE later.entry_id = met.entry_id"
    " AND (later.invited_at, later.id) > (met.invited_at, met.id)))"
)
"""Whether the interview about an entry `{t}` has yet to be held."""


class Interview(Model):
    """An interview 约谈 of a subject, by the office that recognised its list entry or that acts on a warning."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    subject = reference("renxin.Subject", "Who is interviewed.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    jurisdiction = reference("renxin.Jurisdiction", "The division under whose rulebook it is held.")
    office = reference("renxin.Office", "The office that holds it: for an entry, the one that recognised it.")
    entry = reference("renxin.ListEntry", "The list entry it is about; null where it is a warning.", null=True)
    warning = reference("renxin.RiskWarning", "The risk warning it is about; null where it is an entry.", null=True)
    required: bool = column(fields.BooleanField, "Whether the rule of the list asks for it (厦门28).")
    basis: str = column(fields.TextField, "Document and clause of the interview.")
    principle: str | None = column(
        fields.TextField, "The principle of who holds it, e.g. 谁认定、谁约谈; null for a warning.", null=True
    )
    principle_layer: str | None = column(
        fields.TextField, "Document that sets the principle; another than the place's own is a sister's.", null=True
    )
    principle_inherited: bool = column(
        fields.BooleanField,
        "Whether the principle is another layer's, taken over as a reading (海沧23).",
        default=False,
    )
    state: str = column(fields.TextField, "Invited, held, refused, not appeared, or concluded with its effect.")
    invited_at: datetime = column(fields.DatetimeField, "When the subject was invited, at first or again.")
    invited_for: date = column(fields.DateField, "Day for which it was invited.")
    agenda: str = column(fields.TextField, "What the subject is to answer for, and its duties.", Privacy.CREDIT_DETAIL)
    invited_by: UUID | None = column(fields.UUIDField, "Account that invited.", Privacy.INTERNAL, null=True)
    held_on: date | None = column(fields.DateField, "Day on which it was held.", null=True)
    undertakings: str | None = column(
        fields.TextField, "What the subject undertook 整改承诺; null before.", Privacy.CREDIT_DETAIL, null=True
    )
    held_by: UUID | None = column(fields.UUIDField, "Account that held it.", Privacy.INTERNAL, null=True)
    missed_reason: str | None = column(
        fields.TextField, "Why it was refused or missed, as noted.", Privacy.CREDIT_DETAIL, null=True
    )
    effect: str | None = column(
        fields.TextField,
        "What came of it: duties fulfilled, effects removed 履行义务、消除影响.",
        Privacy.CREDIT_DETAIL,
        null=True,
    )
    concluded_on: date | None = column(fields.DateField, "Day on which the effect was noted.", null=True)
    concluded_by: UUID | None = column(fields.UUIDField, "Account that noted it.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "interview"
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "invited_at", "id"), name="interview_by_subject"),
            Index(fields=("office_id", "invited_at", "id"), name="interview_by_office"),
            Index(fields=("jurisdiction_id", "invited_at", "id"), name="interview_by_jurisdiction"),
            Index(fields=("entry_id", "invited_at", "id"), name="interview_by_entry"),
            Index(fields=("warning_id", "invited_at", "id"), name="interview_by_warning"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {INTERVIEW_STATES}", name="interview_state_is_known"),
            CheckConstraint(check="(entry_id IS NULL) <> (warning_id IS NULL)", name="interview_is_about_one_thing"),
            CheckConstraint(
                check="(principle IS NULL) = (entry_id IS NULL) AND (principle IS NULL) = (principle_layer IS NULL)",
                name="interview_names_its_principle",
            ),
            CheckConstraint(
                check="(held_on IS NULL) = (undertakings IS NULL) AND (state <> 'held' OR held_on IS NOT NULL)",
                name="interview_held_is_whole",
            ),
            CheckConstraint(
                check="state NOT IN ('refused', 'not_appeared') OR missed_reason IS NOT NULL",
                name="interview_missed_says_why",
            ),
            CheckConstraint(
                check="(state = 'concluded') = (concluded_on IS NOT NULL AND effect IS NOT NULL)",
                name="interview_concluded_has_effect",
            ),
        )

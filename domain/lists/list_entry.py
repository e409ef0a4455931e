"""Entries 列入: a subject on a list, from its collection by one office to its end, and what it rests on.

An entry goes the way its rulebook lays down; who took which step stands in columns, and no two of the steps
that answer for it may be one person's. Publication ends by itself on its last day; what is in force is told
by state and dates. A decision is on a list once about a subject, `list_entry_decision_is_unique` being an index over what
was not withdrawn. Source: 新乡三, 四 (谁提供、谁负责，谁发布、谁负责); 厦门3, 24, 28; 海沧3, 5, 25; 上海5(一), 9.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.apart import APART
from domain.ids import new_id
from domain.privacy import Privacy, column, reference
from domain.registry.catalogue import BASIS_LEVELS

UNDER_WAY = (
    "collected",
    "attested",
    "notified",
    "answered",
    "announced",
    "investigated",
    "report_approved",
    "reviewed",
    "decided",
    "submitted",
    "returned",
)
"""States of an entry that is not published yet; a returned one goes the whole way again."""

LIST_ENTRY_STATES = (*UNDER_WAY, "published", "withdrawn", "removed")

ROUTES = ("regular", "self_published", "imported")
"""Ways onto a list: the one its rulebook lays down 统一发布, 自行发布 (新乡四(一)2), handed over from elsewhere 导入."""

REMOVAL_REASONS = (
    "expired",
    "repaired",
    "early_removal",
    "verified_violation",
    "withdrawn",
    "standard_met",
    "ended_by_source",
)

IN_FORCE = "{t}.state = 'published' AND ({t}.public_until IS NULL OR {t}.public_until >= :today)"
"""Whether an entry `{t}` is in force on a day: told by its dates when it is asked, never stored."""

EVIDENCE_FALLEN = (
    "EXISTS (SELECT FROM list_evidence rests WHERE rests.entry_id = {t}.id)"
    " AND NOT EXISTS (SELECT FROM list_evidence rests JOIN credit_record told ON told.id = rests.record_id"
    " WHERE rests.entry_id = {t}.id AND told.state <> 'withdrawn')"
)
"""Whether every record on which an entry `{t}` rests was withdrawn; a repair is another matter, each list has its exit."""

START = "collected"
"""Where an entry begins each round."""

_IS_UNDER_WAY = f"state IN {UNDER_WAY}"

NEVER_ONE_PERSON = APART["list_entry"]
"""Pairs of steps that are never one person's: nobody approves his own, nobody publishes what he handed in."""


class ListEntry(Model):
    """An entry 列入: a subject on a list from a day until a day, recognised by one office."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    credit_list = reference("renxin.CreditList", "The list.")
    subject = reference("renxin.Subject", "The subject on the list.")
    about_person: bool = column(fields.BooleanField, "Whether the subject is a natural person.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the list.")
    office = reference("renxin.Office", "The office that recognised the entry 认定单位.")
    definition = reference(
        "renxin.ListDefinition",
        "The definition of the list it was collected under; null where none is asked for.",
        null=True,
    )
    state: str = column(fields.TextField, "How far it is on its way; whether it is in force is told by `inForce`.")
    route: str = column(fields.TextField, "The way onto the list: regular, self-published 自行发布 or imported.")
    round: int = column(fields.IntField, "Which time it goes the way, from 1; a return begins the next.", default=1)
    domain: str | None = column(
        fields.TextField, "Code of the domain 领域 (新乡三); null where the list has none.", null=True
    )
    decision_no: str | None = column(
        fields.CharField, "Number of the decision; null before it.", Privacy.CREDIT, max_length=128, null=True
    )
    stands_twice: bool = column(
        fields.BooleanField,
        "Whether an earlier entry tells the same decision, its number typed in another way: of the two, its office withdraws one.",
        db_default=False,
    )
    reason: str = column(fields.TextField, "Why the subject is on the list.", Privacy.CREDIT_DETAIL)
    behaviour: str | None = column(
        fields.TextField,
        "The defined behaviour 行为 it rests on (新乡二); null where none is asked for.",
        Privacy.CREDIT,
        null=True,
    )
    legal_basis: str | None = column(
        fields.TextField, "Law or policy it rests on 依据; null where none is asked for.", Privacy.CREDIT, null=True
    )
    legal_basis_level: str | None = column(fields.TextField, "Level of the legal basis.", Privacy.CREDIT, null=True)
    condition: str | None = column(
        fields.TextField,
        "Which condition 列入情形 of a law, or of the list's own text, is met; null where none is stated.",
        Privacy.CREDIT,
        null=True,
    )
    precondition_met: bool | None = column(
        fields.BooleanField,
        "Whether what the law asks for beforehand has happened, e.g. 责令限期支付,逾期未支付; null where it asks for nothing.",
        Privacy.CREDIT,
        null=True,
    )
    investigation_no: str | None = column(
        fields.TextField, "Number of the investigation report 调查报告.", Privacy.INTERNAL, null=True
    )
    investigation: str | None = column(
        fields.TextField, "What the investigation found 调查核实.", Privacy.INTERNAL, null=True
    )
    with_entry = reference(
        "renxin.ListEntry", "The unit's entry for which the person answers; null for an entry of its own.", null=True
    )
    capacity: str | None = column(
        fields.TextField, "As what the person answers 责任身份, e.g. 法定代表人.", Privacy.CREDIT, null=True
    )
    collected_at: datetime = column(
        fields.DatetimeField, "When it was collected 收集 or handed over, in its last round."
    )
    entered_on: date = column(
        fields.DateField, "Day by which entries are ordered: the decision's, else the collection's."
    )
    decided_on: date | None = column(fields.DateField, "Day of the decision 认定; null before it.", null=True)
    submitted_at: datetime | None = column(
        fields.DatetimeField, "When it was handed to the office that publishes 报送; null where it was not.", null=True
    )
    publisher = reference(
        "renxin.Office", "The office that publishes it 发布单位; null until that is settled.", null=True
    )
    published_at: datetime | None = column(
        fields.DatetimeField, "When it was published; null while it is not.", null=True
    )
    public_until: date | None = column(
        fields.DateField, "Last day of publication; null where no end is set.", null=True
    )
    term_basis: str | None = column(
        fields.TextField, "The rule that sets the last day, or the law cited for a longer one.", null=True
    )
    term_basis_level: str | None = column(fields.TextField, "Level of a law cited for a longer publication.", null=True)
    extended_with = reference(
        "renxin.ListEntry", "The entry while which lasts it stays published (河南省社会信用条例19).", null=True
    )
    until_before: date | None = column(
        fields.DateField, "Last day of publication before it was extended; null where it was not.", null=True
    )
    disclosure: str = column(fields.TextField, "How far it is shown.", default="public")
    removed_on: date | None = column(fields.DateField, "Day of the removal 移出 or withdrawal.", null=True)
    removal_reason: str | None = column(fields.TextField, "Reason of the removal.", null=True)
    withdrawal_reason: str | None = column(fields.TextField, "Public reason 理由 of a withdrawal.", null=True)
    return_reason: str | None = column(
        fields.TextField, "Why it was returned last 退回; null when it was not.", Privacy.INTERNAL, null=True
    )
    source: str | None = column(fields.TextField, "Who keeps an imported list 来源.", null=True)
    source_no: str | None = column(fields.TextField, "Number of the entry at its source.", Privacy.CREDIT, null=True)
    obtained_on: date | None = column(fields.DateField, "Day it was obtained from its source.", null=True)
    collected_by: UUID | None = column(fields.UUIDField, "Account that collected it.", Privacy.INTERNAL, null=True)
    attested_by: UUID | None = column(
        fields.UUIDField, "Account that attested truth, accuracy, legality.", Privacy.INTERNAL, null=True
    )
    investigated_by: UUID | None = column(fields.UUIDField, "Account that investigated.", Privacy.INTERNAL, null=True)
    report_approved_by: UUID | None = column(
        fields.UUIDField, "Account that approved the investigation report.", Privacy.INTERNAL, null=True
    )
    reviewed_by: UUID | None = column(fields.UUIDField, "Account that reviewed 审核.", Privacy.INTERNAL, null=True)
    decided_by: UUID | None = column(fields.UUIDField, "Account that decided 审定.", Privacy.INTERNAL, null=True)
    submitted_by: UUID | None = column(fields.UUIDField, "Account that submitted it.", Privacy.INTERNAL, null=True)
    published_by: UUID | None = column(fields.UUIDField, "Account that published it.", Privacy.INTERNAL, null=True)
    returned_by: UUID | None = column(fields.UUIDField, "Account that returned it last.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "list_entry"
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "entered_on", "id"), name="list_entry_by_subject"),
            Index(fields=("credit_list_id", "entered_on", "id"), name="list_entry_by_list"),
            Index(fields=("office_id", "entered_on", "id"), name="list_entry_by_office"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {LIST_ENTRY_STATES}", name="list_entry_state_is_known"),
            CheckConstraint(check=f"route IN {ROUTES}", name="list_entry_route_is_known"),
            CheckConstraint(check="round >= 1", name="list_entry_round_is_positive"),
            CheckConstraint(check=f"removal_reason IN {REMOVAL_REASONS}", name="list_entry_removal_reason_is_known"),
            CheckConstraint(
                check="(removed_on IS NULL) = (removal_reason IS NULL)", name="list_entry_removal_has_reason"
            ),
            CheckConstraint(
                check="(state IN ('removed', 'withdrawn')) = (removed_on IS NOT NULL)",
                name="list_entry_removed_has_day",
            ),
            CheckConstraint(
                check="(state = 'withdrawn') = (coalesce(removal_reason, '') = 'withdrawn')",
                name="list_entry_withdrawn_has_reason",
            ),
            CheckConstraint(
                check=f"({_IS_UNDER_WAY}) = (published_at IS NULL) OR state = 'withdrawn'",
                name="list_entry_published_has_time",
            ),
            CheckConstraint(
                check="published_at IS NULL OR (decided_on IS NOT NULL AND decision_no IS NOT NULL)",
                name="list_entry_published_was_decided",
            ),
            CheckConstraint(
                check="(route = 'imported') = (source IS NOT NULL AND source_no IS NOT NULL AND obtained_on IS NOT NULL)",
                name="list_entry_imported_has_source",
            ),
            CheckConstraint(
                check="extended_with_id IS NULL OR until_before IS NOT NULL", name="list_entry_extended_has_day_before"
            ),
            CheckConstraint(
                check="(with_entry_id IS NULL) = (capacity IS NULL)", name="list_entry_person_has_capacity"
            ),
            CheckConstraint(check=f"legal_basis_level IN {BASIS_LEVELS}", name="list_entry_basis_level_is_known"),
            CheckConstraint(check=f"term_basis_level IN {BASIS_LEVELS}", name="list_entry_term_level_is_known"),
            *(
                CheckConstraint(check=f"{one} <> {other}", name=f"list_entry_{one}_is_not_{other}")
                for one, other in NEVER_ONE_PERSON
            ),
        )


class ListEvidence(Model):
    """A credit record on which a list entry rests 列入依据."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    entry = reference("renxin.ListEntry", "The list entry.")
    record = reference("renxin.CreditRecord", "The credit record.")
    subject = reference("renxin.Subject", "The subject of both.")

    class Meta:
        table = "list_evidence"
        constraints = (UniqueConstraint(fields=("entry_id", "record_id"), name="list_evidence_is_unique"),)

"""Definitions of lists: what an office lists for, how, with which measures, and how a subject leaves again.

A definition is drafted with a citation for each part, opened by another person, in force from a day until the
next one of the same office begins, and kept. Which parts it must have is told by `list_parts`.
Source: 厦门3, 海沧3 (标准、程序、措施、退出); 新乡二, 四(一)2, 五(一) (各自行为界定标准，国家统一认定标准); 上海市社会信用条例25.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference
from domain.registry.catalogue import BASIS_LEVELS

LIST_DEFINITION_STATES = ("drafted", "opened", "discarded")

IN_FORCE = "{t}.state = 'opened' AND {t}.from_on <= :today AND ({t}.until_on IS NULL OR {t}.until_on >= :today)"
"""Whether a definition `{t}` is in force on a day: told by its dates when it is asked, never stored."""

WRITTEN_PARTS = ("standard", "procedure", "measures", "exit_rule", "remedy")
"""Parts that are a text with its citation."""


class ListDefinition(Model):
    """A definition of a list 名单定义 by one of its offices, with its parts and their citations."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    credit_list = reference("renxin.CreditList", "The list.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the list.")
    office = reference("renxin.Office", "The office that defines the list for its duties.")
    domain: str | None = column(
        fields.TextField, "Code of the domain 领域 it is for; null where the list has none.", null=True
    )
    number: int = column(fields.IntField, "Which definition of the office it is, from 1.")
    state: str = column(fields.TextField, "State of the definition; whether it is in force is told by `inForce`.")
    standard: str | None = column(
        fields.TextField, "Standard of recognition 认定标准, that is the conditions of entry 列入条件.", null=True
    )
    standard_source: str | None = column(fields.TextField, "Where the standard is written 依据.", null=True)
    standard_level: str | None = column(
        fields.TextField, "Level of the standard's source; Xinxiang asks for a national one (五(一)).", null=True
    )
    procedure: str | None = column(fields.TextField, "Procedure of recognition 认定程序.", null=True)
    procedure_source: str | None = column(fields.TextField, "Where the procedure is written 依据.", null=True)
    measures: str | None = column(fields.TextField, "Measures 惩戒/激励措施.", null=True)
    measures_source: str | None = column(fields.TextField, "Where the measures are written 依据.", null=True)
    exit_rule: str | None = column(
        fields.TextField, "Exit 退出机制, that is the conditions of removal 移出条件.", null=True
    )
    exit_rule_source: str | None = column(fields.TextField, "Where the exit is written 依据.", null=True)
    remedy: str | None = column(fields.TextField, "Remedy 救济途径 of who is listed.", null=True)
    remedy_source: str | None = column(fields.TextField, "Where the remedy is written 依据.", null=True)
    behaviours: list[str] = column(
        ArrayField,
        "Behaviours 行为 for which the office lists; empty where it names none.",
        element_type="text",
        default=list,
    )
    from_on: date | None = column(fields.DateField, "First day in force; null until it is opened.", null=True)
    until_on: date | None = column(fields.DateField, "Last day in force; null while no other follows.", null=True)
    drafted_at: datetime = column(fields.DatetimeField, "When it was drafted.")
    opened_at: datetime | None = column(fields.DatetimeField, "When it was opened.", null=True)
    drafted_by: UUID | None = column(fields.UUIDField, "Account that drafted it.", Privacy.INTERNAL, null=True)
    opened_by: UUID | None = column(fields.UUIDField, "Account that opened it.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "list_definition"
        indexes: tuple[Any, ...] = (
            Index(fields=("credit_list_id", "drafted_at", "id"), name="list_definition_by_list"),
            Index(fields=("office_id", "drafted_at", "id"), name="list_definition_by_office"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {LIST_DEFINITION_STATES}", name="list_definition_state_is_known"),
            CheckConstraint(check="number >= 1", name="list_definition_number_is_positive"),
            CheckConstraint(check="drafted_by <> opened_by", name="list_definition_is_opened_by_another"),
            CheckConstraint(
                check="(state = 'opened') = (opened_at IS NOT NULL AND from_on IS NOT NULL)",
                name="list_definition_opened_has_day",
            ),
            CheckConstraint(check="until_on IS NULL OR until_on >= from_on", name="list_definition_days_in_order"),
            CheckConstraint(check=f"standard_level IN {BASIS_LEVELS}", name="list_definition_level_is_known"),
            *(
                CheckConstraint(
                    check=f"({part} IS NULL) = ({part}_source IS NULL)", name=f"list_definition_{part}_has_source"
                )
                for part in WRITTEN_PARTS
            ),
        )

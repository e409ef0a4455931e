"""Monitoring figures 城市信用监测数据: what a source says of an indicator on a day, loaded as it is and never computed here.

A figure that is loaded again for the same indicator, source and day replaces the one before, which stays.
Refuses a day to come and a place without the rule. Source: 海沧11 (新增…城市信用监测数据管理…等管理功能).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from domain.credit.refusals import DateInFuture
from domain.credit.terms import binding
from domain.errors import DomainError, InvalidInput, StateConflict
from domain.ids import new_id
from domain.lifecycle import Transaction, change, create
from domain.privacy import Privacy, column, reference
from domain.rulebook.model import Rulebooks
from domain.text import require_text

MODULE: Final = "城市信用监测数据管理"
NUMBER: Final = r"-?[0-9]{1,15}([.][0-9]{1,6})?"


class MonitoringNotProvided(DomainError):
    """No rule of this place has figures of the city's credit monitoring: none are loaded."""

    code = "MONITORING_NOT_PROVIDED"
    zh = "本地规则未设城市信用监测数据管理：不予载入。"


class MonitoringFigure(Model):
    """A figure 监测数据 of the city's credit monitoring: one indicator of one source on one day, as it was loaded."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division it tells about.")
    office = reference("renxin.Office", "The office that loaded it.")
    source: str = column(fields.TextField, "Whose figure it is, e.g. the monitoring of a national centre.")
    indicator: str = column(fields.TextField, "Name of the indicator, as the source calls it.")
    on_day: date = column(fields.DateField, "Day for which it holds.")
    value: str = column(fields.TextField, "The figure as a decimal number, as the source gives it.")
    unit: str = column(fields.TextField, "Its unit, as the source gives it.")
    loaded_at: datetime = column(fields.DatetimeField, "When it was loaded.")
    loaded_by: UUID | None = column(fields.UUIDField, "Account that loaded it.", Privacy.INTERNAL, null=True)
    replaced_at: datetime | None = column(
        fields.DatetimeField, "When another was loaded in its place; null for the one that holds.", null=True
    )

    class Meta:
        table = "monitoring_figure"
        indexes: tuple[Any, ...] = (
            Index(fields=("jurisdiction_id", "on_day", "id"), name="monitoring_figure_by_jurisdiction"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure as its source gives it."""

    source: str
    indicator: str
    on: date
    value: str
    unit: str


async def load(tx: Transaction, books: Rulebooks, figure: Figure, *, office_id: UUID, jurisdiction: str) -> UUID:
    """Load a figure, in the place of one that was loaded before; give its id.

    Raises: MonitoringNotProvided; DateInFuture; InvalidInput; StateConflict when somebody was faster.
    """
    rule = binding(books, jurisdiction, "platform.modules", tx.today)
    if rule is None or not isinstance(rule.value, tuple) or MODULE not in rule.value:
        raise MonitoringNotProvided
    if figure.on > tx.today:
        raise DateInFuture(field="on")
    if re.fullmatch(NUMBER, figure.value, re.ASCII) is None:
        raise InvalidInput(
            "A figure is a decimal number with up to 15 digits before the point and 6 behind it.",
            zh="数值应为十进制数，整数部分不超过15位、小数不超过6位。",
            field="value",
        )
    values = {
        "jurisdiction_id": jurisdiction,
        "office_id": office_id,
        "source": require_text("source", figure.source, longest=200),
        "indicator": require_text("indicator", figure.indicator, longest=200),
        "on_day": figure.on,
        "value": figure.value,
        "unit": require_text("unit", figure.unit, longest=50),
        "loaded_at": tx.now,
        "loaded_by": tx.actor.account_id,
    }
    known = await tx.connection.fetchval(_KNOWN, jurisdiction, values["source"], values["indicator"], figure.on)
    if known is not None:
        await change(tx, "monitoring_figure", "replace", known, {"replaced_at": tx.now}, unless="replaced_at")
    try:
        async with tx.connection.transaction():
            return await create(tx, "monitoring_figure", "load", values, basis=rule.citation)
    except asyncpg.UniqueViolationError:
        raise StateConflict(verb="load") from None


_KNOWN: Final = """
SELECT id FROM monitoring_figure
WHERE jurisdiction_id = $1 AND source = $2 AND indicator = $3 AND on_day = $4 AND replaced_at IS NULL
"""

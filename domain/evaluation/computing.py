"""Grades that follow from facts: the engine asked for one subject, and what it found told beside the grade.

In charge of nothing that decides: rules and facts do. What the rules leave open has no value and waits for a person.
Source: 十堰正文 (15333); 厦门12–16, once a paper is loaded; 个人信息保护法24 (explained).
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from domain.clock import day_in_chinese
from domain.evaluation.papers import Loaded
from domain.grade.engine import Assessment, assess
from domain.grade.known import known_facts
from domain.lifecycle import Transaction


async def computed(tx: Transaction, scored: Loaded, subject_id: UUID, on: date) -> tuple[str | None, dict[str, Any]]:
    """Grade a subject by its facts on a day; give the grade, null where the rules leave it open, and what was found."""
    facts = await known_facts(tx.connection, subject_id, scored.under.jurisdiction)
    found = assess(scored.under.scheme, facts, on)
    return found.grade, _told(found)


def basis_of(scored: Loaded, on: date) -> str:
    """Say in words what a computed grade rests on."""
    return f"按《{scored.under.scheme.law}》，依截至{day_in_chinese(on)}已记录的事实计算"


def _told(found: Assessment) -> dict[str, Any]:
    return {
        "result": found.result,
        "decidedBy": None if found.decided_by is None else found.decided_by.rule.code,
        "rules": [{"code": one.rule.code, "fired": one.fired.value} for one in found.rules],
        "unknown": [one.feature.code for one in found.unknown],
        "readings": [{"grade": one.grade, "zh": one.chinese, "en": one.english} for one in found.readings],
        "facts": [f"GradeFact:{one.id}" for one in found.facts],
    }

"""What may happen to a recommendation to a candidate's unit: made once a violation is decided, and answered.

Refuses a place whose texts have nothing recommended.
Source: 十堰正文 (建议在单位给予其党纪处分): a recommendation, no measure of ours.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.credit.terms import binding
from domain.errors import InvalidInput, NotFound, StateConflict
from domain.exam.refusals import NotDecided, RecommendationNotProvided
from domain.lifecycle import Transaction, create, machine, move
from domain.rulebook.model import Rulebooks
from domain.text import require_text

MACHINE: Final = machine("discipline_recommendation", answer=("recommended", "answered"))
_ORDERED: Final = "exam.discipline_recommendation"


async def recommend(tx: Transaction, books: Rulebooks, violation_id: UUID, *, unit: str, text: str) -> UUID:
    """Recommend to the candidate's unit; give the id of the recommendation.

    Raises: NotFound; RecommendationNotProvided; NotDecided; InvalidInput; StateConflict where one was made already.
    """
    row = await tx.connection.fetchrow("SELECT * FROM exam_violation WHERE id = $1 FOR SHARE", violation_id)
    if row is None:
        raise NotFound
    law = binding(books, row["jurisdiction_id"], _ORDERED, tx.today)
    if law is None:
        raise RecommendationNotProvided
    if row["state"] not in ("decided", "entered"):
        raise NotDecided
    values = {
        "violation_id": violation_id,
        "subject_id": row["subject_id"],
        "about_person": True,
        "jurisdiction_id": row["jurisdiction_id"],
        "office_id": row["office_id"],
        "unit": require_text("unit", unit, longest=200),
        "text": require_text("text", text, longest=5_000),
        "state": "recommended",
        "recommended_at": tx.now,
        "recommended_by": tx.actor.account_id,
    }
    try:
        async with tx.connection.transaction():
            return await create(tx, "discipline_recommendation", "recommend", values, basis=law.citation)
    except asyncpg.UniqueViolationError:
        raise StateConflict(verb="recommend") from None


async def answer(
    tx: Transaction, recommendation_id: UUID, *, text: str, answered_on: date | None = None
) -> dict[str, Any]:
    """Note what the unit answered; give the row after it.

    Raises: InvalidInput; StateConflict.
    """
    day = answered_on or tx.today
    if day > tx.today:
        raise InvalidInput("The day lies in the future.", zh="日期晚于今天。", field="answered_on")
    changes = {"answer": require_text("text", text, longest=5_000), "answered_on": day}
    return await move(tx, MACHINE, "answer", recommendation_id, changes)

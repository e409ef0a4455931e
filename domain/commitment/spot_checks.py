"""Drawing a spot check, and noting in it what is found about the commitments that were drawn.

An office draws from its own open commitments once for a day and an item, so that nobody draws until the sample
pleases. The rate is the rulebook's; where it sets none, whoever draws states one with its reason. The result of
each comes with the finding of the commitment itself (`domain.commitment.results`), by another person than took
it in. Source: 厦门11; 海沧12.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.clock import CHINA
from domain.commitment import sampling
from domain.commitment.refusals import PopulationEmpty, RateNotSet, RateSet, SampleTooLarge, SpotCheckExists
from domain.credit import terms
from domain.errors import InvalidInput, NotFound
from domain.lifecycle import Transaction, create, machine, move
from domain.rulebook.lookup import rule
from domain.rulebook.model import Rulebooks
from domain.text import require_text

RESULTS: Final = machine("spot_check_result", keep=("pending", "kept"), **{"break": ("pending", "broken")})
RATE: Final = "commitment.spot_check.rate"
LARGEST: Final = 2_000
"""Most commitments of one draw: each is written with its own event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What is to be drawn: from which office's commitments, as of which day, with which seed, at which rate."""

    office_id: UUID
    seed: str
    population_on: date
    item_id: UUID | None = None
    basis_points: int | None = None
    reason: str | None = None


async def draw(tx: Transaction, books: Rulebooks, wanted: Draw) -> UUID:
    """Draw a spot check; give its id.

    Raises: NotFound; InvalidInput; RateNotSet; RateSet; PopulationEmpty; SampleTooLarge; SpotCheckExists.
    """
    office = await tx.connection.fetchrow(_OFFICE, wanted.office_id)
    if office is None:
        raise NotFound
    if wanted.population_on > tx.today:
        raise InvalidInput("The day lies in the future.", zh="日期晚于今天。", field="population_on")
    rate = _rate(books, office["jurisdiction_id"], wanted, on=tx.today)
    seed = require_text("seed", wanted.seed, longest=128)
    rows = await population(tx, wanted.office_id, wanted.item_id, as_of(wanted.population_on, tx.now))
    if not rows:
        raise PopulationEmpty
    chosen = sampling.draw(seed, rows, basis_points=rate["rate_basis_points"])
    if len(chosen) > LARGEST:
        raise SampleTooLarge(size=len(chosen), largest=LARGEST)
    values = {
        "jurisdiction_id": office["jurisdiction_id"],
        "office_id": wanted.office_id,
        "commitment_item_id": wanted.item_id,
        "population_on": wanted.population_on,
        "drawn_at": tx.now,
        "seed": seed,
        "population_size": len(rows),
        "population_digest": sampling.digest(rows),
        "sample_size": len(chosen),
        "drawn_by": tx.actor.account_id,
        **rate,
    }
    try:
        async with tx.connection.transaction():
            check_id = await create(tx, "spot_check", "draw", values, basis=rate["basis"])
    except asyncpg.UniqueViolationError:
        raise SpotCheckExists from None
    for place, commitment_id in enumerate(chosen, start=1):
        await _enter(tx, check_id, rows[commitment_id], place, basis=rate["basis"])
    return check_id


async def population(
    tx: Transaction, office_id: UUID, item_id: UUID | None, instant: datetime
) -> dict[UUID, Mapping[str, Any]]:
    """Give an office's commitments that stood open at an instant, by id, whatever has become of them since."""
    rows = await tx.connection.fetch(_POPULATION, office_id, item_id, instant)
    return {UUID(str(row["id"])): row for row in rows}


def as_of(day: date, now: datetime) -> datetime:
    """Give the instant at which a day's population is taken: its end in China, today the present."""
    return min(datetime.combine(day + timedelta(days=1), time.min, CHINA), now)


async def note(tx: Transaction, commitment_id: UUID, verb: str) -> None:
    """Note a finding in every spot check in which the commitment is pending."""
    waiting = await tx.connection.fetch(
        "SELECT id FROM spot_check_result WHERE commitment_id = $1 AND state = 'pending' ORDER BY id", commitment_id
    )
    for row in waiting:
        await move(tx, RESULTS, verb, row["id"], {"found_at": tx.now, "found_by": tx.actor.account_id})


def _rate(books: Rulebooks, jurisdiction: str, wanted: Draw, *, on: date) -> dict[str, Any]:
    """Give the rate with its source: the rulebook's, else the one that was stated with its reason.

    Raises: RateNotSet; RateSet; InvalidInput.
    """
    law = terms.binding(books, jurisdiction, RATE, on)
    stated = wanted.basis_points
    if stated is not None and not 1 <= stated <= sampling.WHOLE:
        raise InvalidInput("The rate is 1 to 10000 ten-thousandths.", zh="比例应为万分之1至10000。", field="rate")
    if law is None:
        if stated is None or not (wanted.reason or "").strip():
            raise RateNotSet
        note_ = _silence(books, jurisdiction, on)
        reason = require_text("reason", wanted.reason or "", longest=2_000)
        return {"rate_basis_points": stated, "rate_source": "stated", "rate_reason": reason, "basis": note_}
    least = round(float(str(law.value)) * sampling.WHOLE)
    if stated is not None and stated < least:
        raise RateSet(citation=law.citation)
    return {
        "rate_basis_points": stated or least,
        "rate_source": "rulebook",
        "rate_reason": None,
        "basis": law.citation,
    }


def _silence(books: Rulebooks, jurisdiction: str, on: date) -> str:
    """Say that no rate is set, or that a layer which might is not loaded."""
    answer = rule(books, jurisdiction, RATE, on)
    return f"{RATE}: {answer.status.value}"


async def _enter(tx: Transaction, check_id: UUID, row: Mapping[str, Any], place: int, *, basis: str) -> None:
    values = {
        "spot_check_id": check_id,
        "commitment_id": row["id"],
        "subject_id": row["subject_id"],
        "about_person": row["about_person"],
        "jurisdiction_id": row["jurisdiction_id"],
        "office_id": row["office_id"],
        "place": place,
        "state": "pending",
    }
    await create(tx, "spot_check_result", "draw", values, basis=basis)


_OFFICE: Final = "SELECT jurisdiction_id FROM office WHERE id = $1 AND kind <> 'partner_agency'"

_POPULATION: Final = """
SELECT id, subject_id, about_person, jurisdiction_id, office_id FROM commitment
WHERE office_id = $1 AND ($2::uuid IS NULL OR commitment_item_id = $2) AND signed_on IS NOT NULL
  AND entered_at <= $3
  AND (found_at IS NULL OR found_at > $3) AND (withdrawn_at IS NULL OR withdrawn_at > $3)
FOR SHARE
"""

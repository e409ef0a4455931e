"""Mutations of spot checks: an office draws a sample of its commitments."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Optional

import strawberry

from api.commands.inputs import KEY, local_id, optional
from api.execution.mutation import Changed, Work, mutation
from domain.commitment import spot_checks


@strawberry.input(description="From which of your office's commitments a spot check 抽查 is drawn, and how.")
class DrawSpotCheckInput:
    commitment_item: Optional[strawberry.ID] = optional("Global id of the one item to check; every item unless given.")
    population_on: Optional[date] = optional("Day as of whose end the population is taken; today unless given.")
    seed: Optional[str] = optional("Seed of the draw; made by the service unless given. The same seed draws the same.")
    rate_basis_points: Optional[int] = optional(
        "Rate in ten-thousandths 万分之, 1 to 10000; needed with its reason where no rulebook sets one."
    )
    reason: Optional[str] = optional("Why that rate, where no rulebook sets one.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("drawSpotCheck", noun="spot_check", verb="draw", input=DrawSpotCheckInput, payload={"spotCheck": "SpotCheck"})
async def draw_spot_check(work: Work, given: DrawSpotCheckInput) -> Changed:
    """Draw a spot check 抽查 of your office's open commitments; anybody can draw it again (厦门11, 海沧12)."""
    scopes = work.scopes("spot_check", "draw")
    wanted = spot_checks.Draw(
        office_id=work.office(),
        seed=given.seed if given.seed is not None else secrets.token_hex(16),
        population_on=given.population_on or work.tx.today,
        item_id=local_id(given.commitment_item, "CommitmentItem") if given.commitment_item else None,
        basis_points=given.rate_basis_points,
        reason=given.reason,
    )
    check_id = await spot_checks.draw(work.tx, work.job.service.books, wanted)
    await work.require("spot_check", check_id, scopes)
    return Changed({"spotCheck": check_id})

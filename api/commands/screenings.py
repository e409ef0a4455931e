"""Mutations of screenings: run over the records of a place or of one's office, and circulated as a bulletin."""

from __future__ import annotations

from datetime import date
from typing import Any

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from authz.vocabulary import Scope
from domain.warning import screens

ScreeningPattern: Any = enum_type("ScreeningPattern")
_PAYLOAD = {"screening": "Screening"}


@strawberry.input(description="What to look for 筛查, as of which day, by which numbers where no rule sets them.")
class RunScreeningInput:
    pattern: ScreeningPattern = required("What is looked for (海沧14).")
    on: date = required("Day as of which the records are taken; today or before.")
    window_months: int | None = optional("Length of the window in months; needed where no rule sets it.")
    least_records: int | None = optional("Fewest records, 2 at least; needed where no rule sets it.")
    least_fields: int | None = optional(
        "Fewest fields 领域, 2 at least, for SEVERAL_FIELDS; needed where no rule sets it."
    )
    client_mutation_id: str | None = optional(KEY)


@mutation("runScreening", noun="screening", verb="run", input=RunScreeningInput, payload=_PAYLOAD)
async def run_screening(work: Work, given: RunScreeningInput) -> Changed:
    """Run a screening and raise its warnings: the credit office over its place, an office over its own records (海沧14).

    Numbers that no rule sets are named here and kept with the run. A run says on which records each warning rests.
    """
    scopes = work.scopes("screening", "run")
    office_id, jurisdiction_id = work.place()
    asked = screens.Asked(
        jurisdiction=jurisdiction_id,
        office_id=office_id,
        source_office_id=None if Scope.OWN_JURISDICTION in scopes else office_id,
        pattern=given.pattern.value,
        on=given.on,
        window_months=given.window_months,
        least_records=given.least_records,
        least_fields=given.least_fields,
    )
    screening_id = await screens.run(work.tx, work.job.service.books, asked)
    await work.require("screening", screening_id, scopes)
    return Changed({"screening": screening_id})


@strawberry.input(description="Which screening to circulate 通报.")
class CirculateScreeningInput:
    screening: strawberry.ID = required("Global id of the screening.")
    client_mutation_id: str | None = optional(KEY)


@mutation("circulateScreening", noun="screening", verb="circulate", input=CirculateScreeningInput, payload=_PAYLOAD)
async def circulate_screening(work: Work, given: CirculateScreeningInput) -> Changed:
    """Circulate the bulletin of a screening 筛查通报 to the offices whose records it rests on, people masked (海沧14)."""
    row = await work.lock("screening", local_id(given.screening, "Screening"), "circulate")
    await screens.circulate(work.tx, row["id"])
    return Changed({"screening": row["id"]})

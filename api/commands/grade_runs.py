"""Mutations of runs: the results of many subjects proposed, published as one, discarded."""

from __future__ import annotations

from datetime import date
from typing import Any, Optional

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.execution.mutation import Changed, Work, mutation
from domain.evaluation import papers, runs
from domain.evaluation.run import NOUN
from domain.evaluation.schemes import evaluation_by

_PAYLOAD = {"gradeRun": "GradeRun"}
_RUN = "Global id of the run."


@strawberry.input(description="The result of an organisation.")
class GradeResultInput:
    code: str = required("Unified social credit code.")
    value: Optional[str] = optional("The grade, on the scheme's own scale; without, it is left open 待认定.")


@strawberry.input(description="Results of an evaluation of many organisations 批量评价结果.")
class ProposeGradeRunInput:
    scheme: str = required("Code of the evaluation scheme, of `evaluationSchemes`.")
    evaluated_on: date = required("The day for which they were evaluated.")
    basis: Optional[str] = optional("What the results rest on 依据, in words, no personal data; needed with results.")
    results: Optional[list[GradeResultInput]] = optional(
        f"The results, 1 to {runs.MOST}, each code once; without, they are computed for everybody from the facts, where the"
        " scoring is loaded."
    )
    period: Optional[str] = optional("Period evaluated 评价周期.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("proposeGradeRun", noun=NOUN, verb="propose", input=ProposeGradeRunInput, payload=_PAYLOAD)
async def propose_grade_run(work: Work, given: ProposeGradeRunInput) -> Changed:
    """Propose the results of many organisations, or of a whole city; only what differs is written, none holds yet (厦门12, 13).

    `changes` tells how many go from which grade to which, `grades` lists them, before another person publishes the run.
    """
    scopes = work.scopes(NOUN, "propose")
    office_id, jurisdiction_id = work.place()
    books, office = work.job.service.books, office_id
    under = evaluation_by(books, jurisdiction_id, given.scheme, office=office, on=work.tx.today)
    scored = await papers.loaded(work.tx.connection, books, under, given.evaluated_on)
    if given.results is None:
        made = await runs.compute(work.tx, scored, office, given.evaluated_on)
    else:
        listed: list[Any] = list(given.results)  # as it was sent: names of its own fields
        results = runs.Results(
            evaluated_on=given.evaluated_on,
            basis=given.basis or "",
            values=[(one["code"], one.get("value")) for one in listed],
            period=given.period,
        )
        made = await runs.propose(work.tx, scored.under, office, results)
    await work.require(NOUN, made, scopes)
    return Changed({"gradeRun": made})


@strawberry.input(description="Which run to publish 公布.")
class PublishGradeRunInput:
    grade_run: strawberry.ID = required(_RUN)
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("publishGradeRun", noun=NOUN, verb="publish", input=PublishGradeRunInput, payload=_PAYLOAD)
async def publish_grade_run(work: Work, given: PublishGradeRunInput) -> Changed:
    """Publish 公布批量评价 a run that another person proposed, as one act: each subject is told, the platform where ordered."""
    row = await work.lock(NOUN, local_id(given.grade_run, "GradeRun"), "publish")
    await runs.publish(work.tx, row)
    return Changed({"gradeRun": row["id"]})


@strawberry.input(description="Which run to discard 作废, and why.")
class DiscardGradeRunInput:
    grade_run: strawberry.ID = required(_RUN)
    reason: str = required("Why; no personal data.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("discardGradeRun", noun=NOUN, verb="discard", input=DiscardGradeRunInput, payload=_PAYLOAD)
async def discard_grade_run(work: Work, given: DiscardGradeRunInput) -> Changed:
    """Discard a run 放弃批量评价 with everything of it that waits."""
    row = await work.lock(NOUN, local_id(given.grade_run, "GradeRun"), "discard")
    await runs.discard(work.tx, row, reason=given.reason)
    return Changed({"gradeRun": row["id"]})

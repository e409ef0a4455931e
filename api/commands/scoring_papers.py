"""Mutations of scoring papers: proposed as a file, approved or rejected by another person, ended."""

from __future__ import annotations

from datetime import date
from typing import Optional

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.execution.mutation import Changed, Work, mutation
from domain.evaluation import papers
from domain.evaluation.paper import NOUN
from domain.evaluation.schemes import evaluation_by

_PAYLOAD = {"scoringPaper": "ScoringPaper"}
_PAPER = "Global id of the paper."


@strawberry.input(description="The scoring paper 评分细则 of a scheme, as a file.")
class ProposeScoringPaperInput:
    scheme: str = required("Code of the evaluation scheme, of `evaluationSchemes`.")
    name: str = required("Name of the document with the scoring.")
    content: str = required(
        "The file, in TOML as a rulebook is: one [[scheme]] with scale, features and rules, and [[rules]] with the values"
        " that they name; each with clause and quote."
    )
    valid_from: date = required("First day on which it is computed by.")
    valid_to: Optional[date] = optional("Last day; until another follows unless given.")
    document_no: Optional[str] = optional("Document number 文号.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("proposeScoringPaper", noun=NOUN, verb="propose", input=ProposeScoringPaperInput, payload=_PAYLOAD)
async def propose_scoring_paper(work: Work, given: ProposeScoringPaperInput) -> Changed:
    """Propose the scoring of a scheme whose clause only names it; another person approves it (厦门12–16)."""
    scopes = work.scopes(NOUN, "propose")
    office_id, jurisdiction_id = work.place()
    under = evaluation_by(work.job.service.books, jurisdiction_id, given.scheme, office=office_id, on=work.tx.today)
    paper = papers.Paper(
        name=given.name,
        content=given.content,
        valid_from=given.valid_from,
        valid_to=given.valid_to,
        document_no=given.document_no,
    )
    made = await papers.propose(work.tx, under, office_id, paper)
    await work.require(NOUN, made, scopes)
    return Changed({"scoringPaper": made})


@strawberry.input(description="Which proposed scoring paper to approve.")
class ApproveScoringPaperInput:
    scoring_paper: strawberry.ID = required(_PAPER)
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("approveScoringPaper", noun=NOUN, verb="approve", input=ApproveScoringPaperInput, payload=_PAYLOAD)
async def approve_scoring_paper(work: Work, given: ApproveScoringPaperInput) -> Changed:
    """Approve a scoring paper 批准评分细则 that another of your office proposed; from its first day on grades are computed."""
    row = await work.lock(NOUN, local_id(given.scoring_paper, "ScoringPaper"), "approve")
    await papers.KEPT.approve(work.tx, row["id"])
    return Changed({"scoringPaper": row["id"]})


@strawberry.input(description="Which proposed scoring paper to reject, and why.")
class RejectScoringPaperInput:
    scoring_paper: strawberry.ID = required(_PAPER)
    reason: str = required("Why.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("rejectScoringPaper", noun=NOUN, verb="reject", input=RejectScoringPaperInput, payload=_PAYLOAD)
async def reject_scoring_paper(work: Work, given: RejectScoringPaperInput) -> Changed:
    """Reject a scoring paper 否决评分细则 that another person of your office proposed."""
    row = await work.lock(NOUN, local_id(given.scoring_paper, "ScoringPaper"), "reject")
    await papers.KEPT.reject(work.tx, row["id"], reason=given.reason)
    return Changed({"scoringPaper": row["id"]})


@strawberry.input(description="Which scoring paper ends, on which day, and why.")
class EndScoringPaperInput:
    scoring_paper: strawberry.ID = required(_PAPER)
    valid_to: date = required("Its last day, today or later.")
    reason: str = required("Why.")
    client_mutation_id: Optional[str] = optional(KEY)


@mutation("endScoringPaper", noun=NOUN, verb="end", input=EndScoringPaperInput, payload=_PAYLOAD)
async def end_scoring_paper(work: Work, given: EndScoringPaperInput) -> Changed:
    """Set the last day of an approved scoring paper 终止评分细则; what was computed by it stays."""
    row = await work.lock(NOUN, local_id(given.scoring_paper, "ScoringPaper"), "end")
    await papers.KEPT.end(work.tx, row, valid_to=given.valid_to, reason=given.reason)
    return Changed({"scoringPaper": row["id"]})

"""What may happen to a scoring paper: proposed by one person of the evaluating office, approved by another, ended.

In charge of which paper is in force on a day: of several the one that begins last. A paper in force is not changed but
followed by the next. Refuses a file that cannot be used, one for a scheme whose scoring stands in the rulebook, and who
approves his own. Source: 厦门12–16; who proposes never approves.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain.connection import Connection
from domain.errors import InvalidInput
from domain.evaluation.paper import IN_FORCE, NOUN
from domain.evaluation.refusals import GradeIsComputed, PaperProposerApproves
from domain.evaluation.schemes import Evaluation, evaluation
from domain.evaluation.scoring import LONGEST, read_paper, with_paper
from domain.grade.scheme import SchemeState
from domain.lifecycle import Transaction, create
from domain.proposed import Kept
from domain.rulebook.model import Rulebooks
from domain.text import require_text

KEPT: Final = Kept(NOUN, "basis", PaperProposerApproves)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A scoring paper as it is proposed."""

    name: str
    content: str
    valid_from: date
    valid_to: date | None = None
    document_no: str | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A scheme with its scoring, the rulebooks it is computed by, and the paper, where it is one."""

    under: Evaluation
    books: Rulebooks
    paper_id: UUID | None = None
    paper_name: str | None = None
    valid_from: date | None = None
    """First day of the paper."""

    @property
    def is_loaded(self) -> bool:
        """Whether grades can be computed."""
        return self.under.scheme.state is SchemeState.LOADED


async def propose(tx: Transaction, under: Evaluation, office: UUID, paper: Paper) -> UUID:
    """Propose a paper for a scheme whose scoring is not loaded; give its id.

    Raises: Forbidden; GradeIsComputed; PaperInvalid; InvalidInput.
    """
    account = tx.require_account()
    if under.scheme.state is SchemeState.LOADED:
        raise GradeIsComputed
    if paper.valid_to is not None and paper.valid_to < paper.valid_from:
        raise InvalidInput("The last day lies before the first.", zh="失效日早于生效日。", field="validTo")
    name = require_text("name", paper.name, longest=200)
    content = require_text("content", paper.content, longest=LONGEST)
    read_paper(content, scheme=under.code, name=name)
    number = None if paper.document_no is None else require_text("document_no", paper.document_no, longest=100)
    values = {
        "jurisdiction_id": under.jurisdiction,
        "office_id": office,
        "scheme": under.code,
        "name": name,
        "document_no": number,
        "content": content,
        "digest": hashlib.sha256(content.encode()).hexdigest(),
        "basis": under.citation,
        "state": "proposed",
        "valid_from": paper.valid_from,
        "valid_to": paper.valid_to,
        "proposed_by": account,
        "proposed_at": tx.now,
    }
    return await create(tx, NOUN, "propose", values, basis=under.citation)


async def loaded(connection: Connection, books: Rulebooks, under: Evaluation, on: date) -> Loaded:
    """Give a scheme with the scoring that is in force on a day: the rulebook's own, or a paper's."""
    if under.scheme.state is SchemeState.LOADED:
        return Loaded(under, books)
    row = await connection.fetchrow(_ON_DAY, under.jurisdiction, under.code, on)
    if row is None:
        return Loaded(under, books)
    scored = with_paper(books, under.jurisdiction, under.code, row["content"], row["name"])
    return Loaded(
        evaluation(scored, under.jurisdiction, under.code, on), scored, row["id"], row["name"], row["valid_from"]
    )


_ON_DAY: Final = f"""
SELECT id, name, content, valid_from FROM {NOUN} t WHERE t.jurisdiction_id = $1 AND t.scheme = $2
  AND {IN_FORCE.replace("{t}", "t").replace(":today", "$3::date")}
ORDER BY t.valid_from DESC, t.decided_at DESC LIMIT 1
"""

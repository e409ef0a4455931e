"""How a subject contests what a decision comes to: the record or entry it rests on, or the decision by itself.

Whoever is told of a restriction is told the ways. Source: 个人信息保护法24 (说明, 拒绝仅通过自动化决策的方式作出决定), 上海10, 11;
厦门5, 6; 新乡四(三).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.eligibility.answer import Decision
from domain.repair.facts import WAY as REPAIR
from domain.rights.objections.way import SETTLE as OBJECTION
from domain.rulebook.model import Rulebooks
from domain.rulebook.procedure import procedure

_PIPL = "《个人信息保护法》 24"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way: the mutation that begins it, what it is about, in both languages, its basis."""

    mutation: str
    en: str
    zh: str
    basis: str
    noun: str | None = None
    row_id: UUID | None = None
    kind: str | None = None


def ways_of(decision: Decision, books: Rulebooks, today: date, *, is_person: bool) -> Iterator[Way]:
    """Give the ways as they are today, those about what the outcome rests on first."""

    def basis(of: str, kind: str) -> str:
        return procedure(books, decision.law.jurisdiction, of, today, (kind, "by_provider")).citation

    for noun, row_id in dict.fromkeys(filter(None, (one.contested for one in decision.findings))):
        yield from _ways_about(noun, row_id, basis)
    if is_person:
        yield from _WAYS_OF_A_PERSON


def _ways_about(noun: str, row_id: UUID, basis: Callable[[str, str], str]) -> Iterator[Way]:
    """Give the ways to contest one row that the outcome rests on."""
    if noun == "grade":
        yield Way(
            mutation="contestGrade",
            en="Contest the grade: a person looks at it again.",
            zh="对等级提出异议，由工作人员重新核定。",
            basis=_PIPL,
            noun=noun,
            row_id=row_id,
        )
        return
    yield Way(
        mutation="fileObjection",
        en="Object to what it rests on; until that is decided it is marked as disputed.",
        zh="对所依据的信息提出异议；处理期间标注有异议。",
        basis=basis(OBJECTION, noun),
        noun=noun,
        row_id=row_id,
    )
    if noun == "credit_record":
        yield Way(
            mutation="applyForRepair",
            en="Apply for credit repair once the failing is put right.",
            zh="纠正失信行为后申请信用修复。",
            basis=basis(REPAIR, noun),
            noun=noun,
            row_id=row_id,
        )


_WAYS_OF_A_PERSON = (
    Way(
        mutation="fileSubjectRequest",
        kind="EXPLANATION_OF_DECISION",
        en="Ask the office for an explanation of the automated decision.",
        zh="要求说明自动化决策。",
        basis=_PIPL,
    ),
    Way(
        mutation="fileSubjectRequest",
        kind="DECISION_BY_A_PERSON",
        en="Refuse a decision made by automated means alone.",
        zh="拒绝仅通过自动化决策的方式作出决定。",
        basis=_PIPL,
    ),
)
"""The ways to contest the decision by itself, which the law gives natural persons."""

"""Which steps a way has in a jurisdiction: its own procedure, with what higher law adds to it.

The first layer with a procedure for the way gives the steps; layers above that add steps put theirs in front of
the step they name (`before`) or behind the last (`at_end`). A sister document gives none; the work points of a
past year hold as last known. Where no law loaded has a procedure, the service's own default does, and says so.
Refuses: a way for which not even that has one.
Source: 新乡四(二) (none skipped); 河南省社会信用条例28 (notice before a black entry, publicity before a red one),
41 (mark and answer of an objection).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from domain.errors import DomainError
from domain.lifecycle import Machine, Move
from domain.rulebook.lookup import book_of, layers_of
from domain.rulebook.model import Rulebook, Rulebooks
from domain.rulebook.tables import ProcedureRule, StepRule
from domain.rulebook.vocabulary import STEPS


class ProcedureUnknown(DomainError):
    """No rulebook has a procedure for this: it cannot be begun here."""

    code = "PROCEDURE_UNKNOWN"
    zh = "没有任何规则文件规定该程序：无法在此办理。"


class StepOfAnotherOffice(DomainError):
    """This step is another office's: see `office`."""

    code = "STEP_OF_ANOTHER_OFFICE"
    zh = "该步骤由其他单位办理：见 office。"


class StepOutOfOrder(DomainError):
    """Another step of the procedure comes first: see `next`; null where none is left to take."""

    code = "STEP_OUT_OF_ORDER"
    zh = "程序步骤不能跳过：请先办理 next 所示步骤；next 为空的，程序已经办结。"


@dataclass(frozen=True, slots=True)
class Step:
    """A step with its citation."""

    verb: str
    by: str
    office: str | None
    due: str | None
    clause: str
    quote: str
    citation: str
    reading: str | None = None
    roles: tuple[str, ...] = ()
    office_role: str | None = None
    concerns: tuple[str, ...] = ()
    automatic: bool = False
    jurisdiction: str | None = None
    """The division whose file names the office."""

    @property
    def state(self) -> str:
        """The state in which the step leaves its row."""
        return STEPS[self.verb]


@dataclass(frozen=True, slots=True)
class Procedure:
    """The steps of a way in their order."""

    of: str
    code: str
    name: str
    steps: tuple[Step, ...]
    distinct_persons: bool
    citation: str
    is_default: bool
    """Whether it is the service's own, for want of a law."""
    concerns: tuple[str, ...] = ()
    """What it was laid down for; empty for everything."""
    is_last_known: bool = False
    """Whether it stands in the work points of a year that is over."""
    reading: str | None = None

    def step(self, verb: str) -> Step | None:
        """Give a step by its verb, or nothing."""
        return next((step for step in self.steps if step.verb == verb), None)

    def next_after(self, state: str, *, start: str) -> Step | None:
        """Give the step that comes next for a row in a state; nothing when all are done."""
        if state == start:
            return self.steps[0]
        states = [step.state for step in self.steps]
        place = states.index(state) + 1 if state in states else len(states)
        return self.steps[place] if place < len(states) else None

    def machine(self, noun: str, *, start: str, others: dict[str, Move] | None = None) -> Machine:
        """Give the machine in which each step starts where the one before it ended; `others` are further moves."""
        moves = {}
        before = start
        for step in self.steps:
            moves[step.verb] = Move((before,), step.state)
            before = step.state
        return Machine(noun, moves | (others or {}))


def require_next(procedure: Procedure, state: str, verb: str, *, start: str) -> Step:
    """Give the step that a verb takes from a state.

    Raises: StepOutOfOrder with the next step where it is another one, or none is left.
    """
    due = procedure.next_after(state, start=start)
    if due is None or due.verb != verb:
        raise StepOutOfOrder(next=due.verb if due else None, citation=procedure.citation)
    return due


@lru_cache(maxsize=1024)
def procedure(books: Rulebooks, jurisdiction: str, of: str, on: date, concerns: tuple[str, ...] = ()) -> Procedure:
    """Give the procedure of a way in a jurisdiction on a day; `concerns` names polarity, code or kind at hand.

    Raises: JurisdictionUnknown; ProcedureUnknown.
    """
    found = [
        (relation, book, rule)
        for relation, book in _books(books, jurisdiction)
        for rule in book.procedures
        if rule.of == of and _holds(rule, on) and (not rule.concerns or set(rule.concerns) & set(concerns))
    ]
    base = next((one for one in found if one[2].before is None and not one[2].at_end), None)
    if base is None:
        raise ProcedureUnknown(of=of)
    relation, book, rule = base
    steps = list(_steps(book, rule))
    for _, upper, addition in found:
        if addition.before is not None or addition.at_end:
            _add(steps, addition.before, tuple(_steps(upper, addition)))
    return Procedure(
        of,
        rule.code,
        rule.name,
        tuple(steps),
        rule.distinct_persons,
        _citation(book, rule, rule.clause),
        relation == "service",
        rule.concerns,
        not book.in_force(on),
        rule.reading,
    )


def _books(books: Rulebooks, jurisdiction: str) -> Iterator[tuple[str, Rulebook]]:
    """Give the loaded layers that bind a jurisdiction, lowest first, and the service's defaults."""
    for layer in layers_of(book_of(books, jurisdiction)):
        if layer.relation != "sister" and layer.rulebook in books.books:
            yield layer.relation, books.books[layer.rulebook]


def _add(steps: list[Step], before: str | None, added: tuple[Step, ...]) -> None:
    """Put steps in front of the one they name, behind the last where they name none; known ones stay as they are."""
    known = {step.verb for step in steps}
    place = next((number for number, step in enumerate(steps) if step.verb == before), None)
    if before is None:
        place = len(steps)
    if place is not None:
        steps[place:place] = [step for step in added if step.verb not in known]


def _steps(book: Rulebook, rule: ProcedureRule) -> Iterator[Step]:
    for step in rule.steps:
        clause = step.clause or rule.clause
        yield Step(
            step.verb,
            step.by,
            step.office,
            step.due,
            clause,
            _quote(step, rule),
            _citation(book, rule, clause),
            step.reading,
            step.roles,
            step.office_role,
            step.concerns,
            step.automatic,
            book.jurisdiction,
        )


def _quote(step: StepRule, rule: ProcedureRule) -> str:
    return step.quote or rule.quote


def _citation(book: Rulebook, rule: ProcedureRule, clause: str) -> str:
    return f"《{rule.law or book.name}》 {clause}".removesuffix(" -")


def _holds(rule: ProcedureRule, on: date) -> bool:
    """Tell whether a procedure holds on a day; the loader leaves that of a year's work points without an end."""
    return (rule.valid_from is None or rule.valid_from <= on) and (rule.valid_to is None or on <= rule.valid_to)

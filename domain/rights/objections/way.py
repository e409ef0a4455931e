"""The way an objection goes: its steps as the rulebooks lay them down, whose each is, and when its clock runs out.

In charge of turning a procedure into a way that the row keeps: what held on the day of receipt holds to the end.
Three answers on a term stay apart: the law says so many days, the loaded laws say none, a law is not loaded. A term
that the service itself sets is marked as such.
Source: 新乡四(三); 上海10; 上海市社会信用条例36; 河南省社会信用条例28, 41; 厦门5; 海沧6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.calendar import OutsideCalendar, WorkingCalendar
from domain.installation_rows import office_id
from domain.paused_term import Pause, add_paused_term
from domain.rulebook.answer import RuleAnswer, RuleStatus
from domain.rulebook.lookup import book_of, rule
from domain.rulebook.model import Rulebook, Rulebooks
from domain.rulebook.procedure import Procedure, Step, procedure
from domain.rulebook.vocabulary import STEPS

SETTLE: Final = "objection.settle"
REVIEW: Final = "objection.review"

AWAITING_CORRECTION: Final = "awaiting_correction"

_STARTS: Final = {"objection_forwarded_received": "forward", "verification_notice_received": "forward"}
"""Events from which a term runs, and the step that is the event; any other term runs from receipt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """What the rulebooks say on the term of a step."""

    status: str
    value: int | None = None
    unit: str | None = None
    starts: str | None = None
    """The step from which it runs; from receipt where there is none."""
    citation: str = ""
    quote: str | None = None
    layers: Mapping[str, str] = field(default_factory=dict)
    """What each layer that was asked said: says, none_set, not_loaded, not_in_force."""

    def to_json(self) -> dict[str, Any]:
        """Give the term as the row keeps it and callers read it."""
        return {
            "status": self.status,
            "value": self.value,
            "unit": self.unit,
            "runsFrom": self.starts,
            "citation": self.citation,
            "quote": self.quote,
            "layers": dict(self.layers),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WayStep:
    """A step of a way: whose it is, until when, and where that is written."""

    verb: str
    by: str
    office_id: UUID
    citation: str
    quote: str
    reading: str | None
    automatic: bool
    concerns: tuple[str, ...]
    term: Term | None
    """What is said on its term; None where the step has no rule for one."""

    def to_json(self) -> dict[str, Any]:
        """Give the step as the row keeps it and callers read it."""
        return {
            "step": self.verb,
            "by": self.by,
            "office": f"Office:{self.office_id}",
            "citation": self.citation,
            "quote": self.quote,
            "reading": self.reading,
            "automatic": self.automatic,
            "outcomes": list(self.concerns),
            "term": self.term.to_json() if self.term is not None else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The steps of an objection in their order."""

    name: str
    citation: str
    reading: str | None
    is_default: bool
    is_last_known: bool
    distinct_persons: bool
    steps: tuple[WayStep, ...]

    def step(self, verb: str) -> WayStep:
        """Give a step that the way has."""
        return next(step for step in self.steps if step.verb == verb)

    def verbs(self, outcome: str | None = None) -> list[str]:
        """Name the steps in order; with an outcome, those that it needs."""
        return [step.verb for step in self.steps if outcome is None or not step.concerns or outcome in step.concerns]

    def timed(self) -> list[str]:
        """Name the steps for which a term is set."""
        return [step.verb for step in self.steps if step.term is not None and step.term.value is not None]

    def to_json(self) -> dict[str, Any]:
        """Give the way as the row keeps it and callers read it."""
        return {
            "name": self.name,
            "citation": self.citation,
            "reading": self.reading,
            "isDefault": self.is_default,
            "isLastKnown": self.is_last_known,
            "distinctPersons": self.distinct_persons,
            "steps": [step.to_json() for step in self.steps],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """The offices that an objection may pass through."""

    producer: UUID
    intake: UUID | None
    platform: UUID | None


def lay_down(books: Rulebooks, jurisdiction: str, *, of: str, on: date, concerns: str, hands: Hands) -> Way:
    """Lay down the way of an objection that is received on a day; `concerns` is the noun of what is contested.

    Raises: JurisdictionUnknown; ProcedureUnknown.
    """
    own_scope = hands.producer in (hands.intake, hands.platform)
    found = procedure(books, jurisdiction, of, on, (concerns, "by_platform" if own_scope else "by_provider"))
    return Way(
        name=found.name,
        citation=found.citation,
        reading=found.reading,
        is_default=found.is_default,
        is_last_known=found.is_last_known,
        distinct_persons=found.distinct_persons,
        steps=tuple(_step(books, jurisdiction, on, found, step, hands) for step in found.steps),
    )


def way_of(stored: Mapping[str, Any]) -> Way:
    """Read a way as a row keeps it."""
    return Way(
        name=stored["name"],
        citation=stored["citation"],
        reading=stored["reading"],
        is_default=stored["isDefault"],
        is_last_known=stored["isLastKnown"],
        distinct_persons=stored["distinctPersons"],
        steps=tuple(_stored_step(step) for step in stored["steps"]),
    )


def named_office(books: Rulebooks, jurisdiction: str, path: str, on: date) -> UUID | None:
    """Give the office that a rule of the place names, e.g. the one at which objections are filed; None for none."""
    answer = rule(books, jurisdiction, path, on) if path in books.known_paths else None
    if answer is None or not answer.binding or answer.layer is None:
        return None
    return office_id(books.books[answer.layer.rulebook].jurisdiction, str(answer.value))


def state_after(verbs: Sequence[str], verb: str) -> str:
    """Give the state in which a step leaves the objection: before a correction it awaits it."""
    return AWAITING_CORRECTION if next_after(verbs, verb) == "correct" else STEPS[verb]


def next_after(verbs: Sequence[str], verb: str) -> str | None:
    """Give the step that follows, or none."""
    place = list(verbs).index(verb) + 1
    return verbs[place] if place < len(verbs) else None


@dataclass(frozen=True, slots=True)
class Clocks:
    """The last days of steps, and whether one of them rests on a year whose holidays are not announced."""

    due: Mapping[str, date]
    provisional: bool


def clocks(
    calendar: WorkingCalendar,
    way: Way,
    verbs: Iterable[str],
    *,
    starts: Mapping[str | None, date],
    pauses: Iterable[Pause] = (),
) -> Clocks:
    """Give the last days of steps whose clock has started.

    `starts` holds the day of receipt under None and that of each step from which a term runs. A term that ends
    beyond the calendar has no last day here: its step is timed and stays without one.
    """
    due: dict[str, date] = {}
    provisional = False
    stood = tuple(pauses)
    for verb in verbs:
        term = way.step(verb).term
        if term is None or term.value is None or term.unit is None or term.starts not in starts:
            continue
        try:
            last = add_paused_term(calendar, starts[term.starts], term.value, term.unit, stood)
        except OutsideCalendar:
            provisional = True
            continue
        due[verb], provisional = last.day, provisional or last.provisional
    return Clocks(due, provisional)


def _stored_step(stored: Mapping[str, Any]) -> WayStep:
    term = stored["term"]
    return WayStep(
        verb=stored["step"],
        by=stored["by"],
        office_id=UUID(stored["office"].removeprefix("Office:")),
        citation=stored["citation"],
        quote=stored["quote"],
        reading=stored["reading"],
        automatic=stored["automatic"],
        concerns=tuple(stored["outcomes"]),
        term=Term(
            status=term["status"],
            value=term["value"],
            unit=term["unit"],
            starts=term["runsFrom"],
            citation=term["citation"],
            quote=term["quote"],
            layers=term["layers"],
        )
        if term is not None
        else None,
    )


def _step(books: Rulebooks, jurisdiction: str, on: date, found: Procedure, step: Step, hands: Hands) -> WayStep:
    return WayStep(
        verb=step.verb,
        by=step.by,
        office_id=_office_of(books, jurisdiction, step, hands),
        citation=step.citation,
        quote=step.quote,
        reading=step.reading,
        automatic=step.automatic,
        concerns=step.concerns,
        term=_term(books, jurisdiction, on, found, step) if step.due else None,
    )


def _office_of(books: Rulebooks, jurisdiction: str, step: Step, hands: Hands) -> UUID:
    """Give the office whose step it is: the one named, the one with the named role, else the producing office."""
    if step.office is not None and step.jurisdiction is not None:
        return office_id(step.jurisdiction, step.office)
    if step.office_role is not None:
        with_role = _with_role(book_of(books, jurisdiction), step.office_role)
        if with_role is not None:
            return with_role
    return hands.producer


def _with_role(book: Rulebook, role: str) -> UUID | None:
    code = next((office.code for office in book.offices if role in office.roles), None)
    return office_id(book.jurisdiction, code) if code is not None else None


def _term(books: Rulebooks, jurisdiction: str, on: date, found: Procedure, step: Step) -> Term:
    answer = rule(books, jurisdiction, str(step.due), on)
    said = {layer.rulebook: layer.status.value for layer in answer.layers}
    if not _counts(books, answer) or not isinstance(answer.value, int):
        silent = answer.status if answer.status is RuleStatus.NOT_LOADED else RuleStatus.NONE_SET
        return Term(status=silent.value, layers=said)
    start = _STARTS.get(answer.from_event or "")
    return Term(
        status=answer.status.value,
        value=answer.value,
        unit=answer.unit,
        starts=start if start is not None and found.step(start) is not None else None,
        citation=answer.citation,
        quote=answer.quote,
        layers=said,
    )


def _counts(books: Rulebooks, answer: RuleAnswer) -> bool:
    """Tell whether a term counts: law in force, the last known of a year's work points, or the service's own."""
    if answer.status in (RuleStatus.SAYS, RuleStatus.SERVICE_DEFAULT):
        return True
    if answer.status is not RuleStatus.EXPIRED or answer.layer is None or answer.layer.relation == "sister":
        return False
    return books.books[answer.layer.rulebook].validity == "year_scope"

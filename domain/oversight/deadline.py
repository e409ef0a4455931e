"""Deadlines 期限: every term that a rulebook of a place knows, day by day, with clause and quote.

Rows are what the rulebooks say, installed at every start; nobody changes them here. A place where no layer
gives a number has its row too, with the words that come nearest: none set, not loaded and a number stay apart.
Source: the first of the readings we hold to; 厦门5-9, 31; 新乡四; 十堰正文; 上海; 海沧.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.installation_rows import Row, installed_id
from domain.privacy import column, reference
from domain.rulebook.answer import LayerAnswer, LayerStatus, RuleAnswer, RuleStatus
from domain.rulebook.lookup import book_of, rule
from domain.rulebook.model import Rulebooks

DEADLINE_STATUSES: Final = tuple(status.value for status in RuleStatus)
_UNDER: Final = "deadline."
_TERMS: Final = (".prior_notice.objection", ".prior_notice.verify", ".early_removal.decide", ".supplement_term")
"""Where rulebooks set terms: under one heading, and beside the procedures of lists and commitments."""


class Deadline(Model):
    """A deadline 期限 as the rulebooks of a place say it for starts between two days: term, clause, quote."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division for which the rulebooks were asked.")
    rulebook: str = column(fields.TextField, "The rulebook with which the asking began.")
    path: str = column(fields.TextField, "Path of the rule, e.g. deadline.double_publicity.")
    from_on: date | None = column(
        fields.DateField, "First day of starts for which it is so; null for no beginning.", null=True
    )
    until_on: date | None = column(fields.DateField, "Last day of such starts; null for no end.", null=True)
    status: str = column(fields.TextField, "What the question comes to 规则答复.")
    value: int | None = column(fields.IntField, "The number; null where none is set or loaded.", null=True)
    unit: str | None = column(fields.TextField, "Unit, e.g. working_day.", null=True)
    starts: str | None = column(fields.TextField, "What the term runs from, in the text's own words.", null=True)
    citation: str | None = column(
        fields.TextField, "Document and clause 依据, of the words that come nearest where none is set.", null=True
    )
    quote: str | None = column(fields.TextField, "Words of the document.", null=True)
    reading: str | None = column(fields.TextField, "Our reading 解读, where the text leaves room.", null=True)
    layers: dict[str, str] = column(
        fields.JSONField,
        "What each layer 层级 asked said, by its name: says, none_set 原文未定, not_loaded 未收录 or not_in_force 未生效或已失效.",
        default=dict,
    )

    class Meta:
        table = "deadline"
        indexes: tuple[Any, ...] = (Index(fields=("jurisdiction_id", "path", "from_on"), name="deadline_by_path"),)
        constraints = (CheckConstraint(check=f"status IN {DEADLINE_STATUSES}", name="deadline_status_is_known"),)


def deadline_rows(books: Rulebooks) -> list[Row]:
    """List the deadlines of every place that has a rulebook, one row for each span of days on which one answer holds."""
    paths = [path for path in sorted(books.known_paths) if path.startswith(_UNDER) or path.endswith(_TERMS)]
    return [row for place in sorted(books.heads) for path in paths for row in _rows(books, place, path)]


def _rows(books: Rulebooks, jurisdiction: str, path: str) -> Iterator[Row]:
    answers = [(day, rule(books, jurisdiction, path, day or date.min)) for day in _turns(books, path)]
    if not all(_is_term(answer) for _, answer in answers):
        return
    spans = [
        (day, answer)
        for place, (day, answer) in enumerate(answers)
        if not place or _differs(answer, answers[place - 1][1])
    ]
    ends: list[date | None] = [day - timedelta(1) for day, _ in spans[1:] if day is not None]
    for (begins, answer), until in zip(spans, [*ends, None], strict=True):
        yield _row(books, jurisdiction, path, (begins, until), answer)


def _turns(books: Rulebooks, path: str) -> list[date | None]:
    """Give the days on which some rulebook begins or ceases to say something else, and the time before them."""
    days = set(_days(books, path))
    return [None, *sorted(days)]


def _days(books: Rulebooks, path: str) -> Iterable[date]:
    for book in books.books.values():
        for value in book.values_by_path.get(path, ()):
            if value.valid_from is not None:
                yield value.valid_from
            if value.valid_to is not None:
                yield value.valid_to + timedelta(1)
        yield from (silent.valid_from for silent in book.silent if silent.path == path and silent.valid_from)


def _is_term(answer: RuleAnswer) -> bool:
    """Tell whether a rule is a term: a number, or nothing where one might stand."""
    return answer.value is None or (isinstance(answer.value, int) and not isinstance(answer.value, bool))


def _differs(one: RuleAnswer, other: RuleAnswer) -> bool:
    return _content(one) != _content(other)


def _row(
    books: Rulebooks, jurisdiction: str, path: str, span: tuple[date | None, date | None], answer: RuleAnswer
) -> Row:
    begins, until = (day.isoformat() if day else None for day in span)
    return {
        "id": str(installed_id("deadline", jurisdiction, path, begins or "")),
        "jurisdiction_id": jurisdiction,
        "rulebook": book_of(books, jurisdiction).id,
        "path": path,
        "from_on": begins,
        "until_on": until,
        **_content(answer),
    }


def _content(answer: RuleAnswer) -> Row:
    nearest = _nearest(answer.layers) if answer.value is None else None
    return {
        "status": _status(answer).value,
        "value": answer.value,
        "unit": answer.unit,
        "starts": answer.from_event_text,
        "citation": f"《{nearest.name}》 {nearest.clause}" if nearest else answer.citation or None,
        "quote": nearest.quote if nearest else answer.quote,
        "reading": answer.reading,
        "layers": {layer.name: layer.status.value for layer in answer.layers},
    }


def _status(answer: RuleAnswer) -> RuleStatus:
    """Give what an answer comes to; what a sister document said binds no more after its end than before."""
    sister = answer.layer is not None and answer.layer.relation == "sister"
    return RuleStatus.BY_ANALOGY if sister else answer.status


def _nearest(layers: Iterable[LayerAnswer]) -> LayerAnswer | None:
    """Find the words that come nearest to a term that no layer sets."""
    return next((layer for layer in layers if layer.status is LayerStatus.NONE_SET and layer.clause), None)

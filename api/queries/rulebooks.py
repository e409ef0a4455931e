"""The rulebooks: what the law says on a path, for a division, on a day; and days reached by working days."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import strawberry
from strawberry.scalars import JSON

from api.queries.fields import Ctx, argument
from domain.clock import local_day
from domain.errors import InvalidInput
from domain.rulebook import lookup
from domain.rulebook.model import Rulebook as Book
from domain.rulebook.model import RuleValue


@strawberry.type(
    description="A layer 层级 of the rulebooks and what it said: says, none_set, not_loaded, not_in_force."
)
class RuleLayer:
    rulebook: str = strawberry.field(description="Id of the rulebook.")
    name: str = strawberry.field(description="Name of the document.")
    level: str = strawberry.field(description="Level: nation, province, city, district.")
    relation: str = strawberry.field(
        description="How the layer stands to the jurisdiction: own, parent, sister (another place's), or service."
    )
    status: str = strawberry.field(description="What it said: says, none_set, not_loaded or not_in_force.")
    value: JSON | None = strawberry.field(
        description="The value, of the same kind as `value` of the rule, where it says one."
    )
    unit: str | None = strawberry.field(description="Unit of the value.")
    clause: str | None = strawberry.field(description="Clause 条款.")
    quote: str | None = strawberry.field(description="Words of the document.")
    note: str | None = strawberry.field(description="What else to know.")


@strawberry.type(description="A rule 规则 as it answers on a day: value, unit, operator, layer, clause, quote.")
class Rule:
    path: str = strawberry.field(description="Path of the rule, e.g. deadline.double_publicity.")
    jurisdiction: str = strawberry.field(description="Division code it was asked for.")
    on: date = strawberry.field(description="The day it was asked for.")
    status: str = strawberry.field(description="says, expired, not_yet, analogy, default, none_set or not_loaded.")
    value: JSON | None = strawberry.field(
        description="The value: a number in `unit`, true or false, a text, or a list of such; null where none is set or loaded."
    )
    unit: str | None = strawberry.field(description="Unit, e.g. working_day.")
    op: str | None = strawberry.field(description="Operator of a threshold: gt, gte, lt, lte.")
    clause: str | None = strawberry.field(description="Clause 条款.")
    quote: str | None = strawberry.field(description="Words of the document.")
    law: str | None = strawberry.field(description="Document the value stands in.")
    reading: str | None = strawberry.field(description="Our reading 解读, where the text leaves room.")
    confidence: str | None = strawberry.field(description="How well the text is known to us.")
    ambiguous: bool = strawberry.field(description="Whether the text contradicts itself.")
    alternative: str | None = strawberry.field(description="The other reading of an ambiguous text.")
    note: str | None = strawberry.field(description="What else to know.")
    citation: str = strawberry.field(description="Document and clause in one line 依据.")
    layer: RuleLayer | None = strawberry.field(description="The layer the value comes from.")
    layers: list[RuleLayer] = strawberry.field(
        description="Every layer asked, in order, with what the silent ones said."
    )


@strawberry.type(description="A value of a rulebook 规则, with its citation.")
class RulebookValue:
    path: str = strawberry.field(description="Path of the rule.")
    value: JSON = strawberry.field(
        description="The value: a number in `unit`, true or false, a text, or a list of such."
    )
    unit: str = strawberry.field(description="Unit.")
    op: str | None = strawberry.field(description="Operator of a threshold.")
    clause: str = strawberry.field(description="Clause 条款.")
    quote: str = strawberry.field(description="Words of the document.")
    reading: str | None = strawberry.field(description="Our reading, where the text leaves room.")
    valid_from: date | None = strawberry.field(description="First day of validity.")
    valid_to: date | None = strawberry.field(description="Last day of validity.")


@strawberry.type(description="A rulebook 规则: one document of one layer, as data.")
class Rulebook:
    id: strawberry.ID = strawberry.field(description="Id of the rulebook, e.g. cn-xiamen-hrss-2021.")
    name: str = strawberry.field(description="Name of the document.")
    jurisdiction: str = strawberry.field(description="Division code.")
    level: str = strawberry.field(description="Level of the layer.")
    doc_no: str | None = strawberry.field(description="Document number 文号.")
    confidence: str = strawberry.field(description="How well the text is known to us.")
    effective_from: date | None = strawberry.field(description="First day in force; null when not stated.")
    effective_to: date | None = strawberry.field(description="Last day in force; null when not stated.")
    promulgated_on: date | None = strawberry.field(
        description="Day of promulgation, which may be later than the first day in force."
    )
    in_force: bool = strawberry.field(description="Whether it is in force today by its own words.")
    note: str | None = strawberry.field(description="What else to know.")
    values: list[RulebookValue] = strawberry.field(description="Its values, each with clause and quote.")


@strawberry.type(description="A day reached by counting working days 工作日.")
class DueDay:
    day: date = strawberry.field(description="The last day of the term.")
    provisional: bool = strawberry.field(description="True when it runs into a year whose holidays are not announced.")


async def rulebooks(info: Ctx) -> list[Rulebook] | None:
    """List the rulebooks that are loaded."""
    today = local_day(info.context.now)
    return [_book(book, today) for book in info.context.service.books.books.values()]


async def rulebook(
    info: Ctx, id: Annotated[strawberry.ID, argument("id", "Id of the rulebook, e.g. cn-xiamen-hrss-2021.")]
) -> Rulebook | None:
    """Give one rulebook, or null."""
    book = info.context.service.books.books.get(str(id))
    return _book(book, local_day(info.context.now)) if book else None


async def rule(
    info: Ctx,
    jurisdiction: Annotated[str, argument("jurisdiction", "Division code, e.g. 350200.")],
    path: Annotated[str, argument("path", "Path of the rule, e.g. deadline.double_publicity.")],
    on: Annotated[date | None, argument("on", "The day to ask for; today unless given.")] = None,
) -> Rule | None:
    """Give what the layers that bind a division say under a path on a day; a status where they say nothing."""
    day = on or local_day(info.context.now)
    answer = lookup.rule(info.context.service.books, jurisdiction, path, day)
    return Rule(
        path=answer.path,
        jurisdiction=answer.jurisdiction,
        on=answer.on,
        status=answer.status.value,
        value=_json(answer.value),
        unit=answer.unit,
        op=answer.op,
        clause=answer.clause,
        quote=answer.quote,
        law=answer.law,
        reading=answer.reading,
        confidence=answer.confidence,
        ambiguous=answer.ambiguous,
        alternative=answer.alternative,
        note=answer.note,
        citation=answer.citation,
        layer=_layer(answer.layer) if answer.layer else None,
        layers=[_layer(one) for one in answer.layers],
    )


async def due_day(
    info: Ctx,
    start: Annotated[date, argument("start", "The day of the event; it is not counted.")],
    working_days: Annotated[int, argument("workingDays", "How many working days, 1 to 400.")],
) -> DueDay | None:
    """Count working days with the State Council's calendar."""
    if not 1 <= working_days <= 400:
        raise InvalidInput("`workingDays` must be between 1 and 400.", zh="workingDays 应在 1 至 400 之间。")
    due = info.context.service.calendar.add_working_days(start, working_days)
    return DueDay(day=due.day, provisional=due.provisional)


def _layer(answer: lookup.LayerAnswer) -> RuleLayer:
    return RuleLayer(
        rulebook=answer.rulebook,
        name=answer.name,
        level=answer.level,
        relation=answer.relation,
        status=answer.status.value,
        value=_json(answer.value),
        unit=answer.unit,
        clause=answer.clause,
        quote=answer.quote,
        note=answer.note,
    )


def _json(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_json(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _book(book: Book, today: date) -> Rulebook:
    return Rulebook(
        id=strawberry.ID(book.id),
        name=book.name,
        jurisdiction=book.jurisdiction,
        level=book.level,
        doc_no=book.doc_no,
        confidence=book.confidence,
        effective_from=book.effective_from,
        effective_to=book.effective_to,
        promulgated_on=book.promulgated_on,
        in_force=book.in_force(today),
        note=book.note,
        values=[_value(one) for one in book.values],
    )


def _value(value: RuleValue) -> RulebookValue:
    return RulebookValue(
        path=value.path,
        value=_json(value.value),
        unit=value.unit,
        op=value.op,
        clause=value.clause,
        quote=value.quote,
        reading=value.reading,
        valid_from=value.valid_from,
        valid_to=value.valid_to,
    )


FIELDS: dict[str, Any] = {
    "rulebooks": strawberry.field(
        resolver=rulebooks, description="The rulebooks 规则 of this service, one per document."
    ),
    "rulebook": strawberry.field(resolver=rulebook, description="One rulebook 规则 by its id, with all its values."),
    "rule": strawberry.field(
        resolver=rule,
        description="What the rulebooks 规则 say on a path, for a division, on a day: value, unit, clause, quote, layers.",
    ),
    "dueDay": strawberry.field(
        resolver=due_day,
        name="dueDay",
        description="The last day of a term of working days 工作日, holidays and make-up days counted.",
    ),
}
"""Fields of Query."""

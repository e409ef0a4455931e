"""What the rulebooks lay down for a list: the steps of the way onto it, and the parts its definition must have."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import strawberry

from api.queries.fields import Ctx, argument
from domain.clock import local_day
from domain.errors import InvalidInput
from domain.installation_rows import credit_list_id
from domain.lists.list_kind import ListKind
from domain.lists.list_parts import parts_of
from domain.lists.list_way import OF, require_route
from domain.lists.refusals import ListImported
from domain.rulebook.lookup import book_of, list_kind
from domain.rulebook.model import Rulebooks
from domain.rulebook.procedure import Procedure, Step, procedure


class ListCodeUnknown(InvalidInput):
    """The rulebook of this division has no list with this code: take a code from `creditLists`."""

    code = "LIST_CODE_UNKNOWN"
    zh = "本地规则中没有该代码的名单：请从 creditLists 中选取。"


@strawberry.type(description="A step 环节 of the way onto a list: who takes it, under which clause, within which term.")
class ListStep:
    verb: str = strawberry.field(description="The step; the mutation's name begins with it.")
    state: str = strawberry.field(description="State in which it leaves the entry.")
    by: str = strawberry.field(description="Who takes it, in the text's words.")
    roles: list[str] = strawberry.field(
        description="Roles in whose hands it lies; those the policy admits where empty."
    )
    office: str | None = strawberry.field(
        description="Code of the office that alone takes it, where the text names one."
    )
    due: str | None = strawberry.field(description="Path of the rule with its term; null where none is set.")
    clause: str = strawberry.field(description="Clause 条款.")
    quote: str = strawberry.field(description="Words of the document.")
    citation: str = strawberry.field(description="Document and clause in one line 依据.")
    reading: str | None = strawberry.field(description="Our reading 解读, where the text leaves room.")


@strawberry.type(description="The way onto a list 列入程序: its steps in order, none of which may be skipped.")
class ListWay:
    name: str = strawberry.field(description="Name of the procedure.")
    citation: str = strawberry.field(description="Document and clause it rests on.")
    is_default: bool = strawberry.field(description="Whether no law loaded sets it and it is the service's own.")
    steps: list[ListStep] = strawberry.field(description="Its steps, those that higher law adds included.")


@strawberry.type(description="A part 要件 that the definition of a list must have, with the text that asks for it.")
class ListPart:
    code: str = strawberry.field(description="Field of the definition that holds it.")
    name: str = strawberry.field(description="The part in the text's words.")
    national: bool = strawberry.field(description="Whether it must rest on a national source (新乡五(一)).")
    clause: str = strawberry.field(description="Clause 条款.")
    quote: str = strawberry.field(description="Words of the document.")
    citation: str = strawberry.field(description="Document and clause in one line 依据.")


@strawberry.type(
    description="The parts 要件 that definitions of a division's lists must have; none, and why, where it is empty."
)
class ListParts:
    status: str = strawberry.field(
        description="says; or none_set, not_loaded where no text asks for parts: then the list needs no definition."
    )
    parts: list[ListPart] = strawberry.field(description="The parts.")


async def list_way(
    info: Ctx,
    jurisdiction: Annotated[str, argument("jurisdiction", "Division code, e.g. 410700.")],
    code: Annotated[str, argument("code", "Code of the list within its rulebook, e.g. black.")],
    route: Annotated[
        str, argument("route", "regular, or self_published 自行发布; also in capitals, as ListRoute has them.")
    ] = "regular",
    on: Annotated[date | None, argument("on", "The day to ask for; today unless given.")] = None,
) -> ListWay | None:
    """Give the way onto a list on a day."""
    books = info.context.service.books
    kind = _kind(books, jurisdiction, code)
    if kind.rule.imported:
        raise ListImported
    way = route.lower()
    found = procedure(books, jurisdiction, OF, on or local_day(info.context.now), kind.concerns(way))
    require_route(found, way)
    return _way(found)


async def list_parts(
    info: Ctx,
    jurisdiction: Annotated[str, argument("jurisdiction", "Division code, e.g. 350200.")],
    on: Annotated[date | None, argument("on", "The day to ask for; today unless given.")] = None,
) -> ListParts | None:
    """Give the parts that definitions must have on a day."""
    found = parts_of(info.context.service.books, jurisdiction, on or local_day(info.context.now))
    parts = [
        ListPart(
            code=part.code,
            name=part.name,
            national=part.national,
            clause=part.clause,
            quote=part.quote,
            citation=part.citation,
        )
        for part in found.parts
    ]
    return ListParts(status=found.status.value, parts=parts)


def _kind(books: Rulebooks, jurisdiction: str, code: str) -> ListKind:
    """Give a kind of list by its code.

    Raises: JurisdictionUnknown; ListCodeUnknown.
    """
    book = book_of(books, jurisdiction)
    rule = list_kind(book, code)
    if rule is None:
        raise ListCodeUnknown
    return ListKind(credit_list_id(book.id, code), jurisdiction, rule.name, rule.polarity, rule, book)


def _way(found: Procedure) -> ListWay:
    return ListWay(
        name=found.name,
        citation=found.citation,
        is_default=found.is_default,
        steps=[_step(step) for step in found.steps],
    )


def _step(step: Step) -> ListStep:
    return ListStep(
        verb=step.verb,
        state=step.state,
        by=step.by,
        roles=list(step.roles),
        office=step.office,
        due=step.due,
        clause=step.clause,
        quote=step.quote,
        citation=step.citation,
        reading=step.reading,
    )


FIELDS: dict[str, Any] = {
    "listWay": strawberry.field(
        resolver=list_way, description="The way onto a list 列入程序: its steps, who takes them, under which clause."
    ),
    "listParts": strawberry.field(
        resolver=list_parts,
        description="Which parts the definitions of a division's lists must have 名单要素, and by which text.",
    ),
}
"""Fields of Query."""

"""Kinds of catalogues and lists of a division, what two editions differ in, what one derives from, editions as files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import strawberry

from api.commands.inputs import local_id
from api.execution.job import Job, reader_of
from api.execution.mutation import row_within
from api.queries.edition_types import (
    EditionDerivation,
    EditionDifference,
    EditionField,
    EditionFieldChange,
    EditionItemDifference,
    EditionKind,
)
from api.queries.fields import Ctx, argument, global_id
from domain.clock import local_day
from domain.edition import reading
from domain.edition.differences import Difference, ItemChange, difference
from domain.edition.files import FORMATS, cell, head_of, write_file
from domain.edition.items import Item
from domain.edition.kinds import EditionKind as Kind
from domain.edition.kinds import kind_of, kinds_of
from domain.edition.refusals import EditionNotComparable
from domain.edition.shape import FieldRule
from domain.errors import Forbidden, InvalidInput, NotFound
from domain.lifecycle import Transaction
from domain.rulebook.lookup import book_of


async def edition_kinds(
    info: Ctx,
    jurisdiction: Annotated[str, argument("jurisdiction", "Division code, e.g. 350200.")],
    as_of: Annotated[date | None, argument("asOf", "The day to ask for; today unless given.")] = None,
) -> list[EditionKind] | None:
    """List the kinds of a division.

    Raises: JurisdictionUnknown.
    """
    job = info.context
    _scopes(job)
    book_of(job.service.books, jurisdiction)  # a slip in the code is no place that has nothing
    on = as_of or local_day(job.now)
    async with job.service.database.session() as session:
        return [await _kind(job, session, kind, on) for kind in kinds_of(job.service.books, jurisdiction).values()]


async def edition_difference(
    info: Ctx,
    before: Annotated[strawberry.ID, argument("before", "Global id of the first edition.")],
    after: Annotated[strawberry.ID, argument("after", "Global id of the second edition.")],
) -> EditionDifference | None:
    """Tell which items the second edition has, lacks and has otherwise than the first.

    Raises: NotFound; EditionNotComparable where they are of different kinds.
    """
    job = info.context
    async with job.service.database.session() as session:
        older, kind = await _readable(job, session, local_id(before, "Edition"))
        newer, other = await _readable(job, session, local_id(after, "Edition"))
        if kind.rule.shape != other.rule.shape:
            raise EditionNotComparable
        found = await _compared(job, session, other, older["id"], newer["id"])
    return EditionDifference(
        before=strawberry.ID(f"Edition:{older['id']}"),
        after=strawberry.ID(f"Edition:{newer['id']}"),
        added=_whole(found.added),
        removed=_whole(found.removed),
        changed=_changed(other, found.changed),
        unchanged=_whole(found.unchanged),
        words=found.words,
        words_zh=found.words_zh,
    )


async def edition_derivation(
    info: Ctx, edition: Annotated[strawberry.ID, argument("edition", "Global id of the edition.")]
) -> EditionDerivation | None:
    """Tell what an edition made of the one it is based on."""
    job = info.context
    async with job.service.database.session() as session:
        row, kind = await _readable(job, session, local_id(edition, "Edition"))
        if row["derived_from_id"] is None:
            status = "not_loaded" if kind.rule.derives_from or kind.extends else "none_set"
            return EditionDerivation(
                status=status,
                from_edition=None,
                succeeded_by=None,
                succeeded_on=None,
                taken_over=[],
                changed=[],
                left_out=[],
                own=[],
            )
        found = await _compared(job, session, kind, row["derived_from_id"], row["id"])
        above = await reading.instead_of(
            session, row["derived_from_id"], max(row["valid_from"] or date.min, local_day(job.now))
        )
    return EditionDerivation(
        status="says",
        from_edition=global_id("Edition", row["derived_from_id"]),
        succeeded_by=None if above is None else global_id("Edition", above[0]),
        succeeded_on=None if above is None else above[1],
        taken_over=_whole(found.unchanged),
        changed=_changed(kind, found.changed),
        left_out=_whole(found.removed),
        own=_whole(found.added),
    )


async def edition_file(
    info: Ctx,
    edition: Annotated[strawberry.ID, argument("edition", "Global id of the edition.")],
    format: Annotated[str, argument("format", "Form of the file: toml, or csv.")] = "toml",
) -> str | None:
    """Write an edition as a file."""
    job = info.context
    if format not in FORMATS:
        raise InvalidInput("A file is toml or csv.", zh="文件格式为 toml 或 csv。", field="format", known=list(FORMATS))
    async with job.service.database.session() as session:
        row, kind = await _readable(job, session, local_id(edition, "Edition"))
        items = await reading.items_of(_reading(job, session), row["id"])
    return write_file(kind.shape, head_of(row), [_flat(one) for one in items], format)


def _scopes(job: Job) -> Any:
    """Give the scopes in which the caller reads editions.

    Raises: Forbidden.
    """
    found = reader_of(job.service, job.caller).scopes("edition", "read")
    if not found:
        raise Forbidden(noun="edition", action="read")
    return found


async def _readable(job: Job, session: asyncpg.Connection[Any], edition_id: UUID) -> tuple[asyncpg.Record, Kind]:
    """Read an edition within the caller's authority, and its kind.

    Raises: Forbidden; NotFound; EditionKindUnknown.
    """
    row = await row_within(job, session, "edition", "edition", edition_id, _scopes(job))
    if row is None:
        raise NotFound
    return row, kind_of(job.service.books, row["jurisdiction_id"], row["kind"])


def _reading(job: Job, session: asyncpg.Connection[Any]) -> Transaction:
    return Transaction(session, job.now, job.caller.to_actor())


async def _compared(job: Job, session: asyncpg.Connection[Any], kind: Kind, older: UUID, newer: UUID) -> Difference:
    tx = _reading(job, session)
    return difference(kind.shape, await reading.items_of(tx, older), await reading.items_of(tx, newer))


async def _kind(job: Job, session: asyncpg.Connection[Any], kind: Kind, on: date) -> EditionKind:
    rule = kind.rule
    held = None if kind.is_of_office else await reading.in_force(session, kind.jurisdiction_id, kind.code, on)
    count = await reading.count_items(session, held["id"]) if held is not None else None
    return EditionKind(
        code=rule.code,
        name=rule.name,
        group=rule.group,
        kept_by=rule.kept_by,
        citation=kind.citation,
        quote=rule.quote,
        reading=rule.reading,
        due=rule.due,
        submitted_to=rule.submitted_to,
        extends=kind.extends,
        fields=[_field(one) for one in kind.shape.fields],
        status="says" if held is not None else ("not_loaded" if rule.foreign else "none_set"),
        edition=global_id("Edition", held["id"]) if held is not None else None,
        item_count=count,
    )


def _field(rule: FieldRule) -> EditionField:
    return EditionField(
        code=rule.code,
        name=rule.name,
        kind=rule.kind,
        required=rule.required,
        values=list(rule.values),
        refers=rule.refers,
        note=rule.note,
    )


def _whole(items: Sequence[Item]) -> list[EditionItemDifference]:
    return [EditionItemDifference(code=one.code, name=one.name, changes=[]) for one in items]


def _changed(kind: Kind, items: Sequence[ItemChange]) -> list[EditionItemDifference]:
    fields = kind.shape.by_code
    return [
        EditionItemDifference(
            code=one.code,
            name=one.name,
            changes=[
                EditionFieldChange(
                    field=change.field,
                    name=change.name,
                    before=cell(fields.get(change.field), change.before) or None,
                    after=cell(fields.get(change.field), change.after) or None,
                )
                for change in one.fields
            ],
        )
        for one in items
    ]


def _flat(item: Item) -> dict[str, Any]:
    return {"code": item.code, "name": item.name, **item.content}


FIELDS: dict[str, Any] = {
    "editionKinds": strawberry.field(
        resolver=edition_kinds,
        name="editionKinds",
        description="Kinds of catalogues and lists of a division, by which text, and the edition of each on a day"
        " (厦门1, 4, 7, 11; 海沧2, 4, 8, 12; 上海7).",
    ),
    "editionDifference": strawberry.field(
        resolver=edition_difference,
        name="editionDifference",
        description="What two editions differ in: added, removed, changed, in words and as rows (厦门7, 海沧8).",
    ),
    "editionDerivation": strawberry.field(
        resolver=edition_derivation,
        name="editionDerivation",
        description="What a district's edition took over from its city's, changed and left out (海沧8).",
    ),
    "editionFile": strawberry.field(
        resolver=edition_file,
        name="editionFile",
        description="An edition as a file, to be kept, changed and handed in again (厦门7).",
    ),
}
"""Fields of Query."""

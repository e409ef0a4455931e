"""Under which ids, codes and numbers subjects that were merged go on being found, and what is handed in under them.

In charge of the names that a process keeps: they change with the epoch of authority, like everything that is kept
about who may do what, so that no request is answered by names of before. What is handed in under a code of a merged
subject belongs to the kept one, and is noted for the day on which the merge is undone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from domain.connection import Queryable
from domain.lifecycle import Transaction
from domain.merging.merge import STANDING
from domain.merging.moves import references

_GLOBAL: Final = "Subject:"


@dataclass(frozen=True)
class Merged:
    """What names merged subjects, and the same of the subjects that were kept."""

    ids: Mapping[UUID, UUID] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[bytes, bytes] = field(default_factory=dict)
    """Blind indexes of identity numbers."""

    @cached_property
    def _globals(self) -> Mapping[str, str]:
        return {f"{_GLOBAL}{was}": f"{_GLOBAL}{kept}" for was, kept in self.ids.items()}

    def subject(self, subject_id: UUID) -> UUID:
        """Give the id of the subject that an id stands for today."""
        return self.ids.get(subject_id, subject_id)

    def within(self, given: Any) -> Any:
        """Give the value of an input with each global id of a merged subject replaced by that of the kept one."""
        if not self.ids:
            return given
        if isinstance(given, str):
            return self._globals.get(given, given)
        if isinstance(given, Mapping):
            return {name: self.within(value) for name, value in given.items()}
        return [self.within(one) for one in given] if isinstance(given, list) else given

    def named_in(self, given: Any) -> Iterator[UUID]:
        """Yield the merged subjects whose global ids stand in the value of an input."""
        if isinstance(given, str):
            if given in self._globals:
                yield UUID(given.removeprefix(_GLOBAL))
        elif isinstance(given, Mapping | list) and self.ids:
            for one in given.values() if isinstance(given, Mapping) else given:
                yield from self.named_in(one)


NONE: Final = Merged()


async def read_merged(database: Queryable) -> Merged:
    """Read what names merged subjects."""
    rows = await database.fetch(_MERGED)
    return Merged(
        {row["id"]: row["kept_id"] for row in rows},
        {row["uscc"]: row["kept_uscc"] for row in rows if row["uscc"] is not None},
        {row["id_index"]: row["kept_index"] for row in rows if row["id_index"] is not None},
    )


@asynccontextmanager
async def noting(tx: Transaction) -> AsyncIterator[None]:
    """Note what is made within it for a subject that was named as one of those merged into it."""
    before, since = set(tx.under), len(tx.events)
    try:
        yield
        if tx.under:
            await _note_made(tx, since)
    finally:
        tx.under.intersection_update(before)


async def _note_made(tx: Transaction, since: int) -> None:
    rows = await tx.connection.fetch(_MADE, tx.events, tx.events[since:])
    made = {row["object"]: row["ids"] for row in rows}
    for one in await references(tx):
        if one.table in made:
            handed = _UNDER.format(table=one.table, column=one.column)
            await tx.connection.execute(noted(handed, one.table, one.column), made[one.table], list(tx.under))


def noted(handed: str, table: str, column: str = "subject_id") -> str:
    """Write the note of rows (`row_id`) of a table that were handed in `under` merged subjects."""
    return f"""
WITH RECURSIVE way (row_id, merge_id, kept_id) AS (
  SELECT handed.row_id, merge.id, merge.kept_id FROM ({handed}) handed
  JOIN subject_merge merge ON merge.merged_id = handed.under AND merge.state IN {STANDING}
  UNION
  SELECT way.row_id, merge.id, merge.kept_id FROM way
  JOIN subject_merge merge ON merge.merged_id = way.kept_id AND merge.state IN {STANDING}
)
INSERT INTO subject_merge_row (id, merge_id, table_name, column_name, row_id)
SELECT uuidv7(), merge_id, '{table}', '{column}', row_id FROM way
ON CONFLICT DO NOTHING
"""


_MERGED: Final = """
SELECT merged.id, merged.uscc, merged.id_index, kept.id AS kept_id, kept.uscc AS kept_uscc, kept.id_index AS kept_index
FROM subject merged JOIN subject kept ON kept.id = merged.merged_into_id
WHERE merged.merged_into_id IS NOT NULL
"""
_MADE: Final = """
SELECT event.object, array_agg(DISTINCT event.object_id) AS ids FROM ledger_event event
WHERE event.id = ANY($2::uuid[]) AND event.kind = 'change' AND NOT EXISTS (
  SELECT FROM ledger_event earlier
  WHERE earlier.object_id = event.object_id AND earlier.kind = 'change' AND earlier.id <> ALL($1::uuid[]))
GROUP BY event.object
"""
"""Rows that are told of for the first time among events, by noun."""

_UNDER: Final = (
    "SELECT held.id AS row_id, named.id AS under FROM {table} held"
    " JOIN subject named ON named.merged_into_id = held.{column} AND named.id = ANY($2::uuid[])"
    " WHERE held.id = ANY($1::uuid[])"
)

"""What publishing a batch would change: how many entries, who is ready, and the differences to the list before it.

The list is compared as it stood with the last published batch of the same list, domain and office: who enters,
who has left since, who is still there. Only ids are told: who may see an entry asks for it.
Source: 新乡三 (以季为周期), 五(二) (实行动态管理).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.connection import Connection
from domain.lists.list_batches import awaiting
from domain.lists.list_kind import kind_of
from domain.rulebook.model import Rulebooks


@dataclass(frozen=True, slots=True)
class Preview:
    """A batch as it would be published today; entries by their ids."""

    organisations: int
    people: int
    awaits: Mapping[str, int]
    """How many entries await each step; `none` for those with nothing to take."""
    unready: Sequence[UUID]
    """Entries that do not await the step that is due for the batch."""
    previous: UUID | None
    entered: Sequence[UUID]
    left: Sequence[UUID]
    still_there: Sequence[UUID]


async def preview(connection: Connection, books: Rulebooks, batch: Mapping[str, Any], today: date) -> Preview:
    """Compute it.

    Raises: NotFound for a list that no loaded rulebook describes.
    """
    listed = await connection.fetchrow("SELECT * FROM credit_list WHERE id = $1", batch["credit_list_id"])
    assert listed is not None
    entries = await connection.fetch(_ENTRIES, batch["id"])
    waiting = awaiting(books, entries, kind_of(books, listed))
    due = ("publish",) if batch["state"] == "submitted" else ("submit", "publish")
    unready = [one for one, step in waiting.items() if step not in due] if batch["published_at"] is None else []
    previous, entered, left, still_there = await _differences(connection, batch, entries, today)
    people = sum(entry["about_person"] for entry in entries)
    return Preview(
        organisations=len(entries) - people,
        people=people,
        awaits=Counter(step or "none" for step in waiting.values()),
        unready=unready,
        previous=previous,
        entered=entered,
        left=left,
        still_there=still_there,
    )


async def _differences(
    connection: Connection, batch: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], today: date
) -> tuple[UUID | None, list[UUID], list[UUID], list[UUID]]:
    key = (batch["credit_list_id"], batch["office_id"], batch["domain"])
    previous = await connection.fetchrow(_PREVIOUS, *key, batch["id"], batch["published_at"])
    if previous is None:
        return None, [entry["id"] for entry in entries], [], []
    before = await connection.fetch(_IN_FORCE, *key, previous["published_at"])
    now = {row["subject_id"] for row in await connection.fetch(_STANDING, *key, today)}
    now |= {entry["subject_id"] for entry in entries if entry["state"] not in ("withdrawn", "removed")}
    known = {row["subject_id"] for row in before}
    return (
        previous["id"],
        [entry["id"] for entry in entries if entry["subject_id"] not in known],
        [row["id"] for row in before if row["subject_id"] not in now],
        [row["id"] for row in before if row["subject_id"] in now],
    )


_OF_KEY: Final = "credit_list_id = $1 AND office_id = $2 AND domain IS NOT DISTINCT FROM $3"
_ENTRIES: Final = """
SELECT entry.* FROM list_batch_entry place JOIN list_entry entry ON entry.id = place.entry_id
WHERE place.batch_id = $1 AND place.dropped_at IS NULL ORDER BY entry.id
"""
_PREVIOUS: Final = f"""
SELECT id, published_at FROM list_batch WHERE {_OF_KEY} AND id <> $4 AND state = 'published'
  AND ($5::timestamptz IS NULL OR published_at < $5) ORDER BY published_at DESC, id DESC LIMIT 1
"""
_IN_FORCE: Final = f"""
SELECT id, subject_id FROM list_entry WHERE {_OF_KEY} AND published_at <= $4
  AND (removed_on IS NULL OR removed_on > ($4 AT TIME ZONE 'Asia/Shanghai')::date)
  AND (public_until IS NULL OR public_until >= ($4 AT TIME ZONE 'Asia/Shanghai')::date)
ORDER BY id
"""
_STANDING: Final = f"""
SELECT subject_id FROM list_entry WHERE {_OF_KEY} AND state = 'published'
  AND (public_until IS NULL OR public_until >= $4)
"""

"""Removals of red entries when two subjects turn out to be one, and when they are parted again.

What was verified of the one is verified of the one subject that both are: its publisher gets the task, as if the record
or the listing had been published that day. Parted, a task that rests on the other one's violation lapses; an entry that
was removed stays removed, as a removal is an act of its publisher, who may list the subject anew.
Source: 新乡四(四) (经查证属实的,由发布责任单位提出并删除); Personal Information Protection Law 8 (accuracy).
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from domain.credit.record import AGAINST
from domain.lifecycle import Transaction
from domain.lists.list_removal import OPEN
from domain.lists.removal_endings import lapse_row
from domain.lists.removal_openings import LISTED, RemovalPending, raise_for_entry, raise_for_record, raise_task
from domain.lists.removal_rules import RemovalNotProvided
from domain.rulebook.model import Rulebooks

_PARTED: Final = "the violation is another subject's: the merge was undone 主体合并已撤销，失信信息属于另一主体"


async def raise_for_merge(tx: Transaction, books: Rulebooks, merge_id: UUID, kept_id: UUID) -> None:
    """Raise the task for every red entry in force of the one, where a violation in force is told of the other.

    Its own violations raise nothing again: their tasks were raised, and may have been closed, when they were published.
    """
    for entry in await tx.connection.fetch(_RED, kept_id, tx.today):
        told = await tx.connection.fetchrow(_TOLD_OF_THE_OTHER, merge_id, kept_id, tx.today, entry["id"])
        if told is not None:
            with suppress(RemovalPending, RemovalNotProvided):  # nothing of it may keep the two apart
                await raise_task(tx, books, entry, dict(told))


async def part(tx: Transaction, books: Rulebooks, *subjects: UUID) -> None:
    """Let open tasks lapse that rest on a violation of the other one of two subjects that were just parted.

    A violation of its own that was published while such a task was open raised none: it does so now.
    """
    for row in await tx.connection.fetch(_OF_THE_OTHER, list(subjects), list(OPEN)):
        await lapse_row(tx, row, reason=_PARTED)
        await _raise_own(tx, books, row)


async def _raise_own(tx: Transaction, books: Rulebooks, lapsed: Any) -> None:
    for record in await tx.connection.fetch(_OWN_RECORDS, lapsed["subject_id"], lapsed["opened_at"], tx.today):
        await raise_for_record(tx, books, record)
    for entry in await tx.connection.fetch(_OWN_LISTINGS, lapsed["subject_id"], lapsed["opened_at"], tx.today):
        await raise_for_entry(tx, books, entry["id"])


_IN_FORCE: Final = "state = 'published' AND ({of}.public_until IS NULL OR {of}.public_until >= {today})"
_RED: Final = f"""{LISTED}
WHERE entry.subject_id = $1 AND list.polarity = 'positive' AND entry.{_IN_FORCE.format(of="entry", today="$2")}
ORDER BY entry.id FOR UPDATE OF entry
"""

_WENT: Final = (
    "EXISTS (SELECT FROM subject_merge_row went WHERE went.merge_id = $1 AND went.table_name = '{table}'"
    " AND went.column_name = 'subject_id' AND went.row_id = {of}.id)"
)
_SHARED: Final = (
    "({of}.disclosure = 'public'"
    " OR {of}.disclosure = 'government_sharing' AND {of}.jurisdiction_id = entry.jurisdiction_id)"
)
_COUNTS: Final = AGAINST.format(t="record")
_TOLD_OF_THE_OTHER: Final = f"""
SELECT told.cause_id, told.cause_entry_id
FROM list_entry entry CROSS JOIN LATERAL (
  SELECT record.id AS cause_id, NULL::uuid AS cause_entry_id, record.published_at FROM credit_record record
  WHERE record.subject_id = $2 AND record.{_IN_FORCE.format(of="record", today="$3")} AND {_COUNTS}
    AND {_SHARED.format(of="record")}
    AND {_WENT.format(table="credit_record", of="record")} <> {_WENT.format(table="list_entry", of="entry")}
  UNION ALL
  SELECT NULL, black.id, black.published_at FROM list_entry black
  JOIN credit_list against ON against.id = black.credit_list_id AND against.polarity = 'negative'
  WHERE black.subject_id = $2 AND black.{_IN_FORCE.format(of="black", today="$3")}
    AND {_SHARED.format(of="black")}
    AND {_WENT.format(table="list_entry", of="black")} <> {_WENT.format(table="list_entry", of="entry")}
) told
WHERE entry.id = $4 ORDER BY told.published_at DESC, told.cause_id, told.cause_entry_id LIMIT 1
"""

_OF_THE_OTHER: Final = """
SELECT open.* FROM list_removal open JOIN list_entry entry ON entry.id = open.entry_id
LEFT JOIN credit_record record ON record.id = open.cause_id
LEFT JOIN list_entry black ON black.id = open.cause_entry_id
WHERE entry.subject_id = ANY($1::uuid[]) AND open.state = ANY($2::text[])
  AND coalesce(record.subject_id, black.subject_id) <> entry.subject_id
ORDER BY open.id FOR UPDATE OF open
"""

_OWN_RECORDS: Final = f"""
SELECT * FROM credit_record record
WHERE subject_id = $1 AND published_at >= $2 AND {_IN_FORCE.format(of="record", today="$3")} AND {_COUNTS}
ORDER BY published_at, id
"""
_OWN_LISTINGS: Final = f"""
SELECT id FROM list_entry black
WHERE subject_id = $1 AND published_at >= $2 AND {_IN_FORCE.format(of="black", today="$3")}
ORDER BY published_at, id
"""

"""Opening removals: the tasks that a violation of a red-listed subject raises, and what every removal begins with.

In charge of when a task is raised: a record against the subject is published, a listing against it is published. One
open matter per entry is enough. Refuses a second matter about an entry.
Source: 新乡四(四) (经查证属实的,由发布责任单位提出并删除).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from domain.credit.record import AGAINST, is_against
from domain.credit.terms import Due
from domain.errors import DomainError
from domain.lifecycle import Transaction, create
from domain.lists.list_removal import OPEN
from domain.lists.removal_rules import Listed, RemovalNotProvided, announcement, listed
from domain.rulebook.model import Rulebooks

PROPOSED: Final = "proposed"
STARTS: Final = {"violation": "raised", "early": "applied", "standard_met": "proposed"}
"""In which state each way begins; a violation that the publisher states itself begins with its proposal."""


class RemovalPending(DomainError):
    """A removal of this entry is under way already: see `removal`."""

    code = "REMOVAL_PENDING"
    zh = "该列入已有移出事项在办理：见 removal。"


async def raise_for_record(tx: Transaction, books: Rulebooks, record: Mapping[str, Any]) -> list[UUID]:
    """Raise the task to remove every red entry in force of the subject of a published record that counts against it.

    One open matter per entry is enough. A record that is not shared with the publisher raises nothing.
    Source: 新乡四(四) (经查证属实的,由发布责任单位提出并删除).
    """
    if record["state"] != "published" or not is_against(record):
        return []
    raised = []
    for row in await tx.connection.fetch(_RED_IN_FORCE, record["subject_id"], tx.today, record["id"]):
        with suppress(RemovalPending, RemovalNotProvided):  # nothing of it may keep a record from publication
            raised.append(await raise_task(tx, books, row, {"cause_id": record["id"]}))
    return raised


async def raise_for_import(tx: Transaction, books: Rulebooks, import_id: UUID) -> None:
    """Raise the tasks for the published records that came with an import."""
    for record in await tx.connection.fetch(_OF_IMPORT, import_id, tx.today):
        await raise_for_record(tx, books, record)


async def raise_for_entry(tx: Transaction, books: Rulebooks, entry_id: UUID) -> None:
    """Raise the same tasks for a listing against the subject that was published: it is decided, whatever it rests on.

    Source: 新乡四(四) (违法违规或违诺失信等行为,经查证属实的).
    """
    for row in await tx.connection.fetch(_RED_BESIDE_LISTING, entry_id, tx.today):
        with suppress(RemovalPending, RemovalNotProvided):
            await raise_task(tx, books, row, {"cause_entry_id": entry_id})


async def raise_task(
    tx: Transaction, books: Rulebooks, entry: Mapping[str, Any], cause: Mapping[str, UUID | None]
) -> UUID:
    """Raise the task to remove a red entry because of a record or a listing; give its id.

    Raises: RemovalPending; RemovalNotProvided.
    """
    found = listed(books, entry, tx.today)
    return await open_removal(tx, found, entry, "violation", cause)


async def open_removal(
    tx: Transaction,
    found: Listed,
    entry: Mapping[str, Any],
    way: str,
    values: Mapping[str, Any],
    *,
    due: Due | None = None,
) -> UUID:
    """Open a removal on its way; give its id.

    Raises: RemovalPending; RemovalNotProvided.
    """
    pending = await tx.connection.fetchval(_PENDING, entry["id"], list(OPEN))
    if pending is not None:
        raise RemovalPending(removal=f"ListRemoval:{pending}")
    asked = found.procedure(way)
    announced, channel = announcement(found)
    term = due or Due()
    row = {
        "entry_id": entry["id"],
        "credit_list_id": entry["credit_list_id"],
        "subject_id": entry["subject_id"],
        "about_person": entry["about_person"],
        "jurisdiction_id": entry["jurisdiction_id"],
        "office_id": entry["office_id"],
        "way": way,
        "state": STARTS[way],
        "procedure": asked.code,
        "basis": asked.citation,
        "opened_at": tx.now,
        "due_on": term.on,
        "due_provisional": term.provisional,
        "announcement_asked": announced,
        "channel": channel,
        **values,
    }
    verb = {"raised": "raise", "applied": "apply", PROPOSED: "propose"}[row["state"]]
    return await create(tx, "list_removal", verb, {"statements": "{}", **row}, basis=asked.citation)


LISTED: Final = (
    "SELECT entry.*, list.rulebook, list.code, list.polarity, list.exit_rule"
    " FROM list_entry entry JOIN credit_list list ON list.id = entry.credit_list_id"
)
"""Entries with what is asked of their lists."""

_RED_IN_FORCE: Final = f"""{LISTED} JOIN credit_record record ON record.id = $3
WHERE entry.subject_id = $1 AND list.polarity = 'positive'
  AND entry.state = 'published' AND (entry.public_until IS NULL OR entry.public_until >= $2)
  AND (record.disclosure = 'public'
       OR record.disclosure = 'government_sharing' AND record.jurisdiction_id = entry.jurisdiction_id)
  AND NOT EXISTS (SELECT FROM list_removal open WHERE open.entry_id = entry.id AND open.state IN {OPEN})
ORDER BY entry.id FOR UPDATE OF entry
"""

_RED_BESIDE_LISTING: Final = f"""{LISTED} JOIN list_entry told ON told.id = $1
JOIN credit_list against ON against.id = told.credit_list_id AND against.polarity = 'negative'
WHERE entry.subject_id = told.subject_id AND list.polarity = 'positive' AND told.state = 'published'
  AND entry.state = 'published' AND (entry.public_until IS NULL OR entry.public_until >= $2)
  AND (told.disclosure = 'public'
       OR told.disclosure = 'government_sharing' AND told.jurisdiction_id = entry.jurisdiction_id)
ORDER BY entry.id FOR UPDATE OF entry
"""

_OF_IMPORT: Final = f"""
SELECT DISTINCT ON (record.subject_id) record.* FROM credit_record record
WHERE record.import_id = $1 AND record.state = 'published' AND {AGAINST.format(t="record")}
  AND EXISTS (
    SELECT FROM list_entry entry JOIN credit_list list ON list.id = entry.credit_list_id AND list.polarity = 'positive'
    WHERE entry.subject_id = record.subject_id AND entry.state = 'published'
      AND (entry.public_until IS NULL OR entry.public_until >= $2)
  )
ORDER BY record.subject_id, record.id
"""

_PENDING: Final = "SELECT id FROM list_removal WHERE entry_id = $1 AND state = ANY($2::text[])"

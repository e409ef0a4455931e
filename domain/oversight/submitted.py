"""Many records handed in 归集 by one call of an office: each is read by itself, and all are carried over as a block.

In charge of staging what `domain.credit.submission` read, so that what other rows and the database tell about it is
asked by the statements of an import: names of persons, decisions that are here already and whose they are. A refused
row leaves the others as they are. Refuses a decision that is here, the same row or not: calls have keys against that.
Source: 厦门8 (谁产生,谁提供、谁负责); 上海4.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from domain.calendar import WorkingCalendar
from domain.credit import terms
from domain.credit.item import editions_of, load_item
from domain.credit.party import NamedRepresentative, Party
from domain.credit.submission import Entry, Grounds, Submission, grounds, items_named, parties, read
from domain.errors import DomainError, catalogue
from domain.lifecycle import Transaction
from domain.masking import mask_name, patterns
from domain.oversight import staging
from domain.oversight.item_sheet import prefix_of
from domain.oversight.row import Row
from domain.registry.enrolment import person_values, require_name
from domain.rulebook.model import Rulebooks
from domain.vault import Vault

_AT_A_STRETCH: Final = 16
"""Rows that are read before other requests go on."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a submission: its record, of a refused one the office's own that is here already."""

    record_id: UUID | None = None
    refused: DomainError | None = None
    events: Sequence[UUID] = ()
    """The ledger events of the record that was made and of its subject."""


async def submit_all(
    tx: Transaction, vault: Vault, books: Rulebooks, calendar: WorkingCalendar, submissions: Sequence[Submission]
) -> list[Outcome]:
    """Hand in records of one office; tell of each what became of it.

    Items come one after the other in the order of their ids, so that two calls never wait for each other in a circle.
    """
    became: dict[int, Outcome] = {}
    before = len(tx.events)
    named = await parties(tx, submissions)
    items = await items_named(tx, submissions)
    await staging.open_staging(tx)
    for item_id in sorted(set(items), key=str):
        wanted = {place: one for place, one in enumerate(submissions) if items[place] == item_id}
        became |= await _of_item(tx, vault, books, calendar, item_id, wanted, named)
    rows = await tx.connection.fetch(_EVENTS, tx.events[before:])
    events = {row["record_id"]: row["events"] for row in rows}
    return [replace(one, events=events.get(one.record_id, ())) for _, one in sorted(became.items())]


async def _of_item(
    tx: Transaction,
    vault: Vault,
    books: Rulebooks,
    calendar: WorkingCalendar,
    item_id: UUID | None,
    wanted: Mapping[int, Submission],
    named: Mapping[UUID, Party],
) -> dict[int, Outcome]:
    first = next(iter(wanted.values()))
    try:
        item = await load_item(tx, item_id, office_id=first.office_id)
    except DomainError as refused:
        return dict.fromkeys(wanted, Outcome(refused=refused))
    by = await grounds(tx, books, calendar, item, list(wanted.values()))
    stage = _Stage(vault, by)
    became, block = {}, staging.Block()
    for count, (place, submission) in enumerate(wanted.items(), start=1):
        try:
            staged = stage.row(submission, read(by, submission, named))
        except DomainError as refused:
            became[place] = Outcome(refused=refused)
        else:
            block.put(Row(place, []), staged)
        if not count % _AT_A_STRETCH:
            await asyncio.sleep(0)
    if len(block):
        same = await editions_of(tx.connection, item.id, office_id=None)
        editions = tuple(staging.Edition(one, terms.citation(books, one)) for one in same)
        origin = staging.Origin(None, item, editions, first.office_id, prefix_of(item))
        await staging.take(tx, origin, block, publish=False)
        became |= {one.line: _outcome(one) for one in await staging.became(tx)}
    return became


class _Stage:
    """Writes what was read of a submission as a staged row."""

    def __init__(self, vault: Vault, by: Grounds) -> None:
        self._vault = vault
        self._today = by.today
        self._item_id = by.item.id
        self._patterns = patterns(by.books, by.item.jurisdiction_id, by.today)

    def row(self, submission: Submission, entry: Entry) -> dict[str, Any]:
        """Give the row of a submission.

        Raises: ResidentIdInvalid; InvalidInput for a name that cannot be one.
        """
        judged = {**entry.judged, "item_id": self._item_id}
        told = {name: judged.pop(name) for name in ("title", "legal_basis", "content")}
        return {
            **told,
            **self._party(submission, entry.party),
            **dict(self._representative(entry.representative)),
            "decision_no": entry.decision_no,
            "judged": judged,
        }

    def _party(self, submission: Submission, party: Party) -> dict[str, Any]:
        if submission.subject_id is not None:
            return {"subject_id": submission.subject_id, "is_person": party.is_person, "name": party.name}
        if party.id_number is not None:
            return self._person(party.id_number, party.name)
        name = require_name(party.name)
        kept = {"uscc": party.uscc, "uscc_lenient": False, "name": name, "masked_name": name}
        return {"is_person": False, "kind": party.kind, **kept}

    def _person(self, number: str, name: str) -> dict[str, Any]:
        return person_values(self._vault, id_number=number, name=name, today=self._today, patterns=self._patterns)

    def _representative(self, named: NamedRepresentative | None) -> Iterator[tuple[str, Any]]:
        if named is None:
            return
        name = require_name(named.name)
        yield from {"representative": name, "representative_masked": mask_name(name)}.items()
        if named.id_number is not None:
            person = self._person(named.id_number, name)
            yield "representative_index", person["id_index"]
            yield "representative_cipher", person["id_cipher"]
            yield "representative_id", person["masked_id_number"]


def _outcome(found: staging.Became) -> Outcome:
    """Tell what became of a staged row; of a decision of another office nothing but who answers for it."""
    if found.fault is None:
        return Outcome(found.record_id)
    code, column = found.fault.split(":", 1)
    kind = next(one for one in catalogue() if one.code == code)
    about = {"column": column or None, "office": found.responsible}
    return Outcome(found.record_id, kind(**{name: value for name, value in about.items() if value is not None}))


_EVENTS: Final = """
WITH told AS MATERIALIZED (
  SELECT id, object, object_id, subject_id FROM ledger_event WHERE id = ANY($1::uuid[])
)
SELECT made.object_id AS record_id, array_agg(told.id ORDER BY told.id) AS events
FROM told made JOIN told ON told.subject_id = made.subject_id AND (told.object <> made.object OR told.id = made.id)
WHERE made.object = 'credit_record'
GROUP BY made.object_id
"""
"""The events of each record that was handed in, with those of its subject."""

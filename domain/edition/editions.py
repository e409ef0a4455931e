"""What may happen to an edition: drafted, amended while a draft, proposed, approved or rejected by another, ended.

In charge of the order of editions: on no day do two of one kind hold, one that succeeds another begins after today
and ends it on the eve, and what is past stays as it was. Refuses faulty items, all faults at once.
Source: 厦门1, 4, 7, 11; 海沧2, 4, 8, 12; 上海7; 新乡五(一); who proposes never approves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.credit.public_text import public_text
from domain.edition import effect
from domain.edition.items import Given, Ground, Item, read_items
from domain.edition.kinds import EditionKind, kind_of, kinds_of
from domain.edition.reading import CODES, OF_KIND, STANDING, as_given, in_force, items_of
from domain.edition.refusals import (
    EditionEmpty,
    EditionExists,
    EditionFaulty,
    EditionNotDerivable,
    EditionOfRulebook,
    EditionOverlaps,
    EditionProposerDecides,
    EditionSettled,
)
from domain.errors import Forbidden, InvalidInput, StateConflict
from domain.ids import new_id
from domain.lifecycle import Machine, Transaction, change, create, machine, move, rewrite
from domain.proposed import Kept
from domain.rulebook.model import Rulebooks
from domain.text import require_text

NOUN: Final = "edition"
KEPT: Final = Kept(NOUN, "basis", EditionProposerDecides)
MACHINE: Final[Machine] = machine(
    NOUN,
    amend=("drafted", "discarded"),  # another draft stands in its place
    propose=("drafted", "proposed"),
    discard=("drafted", "discarded"),
)


_AMENDED: Final = "修改后另存为新稿"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An edition as it is drafted: its kind and name, what it says, from when on."""

    jurisdiction_id: str
    kind: str
    label: str
    valid_from: date
    given: Sequence[Given]
    office_id: UUID | None = None
    title: str | None = None
    source: str | None = None
    valid_to: date | None = None
    derived_from: UUID | None = None


async def draft(tx: Transaction, books: Rulebooks, drafted: Draft) -> UUID:
    """Draft an edition; give its id.

    Raises: EditionKindUnknown; EditionFaulty; EditionEmpty; EditionExists; EditionNotDerivable; InvalidInput;
        PersonalTextInPublic.
    """
    kind = kind_of(books, drafted.jurisdiction_id, drafted.kind)
    if kind.is_of_office and drafted.office_id is None:
        raise Forbidden
    if drafted.valid_to is not None and drafted.valid_to < drafted.valid_from:
        raise InvalidInput("The last day lies before the first.", zh="失效日早于生效日。", field="validTo")
    await _require_derivable(tx, books, kind, drafted.derived_from)
    items = await _items(tx, books, kind, drafted.given, on=drafted.valid_from)
    office = drafted.office_id if kind.is_of_office else None
    values = {
        "id": new_id(),
        "jurisdiction_id": drafted.jurisdiction_id,
        "office_id": office,
        "kind": kind.code,
        "label": public_text("label", drafted.label, longest=100),
        "title": public_text("title", drafted.title or f"{kind.rule.name}({drafted.label})", longest=200),
        "source": public_text("source", drafted.source or kind.rule.name, longest=500),
        "basis": kind.citation,
        "state": "drafted",
        "valid_from": drafted.valid_from,
        "valid_to": drafted.valid_to,
        "derived_from_id": drafted.derived_from,
        "drafted_by": tx.actor.account_id,
        "drafted_at": tx.now,
    }
    try:
        async with tx.connection.transaction():
            made = await create(tx, NOUN, "draft", values, basis=kind.citation)
    except asyncpg.UniqueViolationError:
        raise EditionExists from None
    await _write(tx, made, items)
    return made


async def amend(tx: Transaction, books: Rulebooks, edition_id: UUID, given: Sequence[Given]) -> UUID:
    """Put a draft with other items in the place of one, which is kept as it was; give the id of the new one.

    Raises: NotFound; EditionSettled; what `draft` raises.
    """
    row = await KEPT.load(tx, edition_id)
    if row["state"] != "drafted":
        raise EditionSettled
    await move(tx, MACHINE, "amend", edition_id, {"reason": _AMENDED}, basis=row["basis"])
    again = {
        key: row[key] for key in ("jurisdiction_id", "kind", "label", "valid_from", "office_id", "title", "source")
    }
    return await draft(
        tx, books, Draft(**again, valid_to=row["valid_to"], derived_from=row["derived_from_id"], given=given)
    )


async def propose(tx: Transaction, books: Rulebooks, edition_id: UUID) -> dict[str, Any]:
    """Propose a draft, its items checked once more as the lists now stand; give the row after it.

    Raises: NotFound; StateConflict; EditionFaulty.
    """
    row = await KEPT.load(tx, edition_id)
    kind = kind_of(books, row["jurisdiction_id"], row["kind"])
    await _items(tx, books, kind, await as_given(tx, edition_id), on=row["valid_from"])
    changes = {"proposed_by": tx.actor.account_id, "proposed_at": tx.now}
    return await move(tx, MACHINE, "propose", edition_id, changes, basis=row["basis"])


async def approve(tx: Transaction, books: Rulebooks, edition_id: UUID) -> dict[str, Any]:
    """Approve what another person proposed: it holds from its first day, and the one before it until the eve.

    Raises: NotFound; EditionProposerDecides; EditionOverlaps; StateConflict; Forbidden.
    """
    row = await _of_another(tx, edition_id)
    if row["state"] != "proposed":
        raise StateConflict(verb="approve")
    # one approval of a kind at a time: two could each find the days free
    await tx.connection.execute(_LOCK, row["jurisdiction_id"], row["kind"], row["office_id"])
    before = await _succeeded(tx, row)
    if before is not None:
        eve = row["valid_from"] - timedelta(days=1)
        await _close(tx, before, eve)
    kind = kind_of(books, row["jurisdiction_id"], row["kind"])
    approved = await KEPT.approve(tx, edition_id, also=_published(tx, kind))
    if kind.rule.takes_effect:
        await effect.take(tx, kind, approved, await items_of(tx, edition_id))
    return approved


async def reject(tx: Transaction, edition_id: UUID, *, reason: str) -> dict[str, Any]:
    """Reject what another person proposed, saying why; give the row after it.

    Raises: NotFound; EditionProposerDecides; InvalidInput; StateConflict.
    """
    await _of_another(tx, edition_id)
    return await KEPT.reject(tx, edition_id, reason=reason)


async def discard(tx: Transaction, edition_id: UUID, *, reason: str) -> dict[str, Any]:
    """Discard a draft, saying why; give the row after it.

    Raises: InvalidInput; StateConflict.
    """
    why = require_text("reason", reason, longest=2_000)
    return await move(tx, MACHINE, "discard", edition_id, {"reason": why}, reason=why)


async def end(tx: Transaction, edition_id: UUID, *, valid_to: date, reason: str) -> dict[str, Any]:
    """Set the last day of an edition that has none; what rests on it stays. Give the row after it.

    Raises: NotFound; EditionOfRulebook; InvalidInput for a day before today or before its first; PersonalTextInPublic;
        StateConflict.
    """
    row = await KEPT.load(tx, edition_id)
    if row["rulebook"] is not None:
        raise EditionOfRulebook
    ended = await KEPT.end(tx, row, valid_to=valid_to, reason=reason)
    await effect.cease(tx, row, valid_to)
    return ended


async def submit(
    tx: Transaction, books: Rulebooks, edition_id: UUID, *, submitted_on: date, to: str | None = None
) -> dict[str, Any]:
    """Note that an approved edition was handed to whom its text names, or to another; give the row after it.

    Raises: NotFound; InvalidInput without a receiver, or for a day to come; PersonalTextInPublic; StateConflict.
    Source: 上海7 (报送市发展和改革委员会).
    """
    row = await KEPT.load(tx, edition_id)
    receiver = to or kind_of(books, row["jurisdiction_id"], row["kind"]).rule.submitted_to
    if row["state"] != "approved" or receiver is None or submitted_on > tx.today:
        raise InvalidInput(
            "An approved edition is handed to a named receiver, today or earlier.",
            zh="已核准的版本才能报送，须有报送对象，且日期不晚于今天。",
            field="submittedOn",
        )
    changes = {"submitted_to": public_text("to", receiver, longest=100), "submitted_on": submitted_on}
    return await change(tx, NOUN, "submit", edition_id, changes, unless="submitted_on", basis=row["basis"])


async def _items(
    tx: Transaction, books: Rulebooks, kind: EditionKind, given: Sequence[Given], *, on: date
) -> list[Item]:
    """Check items against what is in force on their first day.

    Raises: EditionEmpty; EditionFaulty.
    """
    if not given:
        raise EditionEmpty
    items, faults = read_items(await _ground(tx, books, kind, on), given)
    if faults:
        raise EditionFaulty(faults=[fault.told() for fault in faults[:500]], count=len(faults))
    return items


async def _ground(tx: Transaction, books: Rulebooks, kind: EditionKind, on: date) -> Ground:
    place = kind.jurisdiction_id
    asked = {field.refers for field in kind.shape.fields if field.refers is not None}
    listed: dict[str, frozenset[str] | None] = {}
    for other in kinds_of(books, place).values():
        if other.rule.shape in asked and not other.is_of_office and other.rule.jurisdiction is None:
            found = await in_force(tx.connection, place, other.code, on)
            codes = await tx.connection.fetch(CODES, found["id"]) if found is not None else None
            listed[other.rule.shape] = None if codes is None else frozenset(row["code"] for row in codes)
    offices = await tx.connection.fetch("SELECT code FROM office WHERE jurisdiction_id = $1", place)
    return Ground(books, kind, on, frozenset(row["code"] for row in offices), listed)


async def _write(tx: Transaction, edition_id: UUID, items: Sequence[Item]) -> None:
    await tx.connection.executemany(
        _WRITE,
        [
            (new_id(), edition_id, place, one.code, one.name, json.dumps(one.content, ensure_ascii=False))
            for place, one in enumerate(items, start=1)
        ],
    )


async def _of_another(tx: Transaction, edition_id: UUID) -> asyncpg.Record:
    """Lock an edition that somebody else drafted and proposed.

    Raises: NotFound; EditionProposerDecides.
    """
    row = await KEPT.load(tx, edition_id)
    if tx.actor.account_id is not None and tx.actor.account_id in (row["drafted_by"], row["proposed_by"]):
        raise EditionProposerDecides
    return row


async def _succeeded(tx: Transaction, row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Give the edition that one ends by beginning, or nothing where its days are free.

    Raises: EditionOverlaps where it would begin in what is past, or not later than one that holds.
    """
    others = await tx.connection.fetch(
        _OVERLAPPING, row["jurisdiction_id"], row["kind"], row["office_id"], row["valid_from"], row["valid_to"]
    )
    if not others:
        return None
    before: Mapping[str, Any] = others[0]
    begins_later = before["valid_from"] is None or before["valid_from"] < row["valid_from"]
    if len(others) > 1 or not begins_later or row["valid_from"] <= tx.today:
        raise EditionOverlaps(edition=f"Edition:{before['id']}", label=before["label"])
    return before


async def _close(tx: Transaction, before: Mapping[str, Any], eve: date) -> None:
    """End the edition before another on the eve of that one's first day."""
    await rewrite(tx, NOUN, "supersede", before["id"], {"valid_to": eve})
    await effect.cease(tx, before, eve)


async def _require_derivable(tx: Transaction, books: Rulebooks, kind: EditionKind, derived_from: UUID | None) -> None:
    """Pass an approved edition of the division above, of the kind that the text names (海沧8).

    Raises: EditionNotDerivable.
    """
    if derived_from is None:
        return
    place = books.jurisdictions[kind.jurisdiction_id]
    wanted = kind.rule.derives_from or (kind.code if kind.extends else None)
    found = await tx.connection.fetchrow("SELECT * FROM edition WHERE id = $1 AND state = 'approved'", derived_from)
    if found is None or (found["jurisdiction_id"], found["kind"]) != (place.parent, wanted):
        raise EditionNotDerivable


def _published(tx: Transaction, kind: EditionKind) -> dict[str, Any]:
    """Give what tells the push that an edition is for the platform, where its text orders that (厦门7).

    Raises: Forbidden for who belongs to no office that could answer for it.
    """
    if not kind.rule.push_to:
        return {}
    if tx.actor.office_id is None:
        raise Forbidden
    return {"published_at": tx.now, "publisher_id": tx.actor.office_id}


_LOCK: Final = (
    f"SELECT FROM edition WHERE {OF_KIND} AND state IN ('proposed', 'approved') ORDER BY id FOR NO KEY UPDATE"
)
_OVERLAPPING: Final = (
    f"SELECT * FROM edition WHERE {STANDING} AND (valid_to IS NULL OR valid_to >= $4)"
    " AND (valid_from IS NULL OR $5::date IS NULL OR valid_from <= $5) ORDER BY valid_from NULLS FIRST FOR NO KEY UPDATE"
)
_WRITE: Final = """
INSERT INTO edition_item (id, edition_id, position, code, name, content) VALUES ($1, $2, $3, $4, $5, $6::jsonb)
"""

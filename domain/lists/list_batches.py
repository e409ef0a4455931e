"""What happens to batches: opened, filled, handed in, returned, published and withdrawn as one act over all entries.

Every move of a batch is one transaction in which each of its entries takes its own step, with its own ledger
event; if one cannot, none does. Refuses a period that has not begun, a second regular batch, an extra one
without its reason, a black batch without its typical case, and entries that have not come so far.
Source: 新乡三, 四(一)1, 四(二) (XX-04, XX-05, XX-07, XX-09).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.calendar import WorkingCalendar
from domain.credit.refusals import citing
from domain.credit.terms import binding
from domain.errors import NotFound, StateConflict
from domain.files.attachments import disclose
from domain.files.media import PICTURES, is_picture
from domain.installation_rows import office_id
from domain.lifecycle import Transaction, change, create, machine, move
from domain.lists import list_entries, list_publication
from domain.lists.batch_periods import Period, PeriodNotBegun, handing_in_due, period_of
from domain.lists.batch_refusals import (
    BatchEmpty,
    BatchExists,
    BatchFull,
    BatchNotEmpty,
    BatchWanted,
    CasePartUnfit,
    EntriesNotReady,
    EntryInBatch,
    EntryUnfitForBatch,
    ExtraNotOffered,
    TypicalCaseMissing,
)
from domain.lists.list_batch import IN_HAND
from domain.lists.list_kind import ListKind, load_kind, require_owner
from domain.lists.list_terms import Cited
from domain.lists.list_way import OF, next_step, way_of
from domain.lists.refusals import OwnApproval
from domain.rulebook.model import Rulebooks
from domain.rulebook.procedure import procedure
from domain.text import require_text

MACHINE: Final = machine(
    "list_batch",
    fill=(IN_HAND, None),  # entries join or are dropped
    submit=(IN_HAND, "submitted"),
    **{"return": ("submitted", "returned")},
    publish=("submitted", "published"),
    withdraw=("published", "withdrawn"),
)
MOST_ENTRIES: Final = 2_000
_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a batch is opened for."""

    office_id: UUID
    list_id: UUID
    domain: str | None
    year: int
    period: int | None
    extra_reason: str | None


@dataclass(frozen=True, slots=True)
class Term:
    """Until when an entry is published, and the law that sets a longer publication than the rulebook."""

    until: date | None = None
    law: Cited | None = None


# -- opening and filling


async def open_batch(tx: Transaction, books: Rulebooks, calendar: WorkingCalendar, given: Opening) -> UUID:
    """Open a batch for a period of the list's cycle, an extra one with its reason; give its id.

    Raises: NotFound; NotListOwner; DomainRequired; DomainUnknown; PeriodInvalid; PeriodNotBegun; BatchExists;
    ExtraNotOffered; InvalidInput.
    """
    kind = await load_kind(tx, books, given.list_id)
    await require_owner(tx, kind, office=given.office_id, domain=given.domain)
    period = period_of(kind.rule.cycle, given.year, given.period)
    if period.first_day > tx.today:
        raise PeriodNotBegun
    reason = (
        require_text("extra_reason", given.extra_reason, longest=_LONGEST) if given.extra_reason is not None else None
    )
    number = await _number(tx, books, kind, given, period, reason)
    duty, duty_basis = _case_duty(books, kind, tx)
    due = handing_in_due(books, calendar, kind.jurisdiction_id, period) if number == 0 else None
    values = {
        "credit_list_id": kind.id,
        "jurisdiction_id": kind.jurisdiction_id,
        "office_id": given.office_id,
        "publisher_id": _publisher(books, kind, given.office_id, tx),
        "domain": given.domain,
        "cycle": kind.rule.cycle,
        "year": period.year,
        "period": period.number,
        "number": number,
        "extra_reason": reason,
        "state": "opened",
        "round": 1,
        "nothing_to_list": False,
        "case_duty": duty,
        "basis": duty_basis or kind.citation,
        "due_on": due.on if due else None,
        "due_provisional": due.provisional if due else False,
        "period_ends_on": period.last_day if kind.rule.cycle is not None else None,
        "opened_at": tx.now,
        "opened_by": tx.actor.account_id,
    }
    return await create(tx, "list_batch", "open", values, reason=reason, basis=kind.citation)


async def _number(
    tx: Transaction, books: Rulebooks, kind: ListKind, given: Opening, period: Period, reason: str | None
) -> int:
    """Give the number of a new batch: 0 for the regular one of its period.

    Raises: BatchExists; ExtraNotOffered.
    """
    key = (kind.id, given.office_id, given.domain, period.year, period.number)
    last = await tx.connection.fetchrow(_LAST, *key)
    if kind.rule.cycle is None:
        return 1 if last is None else int(last["number"]) + 1
    if reason is None:
        regular = await tx.connection.fetchval(_REGULAR, *key)
        if regular is not None:
            raise BatchExists(batch=f"ListBatch:{regular}")
        return 0
    extra = binding(books, kind.jurisdiction_id, "list.extra_batches", tx.today)
    if extra is None or extra.value is not True:
        raise citing(ExtraNotOffered, kind.citation)
    return 1 if last is None else int(last["number"]) + 1


def _case_duty(books: Rulebooks, kind: ListKind, tx: Transaction) -> tuple[str, str | None]:
    """Tell whether a typical case goes with a batch of the list: required where the text lays its stress.

    Source: 新乡三 (尤其是“黑名单”); that it is required there and advised elsewhere is a reading.
    """
    asked = binding(books, kind.jurisdiction_id, "batch.attachments", tx.today)
    if asked is None:
        return "none", None
    stressed = binding(books, kind.jurisdiction_id, "batch.emphasis", tx.today)
    required = stressed is None or stressed.value == kind.code
    return ("required" if required else "advised"), asked.citation


def _publisher(books: Rulebooks, kind: ListKind, own: UUID, tx: Transaction) -> UUID:
    """Give the office that publishes entries of the list on the regular route."""
    way = procedure(books, kind.jurisdiction_id, OF, tx.today, kind.concerns("regular"))
    step = way.step("publish")
    code = step.office if step is not None else None
    return office_id(kind.jurisdiction_id, code) if code is not None else own


async def add(tx: Transaction, books: Rulebooks, batch: Mapping[str, Any], entries: Sequence[UUID]) -> None:
    """Let entries under way join a batch before it is handed in.

    Raises: StateConflict; NotFound; EntryUnfitForBatch; EntryInBatch; BatchFull.
    """
    count = await tx.connection.fetchval(_COUNT, batch["id"])
    if count + len(entries) > MOST_ENTRIES:
        raise BatchFull
    await move(tx, MACHINE, "fill", batch["id"], {"nothing_to_list": False}, basis=batch["basis"])
    for entry_id in sorted(entries):
        entry = await _entry(tx, entry_id)
        _require_fit(batch, entry)
        standing = await tx.connection.fetchval(_STANDING, entry_id)
        if standing is not None:
            raise EntryInBatch(entry=f"ListEntry:{entry_id}", batch=f"ListBatch:{standing}")
        values = {
            "batch_id": batch["id"],
            "entry_id": entry_id,
            "subject_id": entry["subject_id"],
            "about_person": entry["about_person"],
            "joined_at": tx.now,
        }
        await create(tx, "list_batch_entry", "join", values, basis=batch["basis"])


def _require_fit(batch: Mapping[str, Any], entry: Mapping[str, Any]) -> None:
    same = all(batch[name] == entry[name] for name in ("credit_list_id", "office_id", "domain", "publisher_id"))
    under_way = entry["published_at"] is None and entry["state"] != "withdrawn"
    if not same or not under_way or entry["route"] != "regular":
        raise EntryUnfitForBatch(entry=f"ListEntry:{entry['id']}")


async def drop(tx: Transaction, batch: Mapping[str, Any], entry_id: UUID, *, reason: str) -> None:
    """Take an entry out of a batch that is not handed in.

    Raises: StateConflict; NotFound; InvalidInput.
    """
    why = require_text("reason", reason, longest=_LONGEST)
    place = await tx.connection.fetchrow(_PLACE, batch["id"], entry_id)
    if place is None:
        raise NotFound
    await move(tx, MACHINE, "fill", batch["id"], {"nothing_to_list": False}, basis=batch["basis"])
    await _drop(tx, place["id"], why)


async def _drop(tx: Transaction, place: UUID, why: str) -> None:
    changes = {"dropped_at": tx.now, "drop_reason": why}
    await change(tx, "list_batch_entry", "drop", place, changes, unless="dropped_at", reason=why)


# -- as one act


async def submit(tx: Transaction, books: Rulebooks, batch: Mapping[str, Any], *, nothing_to_list: bool = False) -> None:
    """Hand a batch in: every entry in it is handed to the office that publishes.

    Raises: StateConflict; BatchEmpty; BatchNotEmpty; EntriesNotReady; TypicalCaseMissing; what an entry's step raises.
    Source: 新乡三 (XX-04), 四(二) (报局统一发布).
    """
    entries = await _entries(tx, batch["id"])
    if not entries and not nothing_to_list:
        raise BatchEmpty
    if entries and nothing_to_list:
        raise BatchNotEmpty
    kind = await load_kind(tx, books, batch["credit_list_id"])
    waiting = _require_awaiting(books, entries, ("submit", "publish"), kind)
    if entries and batch["case_duty"] == "required":
        missing = await case_missing(tx, batch["id"])
        if missing:
            raise citing(TypicalCaseMissing, batch["basis"], missing=missing)
    changes = {"submitted_at": tx.now, "submitted_by": tx.actor.account_id, "nothing_to_list": nothing_to_list}
    await move(tx, MACHINE, "submit", batch["id"], changes, basis=batch["basis"])
    for entry in entries:
        if waiting[entry["id"]] == "submit":
            await list_entries.submit(tx, books, entry["id"])


async def send_back(tx: Transaction, books: Rulebooks, batch: Mapping[str, Any], *, reason: str) -> None:
    """Return a batch 退回 with the reason: every entry goes back to its office, and the whole way again.

    Raises: StateConflict; InvalidInput; what an entry's return raises.
    """
    why = require_text("reason", reason, longest=_LONGEST)
    changes = {
        "returned_at": tx.now,
        "returned_by": tx.actor.account_id,
        "return_reason": why,
        "round": batch["round"] + 1,
    }
    await move(tx, MACHINE, "return", batch["id"], changes, reason=why, basis=batch["basis"])
    entries = await _entries(tx, batch["id"])
    waiting = awaiting(books, entries, await load_kind(tx, books, batch["credit_list_id"]))
    for entry in entries:
        if waiting[entry["id"]] == "publish":
            await list_entries.send_back(tx, books, entry["id"], reason=why)


async def publish(
    tx: Transaction, books: Rulebooks, batch: Mapping[str, Any], terms: Mapping[UUID, Term] | None = None
) -> None:
    """Publish a batch: every entry in it, and its typical case as far as that tells about no person.

    An entry that was withdrawn or returned since is taken out; one that waits for something else stops the batch.
    `terms` are of entries that are published until another day than the last one that the rulebook allows.
    Raises: StateConflict; OwnApproval; EntriesNotReady; NotFound for a term of an entry that is not in it; what an
    entry's publication raises.
    Source: 新乡四(一)1 (报市信用办统一发布), 四(二).
    """
    if tx.actor.account_id is not None and tx.actor.account_id in (batch["opened_by"], batch["submitted_by"]):
        raise OwnApproval(step="publish")
    changes = {"published_at": tx.now, "published_by": tx.actor.account_id}
    await move(tx, MACHINE, "publish", batch["id"], changes, basis=batch["basis"])
    entries = []
    for entry in await _entries(tx, batch["id"]):
        if entry["state"] in ("withdrawn", "returned"):
            await _drop(tx, entry["place"], entry["state"])
        else:
            entries.append(entry)
    _require_awaiting(books, entries, ("publish",), await load_kind(tx, books, batch["credit_list_id"]))
    given = terms or {}
    if given.keys() - {entry["id"] for entry in entries}:
        raise NotFound
    for entry in entries:
        term = given.get(entry["id"], Term())
        await list_publication.publish(tx, books, entry["id"], until=term.until, law=term.law)
    await disclose(tx, "list_batch", batch["id"], "public")


async def withdraw(tx: Transaction, books: Rulebooks, batch: Mapping[str, Any], *, reason: str) -> None:
    """Withdraw a published batch with the public reason: every entry of it that is still published.

    Raises: StateConflict; InvalidInput; PersonalTextInPublic.
    """
    why = require_text("reason", reason, longest=_LONGEST)
    changes = {"withdrawn_at": tx.now, "withdrawn_by": tx.actor.account_id, "withdrawal_reason": why}
    await move(tx, MACHINE, "withdraw", batch["id"], changes, reason=why, basis=batch["basis"])
    for entry in await _entries(tx, batch["id"]):
        state = await tx.connection.fetchval("SELECT state FROM list_entry WHERE id = $1", entry["id"])
        if state == "published":  # one listed with a unit has gone with it
            await list_publication.withdraw(tx, books, entry["id"], reason=why)
    await disclose(tx, "list_batch", batch["id"], "restricted")


async def require_no_cycle(tx: Transaction, books: Rulebooks, entry: Mapping[str, Any]) -> None:
    """Pass an entry that may be published by itself: its list has no cycle, or it takes another route.

    One that is published already is left to its own machine.

    Raises: BatchWanted.
    Source: 新乡四(一)1 (一般安排每季一次,如遇特殊情况,可适当提高发布频度).
    """
    kind = await load_kind(tx, books, entry["credit_list_id"])
    if kind.rule.cycle is not None and entry["route"] == "regular" and entry["published_at"] is None:
        raise citing(BatchWanted, kind.citation)


# -- what a batch carries


async def case_owner(
    tx: Transaction, batch: Mapping[str, Any], *, part: str, media_type: str, about: UUID | None
) -> Mapping[str, Any]:
    """Give what an attachment of a batch takes on: its office and division, and the subject it tells about.

    Raises: StateConflict once the batch is handed in; CasePartUnfit; NotFound for an entry that is not in it.
    """
    if batch["state"] not in IN_HAND:
        raise StateConflict(verb="attach")
    if part not in ("report", "picture") or (part == "picture") != is_picture(media_type):
        raise CasePartUnfit
    owner = {name: batch[name] for name in ("id", "office_id", "jurisdiction_id")}
    if about is None:
        return owner
    row = await tx.connection.fetchrow(_PLACE, batch["id"], about)
    if row is None:
        raise NotFound
    return {**owner, "subject_id": row["subject_id"], "about_person": row["about_person"]}


async def case_missing(tx: Transaction, batch_id: UUID) -> list[str]:
    """Name what is missing of the typical case: its report, its pictures."""
    row = await tx.connection.fetchrow(_CASE, batch_id, list(PICTURES))
    assert row is not None
    return [name for name in ("report", "picture") if not row[name]]


async def _entries(tx: Transaction, batch_id: UUID) -> list[Mapping[str, Any]]:
    """Lock the entries of a batch, units before the persons listed with them."""
    rows: list[Mapping[str, Any]] = await tx.connection.fetch(_ENTRIES, batch_id)
    return rows


async def _entry(tx: Transaction, entry_id: UUID) -> Mapping[str, Any]:
    row: Mapping[str, Any] | None = await tx.connection.fetchrow(
        "SELECT * FROM list_entry WHERE id = $1 FOR NO KEY UPDATE", entry_id
    )
    if row is None:
        raise NotFound
    return row


def _require_awaiting(
    books: Rulebooks, entries: Sequence[Mapping[str, Any]], verbs: tuple[str, ...], kind: ListKind
) -> dict[UUID, str | None]:
    """Pass entries that all await one of some steps, and give the step of each.

    Raises: EntriesNotReady.
    """
    waiting = awaiting(books, entries, kind)
    others = [{"entry": f"ListEntry:{one}", "awaits": step} for one, step in waiting.items() if step not in verbs]
    if others:
        raise EntriesNotReady(entries=others[:100], count=len(others))
    return waiting


def awaiting(books: Rulebooks, entries: Sequence[Mapping[str, Any]], kind: ListKind) -> dict[UUID, str | None]:
    """Give for each entry the step that it awaits; None where there is none to take."""
    found = {}
    for entry in entries:
        step = next_step(way_of(books, entry, kind), entry["state"])
        found[entry["id"]] = step.verb if step is not None else None
    return found


_KEY: Final = (
    "credit_list_id = $1 AND office_id = $2 AND domain IS NOT DISTINCT FROM $3"
    " AND year = $4 AND period IS NOT DISTINCT FROM $5::integer"
)
_LAST: Final = f"SELECT number FROM list_batch WHERE {_KEY} AND number > 0 ORDER BY number DESC LIMIT 1"
_REGULAR: Final = f"SELECT id FROM list_batch WHERE {_KEY} AND number = 0"
_COUNT: Final = "SELECT count(*) FROM list_batch_entry WHERE batch_id = $1 AND dropped_at IS NULL"
_PLACE: Final = "SELECT * FROM list_batch_entry WHERE batch_id = $1 AND entry_id = $2 AND dropped_at IS NULL"
_STANDING: Final = """
SELECT batch.id FROM list_batch_entry place JOIN list_batch batch ON batch.id = place.batch_id
WHERE place.entry_id = $1 AND place.dropped_at IS NULL
"""
_ENTRIES: Final = """
SELECT entry.*, place.id AS place FROM list_batch_entry place JOIN list_entry entry ON entry.id = place.entry_id
WHERE place.batch_id = $1 AND place.dropped_at IS NULL
ORDER BY entry.with_entry_id IS NOT NULL, entry.id FOR NO KEY UPDATE OF entry
"""
_CASE: Final = """
SELECT EXISTS (SELECT FROM attachment WHERE object = 'list_batch' AND object_id = $1 AND part = 'report'
               AND state = 'attached') AS report,
       EXISTS (SELECT FROM attachment WHERE object = 'list_batch' AND object_id = $1 AND part = 'picture'
               AND state = 'attached' AND media_type = ANY($2::text[])) AS picture
"""

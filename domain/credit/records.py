"""What may happen to a credit record: it is submitted, published, amended, repaired, withdrawn.

An amendment keeps the version it replaces; a withdrawal says publicly why. Nothing is deleted, and whether a
record is in force is told by its dates. What the rulebook of its jurisdiction does not allow is refused with
the clause. That only the producing office moves its records is `authz`' matter: it locks the row first.
Source: 厦门2, 8 (谁产生,谁提供、谁负责); 海沧1; 上海4, 5; 行政处罚法 48.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.calendar import WorkingCalendar
from domain.clock import CHINA
from domain.commitment import commitments
from domain.credit import repair_notices, terms
from domain.credit.data_items import IDENTITY_COLUMNS, NAME_COLUMNS, Fault, as_text, check, raise_first, shown_text
from domain.credit.item import Item, load_item
from domain.credit.refusals import (
    DataItemInvalid,
    DateInFuture,
    DatesOutOfOrder,
    DayOfAnotherEdition,
    NecessityRequired,
    NothingToAmend,
    PersonalTextInPublic,
    ReasonRequired,
    SeverityMissing,
    citing,
)
from domain.credit.repair_notices import Service
from domain.credit.statement import CONDITION_MET, Statement, judge
from domain.credit.submission import Submission, submit
from domain.delivery.delivery import TAKES_DOWN
from domain.errors import InvalidInput, NotFound, StateConflict
from domain.ids import new_id
from domain.lifecycle import Transaction, machine, move
from domain.lists import removal_openings
from domain.measure import lifting
from domain.registry import birthday
from domain.registry.enrolment import names_identity
from domain.repair import lapsing, leaving
from domain.rulebook.model import Rulebooks
from domain.text import require_text
from domain.vault import Vault

__all__ = ["AMENDABLE", "MACHINE", "Submission", "amend", "publish", "submit", "withdraw"]

MACHINE: Final = machine(
    "credit_record",
    publish=("submitted", "published"),  # shown as far as its disclosure goes, until its term ends
    amend=(("submitted", "published", "repaired"), None),  # a new version; the old one is kept
    repair=("published", "repaired"),  # shown, shared and used no longer; kept by its office, seen by its subject
    withdraw=(("submitted", "published", "repaired"), "withdrawn"),  # no longer shown; the reason is public
    take_down=(("submitted", "published"), None),  # of a minor: from now on for its office and the person alone
)

AMENDABLE: Final = frozenset(entry.name for entry in fields(Statement))
"""What an amendment may change. Subject, item and decision number stay: a wrong one is withdrawn."""

_NEEDED: Final = frozenset(
    {"title", "decided_on", "obtained_on", "harm_removed", "condition_met", "special_fields", "content"}
)
_DECISION_DAYS: Final = frozenset({"XK_JDRQ", "CF_JDRQ"})
_IDENTIFYING: Final = frozenset(
    f"{sheet}_{column}" for sheet in ("XK", "CF") for column in ("WSH", "XDR_SHXYM", "XDR_LB")
)
_LONGEST_REASON: Final = 2_000


@dataclass(frozen=True, slots=True)
class DecidedTerm:
    """The end of a publication that a decision has set, in place of the rulebook's term; None for no end."""

    until: date | None


async def publish(
    tx: Transaction,
    books: Rulebooks,
    record_id: UUID,
    *,
    portal_at: datetime | None = None,
    platform_at: datetime | None = None,
    necessity: str | None = None,
    notice: Service | None = None,
    term: DecidedTerm | None = None,
) -> dict[str, Any]:
    """Publish a record as far as its disclosure goes, until its term ends; give the row after it.

    The portal takes the instant of publication where no other is given; a record that is not public does not
    appear on it. The platform's instant is that of its receipt (`domain.delivery`), unless one is stated here for
    what was handed over by other means. `necessity` says why a minor failing is published all the same; `notice` how the
    subject was told of its rights of repair, where that has not been noted yet.
    Raises: NotFound; SeverityMissing; NecessityRequired; RepairNoticeMissing; DateInFuture; DatesOutOfOrder;
    StateConflict; InvalidInput for a necessity that cannot be stored; what `repair_notices.serve` raises.
    Source: 厦门2 (no publication before the severity is determined and the subject told), 8 (both channels);
    信用修复管理办法.
    """
    row, item = await _load(tx, record_id)
    if row["state"] not in MACHINE.moves["publish"].sources:
        raise StateConflict(verb="publish")
    item = item.told_by(_statement_of(row).content)
    if item.severity_required and row["severity"] is None:
        raise citing(SeverityMissing, terms.citation(books, item))
    judged = {"severity": row["severity"], "decided_on": row["decided_on"]}
    why = _necessity(books, item, judged, necessity)
    if notice is not None:
        await repair_notices.serve(tx, books, record_id, notice)
    await repair_notices.require_notice(tx, books, row, on=tx.today)
    portal = _shown_at(row, portal_at or tx.now, tx.now)
    changes = {
        "published_at": tx.now,
        "portal_at": portal if row["disclosure"] == "public" else None,
        "platform_at": _shown_at(row, platform_at, tx.now) if platform_at else None,
        "public_until": term.until if term else terms.public_until(books, item, **judged),
        "necessity": why,
    }
    published = await move(tx, MACHINE, "publish", record_id, changes, reason=why, basis=terms.citation(books, item))
    await removal_openings.raise_for_record(tx, books, published)
    return published


def _necessity(books: Rulebooks, item: Item, judged: Mapping[str, Any], stated: str | None) -> str | None:
    """Give why a record is published all the same, where it is said; refuse a minor failing without it."""
    why = _require_reason(stated) if stated else None
    kept_back = terms.kept_from_publication(books, item, **judged)
    if kept_back is not None and why is None:
        raise citing(NecessityRequired, kept_back)
    return why


async def amend(
    tx: Transaction,
    vault: Vault,
    books: Rulebooks,
    calendar: WorkingCalendar,
    record_id: UUID,
    *,
    changes: Mapping[str, Any],
    reason: str,
    necessity: str | None = None,
    basis: str | None = None,
) -> dict[str, Any]:
    """Amend a record: the version as it stood is kept, the record gets the next number; give the row after.

    `changes` maps names of `AMENDABLE` to new values; of `content` only the data items that change, with
    null for one that is taken out. The end of publication moves only with severity, day of decision, or a data
    item that makes the record speak against its subject.
    `necessity` says why a published record that becomes a minor failing stays published; `basis` is the rule of the
    decision that amends it, an objection's. A repaired record is put right as it is kept, and shown no more than before.
    Raises: NotFound; ReasonRequired; NothingToAmend; InvalidInput; DayOfAnotherEdition for a day of decision on which
    its item was not in force: a record stays with its edition; ChildPunished for one on which the
    party was a child; SeverityMissing and NecessityRequired for a published record; what `submit` raises for what is stated; StateConflict.
    Source: 厦门8, 上海4 (who provides answers for it); 厦门5, 上海10 (correction); 信用修复管理办法;
    个人信息保护法 46 (what is kept is put right as well).
    """
    why = _require_reason(reason)
    row, item = await _load(tx, record_id)
    before = _statement_of(row)
    after = _amended(item, row, before, changes)
    if after == before:
        raise NothingToAmend()
    if not item.is_in_force(after.decided_on):
        raise citing(DayOfAnotherEdition, item.clause)
    judged = judge(books, calendar, item, after, today=tx.today)
    if after.decided_on != before.decided_on:
        judged |= await _shown_by_age(tx, vault, books, item, row, on=after.decided_on)
    elif row["disclosure"] == terms.KEPT_BACK:
        judged["publication_due_on"] = None
    if row["state"] == "published":
        judged |= _republished(books, item, before, after, necessity)
    judged["version"] = row["version"] + 1
    found = basis or terms.citation(books, item)
    amended = await move(tx, MACHINE, "amend", record_id, judged, reason=why, basis=found)
    await lifting.lift_unfounded(tx, amended, reason=why, basis=found)
    await tx.connection.execute(_KEEP_VERSION, new_id(), *(row[name] for name in _KEPT), why, tx.now)
    if row["state"] == "published" and row["disclosure"] != amended["disclosure"] == terms.KEPT_BACK:
        amended = await keep_back(tx, record_id, basis=found)
    await removal_openings.raise_for_record(tx, books, amended)
    return amended


async def _shown_by_age(
    tx: Transaction, vault: Vault, books: Rulebooks, item: Item, row: Mapping[str, Any], *, on: date
) -> dict[str, Any]:
    """Give how far a penalty or an exam violation of a person is shown once it was decided on another day.

    An exam violation is judged by the day of the exam, which is that of the act, where it is known.
    Raises: ChildPunished.
    Source: 行政处罚法 30; 未成年人保护法 103.
    """
    if not terms.asks_for_age(books, item, person=row["about_person"], today=tx.today):
        return {}
    born_on = await birthday.born_on(tx, vault, row["subject_id"])
    terms.check_age(books, item, born_on=born_on, on=on)
    acted_on = await tx.connection.fetchval(_EXAM_DAY, row["id"]) or on
    kept_back = terms.kept_back_for_age(books, item, born_on=born_on, on=acted_on, today=tx.today)
    if kept_back:
        return kept_back
    shown = item.disclosure_of(person=True)
    is_shown_now = row["state"] == "published" and shown == "public" and row["portal_at"] is None
    return {"disclosure": shown, **({"portal_at": tx.now} if is_shown_now else {})}


def _republished(
    books: Rulebooks, item: Item, before: Statement, after: Statement, necessity: str | None
) -> dict[str, Any]:
    """Give what an amendment changes in the publication of a published record.

    Whether publication is needed is asked again when only the amendment makes the failing a minor one.
    Raises: SeverityMissing; NecessityRequired; InvalidInput; ReasonRequired.
    """
    if item.severity_required and after.severity is None:
        raise citing(SeverityMissing, terms.citation(books, item))
    if _term_of(item, after) == _term_of(item, before):
        return {}
    kept_back, was_kept_back = (
        terms.kept_from_publication(books, item.told_by(one.content), severity=one.severity, decided_on=one.decided_on)
        for one in (after, before)
    )
    why = _require_reason(necessity) if necessity else None
    if kept_back is not None and was_kept_back is None and why is None:
        raise citing(NecessityRequired, kept_back)
    if terms.is_retained(books, item, on=after.decided_on):
        return {}
    told = item.told_by(after.content)
    last = terms.public_until(books, told, severity=after.severity, decided_on=after.decided_on)
    return {"public_until": last, **({"necessity": why} if kept_back and why else {})}


async def withdraw(
    tx: Transaction, books: Rulebooks, record_id: UUID, *, reason: str, basis: str | None = None
) -> dict[str, Any]:
    """Withdraw a record, saying publicly why; give the row after it. It is shown no longer and kept.

    `basis` is the rule of the decision that withdraws it, an objection's; the law of withdrawals unless given.

    Raises: NotFound; ReasonRequired; PersonalTextInPublic; StateConflict.
    Source: 厦门8, 上海4; 行政处罚法 48 (撤回并公开说明理由).
    """
    why = _require_reason(reason)
    row, item = await _load(tx, record_id)
    if names_identity(why, person_name=_person_name(row)):
        raise PersonalTextInPublic(field="reason")
    changes = {"withdrawn_at": tx.now, "withdrawal_reason": why}
    found = basis or terms.withdrawal_citation(books, item, on=tx.today)
    withdrawn = await move(tx, MACHINE, "withdraw", record_id, changes, reason=why, basis=found)
    await lifting.lift_with(tx, "credit_record", record_id, lifted_for="withdrawn", reason=why, basis=found)
    if row["state"] == "published":
        await commitments.take_down_with(tx, record_id, reason=why)
    await lapsing.end_with(tx, record_id, reason=why, basis=found)
    await leaving.leave_with_last(tx, books, record_id, reason=why)
    return withdrawn


async def repair(tx: Transaction, record_id: UUID, *, reason: str, basis: str) -> dict[str, Any]:
    """End the publicity of a record whose repair was granted, and the measures that rest on it; give the row after it.

    Only `domain.repair` calls this, with the decision that it carries out.
    Raises: StateConflict for a record that is not published.
    Source: 厦门6; 海沧7 (终止已完成信用修复的公示); 信用修复管理办法 (终止公示、停止共享和使用).
    """
    repaired = await move(tx, MACHINE, "repair", record_id, {"repaired_at": tx.now}, reason=reason, basis=basis)
    await lifting.lift_with(tx, "credit_record", record_id, lifted_for="repaired", reason=reason, basis=basis)
    await commitments.take_down_with(tx, record_id, reason=reason)
    return repaired


async def keep_back(tx: Transaction, record_id: UUID, *, basis: str) -> dict[str, Any]:
    """Show a record about an act of a minor to its office and the person alone; give the row after it.

    The platform is told to take it down, and what was committed to have it repaired with it.
    Raises: StateConflict.
    Source: 未成年人保护法 103.
    """
    changes = {"disclosure": terms.KEPT_BACK, "publication_due_on": None}
    kept_back = await move(tx, MACHINE, TAKES_DOWN, record_id, changes, reason=terms.OF_A_MINOR, basis=basis)
    await commitments.take_down_with(tx, record_id, reason=terms.OF_A_MINOR)
    return kept_back


async def _load(tx: Transaction, record_id: UUID) -> tuple[asyncpg.Record, Item]:
    """Lock a record and read it with its catalogue item.

    Raises: NotFound.
    """
    row = await tx.connection.fetchrow(_RECORD, record_id)
    if row is None:
        raise NotFound()
    return row, await load_item(tx, row["item_id"], office_id=row["office_id"])


def _statement_of(row: Mapping[str, Any]) -> Statement:
    content = json.loads(row["content"])
    condition_met = content.pop(CONDITION_MET, "false") == "true"
    told = {name: row[name] for name in AMENDABLE - {"content", "condition_met", "special_fields"}}
    fields_of_law = tuple(row["special_fields"])
    read = Statement(content=content, condition_met=condition_met, special_fields=fields_of_law, **told)
    derived = replace(read, legal_basis=None)
    return derived if derived.cited_basis == read.legal_basis else read


def _term_of(item: Item, stated: Statement) -> tuple[object, ...]:
    """Give what the end of publication follows from."""
    return stated.severity, stated.decided_on, item.told_by(stated.content).is_negative


def _amended(item: Item, row: Mapping[str, Any], before: Statement, changes: Mapping[str, Any]) -> Statement:
    """Give the statement after the changes, its data items checked.

    Raises: InvalidInput for what cannot be amended; DataItemMissing; DataItemInvalid; DataItemUnknown.
    """
    fixed = sorted(name for name in changes if name not in AMENDABLE or (changes[name] is None and name in _NEEDED))
    if fixed:
        raise InvalidInput(
            "This cannot be amended, or not be left empty: withdraw the record instead.",
            zh="此项不能更正或不能留空：请撤回该记录。",
            fields=fixed,
        )
    changed = dict(changes)
    if "title" in changed:
        changed["title"] = shown_text(changed["title"].strip(), person_name=_person_name(row))
    if "content" in changed:
        changed["content"] = _amended_content(item, before, changed["content"], person=row["about_person"])
    if before.obtained_on == before.decided_on:  # obtained with the decision, whose day is put right
        changed.setdefault("obtained_on", changed.get("decided_on", before.obtained_on))
    after = replace(before, **changed)
    day = {code: after.decided_on.isoformat() for code in _DECISION_DAYS if code in after.content}
    return replace(after, content={**after.content, **day})


def _amended_content(item: Item, before: Statement, changes: Mapping[str, object], *, person: bool) -> dict[str, str]:
    """Give the data items after the changes. What identifies the decision or the party stays as it was.

    Raises: DataItemMissing; DataItemInvalid; DataItemUnknown.
    """
    given, faults = as_text(item.data_items, changes)
    taken_out = {code for code, value in changes.items() if value is None}
    kept = {code: value for code, value in before.content.items() if code not in taken_out}
    hidden = IDENTITY_COLUMNS | (NAME_COLUMNS if person else frozenset())
    items = {code: rule for code, rule in item.data_items.items() if code not in hidden}
    checked, found = check(items, {**kept, **given}, person=person, lenient=True)
    identifying = _IDENTIFYING & before.content.keys()
    moved = [Fault(DataItemInvalid, code) for code in identifying if checked.get(code) != before.content[code]]
    raise_first([*faults, *found, *moved])
    return checked


def _person_name(row: Mapping[str, Any]) -> str | None:
    """Give the name of the natural person a record is about."""
    return row["subject_name"] if row["about_person"] else None


def _shown_at(row: Mapping[str, Any], instant: datetime, now: datetime) -> datetime:
    """Give the instant at which a channel took a record, as told.

    Raises: InvalidInput for an instant without its zone; DateInFuture; DatesOutOfOrder.
    """
    if instant.tzinfo is None:
        raise InvalidInput("An instant is given with its time zone.", zh="时间须注明时区。")
    if instant > now:
        raise DateInFuture()
    if instant < datetime.combine(row["decided_on"], time.min, CHINA):
        raise DatesOutOfOrder()
    return instant


def _require_reason(reason: str) -> str:
    if not reason.strip():
        raise ReasonRequired()
    return require_text("reason", reason, longest=_LONGEST_REASON)


_RECORD: Final = """
SELECT record.*, subject.name AS subject_name FROM credit_record record
JOIN subject ON subject.id = record.subject_id WHERE record.id = $1 FOR NO KEY UPDATE OF record
"""

_EXAM_DAY: Final = "SELECT exam_on FROM exam_violation WHERE record_id = $1"

_KEPT: Final = ("id", "subject_id", "about_person", "office_id", "version", "title", "severity", "content")
_KEEP_VERSION: Final = """
INSERT INTO credit_record_version
  (id, record_id, subject_id, about_person, office_id, version, title, severity, content, reason, replaced_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""

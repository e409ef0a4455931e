"""The steps of an entry up to its publication: amended, attested, investigated, reviewed, decided, submitted.

None is skipped, none is taken out of order, nobody approves his own; who approves may return it with a reason,
and then it goes the whole way again. What is refused cites the clause.
Source: 新乡三 (对其真实性、准确性和合法性负责), 四(一)2 (调查核实), 四(二) (审核、审定); 三.2 (two owners: both attest).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.clock import local_day
from domain.credit.refusals import PersonalTextInPublic, citing
from domain.credit.terms import KEPT_BACK, binding
from domain.lifecycle import Transaction, change, move
from domain.lists.list_collection import await_attestations, earliest_act, link_evidence
from domain.lists.list_entry import START
from domain.lists.list_grounds import LONGEST_NUMBER, LONGEST_REASON, Grounds, check_grounds
from domain.lists.list_kind import ListKind
from domain.lists.list_notices import end_public_notice
from domain.lists.list_subject import disclosure_of, is_public_body
from domain.lists.list_way import APPROVALS, BY, load_entry, machine_of, next_step, require_another, take, way_of
from domain.lists.refusals import (
    AttestationGiven,
    AttestationIncomplete,
    AttestedAlready,
    DecisionNumberMissing,
    ListEntryExists,
    NotListOwner,
    NotReturnable,
    OwnApproval,
)
from domain.registry.enrolment import names_identity
from domain.rulebook.model import Rulebooks
from domain.rulebook.procedure import require_next
from domain.text import require_seen, require_text
from domain.vault import Vault

DIMENSIONS: Final = ("真实性", "准确性", "合法性")
AMENDABLE: Final = (
    "reason",
    "behaviour",
    "legal_basis",
    "legal_basis_level",
    "condition",
    "precondition_met",
    "decision_no",
)
_LONGEST_FINDINGS: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouching:
    """What an officer vouches for, of which entry's office, and the officer's name."""

    truthful: bool
    accurate: bool
    lawful: bool
    officer: str | None = None

    def given(self) -> tuple[str, ...]:
        """Name the dimensions vouched for."""
        answers = (self.truthful, self.accurate, self.lawful)
        return tuple(name for name, answer in zip(DIMENSIONS, answers, strict=True) if answer)


async def amend(
    tx: Transaction,
    vault: Vault,
    books: Rulebooks,
    entry_id: UUID,
    changes: Mapping[str, Any],
    *,
    records: Sequence[UUID] = (),
) -> dict[str, Any]:
    """Amend what an entry rests on, or add records, before anybody has vouched for it; give the row after it.

    Raises: NotFound; AttestedAlready; what `check_grounds` and `link_evidence` raise; StateConflict.
    """
    row, kind = await load_entry(tx, books, entry_id)
    given = await tx.connection.fetch(_ATTESTATIONS, entry_id, row["round"])
    if row["state"] == START and any(one["attested_at"] is not None for one in given):
        raise AttestedAlready()
    before = Grounds(**{name: row[name] for name in AMENDABLE} | {"precondition_met": bool(row["precondition_met"])})
    after = Grounds(**{name: changes.get(name, getattr(before, name)) for name in AMENDABLE})
    definition = await tx.connection.fetchrow("SELECT * FROM list_definition WHERE id = $1", row["definition_id"])
    subject = await tx.connection.fetchrow(_SUBJECT, row["subject_id"])
    assert subject is not None
    name = subject["name"] if row["about_person"] else None
    public = is_public_body(subject) or (row["with_entry_id"] is not None and row["condition"] == kind.rule.condition)
    stated = check_grounds(books, kind, after, definition, on=tx.today, person_name=name, is_public_body=public)
    if records:
        unit = await tx.connection.fetchval("SELECT subject_id FROM list_entry WHERE id = $1", row["with_entry_id"])
        await link_evidence(tx, entry_id, row["subject_id"], unit, records)
        stated |= await _shown_by_age(tx, vault, books, kind, row, records)
    way = way_of(books, row, kind)
    return await move(tx, machine_of(way), "amend", entry_id, stated, basis=kind.citation)


async def resume(tx: Transaction, books: Rulebooks, entry_id: UUID) -> dict[str, Any]:
    """Take up a returned entry again: the next round begins, and all of its steps are taken anew.

    Raises: NotFound; StateConflict.
    """
    row, kind = await load_entry(tx, books, entry_id)
    fresh = {column: None for verb, column in BY.items() if verb not in ("collect", "return")}
    again = {"round": row["round"] + 1, "collected_at": tx.now, "collected_by": tx.actor.account_id}
    undecided = {"decided_on": None, "submitted_at": None, "entered_on": tx.today}
    changes = {**fresh, **again, **undecided, "investigation": None, "investigation_no": None}
    again_row = await move(tx, machine_of(way_of(books, row, kind)), "resume", entry_id, changes, basis=kind.citation)
    await await_attestations(tx, kind, again_row)
    return again_row


async def attest(
    tx: Transaction, books: Rulebooks, entry_id: UUID, vouching: Vouching, *, office_id: UUID
) -> Mapping[str, Any]:
    """Vouch for truth, accuracy and legality of an entry; it goes on once every responsible office has.

    Raises: NotFound; StepOutOfOrder; AttestationIncomplete; NotListOwner; AttestationGiven.
    Source: 新乡三 (对其真实性、准确性和合法性负责); 三.2.
    """
    row, kind = await load_entry(tx, books, entry_id)
    way = way_of(books, row, kind)
    step = require_next(way, row["state"], "attest", start=START)
    _require_dimensions(books, kind, row, vouching)
    awaited = {one["office_id"]: one for one in await tx.connection.fetch(_ATTESTATIONS, entry_id, row["round"])}
    own = awaited.pop(office_id, None)
    if own is None:
        raise citing(NotListOwner, step.citation)
    if own["attested_at"] is not None:
        raise AttestationGiven()
    changes = {
        "dimensions": list(vouching.given()),
        "attested_at": tx.now,
        "officer": vouching.officer,
        "attested_by": tx.actor.account_id,
    }
    await change(tx, "list_attestation", "attest", own["id"], changes, unless="attested_at", basis=step.citation)
    if any(one["attested_at"] is None for one in awaited.values()):
        return row
    return await take(tx, way, row, "attest", {})


async def investigate(
    tx: Transaction, books: Rulebooks, entry_id: UUID, *, report_no: str, findings: str
) -> dict[str, Any]:
    """Hand in the investigation report of a self-published entry; give the row after it.

    Raises: NotFound; StepOutOfOrder; InvalidInput.
    Source: 新乡四(一)2 (组织实施调查核实,形成调查报告).
    """
    changes = {
        "investigation_no": require_text("report_no", report_no, longest=LONGEST_NUMBER),
        "investigation": require_text("findings", findings, longest=_LONGEST_FINDINGS),
    }
    return await _step(tx, books, entry_id, "investigate", changes)


async def approve_report(tx: Transaction, books: Rulebooks, entry_id: UUID) -> dict[str, Any]:
    """Approve the investigation report 核定; give the row after it.

    Raises: NotFound; StepOutOfOrder; OwnApproval.
    Source: 新乡四(一)2 (形成调查报告核定后).
    """
    return await _step(tx, books, entry_id, "approve_report", {})


async def review(tx: Transaction, books: Rulebooks, entry_id: UUID) -> dict[str, Any]:
    """Review an entry 审核; give the row after it.

    Raises: NotFound; StepOutOfOrder; OwnApproval; NoticeTermRuns.
    Source: 新乡四(二) (经局分管领导审核).
    """
    return await _step(tx, books, entry_id, "review", {})


async def decide(
    tx: Transaction, books: Rulebooks, entry_id: UUID, *, decision_no: str | None = None
) -> dict[str, Any]:
    """Decide an entry 审定, today; give the row after it. Its number may be known since the collection.

    Raises: NotFound; StepOutOfOrder; OwnApproval; NoticeTermRuns; DecisionNumberMissing;
    PersonalTextInPublic; ListEntryExists.
    Source: 新乡四(二) (单位主要领导审定).
    """
    row, _ = await load_entry(tx, books, entry_id)
    number = decision_no if decision_no is not None else row["decision_no"]
    if number is None:
        raise DecisionNumberMissing()
    plain = require_seen("decision_no", number, longest=LONGEST_NUMBER)
    if names_identity(plain, person_name=await _person_name(tx, row)):
        raise PersonalTextInPublic(field="decision_no")
    changes = {"decision_no": plain, "decided_on": tx.today, "entered_on": tx.today}
    try:
        async with tx.connection.transaction():
            return await _step(tx, books, entry_id, "decide", changes)
    except asyncpg.UniqueViolationError:
        raise ListEntryExists() from None


async def submit(tx: Transaction, books: Rulebooks, entry_id: UUID) -> dict[str, Any]:
    """Submit a decided entry to the office that publishes 报送; give the row after it.

    Raises: NotFound; StepOutOfOrder.
    Source: 新乡四(二) (报局统一发布), 四(一)2 (汇总到局).
    """
    return await _step(tx, books, entry_id, "submit", {"submitted_at": tx.now})


async def send_back(tx: Transaction, books: Rulebooks, entry_id: UUID, *, reason: str) -> dict[str, Any]:
    """Return an entry 退回 to its office instead of taking the step of approval that is due; give the row after it.

    Raises: NotFound; NotReturnable; OwnApproval; InvalidInput; StateConflict.
    Source: 新乡四(二): a rejection returns to the provider (a reading).
    """
    why = require_text("reason", reason, longest=LONGEST_REASON)
    row, kind = await load_entry(tx, books, entry_id)
    way = way_of(books, row, kind)
    due = next_step(way, row["state"])
    if due is None or due.verb not in APPROVALS:
        raise NotReturnable(next=due.verb if due else None)
    require_another(tx, row, due.verb)
    await end_public_notice(tx, row)
    changes = {"return_reason": why, "returned_by": tx.actor.account_id}
    return await move(tx, machine_of(way), "return", entry_id, changes, reason=why, basis=due.citation)


async def _step(
    tx: Transaction, books: Rulebooks, entry_id: UUID, verb: str, changes: Mapping[str, Any]
) -> dict[str, Any]:
    row, kind = await load_entry(tx, books, entry_id)
    way = way_of(books, row, kind)
    require_next(way, row["state"], verb, start=START)
    await _require_not_attester(tx, row, verb)
    await end_public_notice(tx, row, unless_running=True)
    return await take(tx, way, row, verb, changes)


async def _require_not_attester(tx: Transaction, row: Mapping[str, Any], verb: str) -> None:
    """Pass an account that did not attest for another owner of the domain.

    Raises: OwnApproval.
    """
    if verb not in APPROVALS or tx.actor.account_id is None:
        return
    if await tx.connection.fetchval(_ATTESTED_BY, row["id"], row["round"], await tx.people()):
        raise OwnApproval(step=verb)


def _require_dimensions(books: Rulebooks, kind: ListKind, row: Mapping[str, Any], vouching: Vouching) -> None:
    missing = [name for name in DIMENSIONS if name not in vouching.given()]
    if missing:
        asked = binding(books, kind.jurisdiction_id, "attestation.dimensions", local_day(row["collected_at"]))
        raise citing(AttestationIncomplete, asked.citation if asked else kind.citation, missing=missing)


async def _shown_by_age(
    tx: Transaction, vault: Vault, books: Rulebooks, kind: ListKind, row: Mapping[str, Any], records: Sequence[UUID]
) -> dict[str, Any]:
    """Give how far an entry is shown once it rests on more: what was kept back stays so."""
    if row["disclosure"] == KEPT_BACK:
        return {}
    subject = {"id": row["subject_id"], "is_person": row["about_person"]}
    acted_on = await earliest_act(tx, records, known=local_day(row["collected_at"]))
    return {"disclosure": await disclosure_of(tx, vault, books, kind, subject, acted_on=acted_on)}


async def _person_name(tx: Transaction, row: Mapping[str, Any]) -> str | None:
    """Give the name of the natural person an entry is about."""
    if not row["about_person"]:
        return None
    name: str | None = await tx.connection.fetchval("SELECT name FROM subject WHERE id = $1", row["subject_id"])
    return name


_SUBJECT: Final = "SELECT name, kind, state_owned FROM subject WHERE id = $1"
_ATTESTATIONS: Final = (
    "SELECT id, office_id, attested_at FROM list_attestation WHERE entry_id = $1 AND round = $2 FOR NO KEY UPDATE"
)
_ATTESTED_BY: Final = """
SELECT EXISTS (
  SELECT FROM list_attestation given WHERE entry_id = $1 AND round = $2 AND (attested_by = ANY($3::uuid[]) OR EXISTS (
    SELECT FROM ledger_event done WHERE done.kind = 'change' AND done.object = 'list_attestation'
      AND done.object_id = given.id AND done.account_id = given.attested_by AND done.deputy_of_id = ANY($3::uuid[])
  ))
)
"""

"""Collecting an entry 收集: by a responsible office, for a list that is open, about a subject it admits.

What the texts ask for is asked for here: the domain, the defined behaviour with its basis, the law's condition,
the persons who answer with a unit, the records it rests on. Public bodies are subjects like any other.
Source: 新乡二, 三; 厦门24; 河南省社会信用条例35, 上海市社会信用条例33 (责任人员); 人力资源社会保障部令第45号5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.credit.refusals import citing
from domain.credit.terms import binding
from domain.errors import InvalidInput, NotFound
from domain.exemption.exemptions import require_punishable
from domain.ids import new_id
from domain.installation_rows import office_id
from domain.lifecycle import Transaction, create
from domain.lists.list_definitions import definition_in_force
from domain.lists.list_entry import ROUTES, START
from domain.lists.list_grounds import Grounds, check_grounds, law_of
from domain.lists.list_kind import ListKind, load_kind, require_owner
from domain.lists.list_parts import parts_of
from domain.lists.list_subject import Named, admit_subject, disclosure_of, is_public_body
from domain.lists.list_way import OF, require_route
from domain.lists.refusals import (
    CapacityUnknown,
    EvidenceFallen,
    EvidenceUnfit,
    ListEntryExists,
    ListEntryUnderWay,
    ListImported,
    ListNotOpen,
    UnitEntryUnfit,
)
from domain.rulebook.model import Rulebooks
from domain.rulebook.procedure import Procedure, procedure
from domain.vault import Vault

MOST_RECORDS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """An entry as an office collects it; `with_entry` and `capacity` for a person who answers with a unit.

    Its id is made where none is given.
    """

    office_id: UUID
    list_id: UUID
    subject: Named
    grounds: Grounds
    domain: str | None = None
    route: str = "regular"
    records: Sequence[UUID] = ()
    with_entry: UUID | None = None
    capacity: str | None = None
    id: UUID | None = None


async def collect(tx: Transaction, vault: Vault, books: Rulebooks, collected: Collection) -> UUID:
    """Collect an entry; give its id.

    Raises: NotFound; ListImported; NotListOwner; DomainRequired; DomainUnknown; ListNotOpen; RouteNotOffered;
    SubjectUnclear; SubjectKindNotAllowed; CapacityUnknown; UnitEntryUnfit; what `check_grounds` and
    `link_evidence` raise; ListEntryUnderWay; ListEntryExists; InvalidInput.
    """
    kind = await _own_kind(tx, books, collected)
    way = _way(books, kind, collected.route, tx.today)
    definition = await _open_definition(tx, books, kind, collected)
    subject = await admit_subject(tx, vault, books, kind, collected.subject)
    unit = await _unit(tx, books, kind, collected, person=subject["is_person"])
    name = subject["name"] if subject["is_person"] else None
    public = is_public_body(subject) or (unit is not None and unit["condition"] == kind.rule.condition)
    grounds = _grounds(collected.grounds, unit)
    stated = check_grounds(books, kind, grounds, definition, on=tx.today, person_name=name, is_public_body=public)
    acted_on = await earliest_act(tx, collected.records, known=tx.today)
    values = {
        "id": collected.id or new_id(),
        "credit_list_id": kind.id,
        "subject_id": subject["id"],
        "about_person": subject["is_person"],
        "jurisdiction_id": kind.jurisdiction_id,
        "office_id": collected.office_id,
        "definition_id": definition["id"] if definition is not None else None,
        "state": START,
        "route": collected.route,
        "round": 1,
        "domain": collected.domain,
        **_joined(collected, unit),
        "collected_at": tx.now,
        "collected_by": tx.actor.account_id,
        "entered_on": tx.today,
        "publisher_id": _publisher(books, kind, way, collected, tx.today),
        "disclosure": await disclosure_of(tx, vault, books, kind, subject, acted_on=acted_on),
        **stated,
    }
    entry_id = await create_once(tx, "collect", values, basis=_citation(way, kind))
    await await_attestations(tx, kind, values)
    await link_evidence(
        tx, entry_id, subject["id"], unit["subject_id"] if unit is not None else None, collected.records
    )
    return entry_id


def _joined(collected: Collection, unit: Mapping[str, Any] | None) -> dict[str, Any]:
    """Give the entry of the unit that a person's entry goes with, and the capacity in which it does."""
    return {
        "with_entry_id": unit["id"] if unit is not None else None,
        "capacity": collected.capacity if unit is not None else None,
    }


async def _own_kind(tx: Transaction, books: Rulebooks, collected: Collection) -> ListKind:
    """Load the list of an entry; refuse one that is taken over from its source, and an office that does not keep it."""
    kind = await load_kind(tx, books, collected.list_id)
    if kind.rule.imported:
        raise citing(ListImported, kind.citation)
    await require_owner(tx, kind, office=collected.office_id, domain=collected.domain)
    return kind


async def earliest_act(tx: Transaction, records: Sequence[UUID], *, known: date) -> date:
    """Give the earliest day among a known one and those of what an entry rests on: of the exam, else of the decision.

    The day of an act is told of exam violations alone; of anything else the decision's day stands for it.
    """
    found: date | None = await tx.connection.fetchval(_EARLIEST, list(records))
    return known if found is None else min(known, found)


async def link_evidence(
    tx: Transaction, entry_id: UUID, subject_id: UUID, unit_id: UUID | None, records: Sequence[UUID]
) -> None:
    """Link the records that an entry rests on; those of the unit count for a person who answers with it.

    Raises: EvidenceUnfit for a record about somebody else or one that no longer stands; RecordExempted; InvalidInput.
    """
    wanted = list(dict.fromkeys(records))
    if len(wanted) > MOST_RECORDS:
        raise too_many_records()
    await require_punishable(tx.connection, wanted)
    fit = await tx.connection.fetch(_FIT, wanted, [one for one in (subject_id, unit_id) if one is not None])
    if len(fit) != len(wanted):
        raise EvidenceUnfit()
    for record in fit:
        values = {"id": new_id(), "entry_id": entry_id, "record_id": record["id"], "subject_id": subject_id}
        await create(tx, "list_evidence", "link", values)


async def require_evidence_stands(tx: Transaction, entry_id: UUID) -> None:
    """Pass an entry that rests on no records, or on one at least that still stands, and on none that is exempted.

    Raises: EvidenceFallen; RecordExempted.
    Source: 厦门6, 海沧7 (what is repaired is used no longer); 海沧2 (豁免惩戒).
    """
    rows = await tx.connection.fetch(_EVIDENCE, entry_id)
    await require_punishable(tx.connection, [row["id"] for row in rows])
    if rows and not any(row["stands"] for row in rows):
        raise EvidenceFallen()


def too_many_records() -> InvalidInput:
    """Make the refusal of more evidence than an entry may rest on."""
    return InvalidInput(f"An entry rests on up to {MOST_RECORDS} records.", zh=f"证据不超过{MOST_RECORDS}条。")


async def await_attestations(tx: Transaction, kind: ListKind, row: Mapping[str, Any]) -> None:
    """Note from which offices an entry's round awaits an attestation.

    Source: 新乡三, 三.2.
    """
    for office in kind.attesting(row["domain"], row["office_id"]):
        values = {
            "entry_id": row["id"],
            "jurisdiction_id": row["jurisdiction_id"],
            "office_id": office,
            "round": row["round"],
            "dimensions": [],
            "awaited_at": tx.now,
        }
        await create(tx, "list_attestation", "await", values, basis=kind.citation)


async def create_once(tx: Transaction, verb: str, values: Mapping[str, Any], *, basis: str) -> UUID:
    """Write an entry, unless the office has one about the subject under way, or the decision is listed already.

    Raises: ListEntryUnderWay; ListEntryExists.
    """
    try:
        async with tx.connection.transaction():
            return await create(tx, "list_entry", verb, values, basis=basis)
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "list_entry_under_way":
            raise ListEntryUnderWay() from None
        raise ListEntryExists() from None


def _way(books: Rulebooks, kind: ListKind, route: str, on: date) -> Procedure:
    if route not in ROUTES or route == "imported":
        raise InvalidInput("There is no such route.", zh="没有该列入方式。")
    way = procedure(books, kind.jurisdiction_id, OF, on, kind.concerns(route))
    require_route(way, route)
    return way


async def _open_definition(
    tx: Transaction, books: Rulebooks, kind: ListKind, collected: Collection
) -> Mapping[str, Any] | None:
    """Give the definition in force, which may be missing only where no text asks for its parts.

    Raises: ListNotOpen with the parts and clauses.
    """
    found = await definition_in_force(tx, kind.id, office=collected.office_id, domain=collected.domain, on=tx.today)
    asked = parts_of(books, kind.jurisdiction_id, tx.today).parts
    if found is None and asked:
        clauses = "; ".join(dict.fromkeys(part.citation for part in asked))
        raise citing(ListNotOpen, clauses, parts=[part.code for part in asked])
    return found


def _publisher(books: Rulebooks, kind: ListKind, way: Procedure, collected: Collection, on: date) -> UUID:
    """Give the office that publishes: the step's own, else the rulebook's, else the recognising office.

    Source: 新乡四(一) (统一发布报市信用办; 自行发布由各单位).
    """
    step = way.step("publish")
    code = step.office if step is not None else None
    if code is None and collected.route == "regular" and way.step("submit") is not None:
        named = binding(books, kind.jurisdiction_id, "list.publisher", on)
        code = str(named.value) if named is not None and named.layer and named.layer.relation == "own" else None
    return office_id(kind.jurisdiction_id, code) if code is not None else collected.office_id


async def _unit(
    tx: Transaction, books: Rulebooks, kind: ListKind, collected: Collection, *, person: bool
) -> Mapping[str, Any] | None:
    """Give the unit's entry with which a person is listed, in a capacity that a text names; None for anybody else.

    Raises: NotFound; CapacityUnknown; UnitEntryUnfit.
    Source: 人力资源社会保障部令第45号5; 河南省社会信用条例35; 上海市社会信用条例33.
    """
    if collected.with_entry is None and collected.capacity is None:
        return None
    named = law_of(books, kind, "also_listed", tx.today) or binding(
        books, kind.jurisdiction_id, "list.responsible_persons", tx.today
    )
    known = list(named.value) if named is not None and isinstance(named.value, tuple) else []
    if collected.capacity not in known:
        raise CapacityUnknown(known=known)
    unit: Mapping[str, Any] | None = await tx.connection.fetchrow(_UNIT, collected.with_entry)
    if unit is None:
        raise NotFound()
    same = (unit["credit_list_id"], unit["office_id"]) == (kind.id, collected.office_id)
    if not person or not same or unit["about_person"] or unit["state"] in ("withdrawn", "removed"):
        raise UnitEntryUnfit()
    return unit


def _grounds(given: Grounds, unit: Mapping[str, Any] | None) -> Grounds:
    """Give what an entry rests on: a person who answers with a unit is listed on the unit's condition unless told."""
    if unit is None or given.condition is not None:
        return given
    return replace(given, condition=unit["condition"], precondition_met=bool(unit["precondition_met"]))


def _citation(way: Procedure, kind: ListKind) -> str:
    return kind.citation if way.is_default else way.citation


_FIT: Final = (
    "SELECT id FROM credit_record WHERE id = ANY($1::uuid[]) AND subject_id = ANY($2::uuid[]) "
    " AND state NOT IN ('withdrawn', 'repaired')"
)
_EVIDENCE: Final = """
SELECT record.id, record.state NOT IN ('withdrawn', 'repaired') AS stands FROM list_evidence evidence
JOIN credit_record record ON record.id = evidence.record_id WHERE evidence.entry_id = $1
ORDER BY record.id FOR NO KEY UPDATE OF record
"""
_EARLIEST: Final = """
SELECT min(coalesce(exam.exam_on, record.decided_on)) FROM credit_record record
LEFT JOIN exam_violation exam ON exam.record_id = record.id WHERE record.id = ANY($1::uuid[])
"""
_UNIT: Final = "SELECT * FROM list_entry WHERE id = $1 FOR NO KEY UPDATE"

"""Handing in a credit record 归集: who may, about whom, with what, and once.

Only an office that produces the information hands it in. The subject and its legal representative are
entered where they are new. A decision that is here already is refused: to the office that answers for it
with its record, to any other with the name of the office that does.
Source: 厦门8 (谁产生,谁提供、谁负责), 上海4; 厦门2, 海沧1, 上海5 (severity); 十堰正文, 新乡二.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.calendar import WorkingCalendar
from domain.credit import terms
from domain.credit.data_items import OWN_NUMBER_COLUMNS, as_text, check, raise_first, storable
from domain.credit.item import Item, load_item
from domain.credit.party import PERSON, Party, fill_party_columns, first_of, named_representative
from domain.credit.refusals import (
    DecisionAlreadyProvided,
    PersonalTextInPublic,
    RecordExists,
    RecordHasProcedure,
    SubjectUnclear,
)
from domain.credit.statement import LONGEST_NUMBER, Statement, judge
from domain.edition import behaviours
from domain.errors import NotFound
from domain.identifiers import read_resident_id, read_uscc
from domain.lifecycle import Transaction, create
from domain.masking import patterns
from domain.merging.known import note_received
from domain.registry import enrolment, name_warnings
from domain.rulebook.model import Rulebooks
from domain.text import require_text
from domain.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A record as an office hands it in 归集.

    The subject is named by one of `uscc`, `id_number` and `subject_id`, or by the columns of the national
    sheets in `content`. Days that are not given are that of the decision, except the closing day, which
    stays open.
    """

    office_id: UUID
    item_id: UUID
    decision_no: str
    title: str
    decided_on: date
    name: str | None = None
    uscc: str | None = None
    id_number: str | None = None
    subject_id: UUID | None = None
    obtained_on: date | None = None
    closed_on: date | None = None
    severity: str | None = None
    procedure: str | None = None
    harm_removed: bool = False
    condition_met: bool = False
    legal_basis: str | None = None
    legal_basis_level: str | None = None
    correction_due_on: date | None = None
    special_fields: tuple[str, ...] = ()
    content: Mapping[str, object] = field(default_factory=dict)
    behaviour: str | None = None
    """Code of the dishonest behaviour 失信行为 that it cites."""
    through: str | None = None
    """The noun whose procedure enters it, where one does."""


async def submit(
    tx: Transaction, vault: Vault, books: Rulebooks, calendar: WorkingCalendar, submission: Submission
) -> UUID:
    """Hand in a record; give its id.

    Raises: NotProducer; RecordHasProcedure; ItemNotInForce; SubjectKindNotAllowed; SubjectUnclear; DataItemMissing,
    DataItemInvalid or DataItemUnknown (all faults in `faults`); what `statement.judge` and `enrolment`
    raise; RecordExists; DecisionAlreadyProvided.
    """
    item = await load_item(tx, submission.item_id, office_id=submission.office_id)
    item.admit_office()
    _admit_way(books, item, submission, on=submission.decided_on)
    decision_no = _decision_no(submission)
    handed, faults = as_text(item.data_items, submission.content)
    raise_first(faults)
    party = await _party_of(tx, submission, handed)
    item.admit_subject(party.kind)
    content = await _checked_content(tx, submission, handed, item=item, party=party)
    judged = judge(books, calendar, item, _statement(submission, party, content), today=tx.today)
    behaviour_id = await behaviours.cited(
        tx, books, item, submission.behaviour, office_id=submission.office_id, on=submission.decided_on
    )
    subject_id = submission.subject_id or await _enrol(tx, vault, books, item, party)
    values = {
        "subject_id": subject_id,
        "about_person": party.is_person,
        "jurisdiction_id": item.jurisdiction_id,
        "office_id": submission.office_id,
        "item_id": item.id,
        "state": "submitted",
        "version": 1,
        "decision_no": decision_no,
        "behaviour_id": behaviour_id,
        "submitted_at": tx.now,
        "submitted_by": tx.actor.account_id,
        "disclosure": item.disclosure_of(person=party.is_person),
        **judged,
    }
    record_id = await _create_once(tx, values, basis=terms.citation(books, item))
    if submission.subject_id is None:
        index = None if party.id_number is None else vault.blind_index(party.id_number)
        await note_received(tx, "credit_record", record_id, uscc=party.uscc, id_index=index)
    if not party.is_person:
        await _link_representative(
            tx, vault, books, item=item, subject_id=subject_id, content=handed, on=submission.decided_on
        )
        await name_warnings.warn(
            tx, subject_id=subject_id, record_id=record_id, office_id=submission.office_id, given_name=party.name
        )
    return record_id


def _admit_way(books: Rulebooks, item: Item, submission: Submission, *, on: date) -> None:
    """Pass information that no procedure of its own enters, or that comes by it.

    Raises: RecordHasProcedure.
    """
    described = terms.described_by(books, item, on)
    if described is not None and described.through not in (None, submission.through):
        raise RecordHasProcedure(noun=described.through)


def _decision_no(submission: Submission) -> str:
    """Give the number of the decision, which is shown in public.

    Raises: InvalidInput; PersonalTextInPublic for one that is an identity number.
    """
    number = require_text("decision_no", submission.decision_no, longest=LONGEST_NUMBER)
    if enrolment.names_identity(number, person_name=None):
        raise PersonalTextInPublic(field="decision_no")
    return number


def _statement(submission: Submission, party: Party, content: Mapping[str, str]) -> Statement:
    """Give what the submission states, a person's name masked where it stands in the title."""
    person_name = party.name if party.is_person else None
    return Statement(
        title=enrolment.without_identity(submission.title.strip(), person_name=person_name),
        decided_on=submission.decided_on,
        obtained_on=submission.obtained_on or submission.closed_on or submission.decided_on,
        closed_on=submission.closed_on,
        severity=submission.severity,
        procedure=submission.procedure,
        harm_removed=submission.harm_removed,
        condition_met=submission.condition_met,
        legal_basis=submission.legal_basis,
        legal_basis_level=submission.legal_basis_level,
        correction_due_on=submission.correction_due_on,
        special_fields=submission.special_fields,
        content=storable(content, person=party.is_person),
    )


async def _party_of(tx: Transaction, submission: Submission, content: Mapping[str, str]) -> Party:
    """Tell who the record is about: from the submission, else from the columns of the sheet.

    Raises: SubjectUnclear; NotFound; UsccInvalid; UsccCheckFailed; ResidentIdInvalid.
    """
    uscc = submission.uscc
    id_number = submission.id_number
    if uscc is None and id_number is None and submission.subject_id is None:
        uscc, id_number = first_of(content, "XDR_SHXYM"), first_of(content, "XDR_ZJHM")
    if [uscc, id_number, submission.subject_id].count(None) != 2:
        raise SubjectUnclear()
    if submission.subject_id is not None:
        row = await tx.connection.fetchrow("SELECT kind, name, uscc FROM subject WHERE id = $1", submission.subject_id)
        if row is None:
            raise NotFound()
        return Party(row["kind"], row["name"], row["uscc"])
    name = submission.name or first_of(content, "XDR_MC")
    if name is None:
        raise SubjectUnclear()
    if uscc is not None:
        code = read_uscc(uscc)
        return Party(code.kind, name.strip(), code.code)
    return Party(PERSON, name.strip(), id_number=read_resident_id(id_number, today=tx.today).number)


async def _checked_content(
    tx: Transaction, submission: Submission, content: Mapping[str, str], *, item: Item, party: Party
) -> dict[str, str]:
    """Fill in what is known and check every data item.

    Raises: DataItemMissing, DataItemInvalid or DataItemUnknown, whichever comes first, with all in `faults`.
    """
    office = await tx.connection.fetchval("SELECT name FROM office WHERE id = $1", submission.office_id)
    filled, faults = fill_party_columns(
        item.data_items,
        content,
        party,
        decision_no=submission.decision_no.strip(),
        decided_on=submission.decided_on,
        office_name=office,
    )
    items = {code: rule for code, rule in item.data_items.items() if code not in OWN_NUMBER_COLUMNS}
    handed = {code: value for code, value in filled.items() if code not in OWN_NUMBER_COLUMNS}
    kept, found = check(items, handed, person=party.is_person)
    raise_first([*faults, *found])
    return kept


async def _enrol(tx: Transaction, vault: Vault, books: Rulebooks, item: Item, party: Party) -> UUID:
    if party.uscc is not None:
        return await enrolment.enrol_organisation(
            tx, uscc=party.uscc, name=party.name, jurisdiction_id=item.jurisdiction_id
        )
    assert party.id_number is not None
    return await enrolment.enrol_person(
        tx,
        vault,
        id_number=party.id_number,
        name=party.name,
        jurisdiction_id=item.jurisdiction_id,
        patterns=patterns(books, item.jurisdiction_id, tx.today),
    )


async def _link_representative(
    tx: Transaction,
    vault: Vault,
    books: Rulebooks,
    *,
    item: Item,
    subject_id: UUID,
    content: Mapping[str, str],
    on: date,
) -> None:
    """Note the legal representative whom the columns of the sheet name."""
    named = named_representative(content)
    if named is not None:
        await enrolment.link_representative(
            tx,
            vault,
            organisation_id=subject_id,
            name=named.name,
            id_number=named.id_number,
            from_on=on,
            jurisdiction_id=item.jurisdiction_id,
            patterns=patterns(books, item.jurisdiction_id, tx.today),
        )


async def _create_once(tx: Transaction, values: Mapping[str, Any], *, basis: str) -> UUID:
    """Write the record, unless somebody else wrote the same decision at the same instant.

    Raises: RecordExists; DecisionAlreadyProvided.
    """
    await _refuse_known(tx, values)
    try:
        async with tx.connection.transaction():
            return await create(tx, "credit_record", "submit", values, basis=basis)
    except asyncpg.UniqueViolationError:
        await _refuse_known(tx, values)
        raise


async def _refuse_known(tx: Transaction, values: Mapping[str, Any]) -> None:
    """Refuse a decision that is here already: an office sees its own record, of another's only who answers.

    Raises: RecordExists; DecisionAlreadyProvided.
    """
    known = await tx.connection.fetchrow(_KNOWN, values["item_id"], values["subject_id"], values["decision_no"])
    if known is None:
        return
    if known["office_id"] == values["office_id"]:
        raise RecordExists(record_id=str(known["id"]), state=known["state"])
    raise DecisionAlreadyProvided(office=known["office_name"])


_KNOWN: Final = """
SELECT record.id, record.office_id, record.state, office.name AS office_name
FROM credit_record record JOIN office ON office.id = record.office_id
WHERE record.item_id = $1 AND record.subject_id = $2 AND record.decision_no = $3 AND record.state <> 'withdrawn'
"""

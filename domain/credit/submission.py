"""Handing in a credit record 归集: who may, about whom, with what, and once.

Only an office that produces the information hands it in. The subject and its legal representative are
entered where they are new. A decision that is here already is refused: to the office that answers for it
with its record, to any other with the name of the office that does.
Source: 厦门8 (谁产生,谁提供、谁负责), 上海4; 厦门2, 海沧1, 上海5 (severity); 十堰正文, 新乡二.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.calendar import WorkingCalendar
from domain.credit import terms
from domain.credit.data_items import OWN_NUMBER_COLUMNS, as_text, check, raise_first, shown_text, storable
from domain.credit.item import Item, load_item
from domain.credit.party import (
    PERSON,
    NamedRepresentative,
    Party,
    fill_party_columns,
    first_of,
    named_representative,
    require_identity_card,
)
from domain.credit.refusals import (
    DecisionAlreadyProvided,
    NumberNeeded,
    PersonalTextInPublic,
    RecordExists,
    RecordHasProcedure,
    SubjectUnclear,
)
from domain.credit.statement import LONGEST_NUMBER, Statement, judge
from domain.decision_number import compared
from domain.edition.behaviours import Listed, listed, required
from domain.errors import NotFound
from domain.identifiers import read_resident_id, read_uscc
from domain.lifecycle import Transaction, create
from domain.masking import patterns
from domain.merging.known import noting
from domain.registry import enrolment, name_warnings
from domain.rulebook.model import Rulebooks
from domain.text import as_seen, require_seen, writable
from domain.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A record as an office hands it in 归集.

    The catalogue item is named by its id, which is that of one edition, or by its code: then it is that of the edition in
    force on the day of the decision. The subject is named by one of `uscc`, `id_number` and `subject_id`, or by the columns
    of the national sheets in `content`. Days that are not given are that of the decision, except the closing day, which
    stays open.
    """

    office_id: UUID
    item_id: UUID | None = None
    item_code: str | None = None
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
    born_on: date | None = None
    acted_on: date | None = None
    """The person's birthday and the day of the act, where that procedure knows them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What submissions of one office under one catalogue item are judged by."""

    books: Rulebooks
    calendar: WorkingCalendar
    item: Item
    office_name: str
    today: date
    behaviours: Sequence[Listed] = ()
    """The dishonest behaviours that records of the item may cite, where one is cited."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A submission that may stand, as far as it tells by itself: who it is about, and columns of its record."""

    party: Party
    decision_no: str
    judged: Mapping[str, Any]
    representative: NamedRepresentative | None


async def submit(
    tx: Transaction, vault: Vault, books: Rulebooks, calendar: WorkingCalendar, submission: Submission
) -> UUID:
    """Hand in a record; give its id.

    Raises: what `read` and `enrolment` raise; RecordExists; DecisionAlreadyProvided.
    """
    [item_id] = await items_named(tx, [submission])
    item = await load_item(tx, item_id, office_id=submission.office_id)
    named = await parties(tx, [submission])
    entry = read(await grounds(tx, books, calendar, item, [submission]), submission, named)
    party = entry.party
    values = {
        "about_person": party.is_person,
        "jurisdiction_id": item.jurisdiction_id,
        "office_id": submission.office_id,
        "item_id": item.id,
        "state": "submitted",
        "version": 1,
        "decision_no": entry.decision_no,
        "submitted_at": tx.now,
        "submitted_by": tx.actor.account_id,
        "disclosure": item.disclosure_of(person=party.is_person),
        **entry.judged,
    }
    async with noting(tx):
        subject_id = submission.subject_id or await _enrol(tx, vault, books, item, party)
        record_id = await _create_once(tx, {"subject_id": subject_id, **values}, basis=terms.citation(books, item))
        if not party.is_person:
            await _link_representative(
                tx, vault, books, item=item, subject_id=subject_id, named=entry.representative, on=submission.decided_on
            )
            await name_warnings.warn(
                tx, subject_id=subject_id, record_id=record_id, office_id=submission.office_id, given_name=party.name
            )
    return record_id


async def items_named(tx: Transaction, submissions: Sequence[Submission]) -> list[UUID | None]:
    """Tell the catalogue item that each submission of an office names; None for a code that its division's catalogue lacks.

    Of an item named by its code it is that of the edition in force on the day of the decision, else that of the latest,
    which refuses the day.
    """
    asked = [(one.item_code, one.decided_on) for one in submissions if one.item_code and writable(one.item_code)]
    found: dict[tuple[str | None, date], UUID] = {}
    if asked:
        codes, days = zip(*asked, strict=True)
        rows = await tx.connection.fetch(_ITEMS_NAMED, submissions[0].office_id, codes, days)
        found = {(row["code"], row["day"]): row["item_id"] for row in rows}
    return [one.item_id or found.get((one.item_code, one.decided_on)) for one in submissions]


async def grounds(
    tx: Transaction, books: Rulebooks, calendar: WorkingCalendar, item: Item, submissions: Sequence[Submission]
) -> Grounds:
    """Read what submissions of one office under one item are judged by."""
    office_id = submissions[0].office_id
    office_name = await tx.connection.fetchval("SELECT name FROM office WHERE id = $1", office_id)
    behaviours: Sequence[Listed] = ()
    if any(one.behaviour is not None for one in submissions):
        behaviours = await listed(tx, books, item, office_id=office_id)
    return Grounds(
        books=books, calendar=calendar, item=item, office_name=office_name, today=tx.today, behaviours=behaviours
    )


async def parties(tx: Transaction, submissions: Iterable[Submission]) -> dict[UUID, Party]:
    """Read the subjects that submissions name by their ids."""
    ids = [one.subject_id for one in submissions if one.subject_id is not None]
    if not ids:
        return {}
    rows = await tx.connection.fetch("SELECT id, kind, name, uscc FROM subject WHERE id = ANY($1::uuid[])", ids)
    return {row["id"]: Party(row["kind"], row["name"], row["uscc"]) for row in rows}


def read(by: Grounds, submission: Submission, named: Mapping[UUID, Party]) -> Entry:
    """Read a submission as far as it tells by itself whether it may stand.

    Raises: NotProducer; RecordHasProcedure; ItemNotInForce; SubjectKindNotAllowed; SubjectUnclear; NumberNeeded; ChildPunished; DataItemMissing,
    DataItemInvalid or DataItemUnknown (all faults in `faults`); what `statement.judge` raises; BehaviourNotListed.
    """
    item = by.item
    item.admit_office()
    _admit_way(by.books, item, submission, on=submission.decided_on)
    decision_no = _decision_no(submission)
    handed, faults = as_text(item.data_items, submission.content)
    raise_first(faults)
    party = _party_of(submission, handed, named, today=by.today)
    item.admit_subject(party.kind)
    party = _aged(by, submission, party)
    terms.check_age(by.books, item, born_on=party.born_on, on=submission.decided_on)
    content = _checked_content(by, submission, handed, party=party)
    judged = judge(by.books, by.calendar, item, _statement(submission, party, content), today=by.today)
    acted_on = submission.acted_on or submission.decided_on
    judged |= terms.kept_back_for_age(by.books, item, born_on=party.born_on, on=acted_on, today=by.today)
    cited = submission.behaviour
    judged["behaviour_id"] = None if cited is None else required(by.behaviours, cited, on=submission.decided_on)
    return Entry(party, decision_no, judged, None if party.is_person else named_representative(handed))


def _aged(by: Grounds, submission: Submission, party: Party) -> Party:
    """Give the party with its birthday, as its number tells it, or the procedure that the record comes by.

    Raises: NumberNeeded.
    """
    if party.id_number is not None or not terms.asks_for_age(by.books, by.item, person=party.is_person, today=by.today):
        return party
    if submission.through is None:
        raise NumberNeeded()
    return replace(party, born_on=submission.born_on)


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
    number = require_seen("decision_no", submission.decision_no, longest=LONGEST_NUMBER)
    if enrolment.names_identity(number, person_name=None):
        raise PersonalTextInPublic(field="decision_no")
    return number


def _statement(submission: Submission, party: Party, content: Mapping[str, str]) -> Statement:
    """Give what the submission states, a person's name masked where it stands in the title."""
    person_name = party.name if party.is_person else None
    return Statement(
        title=shown_text(submission.title.strip(), person_name=person_name),
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


def _party_of(submission: Submission, content: Mapping[str, str], named: Mapping[UUID, Party], *, today: date) -> Party:
    """Tell who the record is about: from the submission, else from the columns of the sheet.

    Raises: SubjectUnclear; NotFound; UsccInvalid; UsccCheckFailed; DocumentNotSupported; ResidentIdInvalid.
    """
    uscc = submission.uscc
    id_number = submission.id_number
    if uscc is None and id_number is None and submission.subject_id is None:
        uscc, id_number = first_of(content, "XDR_SHXYM"), first_of(content, "XDR_ZJHM")
    if [uscc, id_number, submission.subject_id].count(None) != 2:
        raise SubjectUnclear()
    if submission.subject_id is not None:
        if submission.subject_id not in named:
            raise NotFound()
        return named[submission.subject_id]
    name = submission.name or first_of(content, "XDR_MC")
    if name is None:
        raise SubjectUnclear()
    name = as_seen(name)
    if uscc is not None:
        code = read_uscc(uscc)
        return Party(code.kind, name.strip(), code.code)
    require_identity_card(content)
    number = read_resident_id(id_number, today=today)
    return Party(PERSON, name.strip(), id_number=number.number, born_on=number.born_on)


def _checked_content(
    by: Grounds, submission: Submission, content: Mapping[str, str], *, party: Party
) -> dict[str, str]:
    """Fill in what is known and check every data item.

    Raises: DataItemMissing, DataItemInvalid or DataItemUnknown, whichever comes first, with all in `faults`.
    """
    described = by.item.data_items
    filled, faults = fill_party_columns(
        described,
        content,
        party,
        decision_no=as_seen(submission.decision_no.strip()),
        decided_on=submission.decided_on,
        office_name=by.office_name,
    )
    items = {code: rule for code, rule in described.items() if code not in OWN_NUMBER_COLUMNS}
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
    named: NamedRepresentative | None,
    on: date,
) -> None:
    """Note the legal representative whom the columns of the sheet name."""
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


_ITEMS_NAMED: Final = """
SELECT DISTINCT ON (asked.code, asked.day) asked.code, asked.day, item.id AS item_id
FROM unnest($2::text[], $3::date[]) asked (code, day)
JOIN office ON office.id = $1
JOIN catalogue_item item ON item.jurisdiction_id = office.jurisdiction_id AND item.code = asked.code
ORDER BY asked.code, asked.day,
  coalesce(item.valid_from <= asked.day, true) AND coalesce(item.valid_to >= asked.day, true) DESC,
  item.valid_from DESC NULLS LAST, item.id
"""

_KNOWN: Final = f"""
SELECT record.id, record.office_id, record.state, office.name AS office_name
FROM credit_record record JOIN office ON office.id = record.office_id
WHERE record.item_id IN (
    SELECT same.id FROM catalogue_item one JOIN catalogue_item same USING (jurisdiction_id, code) WHERE one.id = $1
  ) AND record.subject_id = $2 AND {compared("record.decision_no")} = {compared("$3::text")} AND record.state <> 'withdrawn'
ORDER BY record.stands_twice LIMIT 1
"""

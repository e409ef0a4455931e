"""What may happen to a credit record: it is submitted, published, amended, withdrawn.

Only the office that produces the information hands it in; what the rulebook of its jurisdiction does not
allow is refused with the clause. An amendment keeps the version it replaces; a withdrawal says publicly
why. Nothing is deleted, and whether a record is in force is told by its dates.
Source: 厦门2, 8 (谁产生,谁提供、谁负责); 海沧1; 上海4, 5; 十堰正文; 新乡二; 行政处罚法 48.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.calendar import WorkingCalendar
from domain.credit import terms
from domain.credit.data_items import IDENTITY_COLUMNS, NAME_COLUMNS, Fault, check, storable
from domain.credit.item import Item, item_of, load_item
from domain.credit.party import Party, fill_party_columns, first_of, named_representative
from domain.credit.refusals import (
    DateInFuture,
    DecisionAlreadyProvided,
    NecessityRequired,
    NothingToAmend,
    PersonalTextInPublic,
    ReasonRequired,
    RecordExists,
    SeverityMissing,
    SubjectUnclear,
    citing,
)
from domain.credit.statement import CONDITION_MET, LONGEST_NUMBER, Statement, judge, require_text
from domain.errors import InvalidInput, NotFound
from domain.ids import new_id
from domain.lifecycle import Transaction, create, machine, move
from domain.registry import enrolment
from domain.rulebook.model import Rulebooks
from domain.vault import Vault

MACHINE: Final = machine(
    "credit_record",
    publish=("submitted", "published"),  # shown as far as its disclosure goes, until its term ends
    amend=(("submitted", "published"), None),  # a new version; the old one is kept
    withdraw=(("submitted", "published"), "withdrawn"),  # no longer shown; the reason is public
)

AMENDABLE: Final = frozenset(entry.name for entry in fields(Statement))
"""What an amendment may change. Subject, item and decision number stay: a wrong one is withdrawn."""

_LONGEST_REASON: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A record as an office hands it in 归集.

    The subject is named by one of `uscc`, `id_number` and `subject_id`, or by the columns of the national
    sheets in `content`. Days that are not given are that of the decision, except the closing day, which
    stays open. `record_import` and `record_id` are set by imports only.
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
    content: Mapping[str, str] = field(default_factory=dict)


async def submit(
    tx: Transaction, vault: Vault, books: Rulebooks, calendar: WorkingCalendar, submission: Submission
) -> UUID:
    """Hand in a record; give its id. The subject and its legal representative are entered where they are new.

    Raises: NotProducer; ItemNotInForce; SubjectKindNotAllowed; SubjectUnclear; DataItemMissing,
    DataItemInvalid, DataItemUnknown (all faults in `faults`); what `statement.judge` and
    `enrolment` raise; RecordExists; DecisionAlreadyProvided.
    Source: 厦门8, 上海4 (who produces provides); 厦门2, 上海5 (severity).
    """
    item = await load_item(tx, submission.item_id, office_id=submission.office_id)
    item.admit_office()
    decision_no = require_text("decisionNo", submission.decision_no, longest=LONGEST_NUMBER)
    party = await _party_of(tx, submission)
    item.admit_subject(party.kind)
    content = await _checked_content(tx, item, submission, party)
    statement = Statement(
        title=enrolment.without_identity(submission.title, name=party.name if party.is_person else None),
        decided_on=submission.decided_on,
        obtained_on=submission.obtained_on or submission.closed_on or submission.decided_on,
        closed_on=submission.closed_on,
        severity=submission.severity,
        procedure=submission.procedure,
        harm_removed=submission.harm_removed,
        condition_met=submission.condition_met,
        legal_basis=submission.legal_basis,
        legal_basis_level=submission.legal_basis_level,
        content=storable(content, person=party.is_person),
    )
    judged = judge(books, calendar, item, statement, today=tx.today)
    subject_id = submission.subject_id or await _enrol(tx, vault, books, item, party)
    await _refuse_known(tx, item, subject_id, decision_no, office_id=submission.office_id)
    values = {
        "subject_id": subject_id,
        "about_person": party.is_person,
        "jurisdiction_id": item.jurisdiction_id,
        "office_id": submission.office_id,
        "item_id": item.id,
        "state": "submitted",
        "version": 1,
        "decision_no": decision_no,
        "submitted_at": tx.now,
        "submitted_by": tx.actor.account_id,
        "disclosure": item.disclosure_of(person=party.is_person),
        **judged,
    }
    record_id = await _create_once(tx, item, values)
    await _link_representative(tx, vault, books, item, submission, party, subject_id)
    return record_id

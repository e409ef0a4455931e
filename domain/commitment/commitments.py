"""What may happen to a commitment: signed or refused, published, supplied, withdrawn as entered by mistake.

Only under an item in force, by a party it admits, at an office it names, with the exact text and a whole
signature. Guided, not forced: a refusal is recorded and nothing follows from it (our reading of 引导). What is
missing in tolerant acceptance has a last day, which is stored when its clock starts. Whether a commitment was
kept is `domain.commitment.results`' question.
Source: 厦门11; 海沧12; 十堰正文; 上海8(二)3 (who may not use the simplified procedures).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.calendar import WorkingCalendar
from domain.commitment import simplified
from domain.commitment.commitment import FAILING_SHOWN, SIGNATURE_METHODS, SIGNERS, STANDS
from domain.commitment.item import IN_FORCE, SIMPLIFIED_KINDS
from domain.commitment.items import LONGEST_TEXT
from domain.commitment.refusals import (
    CommitmentExists,
    ItemNotUsable,
    ItemNotYours,
    MissingNotStated,
    PartyNotAdmitted,
    SignatureIncomplete,
    SignedInFuture,
    SimplifiedProcedureBarred,
    SupplementOverdue,
    TextDiffers,
    TextMissing,
)
from domain.credit.refusals import PersonalTextInPublic
from domain.errors import InvalidInput, NotFound, StateConflict
from domain.lifecycle import Transaction, create, machine, move
from domain.masking import mask_name
from domain.registry.enrolment import LONGEST_NAME, names_identity
from domain.rulebook.lookup import book_of, layers_of
from domain.rulebook.model import Rulebooks
from domain.text import require_seen, require_text

MACHINE: Final = machine(
    "commitment",
    publish=(("signed", "kept", "broken"), None),  # pushed to the platform, and public as far as its item says
    supply=("signed", None),  # what was missing is there
    withdraw=("signed", "withdrawn"),  # entered by mistake
    keep=("signed", "kept"),
    **{"break": ("signed", "broken")},  # with a record of dishonest conduct, in one transaction
    reopen=(("kept", "broken"), "signed"),  # the finding no longer stands
    take_down=(("signed", "kept", "broken"), None),  # what it names is shown no longer, nor is it: the platform is told
)

PAPER: Final = ("handwritten", "seal")
_OTHER_PARTIES: Final = {
    "natural_person": "natural_person",
    "individual_business": "other_organisation",
    "other_organisation": "other_organisation",
}
"""Kinds of subject that are no legal persons 法人 (our reading; the code tells no more)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """How a commitment was signed.

    `signer` is who signed: in_person for a natural person, else legal_representative or agent with a name;
    `evidence` says where paper is kept. `online` says that the account that acts is the signer's own.
    """

    method: str
    signer: str
    name: str | None = None
    evidence: str | None = None
    signed_on: date | None = None
    online: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """In which matter a commitment is made: under which item, by whom, at which office, under which number."""

    item_id: UUID
    subject_id: UUID
    office_id: UUID
    matter_no: str


def party_of(kind: str) -> str:
    """Give the kind of party that a kind of subject is: 自然人, 法人 or 其他组织."""
    return _OTHER_PARTIES.get(kind, "legal_person")


async def named_item(tx: Transaction, books: Rulebooks, *, jurisdiction: str, code: str) -> UUID:
    """Find the item of a code that is in force today: the division's own, else that of the nearest layer.

    Raises: NotFound; JurisdictionUnknown.
    """
    layers = [layer.rulebook for layer in layers_of(book_of(books, jurisdiction)) if layer.relation != "sister"]
    found = await tx.connection.fetchval(_NAMED, code, jurisdiction, layers, tx.today)
    if found is None:
        raise NotFound("No commitment item of this code is in force here.", zh="本地没有该代码的有效承诺事项。")
    return UUID(str(found))


async def sign(
    tx: Transaction,
    books: Rulebooks,
    calendar: WorkingCalendar,
    matter: Matter,
    *,
    text: str | None,
    signature: Signature,
    missing: str | None = None,
) -> UUID:
    """Take in a signed commitment; give its id. Without a text that of the item is taken.

    Raises: NotFound; ItemNotUsable; ItemNotYours; PartyNotAdmitted; TextDiffers; TextMissing;
    SignatureIncomplete; SignedInFuture; MissingNotStated; SimplifiedProcedureBarred; CommitmentExists;
    PersonalTextInPublic; InvalidInput.
    """
    signed_on = signature.signed_on or tx.today
    if signed_on > tx.today:
        raise SignedInFuture
    item, subject = await _admitted(tx, books, matter, on=signed_on)
    _require_signature(signature, person=subject["is_person"])
    exact = _exact_text(item, text)
    lacking = _missing(item, missing)
    await _require_open(tx, books, item, matter)
    values = {
        **_common(tx, item, subject, matter),
        "state": "signed",
        "text": exact,
        "text_digest": hashlib.sha256(exact.encode()).hexdigest(),
        "signed_on": signed_on,
        "signature_method": signature.method,
        "evidence": require_text("evidence", signature.evidence, longest=500) if signature.evidence else None,
        "signer": signature.signer,
        "signer_name": signature.name and signature.name.strip(),
        "masked_name": mask_name(signature.name.strip()) if signature.name else None,
        "signed_by": tx.actor.account_id if signature.online else None,
        "taken_in_by": None if signature.online else tx.actor.account_id,
        "missing": lacking,
        **_supplement(calendar, item, signed_on, lacking),
    }
    return await _create_once(tx, "sign", values, basis=item["clause"])


async def refuse(tx: Transaction, books: Rulebooks, matter: Matter, *, reason: str | None = None) -> UUID:
    """Record that a subject would not commit; nothing follows from it but the general procedure.

    Raises: NotFound; ItemNotUsable; ItemNotYours; PartyNotAdmitted; InvalidInput.
    Source: 厦门11 (引导: guided, not forced).
    """
    item, subject = await _admitted(tx, books, matter, on=tx.today)
    values = {
        **_common(tx, item, subject, matter),
        "state": "refused",
        "disclosure": "restricted",
        "taken_in_by": tx.actor.account_id,
        "refusal_reason": require_text("reason", reason, longest=2_000) if reason else None,
        "supplement_provisional": False,
    }
    return await create(tx, "commitment", "refuse", values, basis=item["clause"])


async def publish(tx: Transaction, commitment_id: UUID) -> dict[str, Any]:
    """Publish a commitment, as far as its item says, to be pushed to the city platform; give the row after it.

    Raises: NotFound; StateConflict when it is published already.
    Source: 厦门11 (推送至市信用平台进行公示).
    """
    row = await load(tx, commitment_id)
    if row["published_at"] is not None:
        raise StateConflict(verb="publish")
    changes = {
        "published_at": tx.now,
        "portal_at": tx.now if row["disclosure"] == "public" else None,
    }
    return await moved(tx, row, "publish", changes)


async def supply(tx: Transaction, commitment_id: UUID, *, supplied_on: date | None = None) -> dict[str, Any]:
    """Record that everything missing was handed in, on a day within the term; give the row after it.

    Raises: NotFound; MissingNotStated where nothing was missing; SupplementOverdue; InvalidInput for a day in the
    future or before the signature; StateConflict.
    Source: 海沧12 (容缺受理).
    """
    row = await load(tx, commitment_id)
    day = supplied_on or tx.today
    if row["supplement_due_on"] is None:
        raise MissingNotStated
    if row["supplied_on"] is not None:
        raise StateConflict(verb="supply")
    if day > tx.today or day < row["signed_on"]:
        raise InvalidInput("That day cannot be.", zh="日期不成立。", field="supplied_on")
    if day > row["supplement_due_on"]:
        raise SupplementOverdue(due_on=row["supplement_due_on"].isoformat())
    return await moved(tx, row, "supply", {"supplied_on": day})


async def withdraw(tx: Transaction, commitment_id: UUID, *, reason: str) -> dict[str, Any]:
    """Withdraw a commitment that was entered by mistake; it is kept and shown no longer. Give the row after it.

    Raises: NotFound; InvalidInput; StateConflict once it was found kept or broken.
    """
    why = require_text("reason", reason, longest=2_000)
    row = await load(tx, commitment_id)
    return await moved(tx, row, "withdraw", {"withdrawal_reason": why, "withdrawn_at": tx.now}, reason=why)


async def take_down_with(tx: Transaction, record_id: UUID, *, reason: str) -> None:
    """Have the platform take down what was committed to have a record repaired: its words name the decision.

    Source: 信用修复管理办法 (终止公示、停止共享和使用).
    """
    for row in await tx.connection.fetch(_OF_REPAIR, record_id):
        await moved(tx, await load(tx, row["id"]), "take_down", {}, reason=reason)


async def take_down_ended(tx: Transaction) -> int:
    """Have the platform take down those for a repair whose failing is shown no longer and that it was not told of.

    The days of a failing run out by themselves, and what the platform holds of a commitment names no last day. Gives how
    many there were; one caller at a time.
    Source: 信用修复管理办法 (终止公示、停止共享和使用).
    """
    if not await tx.connection.fetchval(_ALONE):
        return 0
    ended = await tx.connection.fetch(_ENDED, tx.today)
    for row in ended:
        await moved(tx, await load(tx, row["id"]), "take_down", {}, reason=_RAN_OUT)
    return len(ended)


async def show_again(tx: Transaction) -> int:
    """Tell the platform anew of those for a repair that came down there and whose failing is shown again.

    The days of a failing are made longer when its severity or its term is put right. Gives how many there were; one caller
    at a time.
    """
    if not await tx.connection.fetchval(_ALONE):
        return 0
    shown = await tx.connection.fetch(_SHOWN_AGAIN, tx.today)
    for row in shown:
        await moved(tx, await load(tx, row["id"]), "publish", {}, reason=_GOES_ON)
    return len(shown)


async def load(tx: Transaction, commitment_id: UUID) -> asyncpg.Record:
    """Lock a commitment and read it with the clause of its item.

    Raises: NotFound.
    """
    row = await tx.connection.fetchrow(_COMMITMENT, commitment_id)
    if row is None:
        raise NotFound
    return row


async def moved(
    tx: Transaction, row: Mapping[str, Any], verb: str, changes: Mapping[str, Any], *, reason: str | None = None
) -> dict[str, Any]:
    """Move a commitment and add one to its version; give the row after it.

    Raises: StateConflict.
    """
    numbered = {**changes, "version": row["version"] + 1}
    return await move(tx, MACHINE, verb, row["id"], numbered, reason=reason, basis=row["clause"])


async def _admitted(
    tx: Transaction, books: Rulebooks, matter: Matter, *, on: date
) -> tuple[asyncpg.Record, asyncpg.Record]:
    """Read item and subject of a matter where they fit each other and the office.

    Raises: NotFound; ItemNotUsable; ItemNotYours; PartyNotAdmitted.
    """
    item = await tx.connection.fetchrow(_ITEM, matter.item_id, matter.office_id, on)
    subject = await tx.connection.fetchrow(
        "SELECT id, kind, is_person, name FROM subject WHERE id = $1 FOR NO KEY UPDATE", matter.subject_id
    )
    if item is None or subject is None or item["office_jurisdiction"] is None:
        raise NotFound
    if not item["in_force"] or not _reaches(books, item):
        raise ItemNotUsable
    if not item["is_taker"]:
        raise ItemNotYours
    if party_of(subject["kind"]) not in item["parties"]:
        raise PartyNotAdmitted(parties=list(item["parties"]))
    return item, subject


def _reaches(books: Rulebooks, item: asyncpg.Record) -> bool:
    """Tell whether an item is the office's own division's or that of a layer above it."""
    if item["office_jurisdiction"] == item["jurisdiction_id"]:
        return True
    layers = layers_of(book_of(books, item["office_jurisdiction"]))
    return any(layer.rulebook == item["rulebook"] and layer.relation != "sister" for layer in layers)


def _require_signature(signature: Signature, *, person: bool) -> None:
    """Pass a signature that says how, by whom and, for paper, where it is kept.

    Raises: SignatureIncomplete; InvalidInput.
    """
    if signature.method not in SIGNATURE_METHODS or signature.signer not in SIGNERS:
        raise InvalidInput("There is no such way to sign.", zh="签署方式或签署人类别不在词表内。", field="signature")
    if signature.name is not None:
        require_text("name", signature.name, longest=LONGEST_NAME)
    represented = signature.signer != "in_person"
    complete = (
        represented == (signature.name is not None)
        and (signature.signer != "legal_representative" or not person)
        and (represented or person)
        and (signature.method not in PAPER or (signature.evidence is not None and not signature.online))
    )
    if not complete:
        raise SignatureIncomplete


def _exact_text(item: asyncpg.Record, text: str | None) -> str:
    """Give the text as it was signed.

    Raises: TextDiffers; TextMissing; InvalidInput.
    """
    fixed: str | None = item["text"]
    if text is None and fixed is None:
        raise TextMissing
    given = require_text("text", text, longest=LONGEST_TEXT) if text is not None else str(fixed)
    if fixed is not None and given != fixed:
        raise TextDiffers
    return given


def _missing(item: asyncpg.Record, missing: str | None) -> str | None:
    """Give what is missing, in tolerant acceptance and nowhere else.

    Raises: MissingNotStated; InvalidInput.
    """
    if (item["kind"] == "tolerant_acceptance") != (missing is not None):
        raise MissingNotStated
    return require_text("missing", missing, longest=2_000) if missing is not None else None


def _supplement(calendar: WorkingCalendar, item: asyncpg.Record, start: date, missing: str | None) -> dict[str, Any]:
    """Give the last day to hand in what is missing, counted from the signature."""
    if missing is None:
        return {"supplement_due_on": None, "supplement_provisional": False}
    due = calendar.add_term(start, item["supplement_term"], item["supplement_unit"])
    return {"supplement_due_on": due.day, "supplement_provisional": due.provisional}


async def _require_open(tx: Transaction, books: Rulebooks, item: asyncpg.Record, matter: Matter) -> None:
    """Refuse simplified procedures to a subject from whom they are taken away.

    Raises: SimplifiedProcedureBarred.
    """
    if item["kind"] not in SIMPLIFIED_KINDS:
        return
    found = await simplified.standing(
        tx.connection,
        books,
        subject_id=matter.subject_id,
        jurisdiction=item["office_jurisdiction"],
        on=tx.today,
    )
    if not found.allowed:
        raise SimplifiedProcedureBarred(
            citation=found.rule.citation,
            record=f"CreditRecord:{found.longest.record_id}",
            until=found.until.isoformat() if found.until else None,
        )


def _common(tx: Transaction, item: asyncpg.Record, subject: asyncpg.Record, matter: Matter) -> dict[str, Any]:
    """Give the columns that a commitment and a refusal share.

    Raises: InvalidInput; PersonalTextInPublic for a number that is an identity number or names the person.
    """
    number = require_seen("matter_no", matter.matter_no, longest=128)
    if names_identity(number, person_name=subject["name"] if subject["is_person"] else None):
        raise PersonalTextInPublic(field="matter_no")
    person = subject["is_person"]
    return {
        "commitment_item_id": matter.item_id,
        "subject_id": matter.subject_id,
        "about_person": person,
        "party": party_of(subject["kind"]),
        "jurisdiction_id": item["office_jurisdiction"],
        "office_id": matter.office_id,
        "matter_no": number,
        "version": 1,
        "entered_at": tx.now,
        "disclosure": item["person_disclosure"] if person else item["disclosure"],
    }


async def _create_once(tx: Transaction, verb: str, values: Mapping[str, Any], *, basis: str) -> UUID:
    """Write the commitment, unless one in the same matter stands or is written at the same instant.

    Raises: CommitmentExists.
    """
    try:
        async with tx.connection.transaction():
            return await create(tx, "commitment", verb, values, basis=basis)
    except asyncpg.UniqueViolationError:
        raise CommitmentExists from None


_ITEM: Final = f"""
SELECT item.*, ({IN_FORCE.replace("{t}", "item").replace(":today", "$3::date")}) AS in_force,
       office.jurisdiction_id AS office_jurisdiction,
       NOT EXISTS (SELECT FROM commitment_item_office taker WHERE taker.commitment_item_id = item.id)
       OR EXISTS (SELECT FROM commitment_item_office taker WHERE taker.commitment_item_id = item.id AND taker.office_id = $2) AS is_taker
FROM commitment_item item LEFT JOIN office ON office.id = $2 AND office.kind <> 'partner_agency'
WHERE item.id = $1
"""

_NAMED: Final = f"""
SELECT item.id FROM commitment_item item
WHERE item.code = $1 AND (item.jurisdiction_id = $2 OR item.rulebook = ANY($3::text[]))
  AND {IN_FORCE.replace("{t}", "item").replace(":today", "$4::date")}
ORDER BY array_position($3::text[], item.rulebook) NULLS FIRST, item.valid_from DESC NULLS LAST, item.id LIMIT 1
"""

_OF_REPAIR: Final = """
SELECT made.id FROM repair_application asked JOIN commitment made ON made.id = asked.commitment_id
WHERE asked.record_id = $1 AND made.published_at IS NOT NULL AND made.state IN ('signed', 'kept', 'broken') ORDER BY made.id
"""

_RAN_OUT: Final = "所涉信息已终止公示"
_GOES_ON: Final = "所涉信息恢复公示"
_ALONE: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended('commitment.take_down', 0))"
_BY_FAILING: Final = f"""
SELECT made.id FROM repair_application asked JOIN commitment made ON made.id = asked.commitment_id
CROSS JOIN LATERAL (
  SELECT told.verb FROM outbox_event told WHERE told.object_id = made.id AND told.verb <> 'deliver'
  ORDER BY told.id DESC LIMIT 1
) last
WHERE made.published_at IS NOT NULL AND {STANDS.format(t="made")}
"""
_ENDED: Final = f"""
{_BY_FAILING} AND NOT {FAILING_SHOWN.replace(":today", "$1::date")} AND last.verb <> 'take_down' ORDER BY made.id
"""
"""Whatever was told after it came down may have shown it again."""

_SHOWN_AGAIN: Final = f"""
{_BY_FAILING} AND {FAILING_SHOWN.replace(":today", "$1::date")} AND last.verb = 'take_down' ORDER BY made.id
"""

_COMMITMENT: Final = """
SELECT made.*, item.clause, item.name AS item_name, subject.kind AS subject_kind FROM commitment made
JOIN commitment_item item ON item.id = made.commitment_item_id JOIN subject ON subject.id = made.subject_id WHERE made.id = $1 FOR NO KEY UPDATE OF made
"""

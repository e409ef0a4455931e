"""Whether a commitment was kept: found by another person than took it in, told by a credit record.

A broken one makes, in the same transaction, a record of dishonest conduct by the office that has the matter in
hand, under the catalogue item the rulebook names; a kept one enters the subject's record where the rulebook says
so. Where the rulebook has no item for it, or none this office produces, the commitment says why there is none.
One document may find about several commitments of a subject: each has a record of its own, the later ones under the
number of the document with their place in it (a reading: 上海5(四) speaks of each 承诺不实 as information).
Source: 厦门11 (履约信息; 违法失信后自愿接受约束和惩戒); 海沧12 (纳入市场主体信用记录); 上海5(四).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.calendar import WorkingCalendar
from domain.commitment import spot_checks
from domain.commitment.commitment import BREACH_GROUNDS
from domain.commitment.commitments import load, moved
from domain.commitment.refusals import JudgeInOwnMatter, RecordStands, SupplementNotDue, SupplementOpen
from domain.credit import terms
from domain.credit.item import Item, load_item
from domain.credit.submission import Submission, submit
from domain.decision_number import compared
from domain.errors import InvalidInput, StateConflict
from domain.lifecycle import Transaction
from domain.rulebook.answer import RuleAnswer
from domain.rulebook.model import Rulebooks
from domain.text import require_text
from domain.vault import Vault

LONGEST_FINDING: Final = 5_000
RESULTS: Final = {"keep": "履约", "break": "违约"}
GROUNDS: Final = {"untrue": "承诺不实", "unfulfilled": "违反承诺", "not_supplied": "逾期未补正"}
PATHS: Final = {"keep": "commitment.kept.item", "break": "commitment.broken.item"}
_LONGEST_NAME: Final = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found about a commitment, and the number of the document that says so.

    For a broken one with its ground and, where the rulebook classes it, its severity and legal basis.
    """

    text: str
    decision_no: str
    ground: str | None = None
    severity: str | None = None
    legal_basis: str | None = None
    legal_basis_level: str | None = None
    found_in: str | None = None


async def keep(
    tx: Transaction, vault: Vault, books: Rulebooks, calendar: WorkingCalendar, commitment_id: UUID, finding: Finding
) -> dict[str, Any]:
    """Find a commitment kept 履约; give the row after it.

    Raises: NotFound; JudgeInOwnMatter; SupplementOpen; InvalidInput; StateConflict; what `submit` raises.
    """
    row = await _judged(tx, commitment_id)
    if row["supplement_due_on"] is not None and row["supplied_on"] is None:
        raise SupplementOpen
    return await _found(tx, vault, books, calendar, row, "keep", finding)


async def find_broken(
    tx: Transaction, vault: Vault, books: Rulebooks, calendar: WorkingCalendar, commitment_id: UUID, finding: Finding
) -> dict[str, Any]:
    """Find a commitment broken 违约 and make its record; give the row after it.

    Raises: NotFound; JudgeInOwnMatter; SupplementNotDue; InvalidInput; StateConflict; what `submit` raises.
    """
    row = await _judged(tx, commitment_id)
    if finding.ground not in BREACH_GROUNDS:
        raise InvalidInput("Say on which ground.", zh="请注明违约情形。", field="ground")
    if finding.ground == "not_supplied":
        _require_overdue(row, tx.today)
    return await _found(tx, vault, books, calendar, row, "break", finding)


async def reopen(tx: Transaction, commitment_id: UUID, *, reason: str) -> dict[str, Any]:
    """Set a finding aside once its record has been withdrawn; the commitment is open again.

    Raises: NotFound; RecordStands; InvalidInput; StateConflict.
    """
    why = require_text("reason", reason, longest=2_000)
    row = await load(tx, commitment_id)
    stands = await tx.connection.fetchval(
        "SELECT state <> 'withdrawn' FROM credit_record WHERE id = $1", row["record_id"]
    )
    if stands:
        raise RecordStands
    cleared = dict.fromkeys(("found_on", "found_at", "finding", "found_by", "breach_ground", "record_id", "unrecorded"))
    return await moved(tx, row, "reopen", cleared, reason=why)


async def _judged(tx: Transaction, commitment_id: UUID) -> asyncpg.Record:
    """Lock a commitment that the actor neither signed nor took in.

    Raises: NotFound; JudgeInOwnMatter.
    """
    row = await load(tx, commitment_id)
    actor = tx.actor.account_id
    if actor is not None and actor in (row["taken_in_by"], row["signed_by"]):
        raise JudgeInOwnMatter
    return row


def _require_overdue(row: Mapping[str, Any], today: date) -> None:
    """Pass a commitment whose missing papers did not come in time.

    Raises: SupplementNotDue; InvalidInput where nothing was missing, or it came.
    """
    if row["supplement_due_on"] is None or row["supplied_on"] is not None:
        raise InvalidInput("Nothing is missing.", zh="没有欠缺材料。", field="ground")
    if today <= row["supplement_due_on"]:
        raise SupplementNotDue(due_on=row["supplement_due_on"].isoformat())


async def _found(
    tx: Transaction,
    vault: Vault,
    books: Rulebooks,
    calendar: WorkingCalendar,
    row: asyncpg.Record,
    verb: str,
    finding: Finding,
) -> dict[str, Any]:
    if row["state"] != "signed":
        raise StateConflict(verb=verb)
    changes: dict[str, Any] = {
        "found_on": tx.today,
        "found_at": tx.now,
        "finding": require_text("finding", finding.text, longest=LONGEST_FINDING),
        "found_by": tx.actor.account_id,
        "breach_ground": finding.ground if verb == "break" else None,
    }
    rule = terms.binding(books, row["jurisdiction_id"], PATHS[verb], tx.today)
    item, changes["unrecorded"] = await _item_for(tx, row, rule)
    if item is not None:
        number = await _number(tx, row, item, finding.decision_no.strip())
        submission = _submission(row, item, verb, finding, number=number, today=tx.today)
        changes["record_id"] = await submit(tx, vault, books, calendar, submission)
    after = await moved(tx, row, verb, changes)
    await spot_checks.note(tx, row["id"], verb)
    return after


async def _item_for(tx: Transaction, row: asyncpg.Record, rule: RuleAnswer | None) -> tuple[Item | None, str | None]:
    """Give the catalogue item under which the office records the result, or why there is none."""
    if rule is None:
        return None, "no_item"
    found = await tx.connection.fetchval(_ITEM, row["jurisdiction_id"], rule.value, row["office_id"], tx.today)
    if found is None:
        return None, "no_item"
    item = await load_item(tx, found, office_id=row["office_id"])
    if not item.is_in_force(tx.today):
        return None, "not_in_force"
    if not item.admits(row["subject_kind"]):
        return None, "subject_kind"
    return (item, None) if item.is_producer else (None, "not_producer")


async def _number(tx: Transaction, row: asyncpg.Record, item: Item, document: str) -> str:
    """Give the number of the record: that of the document, and from the second commitment in it the first free place.

    A record with that number that is of no commitment stays what `submit` refuses.
    """
    found = await tx.connection.fetchval(_NUMBER, item.id, row["subject_id"], document, row["office_id"])
    return str(found or document)


def _submission(
    row: asyncpg.Record, item: Item, verb: str, finding: Finding, *, number: str, today: date
) -> Submission:
    """Give the record that tells the result, as the office hands it in."""
    basis = finding.legal_basis or row["clause"]
    name = row["item_name"][:_LONGEST_NAME]
    told = {
        "COMMITMENT": name,
        "RESULT": RESULTS[verb],
        "FACTS": finding.text,
        "DECISION_NO": finding.decision_no,
        "BASIS": basis,
        "FOUND_IN": finding.found_in,
    }
    return Submission(
        office_id=row["office_id"],
        item_id=item.id,
        decision_no=number,
        title=f"{name}：{GROUNDS.get(finding.ground or '', RESULTS[verb])}",
        decided_on=today,
        subject_id=row["subject_id"],
        severity=finding.severity,
        legal_basis=basis,
        legal_basis_level=finding.legal_basis_level,
        content={code: value for code, value in told.items() if code in item.data_items and value is not None},
    )


_NUMBER: Final = f"""
WITH taken AS (
  SELECT {compared("record.decision_no")} AS decision_no, EXISTS (
      SELECT FROM commitment WHERE commitment.subject_id = $2 AND commitment.record_id = record.id) AS is_of_commitment
  FROM credit_record record
  WHERE record.subject_id = $2 AND record.office_id = $4 AND record.state <> 'withdrawn' AND starts_with({compared("record.decision_no")}, {compared("$3::text")})
    AND record.item_id IN (
      SELECT same.id FROM catalogue_item one JOIN catalogue_item same USING (jurisdiction_id, code) WHERE one.id = $1)
)
SELECT numbered.decision_no
FROM generate_series(1, (SELECT count(*) + 1 FROM taken)) place
CROSS JOIN LATERAL (SELECT CASE place WHEN 1 THEN $3 ELSE format('%s（第%s项）', $3::text, place) END AS decision_no) numbered
WHERE {compared("numbered.decision_no")} NOT IN (SELECT decision_no FROM taken)
  AND NOT EXISTS (SELECT FROM taken WHERE decision_no = {compared("$3::text")} AND NOT is_of_commitment)
ORDER BY place LIMIT 1
"""

_ITEM: Final = """
SELECT item.id FROM catalogue_item item
LEFT JOIN catalogue_producer producer ON producer.item_id = item.id AND producer.office_id = $3
WHERE item.jurisdiction_id = $1 AND item.code = $2
ORDER BY coalesce(item.valid_from <= $4, TRUE) AND coalesce(item.valid_to >= $4, TRUE) DESC,
  item.valid_from DESC NULLS LAST, producer.id NULLS LAST LIMIT 1
"""
"""Of the edition in force on the day: the next one may be approved already, and begin later."""

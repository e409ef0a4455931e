"""Irregular repair 不按规定办理信用修复, found from rows and ledger: what the rules would not have let happen.

In charge of naming every irregularity of the repairs of a time: decided before the shortest publication had run,
by the finder, by another office, without finding or commitment, against an unmet condition, out of order, with
entries left standing; rows that say something else than the ledger, records repaired past the procedure. It
trusts neither the columns nor their constraints, since whoever can write SQL can change both.
Source: 上海12 (不按规定办理信用修复等行为的); 厦门6; 信用修复管理办法 (谁认定、谁修复).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.calendar import WorkingCalendar
from domain.clock import local_day
from domain.connection import Connection
from domain.repair.conditions import Standing
from domain.repair.facts import Case, load_case
from domain.rulebook.model import Rulebooks

CODES: Final[Mapping[str, tuple[str, str]]] = {
    "without_application": ("The record is repaired and no application was granted.", "未经申请和决定即修复。"),
    "without_finding": ("Granted without a finding of fulfilment.", "未经认定履行义务即准予修复。"),
    "without_commitment": ("Granted without a signed commitment.", "未作出信用承诺即准予修复。"),
    "by_finder": ("Decided by whoever made the finding or applied.", "由认定人或申请人自行决定。"),
    "by_other_office": ("Decided by another office than the one that recognised.", "非认定单位作出修复决定。"),
    "before_minimum": ("Granted before the shortest publication had run.", "最短公示期届满前准予修复。"),
    "condition_not_met": ("Granted although a condition was not met.", "条件未满足而准予修复。"),
    "out_of_order": ("The steps were taken out of their order.", "办理步骤颠倒。"),
    "differs_from_ledger": ("The row says something else than the ledger.", "数据与台账记录不一致。"),
    "not_in_ledger": ("The ledger has no event of the decision.", "台账中没有该决定的记录。"),
    "entry_still_listed": (
        "An entry that ends with the repair is still on its list.",
        "应随修复移出的名单信息仍在列。",
    ),
    "record_still_shown": ("The repair was granted and the record is still published.", "准予修复后该信息仍在公示。"),
    "entry_without_repair": (
        "An entry was removed as repaired without any granted repair.",
        "未准予修复而以修复为由移出名单。",
    ),
}
"""What can be irregular, in both languages."""


@dataclass(frozen=True, slots=True)
class Irregularity:
    """One irregularity: of which repair, on which day, by whom, against which words."""

    code: str
    on: date
    office_id: UUID
    jurisdiction: str
    application_id: UUID | None = None
    record_id: UUID | None = None
    entry_id: UUID | None = None
    accounts: tuple[UUID, ...] = ()
    detail: str | None = None
    citation: str | None = None

    @property
    def words(self) -> tuple[str, str]:
        """What it is, in English and Chinese."""
        return CODES[self.code]


async def irregularities(
    connection: Connection, books: Rulebooks, calendar: WorkingCalendar, *, first: date, last: date
) -> list[Irregularity]:
    """Find the irregular repairs decided from a day to a day, in the order of their days."""
    found: list[Irregularity] = []
    for row in await connection.fetch(_GRANTED, first, last):
        decided_on = local_day(row["decided_at"])
        case = await load_case(
            connection, books, calendar, row["record_id"], today=decided_on, application_id=row["id"]
        )
        found += _of_grant(row, case, books, decided_on)
    found += [_of_record(row) for row in await connection.fetch(_REPAIRED_ALONE, first, last)]
    found += [_of_entry(row) for row in await connection.fetch(_ENTRIES_ALONE, first, last)]
    return sorted(found, key=lambda one: (one.on, str(one.record_id), one.code))


def _of_grant(row: Mapping[str, Any], case: Case, books: Rulebooks, decided_on: date) -> Iterator[Irregularity]:
    """Give what is irregular about a granted application."""

    def irregular(code: str, **more: Any) -> Irregularity:
        accounts = tuple(one for one in (row["found_by"], row["decided_by"]) if one is not None)
        return Irregularity(
            code, decided_on, row["office_id"], row["jurisdiction_id"], row["id"], row["record_id"], accounts=accounts, **more
        )  # fmt: skip

    if row["found_at"] is None or row["found_event_at"] is None:
        yield irregular("without_finding")
    if row["signed_at"] is None or row["commitment_id"] is None or row["signed_event_at"] is None:
        yield irregular("without_commitment")
    if _is_own_step(row):
        yield irregular("by_finder")
    if row["granted_event_at"] is None:
        yield irregular("not_in_ledger")
    elif row["granted_office"] != row["record_office"]:
        yield irregular("by_other_office")
    if row["differs"]:
        yield irregular("differs_from_ledger")
    if _is_out_of_order(row):
        yield irregular("out_of_order")
    yield from _unmet(case, irregular)
    if row["record_state"] == "published":
        yield irregular("record_still_shown")
    for one in case.exits(books):
        if one.ends:
            yield irregular("entry_still_listed", entry_id=one.entry.id, citation=one.citation)


def _unmet(case: Case, irregular: Any) -> Iterator[Irregularity]:
    for one in case.judged():
        if one.standing is not Standing.NOT_MET:
            continue
        early = one.condition.condition == "minimum_publication"
        code = "before_minimum" if early else "condition_not_met"
        if one.condition.condition != "commitment":
            yield irregular(code, detail=f"{one.condition.name}：{one.zh}", citation=one.condition.citation)


def _is_own_step(row: Mapping[str, Any]) -> bool:
    """Tell whether one account took two steps that must be two persons', by columns or by ledger."""
    decided = {row["decided_by"], row["granted_account"]} - {None}
    before = {row["found_by"], row["found_account"], row["applied_by"], row["signed_by"]} - {None}
    return bool(decided & before)


def _is_out_of_order(row: Mapping[str, Any]) -> bool:
    steps = [row[name] for name in ("applied_at", "found_at", "signed_at", "decided_at")]
    told = [row[name] for name in ("applied_event_at", "found_event_at", "signed_event_at", "granted_event_at")]
    return any(taken != sorted(taken) for taken in ([one for one in way if one is not None] for way in (steps, told)))


def _of_record(row: Mapping[str, Any]) -> Irregularity:
    accounts = (row["account_id"],) if row["account_id"] else ()
    return Irregularity(
        "without_application", local_day(row["repaired_at"]), row["office_id"], row["jurisdiction_id"],
        record_id=row["id"], accounts=accounts,
    )  # fmt: skip


def _of_entry(row: Mapping[str, Any]) -> Irregularity:
    return Irregularity(
        "entry_without_repair", row["removed_on"], row["office_id"], row["jurisdiction_id"], entry_id=row["id"]
    )


_TOLD: Final = ", ".join(
    f"application.{name} IS DISTINCT FROM told.{name}"
    for name in (
        "record_id", "subject_id", "office_id", "state", "minimum_until", "correction_due_on", "standard", "fulfilled_on",
        "corrected_on", "effect_removed_on", "criminal_proceedings", "repeated", "found_at", "found_by", "signed_at",
        "commitment_id", "decided_at", "decided_by", "decision_reason", "assessment", "applied_by",
    )
).replace(", ", " OR ")  # fmt: skip

_GRANTED: Final = f"""
SELECT application.*, record.state AS record_state, record.office_id AS record_office,
  applied.at AS applied_event_at, found.at AS found_event_at, found.account_id AS found_account,
  signed.at AS signed_event_at, granted.at AS granted_event_at, granted.account_id AS granted_account,
  granted.office_id AS granted_office, (granted.at IS NOT NULL AND ({_TOLD})) AS differs
FROM repair_application application
JOIN credit_record record ON record.id = application.record_id
LEFT JOIN LATERAL (
  SELECT at FROM ledger_event WHERE object_id = application.id AND verb = 'apply' AND kind = 'change' ORDER BY id LIMIT 1
) applied ON true
LEFT JOIN LATERAL (
  SELECT at, account_id FROM ledger_event
  WHERE object_id = application.id AND verb = 'find_fulfilled' AND kind = 'change' ORDER BY id DESC LIMIT 1
) found ON true
LEFT JOIN LATERAL (
  SELECT at FROM ledger_event WHERE object_id = application.id AND verb = 'sign' AND kind = 'change'
  ORDER BY id DESC LIMIT 1
) signed ON true
LEFT JOIN LATERAL (
  SELECT at, account_id, office_id, image FROM ledger_event
  WHERE object_id = application.id AND verb = 'grant' AND kind = 'change' ORDER BY id DESC LIMIT 1
) granted ON true
LEFT JOIN LATERAL jsonb_populate_record(NULL::repair_application, granted.image) told ON true
WHERE application.state = 'granted'
  AND (application.decided_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN $1::date AND $2::date
ORDER BY application.decided_at, application.id
"""

_REPAIRED_ALONE: Final = """
SELECT record.id, record.office_id, record.jurisdiction_id, record.repaired_at, event.account_id
FROM credit_record record
LEFT JOIN LATERAL (
  SELECT account_id FROM ledger_event WHERE object_id = record.id AND verb = 'repair' ORDER BY id DESC LIMIT 1
) event ON true
WHERE record.repaired_at IS NOT NULL
  AND (record.repaired_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN $1::date AND $2::date
  AND NOT EXISTS (SELECT FROM repair_application done WHERE done.record_id = record.id AND done.state = 'granted')
"""

_ENTRIES_ALONE: Final = """
SELECT entry.id, entry.office_id, entry.jurisdiction_id, entry.removed_on FROM list_entry entry
WHERE entry.removal_reason = 'repaired' AND entry.removed_on BETWEEN $1::date AND $2::date AND NOT EXISTS (
  SELECT FROM list_evidence evidence
  JOIN repair_application done ON done.record_id = evidence.record_id AND done.state = 'granted'
  WHERE evidence.entry_id IN (entry.id, entry.with_entry_id)
)
"""

"""What is known of a record whose repair is in question: read once, for the explanation and for every step.

In charge of the record with its term, the entries in force that rest on it, later decisions of the same kind,
and the application that is open or was granted. The period for correction is that of the decision, else the
earliest that the definition of a list sets; where neither sets one it stays open.
Source: 厦门6 (XM-06d: the period comes from the decision or the list definition); 信用修复管理办法.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.calendar import OutsideCalendar, WorkingCalendar
from domain.clock import local_day
from domain.connection import Connection
from domain.credit.shortest import Shortest, shortest_publication
from domain.credit.terms import binding
from domain.errors import NotFound
from domain.lists import list_entry
from domain.repair.conditions import Facts, Found, Judged, judge
from domain.repair.exits import Entry, Exit, exit_of
from domain.rights.objections.objection import disputed
from domain.rulebook.lookup import list_kind
from domain.rulebook.model import Rulebooks
from domain.rulebook.procedure import Procedure, procedure
from domain.rulebook.repair import Condition, conditions

WAY: Final = "repair_application.grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A record and what is known of its repair on a day."""

    record: Mapping[str, Any]
    entries: tuple[Entry, ...]
    application: Mapping[str, Any] | None
    facts: Facts
    asked: tuple[Condition, ...]
    way: Procedure
    today: date

    @property
    def is_repairable(self) -> bool:
        """Whether the record is negative and published, and its publication runs or an entry in force rests on it.

        A publication that ended by itself repaired nothing: what follows from the failing would have no way out any more.
        Source: 厦门6, 海沧7 (the repair takes off the lists); 信用修复管理办法 (达到最长公示期但未纠正: 按照行业主管部门有关规定执行).
        """
        row = self.record
        runs = row["public_until"] is None or self.today <= row["public_until"]
        return bool(row["polarity"] == "negative" and row["state"] == "published" and (runs or self.entries))

    def judged(self) -> tuple[Judged, ...]:
        """Judge the conditions."""
        return judge(self.asked, self.facts, today=self.today)

    def exits(self, books: Rulebooks, *, exit_standard: str | None = None) -> tuple[Exit, ...]:
        """Tell what becomes of the entries when the repair is granted."""
        found = self.facts.found
        standard = exit_standard or (self.application["exit_standard"] if self.application else None)
        corrected_on = found.corrected_on if found else None
        return tuple(
            exit_of(books, one, corrected_on=corrected_on, exit_standard=standard, today=self.today)
            for one in self.entries
        )


async def load_case(
    connection: Connection,
    books: Rulebooks,
    calendar: WorkingCalendar,
    record_id: UUID,
    *,
    today: date,
    application_id: UUID | None = None,
) -> Case:
    """Read a record and what is known of its repair: by the application named, else the one that is open or granted.

    Raises: NotFound; JurisdictionUnknown; ProcedureUnknown.
    """
    record = await connection.fetchrow(_RECORD, record_id)
    if record is None:
        raise NotFound
    entries = tuple(entry_of(row) for row in await connection.fetch(_ENTRIES, record_id, today))
    application = await connection.fetchrow(_APPLICATION, record_id, application_id)
    later = await connection.fetchval(_LATER, record_id, today)
    concerns = tuple(sorted(_concerns(books, entries)))
    applied_on = local_day(application["applied_at"]) if application else today
    jurisdiction = record["jurisdiction_id"]
    return Case(
        record=record,
        entries=entries,
        application=application,
        facts=_facts(books, calendar, record, entries, application, later),
        asked=conditions(books, jurisdiction, applied_on, concerns),
        way=procedure(books, jurisdiction, WAY, applied_on, concerns),
        today=today,
    )


def entry_of(row: Mapping[str, Any]) -> Entry:
    """Give an entry that rests on a record, from its row with its list."""
    return Entry(
        id=row["id"],
        rulebook=row["rulebook"],
        code=row["code"],
        list_name=row["name"],
        jurisdiction=row["jurisdiction_id"],
        decided_on=row["decided_on"],
        condition=row["condition"],
        other_records=row["other_records"],
    )


def _concerns(books: Rulebooks, entries: tuple[Entry, ...]) -> set[str]:
    """Name the sectors of the entries at hand."""
    listed = ((list_kind(books.books[one.rulebook], one.code), one) for one in entries if one.rulebook in books.books)
    sectors = (kind.sector_of(one.condition) for kind, one in listed if kind is not None)
    return {sector for sector in sectors if sector is not None}


def _facts(
    books: Rulebooks,
    calendar: WorkingCalendar,
    record: Mapping[str, Any],
    entries: tuple[Entry, ...],
    application: Mapping[str, Any] | None,
    later: date | None,
) -> Facts:
    found = found_of(application) if application else None
    due = application["correction_due_on"] if application and found else _period(books, calendar, record, entries)
    signed = application["signed_at"] if application and application["commitment_stands"] else None
    return Facts(
        shortest=shortest_of(books, record),
        correction_due_on=due,
        repeated_on=later,
        found=found,
        signed_on=local_day(signed) if signed else None,
    )


def shortest_of(books: Rulebooks, record: Mapping[str, Any]) -> Shortest:
    """Give the shortest publication of a record."""
    return shortest_publication(
        books,
        record["jurisdiction_id"],
        severity=record["severity"],
        decided_on=record["decided_on"],
        special_fields=tuple(record["special_fields"]),
    )


def found_of(application: Mapping[str, Any]) -> Found | None:
    """Give what the office has found, or nothing before its finding."""
    if application["found_at"] is None:
        return None
    return Found(
        standard=application["standard"],
        fulfilled_on=application["fulfilled_on"],
        corrected_on=application["corrected_on"],
        effect_removed_on=application["effect_removed_on"],
        criminal_proceedings=application["criminal_proceedings"],
        repeated=application["repeated"],
        other_conditions=application["other_conditions"],
    )


def _period(
    books: Rulebooks, calendar: WorkingCalendar, record: Mapping[str, Any], entries: tuple[Entry, ...]
) -> date | None:
    """Give the last day of the period for correction: the decision's, else the earliest of the lists'."""
    if record["correction_due_on"] is not None:
        day: date = record["correction_due_on"]
        return day
    ends = [_list_period(books, calendar, one) for one in entries]
    return min((end for end in ends if end is not None), default=None)


def _list_period(books: Rulebooks, calendar: WorkingCalendar, entry: Entry) -> date | None:
    answer = binding(books, entry.jurisdiction, f"list.{entry.code}.correction_period", entry.decided_on)
    if answer is None or not isinstance(answer.value, int) or answer.unit is None:
        return None
    try:
        return calendar.add_term(entry.decided_on, answer.value, answer.unit).day
    except OutsideCalendar:
        return None


_RECORD: Final = f"""
SELECT record.*, item.code AS item_code, item.polarity, item.category, office.name AS office_name,
       {disputed("credit_record").replace("{t}", "record")} AS disputed
FROM credit_record record
JOIN catalogue_item item ON item.id = record.item_id
JOIN office ON office.id = record.office_id
WHERE record.id = $1
"""

_ENTRIES: Final = f"""
SELECT entry.id, list.rulebook, list.code, list.name, entry.jurisdiction_id, entry.decided_on, entry.condition, (
  SELECT count(*)::int FROM list_evidence beside JOIN credit_record other ON other.id = beside.record_id
  WHERE beside.entry_id = entry.id AND beside.record_id <> $1 AND other.state NOT IN ('repaired', 'withdrawn')
) AS other_records
FROM list_evidence evidence
JOIN list_entry entry ON entry.id = evidence.entry_id
JOIN credit_list list ON list.id = entry.credit_list_id
WHERE evidence.record_id = $1 AND {list_entry.IN_FORCE.replace("{t}", "entry").replace(":today", "$2::date")}
ORDER BY entry.id
"""

_APPLICATION: Final = """
SELECT application.*, coalesce(made.state IN ('signed', 'kept'), false) AS commitment_stands
FROM repair_application application LEFT JOIN commitment made ON made.id = application.commitment_id
WHERE application.record_id = $1
  AND CASE WHEN $2::uuid IS NULL THEN application.state NOT IN ('refused', 'withdrawn') ELSE application.id = $2 END
ORDER BY application.applied_at DESC, application.id DESC LIMIT 1
"""

_LATER: Final = """
SELECT max(later.decided_on) FROM credit_record record
JOIN catalogue_item item ON item.id = record.item_id
JOIN credit_record later ON later.subject_id = record.subject_id AND later.decided_on > record.decided_on
  AND later.decided_on <= $2::date AND later.state <> 'withdrawn'
  AND (later.submitted_at AT TIME ZONE 'Asia/Shanghai')::date <= $2::date
JOIN catalogue_item same ON same.id = later.item_id AND same.code = item.code
  AND same.jurisdiction_id = item.jurisdiction_id
WHERE record.id = $1
"""

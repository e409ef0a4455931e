"""Running a screening: one statement over the records of a place, as of a day, and a warning for each enterprise found.

In charge of what counts: negative records about enterprises that are published and shared, whose decision lies in the
window, and that on that day were neither repaired, withdrawn, run out nor exempted. The field 领域 of a record is that
of the office that produced it. Numbers that no rule sets must be named by the run. Refuses a place without a rule of
screenings, a day to come, a number beside the rule's, and a run that finds more than one bulletin takes.
Units: windows in months; a decision counts up to its corresponding day, or the last of the month (民法典 202).
Source: 海沧14, 3 (各单位…本行业(领域)); 信用修复管理办法 (what was repaired is used no longer).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.clock import day_in_chinese
from domain.credit.refusals import DateInFuture
from domain.credit.terms import binding
from domain.errors import InvalidInput, NotFound
from domain.lifecycle import Transaction, create, machine, move
from domain.rulebook.answer import RuleAnswer
from domain.rulebook.model import Rulebooks
from domain.warning.refusals import ParameterSet, ParametersMissing, ScreeningNotProvided, ScreeningTooWide
from domain.warning.risk_warning import UNDER_WAY

MACHINE: Final = machine("screening", circulate=("run", "circulated"))
MOST: Final = 1_000
"""Most warnings of one run."""
_LONGEST_WINDOW: Final = 240
_PATHS: Final[Mapping[str, Mapping[str, str]]] = {
    "same_field": {"window_months": "risk_warning.window", "least_records": "risk_warning.same_field.count"},
    "several_fields": {
        "window_months": "risk_warning.window",
        "least_records": "risk_warning.several_fields.count",
        "least_fields": "risk_warning.several_fields.fields",
    },
}
"""The numbers of each pattern, and where a rulebook would set them."""
_LEAST: Final = {"window_months": 1, "least_records": 2, "least_fields": 2}
"""频繁, 多次, 多个: a single record or field is no pattern, whatever is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A screening as it is asked for; `source_office_id` keeps it to the records of one office."""

    jurisdiction: str
    office_id: UUID
    pattern: str
    on: date
    source_office_id: UUID | None = None
    window_months: int | None = None
    least_records: int | None = None
    least_fields: int | None = None


async def run(tx: Transaction, books: Rulebooks, asked: Asked) -> UUID:
    """Run a screening and raise its warnings; give its id.

    Raises: ScreeningNotProvided; ParametersMissing; ParameterSet; ScreeningTooWide; DateInFuture; InvalidInput.
    """
    if asked.on > tx.today:
        raise DateInFuture(field="on")
    rule = provided(books, asked.jurisdiction, tx.today)
    numbers, named = _numbers(books, asked, tx.today)
    found = await tx.connection.fetch(
        _SCREENS[asked.pattern],
        asked.jurisdiction,
        asked.source_office_id,
        asked.on,
        numbers["window_months"],
        numbers["least_records"],
        numbers.get("least_fields"),
        list(_subject_kinds(books, asked.jurisdiction, tx.today)),
        MOST + 1,
    )
    if len(found) > MOST:
        raise ScreeningTooWide(most=MOST)
    fresh = [row for row in found if not row["is_known"]]
    values = {
        "jurisdiction_id": asked.jurisdiction,
        "office_id": asked.office_id,
        "source_office_id": asked.source_office_id,
        "pattern": asked.pattern,
        "on_day": asked.on,
        **numbers,
        "named_by_caller": named,
        "basis": rule.citation,
        "state": "run",
        "found": len(found),
        "known": len(found) - len(fresh),
        "run_at": tx.now,
        "run_by": tx.actor.account_id,
    }
    screening_id = await create(tx, "screening", "run", values, basis=rule.citation)
    for row in fresh:
        await _warn(tx, asked, screening_id, row, numbers, rule)
    return screening_id


async def circulate(tx: Transaction, screening_id: UUID) -> dict[str, Any]:
    """Circulate the bulletin of a screening 筛查通报, people masked; give the row after it.

    Raises: NotFound; StateConflict.
    """
    basis = await tx.connection.fetchval("SELECT basis FROM screening WHERE id = $1", screening_id)
    if basis is None:
        raise NotFound
    lines = await tx.connection.fetchval(_BULLETIN, screening_id)
    changes = {"bulletin": lines, "circulated_at": tx.now, "circulated_by": tx.actor.account_id}
    return await move(tx, MACHINE, "circulate", screening_id, changes, basis=basis)


def provided(books: Rulebooks, jurisdiction: str, on: date) -> RuleAnswer:
    """Give the rule by which a place screens and warns.

    Raises: ScreeningNotProvided.
    """
    rule = binding(books, jurisdiction, "risk_warning.patterns", on)
    if rule is None:
        raise ScreeningNotProvided
    return rule


def _subject_kinds(books: Rulebooks, jurisdiction: str, on: date) -> tuple[str, ...]:
    rule = binding(books, jurisdiction, "risk_warning.subject_kinds", on)
    return tuple(str(one) for one in rule.value) if rule and isinstance(rule.value, tuple) else ()


def _numbers(books: Rulebooks, asked: Asked, on: date) -> tuple[dict[str, int], list[str]]:
    """Give the numbers of a run, and which of them the run itself named because no rule sets them."""
    given = {name: getattr(asked, name) for name in _LEAST}
    paths = _PATHS[asked.pattern]
    rules = {name: binding(books, asked.jurisdiction, path, on) for name, path in paths.items()}
    for name, rule in rules.items():
        if rule is not None and given[name] not in (None, rule.value):
            raise ParameterSet(field=name, value=rule.value, citation=rule.citation)
    for name in given.keys() - paths.keys():
        if given[name] is not None:
            raise InvalidInput("This pattern has no such number.", zh="该情形没有此参数。", field=name)
    named = [name for name, rule in rules.items() if rule is None]
    missing = [name for name in named if given[name] is None]
    if missing:
        raise ParametersMissing(missing=missing)
    numbers = {name: given[name] if rule is None else int(str(rule.value)) for name, rule in rules.items()}
    for name, number in numbers.items():
        if not _LEAST[name] <= number <= _LONGEST_WINDOW:
            raise InvalidInput(
                f"{name} is {_LEAST[name]} to {_LONGEST_WINDOW}.",
                zh=f"{name} 应为{_LEAST[name]}至{_LONGEST_WINDOW}。",
                field=name,
            )
    return numbers, named


async def _warn(
    tx: Transaction,
    asked: Asked,
    screening_id: UUID,
    row: Mapping[str, Any],
    numbers: Mapping[str, int],
    rule: RuleAnswer,
) -> None:
    risk = (
        f"截至{day_in_chinese(asked.on)}的{numbers['window_months']}个月内，"
        + ("在同一领域" if asked.pattern == "same_field" else f"在{row['fields']}个领域")
        + f"有{len(row['records'])}条违法失信记录（筛查标准：不少于{numbers['least_records']}条"
        + (f"、{numbers['least_fields']}个领域" if "least_fields" in numbers else "")
        + "）。"
    )
    values = {
        "subject_id": row["subject_id"],
        "about_person": row["about_person"],
        "jurisdiction_id": asked.jurisdiction,
        "office_id": asked.office_id,
        "source": "screening",
        "screening_id": screening_id,
        "pattern": asked.pattern,
        "field_office_id": row["field_office_id"],
        "records_count": len(row["records"]),
        "fields_count": row["fields"],
        "risk": risk,
        "basis": rule.citation,
        "state": "open",
        "raised_at": tx.now,
        "raised_by": tx.actor.account_id,
    }
    warning_id = await create(tx, "risk_warning", "raise", values, basis=rule.citation)
    await tx.connection.executemany(
        "INSERT INTO risk_warning_record (id, warning_id, record_id, subject_id) VALUES (gen_random_uuid(), $1, $2, $3)",
        [(warning_id, record, row["subject_id"]) for record in row["records"]],
    )


def _screen(field: str, having: str) -> str:
    """Write a screening: $1 place, $2 office or null, $3 day, $4 months, $5 records, $6 fields, $7 kinds, $8 most."""
    known = ", ".join(f"'{one}'" for one in UNDER_WAY)
    return f"""
WITH counted AS (
  SELECT record.id, record.subject_id, record.office_id, {field} AS field_office_id
  FROM credit_record record
  JOIN catalogue_item item ON item.id = record.item_id AND item.polarity = 'negative'
  JOIN subject ON subject.id = record.subject_id AND subject.kind = ANY($7::text[])
  WHERE record.jurisdiction_id = $1 AND ($2::uuid IS NULL OR record.office_id = $2)
    AND record.disclosure IN ('public', 'government_sharing')
    AND record.decided_on <= $3 AND record.decided_on >= ($3::date - make_interval(months => $4::int, days => 3))::date
    AND (record.decided_on + make_interval(months => $4::int))::date >= $3
    AND (record.published_at AT TIME ZONE 'Asia/Shanghai')::date <= $3
    AND (record.public_until IS NULL OR record.public_until >= $3)
    AND (record.repaired_at IS NULL OR (record.repaired_at AT TIME ZONE 'Asia/Shanghai')::date > $3)
    AND (record.withdrawn_at IS NULL OR (record.withdrawn_at AT TIME ZONE 'Asia/Shanghai')::date > $3)
    AND NOT EXISTS (
      SELECT FROM exemption WHERE exemption.record_id = record.id AND exemption.state = 'granted'
        AND (exemption.decided_at AT TIME ZONE 'Asia/Shanghai')::date <= $3)
), found AS (
  SELECT subject_id, field_office_id, count(DISTINCT office_id)::int AS fields, array_agg(id ORDER BY id) AS records
  FROM counted GROUP BY subject_id, field_office_id HAVING {having}
)
SELECT found.*, subject.is_person AS about_person, EXISTS (
  SELECT FROM risk_warning standing WHERE standing.subject_id = found.subject_id AND standing.state IN ({known})
    AND standing.jurisdiction_id = $1 AND standing.field_office_id IS NOT DISTINCT FROM found.field_office_id
    AND (SELECT array_agg(behind.record_id ORDER BY behind.record_id) FROM risk_warning_record behind
         WHERE behind.warning_id = standing.id) = found.records
) AS is_known
FROM found JOIN subject ON subject.id = found.subject_id ORDER BY found.subject_id, found.field_office_id LIMIT $8
"""


_SCREENS: Final = {
    "same_field": _screen("record.office_id", "count(*) >= $5 AND $6::int IS NULL"),
    "several_fields": _screen("NULL::uuid", "count(*) >= $5 AND count(DISTINCT office_id) >= $6::int"),
}
_BULLETIN: Final = """
SELECT coalesce(jsonb_agg(jsonb_build_object(
  'subject', CASE WHEN subject.is_person THEN subject.masked_name ELSE subject.name END, 'code', subject.uscc,
  'pattern', warned.pattern, 'field', field.name, 'records', warned.records_count, 'fields', warned.fields_count
) ORDER BY warned.records_count DESC, subject.name, warned.id), '[]')::text
FROM risk_warning warned JOIN subject ON subject.id = warned.subject_id
LEFT JOIN office field ON field.id = warned.field_office_id
WHERE warned.screening_id = $1
"""
"""Names of natural persons are masked; enterprises stand with name and code."""

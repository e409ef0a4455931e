"""Read what is known of subjects for a decision: of one at a counter, or of a thousand in a screening.

Every table is read once for all subjects. Only what the division's own lists and records hold counts; what is held
for need to know counts where a rule names its item, and is then told without the row. Whoever may not
weigh what is shared between offices decides by what is published.
Source: 上海8, 9; 海沧10; 个人信息保护法 6, 34 (within the duty, no more than it needs).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from domain.clock import local_day
from domain.commitment.simplified import last_day
from domain.connection import Connection
from domain.credit.record import AGAINST
from domain.eligibility.facts import EntryFact, Facts, GradeFact, LinkFact, MeasureFact, RecordFact, Spell
from domain.eligibility.law import LawOfMatter
from domain.exemption.conditions import MINOR
from domain.rights.objections.objection import disputed
from domain.rulebook.consequences import RestrictionRule
from domain.rulebook.model import Rulebooks

Rows: TypeAlias = "Mapping[UUID, Sequence[Mapping[str, Any]]]"

PUBLISHED: Final = ("public",)
SHARED: Final = ("public", "government_sharing", "authorised_query")


@dataclass(frozen=True, slots=True)
class Asked:
    """A subject that is asked about, and whether what is shared between offices may be weighed."""

    id: UUID
    is_person: bool
    weighs_shared: bool


async def load_facts(
    connection: Connection, books: Rulebooks, law: LawOfMatter, asked: Sequence[Asked]
) -> dict[UUID, Facts]:
    """Read what is known of each subject as far as the law of the matter looks at it."""
    shared = [one.id for one in asked if one.weighs_shared]
    published = [one.id for one in asked if not one.weighs_shared]
    found: dict[UUID, Facts] = {}
    for ids, disclosures in ((shared, SHARED), (published, PUBLISHED)):
        if ids:
            found |= await _load(connection, books, law, ids, disclosures, asked)
    return found


async def _load(
    connection: Connection,
    books: Rulebooks,
    law: LawOfMatter,
    ids: list[UUID],
    disclosures: tuple[str, ...],
    asked: Sequence[Asked],
) -> dict[UUID, Facts]:
    sees_links = disclosures == SHARED and _looks_at_links(law)
    links = await _rows(connection, _LINKS, ids) if sees_links else {}
    persons = {row["person_id"] for rows in links.values() for row in rows if row["person_id"]}
    holders = [*ids, *(person for person in persons if person not in ids)]
    entries = await _rows(connection, ENTRIES, holders, law.jurisdiction, list(disclosures))
    named = sorted({item for one in law.consequences for item in one.rule.items})
    records = await _rows(connection, RECORDS, ids, law.jurisdiction, list(disclosures), disclosures == SHARED, named)
    measures = await _rows(connection, MEASURES, ids, law.jurisdiction)
    upon_grade = any(row["grade_id"] for rows in measures.values() for row in rows)
    looks_at_grades = upon_grade or any(one.rule.grades for one in law.consequences)
    grades = await _rows(connection, GRADES, ids, law.jurisdiction, list(disclosures)) if looks_at_grades else {}
    people = {one.id for one in asked if one.is_person}
    found = {}
    for subject_id in ids:
        linked = tuple(LinkFact(**{key: row[key] for key in _LINK}) for row in links.get(subject_id, ()))
        represented = {link.person_id for link in linked if link.person_id}
        found[subject_id] = Facts(
            entries=(
                *(_entry(row) for row in entries.get(subject_id, ())),
                *(_entry(row, person_id=one) for one in represented for row in entries.get(one, ())),
            ),
            records=tuple([await _record(connection, books, row) for row in records.get(subject_id, ())]),
            grades=tuple(_grade(row) for row in grades.get(subject_id, ())),
            measures=tuple(_measure(row) for row in measures.get(subject_id, ())),
            links=linked,
            links_known=sees_links or not _looks_at_links(law),
            represented=subject_id not in people,
        )
    return found


def _looks_at_links(law: LawOfMatter) -> bool:
    return any(isinstance(one.rule, RestrictionRule) and one.rule.via_legal_representative for one in law.consequences)


async def _rows(connection: Connection, sql: str, *values: object) -> Rows:
    grouped: defaultdict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
    for row in await connection.fetch(sql, *values):
        grouped[row["subject_id"]].append(row)
    return grouped


def _entry(row: Mapping[str, Any], *, person_id: UUID | None = None) -> EntryFact:
    spell = Spell(since=local_day(row["published_at"]), until=row["public_until"], ended_on=row["removed_on"])
    return EntryFact(
        id=row["id"],
        code=row["code"],
        name=row["name"],
        spell=spell,
        disputed=row["disputed"],
        on_condition=row["on_condition"],
        person_id=person_id,
    )


async def _record(connection: Connection, books: Rulebooks, row: Mapping[str, Any]) -> RecordFact:
    ended = _earliest(row["repaired_at"], row["withdrawn_at"])
    since = row["decided_on"] if row["broken"] else local_day(row["published_at"])
    exempted = row["exempted_at"]
    return RecordFact(
        id=row["id"],
        code=row["code"],
        name=row["name"],
        spell=Spell(since=since, until=await last_day(connection, books, row), ended_on=ended),
        dishonest=row["dishonest"],
        severity=row["severity"],
        broken_commitment=row["broken"],
        published=row["published_at"] is not None,
        guarded=row["disclosure"] == "restricted",
        disputed=row["disputed"],
        exempted=Spell(since=local_day(exempted), ended_on=_earliest(row["spared_until"])) if exempted else None,
    )


def _measure(row: Mapping[str, Any]) -> MeasureFact:
    return MeasureFact(
        id=row["id"],
        code=row["code"],
        name=row["name"],
        restricts=row["polarity"] == "negative"
        or (row["polarity"] == "neutral" and row["list_polarity"] != "positive"),
        rests_on=row["rests_on"],
        spell=Spell(since=local_day(row["applied_at"]), ended_on=_earliest(row["lifted_at"])),
        basis=row["basis"],
        field=row["field"],
        legal_basis=row["legal_basis"],
    )


def _grade(row: Mapping[str, Any]) -> GradeFact:
    """Read a grade; it has its effect from the day it was published, contested or not, until it is ended."""
    return GradeFact(
        id=row["id"],
        scheme=row["scheme"],
        grade=row["value"],
        name=f"{row['scheme_name']}：{row['value']}",
        spell=Spell(since=local_day(row["published_at"]), ended_on=_earliest(row["ended_at"])),
        disputed=row["state"] == "contested",
        withdrawn=row["state"] == "withdrawn",
    )


def _earliest(*instants: datetime | None) -> date | None:
    days = [local_day(one) for one in instants if one is not None]
    return min(days) if days else None


_LINK: Final = ("person_id", "from_on", "to_on")

_LINKS: Final = """
SELECT subject_id, person_id, from_on, to_on FROM legal_representative WHERE subject_id = ANY($1::uuid[])
"""

ENTRIES: Final = f"""
SELECT entry.subject_id, entry.id, entry.published_at, entry.public_until, entry.removed_on, list.code, list.name,
  entry.condition IS NOT NULL AS on_condition,
  {disputed("list_entry").replace("{t}", "entry")} AS disputed
FROM list_entry entry JOIN credit_list list ON list.id = entry.credit_list_id
WHERE entry.subject_id = ANY($1::uuid[]) AND entry.jurisdiction_id = $2 AND entry.disclosure = ANY($3::text[])
  AND entry.published_at IS NOT NULL
"""

RECORDS: Final = f"""
SELECT record.id, record.subject_id, record.item_id, record.office_id, record.decided_on, record.published_at,
  record.disclosure, record.public_until, record.repaired_at, record.withdrawn_at, record.severity, record.dishonest,
  item.code, item.name, broken.id IS NOT NULL AS broken,
  {disputed("credit_record").replace("{t}", "record")} AS disputed,
  exempted.decided_at AS exempted_at,
  CASE WHEN instead.state = 'broken' THEN instead.found_at END AS spared_until
FROM credit_record record
JOIN catalogue_item item ON item.id = record.item_id
LEFT JOIN commitment broken ON broken.record_id = record.id AND broken.state = 'broken'
LEFT JOIN exemption exempted ON exempted.record_id = record.id AND exempted.state = 'granted'
  AND record.severity = '{MINOR}'
LEFT JOIN commitment instead ON instead.id = exempted.commitment_id
WHERE record.subject_id = ANY($1::uuid[]) AND record.jurisdiction_id = $2
  AND (record.disclosure = ANY($3::text[]) OR $4 AND record.disclosure = 'restricted' AND item.code = ANY($5::text[]))
  AND {AGAINST.format(t="record")}
  AND (record.published_at IS NOT NULL OR $4 AND broken.id IS NOT NULL AND record.state = 'submitted')
"""

GRADES: Final = """
SELECT subject_id, id, scheme, scheme_name, value, state, published_at, ended_at FROM grade
WHERE subject_id = ANY($1::uuid[]) AND jurisdiction_id = $2 AND disclosure = ANY($3::text[]) AND published_at IS NOT NULL
ORDER BY published_at, id
"""

MEASURES: Final = """
SELECT measure.subject_id, measure.id, measure.code, measure.name, measure.polarity, measure.applied_at,
  measure.lifted_at, measure.basis, measure.field, measure.legal_basis,
  coalesce(measure.record_id, measure.entry_id, measure.grade_id) AS rests_on, measure.grade_id,
  list.polarity AS list_polarity
FROM measure
LEFT JOIN list_entry entry ON entry.id = measure.entry_id
LEFT JOIN credit_list list ON list.id = entry.credit_list_id
WHERE measure.subject_id = ANY($1::uuid[]) AND measure.jurisdiction_id = $2 AND measure.state <> 'declined'
"""

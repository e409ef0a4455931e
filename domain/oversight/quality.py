"""Quality 数据质量 of what offices hand in: completeness, timeliness, correctness, by office and item, as of a day.

Figures are counts; a rate is their quotient, and where nothing is counted it is not a rate. Everything is counted
as it stood at the end of the day asked for, from instants and the ledger's images: an amendment or withdrawal after
that day changes nothing, nor does what is told after it of when a channel took a record. Correctness comes from
concluded third-party assessments alone. Units: counts of records.
Readings (ours): complete is a record with every data item its catalogue requires, its severity where one is
required; timely publication counts duties whose last day lies in the period and has come, those withdrawn on or
before that day left out. Source: 厦门8, 9; 海沧9; 十堰正文 (应归尽归).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from domain.clock import CHINA
from domain.connection import Connection
from domain.credit.data_items import IDENTITY_COLUMNS, NAME_COLUMNS
from domain.credit.terms import binding
from domain.errors import InvalidInput
from domain.rulebook.lookup import rule
from domain.rulebook.model import Rulebooks

DIMENSIONS: Final = ("completeness", "publication", "collection", "correctness")
TARGETS: Final = {
    "publication": "threshold.double_publicity.timely_rate",
    "correctness": "threshold.double_publicity.correct_rate",
}
"""Rules that set how much of a dimension is aimed at."""

_YEARS: Final = range(2000, 2101)


@dataclass(frozen=True, slots=True)
class Target:
    """What is aimed at in a place on a day: the share and the rule, or what the rulebooks say instead."""

    share: Fraction | None
    status: str
    citation: str | None
    quote: str | None


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; of none there is no rate."""

    part: int = 0
    whole: int = 0

    @property
    def rate(self) -> Fraction | None:
        """Give the rate, exact; None for an empty denominator, which is neither 0 nor 1."""
        return Fraction(self.part, self.whole) if self.whole else None

    def meets(self, target: Target) -> bool | None:
        """Tell whether the rate reaches the target, which is inclusive (以上); None without rate or target."""
        rate = self.rate
        return None if rate is None or target.share is None else rate >= target.share

    def __add__(self, other: Share) -> Share:
        """Add the counts."""
        return Share(self.part + other.part, self.whole + other.whole)


@dataclass(frozen=True, slots=True)
class Figure:
    """The quality of what an office handed in under one catalogue item."""

    office_id: UUID
    item_id: UUID
    completeness: Share
    publication: Share
    collection: Share
    correctness: Share


@dataclass(frozen=True, slots=True)
class Period:
    """The days counted, and the day as of whose end."""

    from_on: date
    to_on: date
    as_of: date

    @property
    def end(self) -> datetime:
        """The first instant after the day as of which it is counted, in China."""
        return datetime.combine(self.as_of + timedelta(days=1), time.min, CHINA)


def require_period(from_on: date, to_on: date, as_of: date | None, *, today: date) -> Period:
    """Give the period asked for, as of today unless a past day is named.

    Raises: InvalidInput.
    """
    seen = as_of or today
    if not from_on <= to_on or (to_on - from_on).days > 5 * 366 or {from_on.year, to_on.year} - {*_YEARS}:
        raise InvalidInput(
            "The days are out of order, more than five years, or not between 2000 and 2100.",
            zh="起止日期颠倒、超过五年或不在2000至2100年之间。",
        )
    if seen.year not in _YEARS:
        raise InvalidInput("The day is not between 2000 and 2100.", zh="日期不在2000至2100年之间。", field="asOf")
    if seen > today:
        raise InvalidInput("Nothing is known of a day to come.", zh="不能统计未来日期。", field="asOf")
    return Period(from_on, to_on, seen)


def target(books: Rulebooks, jurisdiction: str, dimension: str, on: date) -> Target:
    """Give what is aimed at; without a number where no layer that binds the place sets one.

    Source: 海沧9 (及时率达95%以上, 正确率达90%以上); elsewhere none set.
    """
    path = TARGETS.get(dimension)
    if path is None:
        return Target(None, "none_set", None, None)
    law, answer = binding(books, jurisdiction, path, on), rule(books, jurisdiction, path, on)
    share = Fraction(str(law.value)) if law is not None else None
    return Target(share, answer.status.value, answer.citation or None, answer.quote)


async def figures(
    connection: Connection, jurisdiction: str, period: Period, *, office_id: UUID | None = None
) -> list[Figure]:
    """Count the quality of every office and item of a division over a period, or of one office alone, record by record.

    What is asked often is answered by `domain.oversight.quality_tally`, with the same figures.
    """
    rows = await connection.fetch(
        _FIGURES, jurisdiction, period.from_on, period.to_on, period.as_of, period.end, office_id, *unasked()
    )
    return from_rows(rows)


def from_rows(rows: Iterable[Any]) -> list[Figure]:
    """Give figures as a statement of `summed` gives them."""
    return [
        Figure(
            row["office_id"], row["item_id"], *(Share(row[f"{name}_part"], row[f"{name}_whole"]) for name in DIMENSIONS)
        )
        for row in rows
    ]


def unasked() -> tuple[list[str], list[str]]:
    """Give the data items that no record keeps in its content: codes of subjects, and names of people."""
    return sorted(IDENTITY_COLUMNS), sorted(NAME_COLUMNS)


def together(found: Iterable[Figure]) -> dict[str, Share]:
    """Add figures, dimension by dimension."""
    listed: Sequence[Figure] = list(found)
    return {name: sum((getattr(one, name) for one in listed), Share()) for name in DIMENSIONS}


def day(instant: str) -> str:
    """Write the day of an instant in China."""
    return f"({instant} AT TIME ZONE 'Asia/Shanghai')::date"


def judged(identity: str, names: str) -> str:
    """Write how records `stood` are judged, as columns of a statement whose rows are those of `stood` and `item`.

    The two values are those of `unasked`.
    """
    wanted = "CASE WHEN stood.about_person THEN item.of_people ELSE item.of_organisations END"
    return f"""
    NOT (item.severity_required AND stood.severity IS NULL) AND stood.content ?& {wanted}
      AND (NOT stood.content @? '$.* ? (@ == "" || @ == null)'
           OR NOT EXISTS (SELECT FROM unnest({wanted}) code WHERE coalesce(stood.content ->> code, '') = '')) AS complete,
    {day("stood.submitted_at")} <= stood.collection_due_on AS collected,
    greatest(stood.platform_at, CASE WHEN stood.disclosure = 'public' THEN coalesce(stood.portal_at, 'infinity') END)
      < ((stood.publication_due_on + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')
      AND stood.platform_at IS NOT NULL AS in_time
  FROM stood JOIN ({_items(identity, names)}) item ON item.id = stood.item_id"""


def _items(identity: str, names: str) -> str:
    """Write the catalogue items, each with the codes of the data items that a record of it must keep."""

    def of(kind: str, further: str = "") -> str:
        return (
            "coalesce(array_agg(wanted ->> 'code') FILTER ("
            f"WHERE wanted ->> 'required' IN ('always', '{kind}') AND wanted ->> 'code' <> ALL({identity}::text[]){further}), '{{}}')"
        )

    return f"""
    SELECT one.id, one.severity_required, {of("organisation")} AS of_organisations,
      {of("natural_person", f" AND wanted ->> 'code' <> ALL({names}::text[])")} AS of_people
    FROM catalogue_item one LEFT JOIN LATERAL jsonb_array_elements(one.data_items) wanted ON TRUE GROUP BY one.id"""


def summed(counted: str) -> str:
    """Write figures by office and item, beside those of assessments, from rows of office, item, dimension and counts.

    The values: $1 division, $2 and $3 first and last day, $4 day as of which, $5 its end, $6 office or null.
    """
    sums = ", ".join(
        f"coalesce(sum({end}) FILTER (WHERE dimension = '{name}'), 0)::bigint AS {name}_{end}"
        for name in DIMENSIONS
        for end in ("part", "whole")
    )
    return f"""
SELECT office_id, item_id, {sums}
FROM ({counted} UNION ALL {_ASSESSED}) counted WHERE whole <> 0 GROUP BY office_id, item_id ORDER BY office_id, item_id
"""


_ASSESSED: Final = """
  SELECT drawn.office_id, record.item_id, 'correctness', count(*) FILTER (WHERE drawn.state = 'correct'), count(*)
  FROM quality_assessment assessment JOIN assessed_record drawn ON drawn.assessment_id = assessment.id
  JOIN credit_record record ON record.id = drawn.record_id
  WHERE assessment.jurisdiction_id = $1 AND assessment.concluded_at < $5
    AND assessment.from_on >= $2 AND assessment.to_on <= $3 AND ($6::uuid IS NULL OR drawn.office_id = $6)
  GROUP BY drawn.office_id, record.item_id
"""

COLUMNS: Final = ", ".join(
    f"record.{name}"
    for name in (
        "jurisdiction_id", "office_id", "item_id", "about_person", "severity", "content", "submitted_at", "withdrawn_at",
        "collection_due_on", "publication_due_on", "portal_at", "platform_at", "disclosure",
    )
)  # fmt: skip
"""What of a record is judged."""

TOLD_LATER: Final = f"""
  SELECT record.id FROM credit_record record WHERE record.published_at > greatest(record.portal_at, record.platform_at)
  UNION
  SELECT taken.object_id FROM delivery taken
  WHERE taken.object = 'credit_record' AND {day("taken.delivered_at")} > {day("greatest(taken.received_at, taken.at)")}
"""
"""Records of which it was told afterwards when a channel took them: until then nobody knew, and no figure of a day did."""

_RECORDS: Final = f"""
  SELECT {COLUMNS} FROM credit_record record
  WHERE record.jurisdiction_id = $1 AND record.submitted_at < $5
    AND NOT EXISTS (SELECT FROM changed WHERE changed.id = record.id)
  UNION ALL
  SELECT {COLUMNS} FROM changed CROSS JOIN LATERAL (
    SELECT event.image FROM ledger_event event
    WHERE event.kind = 'change' AND event.object = 'credit_record' AND event.object_id = changed.id AND event.at < $5
    ORDER BY event.at DESC, event.id DESC LIMIT 1
  ) told
  CROSS JOIN LATERAL jsonb_populate_record(NULL::credit_record, told.image) record
  WHERE record.jurisdiction_id = $1
"""
"""The records of a division as they stood before an instant: one that was `changed` since, as the ledger shows it."""

_FIGURES: Final = f"""
WITH changed AS (SELECT record_id AS id FROM credit_record_version WHERE replaced_at >= $5 UNION {TOLD_LATER}),
stood AS ({_RECORDS}), judged AS (
  SELECT stood.office_id, stood.item_id,
    {day("stood.submitted_at")} BETWEEN $2 AND $3
      AND (stood.withdrawn_at IS NULL OR stood.withdrawn_at >= $5) AS handed_in,
    stood.publication_due_on BETWEEN $2 AND least($3, $4)
      AND (stood.withdrawn_at IS NULL OR {day("stood.withdrawn_at")} > stood.publication_due_on) AS due,
    {judged("$7", "$8")}
  WHERE $6::uuid IS NULL OR stood.office_id = $6
)
{
    summed('''
  SELECT office_id, item_id, dimension.name AS dimension, count(*) FILTER (WHERE dimension.good) AS part, count(*) AS whole
  FROM judged CROSS JOIN LATERAL (
    VALUES ('completeness', complete, handed_in), ('collection', collected, handed_in AND collected IS NOT NULL),
      ('publication', in_time, due)
  ) AS dimension (name, good, counts)
  WHERE dimension.counts GROUP BY office_id, item_id, dimension.name
''')
}
"""

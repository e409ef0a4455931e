"""Quotas of typical cases by office and calendar year: done, required, missing, as of the end of any day.

A case belongs to the year on whose day it was pushed, and counts from the platform's receipt on until it is withdrawn:
the clause counts what is pushed (推送), the receipt shows that it was. So a case pushed on 31 December and receipted on
1 January counts for the old year, and only from 1 January on; a receipt that is told of afterwards, from the day on
which it is told. Where a text sets no quota, none is set; work points of a
past year hold as last known. Units: cases. Source: 厦门27 (每年推送案例不少于); 海沧22, 新乡五(二) (no quota).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from domain.clock import local_day
from domain.connection import Connection
from domain.credit.terms import binding
from domain.errors import InvalidInput
from domain.installation_rows import office_id
from domain.rulebook.answer import RuleAnswer, RuleStatus
from domain.rulebook.lookup import rule
from domain.rulebook.model import Rulebooks

PATH: Final = "quota.typical_cases"
COUNTED_BY: Final = f"{PATH}.counted_by"
_YEARS: Final = range(2000, 2101)


@dataclass(frozen=True, slots=True)
class Pushed:
    """A case that was pushed: whose, when, whether and when it was receipted and withdrawn."""

    office_id: UUID
    pushed_at: datetime
    receipted_at: datetime | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """An office's cases of a year beside what is required of it; `rule` is null where none is set for it."""

    office_id: UUID
    done: int
    awaiting: int
    """Pushed and not receipted yet: they count for nothing so far."""
    required: int | None
    rule: RuleAnswer | None

    @property
    def missing(self) -> int | None:
        """How many are still to be pushed; null where none is required. 不少于 is inclusive."""
        return None if self.required is None else max(0, self.required - self.done)


@dataclass(frozen=True, slots=True)
class Quotas:
    """The quotas of a place and year, and what the rulebooks say of quotas at all."""

    status: RuleStatus
    counted_by: RuleAnswer | None
    offices: tuple[Quota, ...]


def required(books: Rulebooks, jurisdiction: str, year: int) -> dict[UUID, RuleAnswer]:
    """Give the rule that sets the quota of each office of a place, as it binds on the last day of a year.

    Raises: JurisdictionUnknown.
    """
    found: dict[UUID, RuleAnswer] = {}
    for path in sorted(books.known_paths):
        head, _, code = path.rpartition(".")
        law = binding(books, jurisdiction, path, date(year, 12, 31)) if head == PATH else None
        if law is not None and law.layer is not None and law.unit == "count":
            found[office_id(books.books[law.layer.rulebook].jurisdiction, code)] = law
    return found


def tally(cases: Iterable[Pushed], rules: Mapping[UUID, RuleAnswer], *, year: int, as_of: date) -> tuple[Quota, ...]:
    """Count the cases of a year by office as of the end of a day, beside what the rules require."""
    done: dict[UUID, int] = dict.fromkeys(rules, 0)
    awaiting: dict[UUID, int] = dict.fromkeys(rules, 0)
    for case in cases:
        if local_day(case.pushed_at).year != year or local_day(case.pushed_at) > as_of:
            continue
        if case.withdrawn_at is not None and local_day(case.withdrawn_at) <= as_of:
            continue
        is_receipted = case.receipted_at is not None and local_day(case.receipted_at) <= as_of
        counted = done if is_receipted else awaiting
        counted[case.office_id] = counted.get(case.office_id, 0) + 1
    return tuple(
        Quota(office, done.get(office, 0), awaiting.get(office, 0), _number(rules.get(office)), rules.get(office))
        for office in sorted({*done, *awaiting}, key=str)
    )


async def quotas(
    connection: Connection, books: Rulebooks, jurisdiction: str, *, year: int, as_of: date, today: date
) -> Quotas:
    """Give the quotas of a place and year as of the end of a day, the same for ever for a past one.

    Raises: InvalidInput for a day to come; JurisdictionUnknown.
    """
    if as_of > today or year not in _YEARS:
        raise InvalidInput(
            "Quotas are counted as of today or a past day, of a year from 2000 to 2100.",
            zh="案例统计截至今天或以前的日期，年份为2000至2100年。",
            fields=["asOf", "year"],
        )
    rows = await connection.fetch(_PUSHED, jurisdiction, year)
    cases = [_read(row) for row in rows]
    rules = required(books, jurisdiction, year)
    last_day = date(year, 12, 31)
    said = next((one.status for one in rules.values()), None) or rule(books, jurisdiction, PATH, last_day).status
    return Quotas(said, binding(books, jurisdiction, COUNTED_BY, last_day), tally(cases, rules, year=year, as_of=as_of))


def _number(law: RuleAnswer | None) -> int | None:
    return law.value if law is not None and isinstance(law.value, int) else None


def _read(row: Mapping[str, Any]) -> Pushed:
    return Pushed(UUID(str(row["office_id"])), row["published_at"], row["receipted_at"], row["withdrawn_at"])


_PUSHED: Final = """
SELECT pushed.office_id, pushed.published_at, pushed.withdrawn_at, greatest(pushed.platform_at, told.at) AS receipted_at
FROM typical_case pushed LEFT JOIN LATERAL (
  SELECT event.at FROM ledger_event event
  WHERE event.kind = 'change' AND event.object = 'typical_case' AND event.object_id = pushed.id AND event.verb = 'deliver'
  ORDER BY event.at DESC LIMIT 1
) told ON pushed.platform_at IS NOT NULL
WHERE pushed.jurisdiction_id = $1 AND extract(year FROM pushed.published_at AT TIME ZONE 'Asia/Shanghai') = $2
ORDER BY pushed.published_at, pushed.id
"""
"""A receipt counts from when it was told: until then nobody knew, and no figure of a day did."""
